//! Chapter I, Articles 1 to 8.

use super::{ArticleRow, Discretion};

pub(super) const ROWS: &[ArticleRow] = &[
    ArticleRow::new(
        1,
        "Why the regulations exist",
        "制定本条例的目的",
        "The city wants new ways of governing by credit while the rights of those concerned stay protected.",
        "在保护信用主体权益的前提下创新信用治理，推进社会信用体系建设。",
    )
    .none("a purpose: it guides how the other articles are read and asks for nothing by itself"),
    ArticleRow::new(
        2,
        "Where the regulations apply, and to whom",
        "适用范围与信用主体",
        "They cover credit information and its use in Beijing. Credit subjects are persons and organisations that can \
         act for themselves; credit reporting as a trade has its own law.",
        "适用于本市的社会信用信息管理与应用；信用主体为具有行为能力的自然人、法人和非法人组织，征信业另依其法。",
    )
    .open(&[Discretion {
        open: "capacity for action",
        declared: "a natural person is a credit subject as to conduct after the eighteenth birthday; nothing adverse \
                   about earlier conduct is filed",
        reason: "full capacity begins at eighteen, and the doubt is decided for the child",
    }]),
    ArticleRow::new(
        3,
        "The four fields of credit",
        "社会信用体系的四个领域",
        "Credit is to be built up in government, business, society and the courts, with local rules and standards and \
         with encouragement of those who keep their word.",
        "在政务、商务、社会和司法四个领域推进诚信建设，健全地方制度标准，弘扬诚信文化。",
    )
    .none("a programme for the city's authorities; the chapters that follow carry it out"),
    ArticleRow::new(
        4,
        "What the governments owe the work",
        "政府职责",
        "City and district governments lead the work, pay for it, plan it and count it when they judge departments.",
        "市、区政府加强领导，将信用建设纳入规划、经费和考核。",
    )
    .none("a duty of people: budgets, plans and the judging of departments are outside the platform"),
    ArticleRow::new(
        5,
        "Which department is in charge",
        "主管部门与相关部门",
        "The departments of economy and information technology steer and watch over the work; every other department \
         does its share within its own duties.",
        "经济和信息化部门负责统筹、指导、监督，其他部门按职责分工。",
    ),
    ArticleRow::new(
        6,
        "How credit information is handled",
        "信用信息管理的原则",
        "Handling is lawful, accurate, necessary and secure, and keeps secrets and privacy. Nobody collects, uses, \
         passes on, changes, invents or trades it without a right to.",
        "管理须合法、准确、必要、安全，不得侵害国家秘密、商业秘密和隐私；禁止非法归集、使用、传输、篡改、虚构和买卖。",
    )
    .open(&[Discretion {
        open: "necessary",
        declared: "an item is necessary if the published catalogue lists it with a legal basis, and a field if the \
                   item's closed format has it",
        reason: "necessity is judged once, openly, when the catalogue is compiled, and not by whoever files a line",
    }, Discretion {
        open: "secure",
        declared: "whoever inquires as if identifiers were tried out is slowed, then refused for an hour, and reported: \
                   2,000 and 3,000 inquiries in an hour that show nothing, where they are nine of ten, or 50 and 200 \
                   that are refused",
        reason: "nobody reads so many answers in an hour, and whoever has a duty and a matter is not refused",
    }]),
    ArticleRow::new(
        7,
        "Making credit known",
        "宣传教育",
        "The departments in charge and the media spread knowledge about credit and show good examples.",
        "主管部门和媒体普及信用知识、宣传诚信典型。",
    )
    .none("a duty of people: publicity and education are outside the platform"),
    ArticleRow::new(
        8,
        "Working with neighbouring cities",
        "区域协同",
        "The department in charge agrees with neighbouring cities on standards, sharing and joint use of credit \
         information.",
        "主管部门与周边城市共建标准、共享信息、共同应用。",
    )
    .none("later capability: joint action with other places, after agreements that people conclude"),
];
