//! Chapter IV, Articles 33 to 38.

use super::{ArticleRow, Discretion};

pub(super) const ROWS: &[ArticleRow] = &[
    ArticleRow::new(
        33,
        "A system of rights",
        "权益保护制度",
        "The department in charge sees to it that subjects can know, inquire, have display withdrawn, object and be \
         restored.",
        "主管部门建立健全知情、查询、消除、异议和修复等权益保护制度。",
    )
    .none("a duty of people: the five rights themselves stand in the articles that follow"),
    ArticleRow::new(
        34,
        "The right to know",
        "知情权",
        "Subjects may know who collects and uses information about them; departments and social units tell them soon.",
        "信用主体有权知悉其信息的采集和使用情况，有关单位应及时告知。",
    )
    .open(&[Discretion {
        open: "promptly notify",
        declared: "every record and every inquiry, with office, duty and matter, is open to the subject at once",
        reason: "what the journal holds needs no letter to become known; letters are a later capability",
    }]),
    ArticleRow::new(
        35,
        "The right to inquire",
        "查询权",
        "Subjects see their own information free of charge. What is to be disclosed is open to everyone; what concerns \
         another person needs that person's written consent. Information about persons is published only where a law \
         provides for it.",
        "信用主体可免费查询自身信息；应主动公开的信息可公开查询，查询他人信息须经书面同意；自然人信息依法公开。",
    )
    .open(&[Discretion {
        open: "on the basis of laws and regulations",
        declared: "nothing about a natural person or an individual business is public unless a law or administrative \
                   regulation, named in the catalogue item, requires it",
        reason: "publication about a human being cannot be taken back",
    }]),
    ArticleRow::new(
        36,
        "The right to have display withdrawn",
        "消除权",
        "Subjects may ask that awards, volunteer service, donations and the like are not shown; the display is then \
         withdrawn soon.",
        "信用主体有权要求不公示其表彰奖励、志愿服务、慈善捐赠等信息，有关单位应及时撤回公示。",
    )
    .open(&[
        Discretion {
            open: "promptly",
            declared: "the platform withdraws in the same act; providers within 1 working day",
            reason: "a program needs no time to stop showing something",
        },
        Discretion {
            open: "information such as",
            declared: "every item that the catalogue marks as withdrawable",
            reason: "what speaks for the subject is the subject's to show",
        },
    ]),
    ArticleRow::new(
        37,
        "The right to object",
        "异议权",
        "Who thinks that a record is untrue or wrongly disclosed objects in writing to the big data centre, which \
         examines it, acts and answers soon; what is corrected there is corrected by others too.",
        "认为信息不实或不应公开的，可向市大数据中心书面提出异议，中心应及时核查处理并答复；社会单位应同步更正。",
    )
    .none("later capability: objections; their deadlines are declared already")
    .open(&[Discretion {
        open: "promptly",
        declared: "the mark at once, acceptance in 1 working day, the decision in 3, or 7 where the provider is asked",
        reason: "the draft has no number; other places have 3, 5 and 7 working days, 20 at most",
    }]),
    ArticleRow::new(
        38,
        "The right to be restored",
        "修复权",
        "Subjects may have their credit restored as to a record of untrustworthiness, by the state's uniform rules, \
         and may then ask others to withdraw it.",
        "信用主体对失信信息享有修复权，条件和程序依国家统一规定；修复后可要求社会单位撤除相关信息。",
    )
    .open(&[Discretion {
        open: "uniform state provisions",
        declared: "the national restoration order in force on the day, as a dated file of `regulations/`",
        reason: "the order changed on 2026-04-01 and will change again",
    }]),
];
