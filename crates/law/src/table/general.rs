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
    .none(
        "a purpose: it guides how the other articles are read and asks for nothing by itself",
        "目的条款：指导其他条文的理解，本身不提出具体要求",
    ),
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
        open_zh: "具有行为能力",
        declared: "a natural person is a credit subject as to conduct after the eighteenth birthday; nothing adverse \
                   about earlier conduct is filed",
        declared_zh: "自然人就年满十八周岁之后的行为为信用主体；此前行为的不利信息一律不予归集",
        reason: "full capacity begins at eighteen, and the doubt is decided for the child",
        reason_zh: "十八周岁起具有完全民事行为能力，存疑时作有利于未成年人的判断",
    }]),
    ArticleRow::new(
        3,
        "The four fields of credit",
        "社会信用体系的四个领域",
        "Credit is to be built up in government, business, society and the courts, with local rules and standards and \
         with encouragement of those who keep their word.",
        "在政务、商务、社会和司法四个领域推进诚信建设，健全地方制度标准，弘扬诚信文化。",
    )
    .none(
        "a programme for the city's authorities; the chapters that follow carry it out",
        "对市有关机关的纲领性要求，由以下各章落实",
    ),
    ArticleRow::new(
        4,
        "What the governments owe the work",
        "政府职责",
        "City and district governments lead the work, pay for it, plan it and count it when they judge departments.",
        "市、区政府加强领导，将信用建设纳入规划、经费和考核。",
    )
    .none(
        "a duty of people: budgets, plans and the judging of departments are outside the platform",
        "应由人履行的职责：预算、规划和部门考核不在平台范围内",
    ),
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
        open_zh: "必要",
        declared: "an item is necessary if the published catalogue lists it with a legal basis, and a field if the \
                   item's closed format has it",
        declared_zh: "已公布的目录列明并载明法律依据的条目为必要，条目的封闭数据格式所列的字段为必要",
        reason: "necessity is judged once, openly, when the catalogue is compiled, and not by whoever files a line",
        reason_zh: "是否必要，在编制目录时一次公开判断，不由报送人逐条判断",
    }, Discretion {
        open: "secure",
        open_zh: "安全",
        declared: "whoever inquires as if identifiers were tried out is slowed, then refused for an hour, and reported: \
                   2,000 and 3,000 inquiries in an hour that show nothing, where they are nine of ten, or 50 and 200 \
                   that are refused",
        declared_zh: "查询形似逐一试探标识的，先予减速，继而拒绝一小时，并予报告：\
                      一小时内无结果的查询达2000次、3000次且占十分之九，或者被拒绝的查询达50次、200次",
        reason: "nobody reads so many answers in an hour, and whoever has a duty and a matter is not refused",
        reason_zh: "一小时内无人能读完如此多的结果；有职责、有事项的查询人不会被拒绝",
    }]),
    ArticleRow::new(
        7,
        "Making credit known",
        "宣传教育",
        "The departments in charge and the media spread knowledge about credit and show good examples.",
        "主管部门和媒体普及信用知识、宣传诚信典型。",
    )
    .none(
        "a duty of people: publicity and education are outside the platform",
        "应由人履行的职责：宣传教育不在平台范围内",
    ),
    ArticleRow::new(
        8,
        "Working with neighbouring cities",
        "区域协同",
        "The department in charge agrees with neighbouring cities on standards, sharing and joint use of credit \
         information.",
        "主管部门与周边城市共建标准、共享信息、共同应用。",
    )
    .none(
        "later capability: joint action with other places, after agreements that people conclude",
        "后续功能：与其他地区联动，以有关方面订立的协议为前提",
    ),
];
