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
    .open(&[Discretion {
        open: "establish and complete systems",
        open_zh: "建立健全保护制度",
        declared: "the competent department reviews once, what is late goes up to it, and figures of each authority are published",
        declared_zh: "主管部门复核一次，逾期事项上报主管部门，各单位办理情况公开",
        reason: "a right that nobody watches over is answered by a code",
        reason_zh: "无人监督的权利，往往只得到一个代码作为答复",
    }]),
    ArticleRow::new(
        34,
        "The right to know",
        "知情权",
        "Subjects may know who collects and uses information about them; departments and social units tell them soon.",
        "信用主体有权知悉其信息的采集和使用情况，有关单位应及时告知。",
    )
    .open(&[Discretion {
        open: "promptly notify",
        open_zh: "及时告知",
        declared: "every record and every inquiry, with office, duty and matter, is open to the subject at once",
        declared_zh: "每条记录、每次查询及其单位、职责和事项，信用主体即时可见",
        reason: "what the journal holds needs no letter to become known; letters by mail are a later capability",
        reason_zh: "日志所载无须函件即可知悉；邮件告知为后续功能",
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
        open_zh: "依据法律、法规",
        declared: "nothing about a natural person or an individual business is public unless a law or administrative \
                   regulation, named in the catalogue item, requires it",
        declared_zh: "自然人和个体工商户的信息一律不公开，目录条目载明的法律、行政法规要求公开的除外",
        reason: "publication about a human being cannot be taken back",
        reason_zh: "有关个人的信息一经公开，无法收回",
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
            open_zh: "及时",
            declared: "the platform withdraws in the same act; providers within 1 working day",
            declared_zh: "平台在同一行为中撤回公示；提供单位在1个工作日内撤回",
            reason: "a program needs no time to stop showing something",
            reason_zh: "程序停止公示无须时间",
        },
        Discretion {
            open: "information such as",
            open_zh: "等信息",
            declared: "every item that the catalogue marks as withdrawable",
            declared_zh: "目录标明可以消除的全部条目",
            reason: "what speaks for the subject is the subject's to show",
            reason_zh: "有利于信用主体的信息，是否公示由其本人决定",
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
    .open(&[Discretion {
        open: "promptly",
        open_zh: "及时",
        declared: "the mark at once, acceptance in 1 working day, the decision in 3, or 7 where the provider is asked",
        declared_zh: "即时标注，1个工作日内受理，3个工作日内决定，须征询提供单位的7个工作日内决定",
        reason: "the draft has no number; other places have 3, 5 and 7 working days, 20 at most",
        reason_zh: "草案未规定期限；其他地方为3、5、7个工作日，最长20个工作日",
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
        open_zh: "国家统一规定",
        declared: "the national restoration order in force on the day, as a dated file of regulations/",
        declared_zh: "当日有效的国家信用修复规定，以注明日期的文件载入 regulations/",
        reason: "the order changed on 2026-04-01 and will change again",
        reason_zh: "该规定自2026年4月1日起已有变更，今后还会变更",
    }]),
];
