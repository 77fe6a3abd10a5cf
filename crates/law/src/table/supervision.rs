//! Chapter III, Articles 21 to 32.

use super::{ArticleRow, Discretion};

pub(super) const ROWS: &[ArticleRow] = &[
    ArticleRow::new(
        21,
        "Supervision by credit in each field",
        "信用监管制度",
        "The city's departments set up, each in its field, supervision that works with pledges, assessments, tiers, \
         incentives and punishments.",
        "市级部门在各自行业领域建立以信用为基础的监管机制。",
    )
    .none(
        "a duty of people: departments set up their mechanisms; the articles that follow bring the acts",
        "应由人履行的职责：机制由各部门建立，具体行为由以下各条规定",
    ),
    ArticleRow::new(
        22,
        "Pledges in place of proof",
        "信用承诺",
        "Where a pledge replaces a proof, the department says beforehand how keeping it is judged, what follows a \
         breach and how that ends; pledges and breaches go to the platform.",
        "实行告知承诺的事项，应事先明确履诺标准、认定程序、限制与解除措施，承诺及违诺信息归集至平台。",
    )
    .none(
        "later capability: pledges and the finding of their breach; the catalogue already has the items",
        "后续功能：信用承诺及违诺认定；目录已列有相关条目",
    ),
    ArticleRow::new(
        23,
        "The comprehensive public assessment",
        "公共信用综合评价",
        "The department in charge assesses credit subjects from public credit information, after the state's rules.",
        "主管部门依照国家规定开展公共信用综合评价。",
    )
    .none(
        "later capability: assessment of organisations; a human being is never assessed",
        "后续功能：对组织的评价；对自然人和个体工商户一律不作评价",
    )
    .open(&[Discretion {
        open: "credit subjects",
        open_zh: "信用主体",
        declared: "legal persons and unincorporated organisations only",
        declared_zh: "仅限法人和非法人组织",
        reason: "the state's own rule and standard assess enterprises, and a person's grade would be a score",
        reason_zh: "国家的规定和标准以企业为评价对象，对个人评级即为打分",
    }]),
    ArticleRow::new(
        24,
        "Industry assessments and tiers",
        "行业信用评价与分级分类",
        "Departments make an index for their field and assess subjects with it, from the comprehensive assessment; the \
         result decides how, how often and how much is inspected.",
        "市级部门制定行业评价指标并据此评价；依评价结果实施分级分类监管和差异化检查。",
    )
    .none(
        "later capability: industry assessments of organisations, and tiers of inspection",
        "后续功能：对组织的行业信用评价和分级分类检查",
    ),
    ArticleRow::new(
        25,
        "Rewards for the trustworthy",
        "守信激励措施",
        "Subjects who stand well in their industry's assessment may be served faster, preferred, given points, \
         inspected less and recommended for honours.",
        "行业信用评价良好的，可给予便利、优先、加分、减少检查、优先推荐等激励。",
    )
    .none(
        "later capability: measures, decided by a named officer",
        "后续功能：激励措施，由具名工作人员决定",
    ),
    ArticleRow::new(
        26,
        "Measures against the untrustworthy",
        "失信惩戒措施",
        "Subjects who stand badly in their industry's assessment may be reviewed more closely, kept from posts, \
         markets, funds, tenders, facilities or honours, and inspected more.",
        "行业信用评价较差的，可采取重点审查、任职和市场限制、资金和交易限制、加强检查等惩戒。",
    )
    .none(
        "later capability: measures, decided by a named officer after notice, and only within the national list",
        "后续功能：惩戒措施，经告知后由具名工作人员决定，且限于国家清单之内",
    )
    .open(&[Discretion {
        open: "one or more",
        open_zh: "一项或者多项",
        declared: "an officer chooses in writing, with reasons, after notice and a chance to answer; never automatic, \
                   and never on this ground against a natural person or an individual business",
        declared_zh: "经告知并听取陈述、申辩，由工作人员书面选定并说明理由；不得自动实施，不得依本条惩戒自然人或者个体工商户",
        reason: "the article rests on an industry assessment, and human beings have none",
        reason_zh: "本条以行业信用评价为依据，而自然人和个体工商户不作评价",
    }]),
    ArticleRow::new(
        27,
        "Punishment in proportion",
        "惩戒的比例原则",
        "A measure fits the facts, the nature and the circumstances of the conduct and the harm done, and stays within \
         the conditions, kinds and scope that a law gives.",
        "惩戒措施应与失信事实、性质、情节和危害相适应，不得超出法定条件、种类和范围。",
    )
    .none(
        "later capability: measures carry written reasons on each of these points",
        "后续功能：惩戒措施须就上述各点书面说明理由",
    )
    .open(&[Discretion {
        open: "suited to",
        open_zh: "相适应",
        declared: "the decision must state facts, nature, circumstances and harm, each in words, and name the law",
        declared_zh: "决定须逐一写明事实、性质、情节和危害，并载明法律依据",
        reason: "a program cannot weigh; it can refuse a decision in which nobody has weighed",
        reason_zh: "程序不能权衡，但可以拒绝未经权衡的决定",
    }]),
    ArticleRow::new(
        28,
        "Acting jointly",
        "联合奖惩",
        "The department in charge may bring departments together to reward or punish jointly, as state and city rules \
         provide.",
        "主管部门可会同有关部门依规定实施联合激励和联合惩戒。",
    )
    .none(
        "later capability: joint action",
        "后续功能：联合奖惩",
    ),
    ArticleRow::new(
        29,
        "Standards for serious cases",
        "严重失信行为认定标准",
        "What counts as seriously untrustworthy, how it is found and how it is remedied stands in standards that are \
         opened to comments, approved by the city and published.",
        "严重失信行为的认定标准、程序和救济措施须征求意见、经市政府批准并公布。",
    )
    .none(
        "later capability: listing, which names the published standard; drafting it is a duty of people",
        "后续功能：名单认定须载明所依的已公布标准；标准由人制定",
    ),
    ArticleRow::new(
        30,
        "What is seriously untrustworthy",
        "严重失信行为的情形",
        "Grave danger to health or life, grave harm to fair competition or public order, grave refusal of legal duties, \
         refusal of defence duties, and other grave breaches in named fields.",
        "包括严重危害健康安全、破坏市场和社会秩序、拒不履行法定义务、拒绝国防义务及特定领域的其他严重违法失信行为。",
    )
    .none(
        "later capability: listing under one of the five items",
        "后续功能：依照五项情形之一列入名单",
    )
    .open(&[Discretion {
        open: "serious",
        open_zh: "严重",
        declared: "the department finds it under a published standard of Article 29 and states which; the platform \
                   refuses a listing that names none",
        declared_zh: "由部门依照第二十九条公布的标准认定，并载明所依标准；未载明的，平台不予列入",
        reason: "gravity is a judgment about conduct; code can only ask that a standard is applied",
        reason_zh: "是否严重是对行为的判断，程序只能要求适用标准",
    }]),
    ArticleRow::new(
        31,
        "How one comes onto the list",
        "严重失信主体名单的认定程序",
        "The department in whose field it falls lists by the standard and tells the subject in writing why, on what \
         basis, with what measures and which rights; an objection is examined again and answered soon.",
        "由行业主管部门按标准认定，书面告知依据、理由、措施和权利；提出异议的应及时复核并反馈。",
    )
    .none(
        "later capability: listing with notice, answer and re-examination",
        "后续功能：名单认定的告知、申辩和复核",
    )
    .open(&[Discretion {
        open: "promptly (re-examination)",
        open_zh: "及时（复核）",
        declared: "7 working days from the objection",
        declared_zh: "自提出异议之日起7个工作日内",
        reason: "the term of an objection in which the providing authority is asked",
        reason_zh: "与须征询提供单位的异议办理期限一致",
    }]),
    ArticleRow::new(
        32,
        "Measures against those on the list",
        "严重失信惩戒措施",
        "Those on the list may be kept from industries, posts, high spending, leaving the country and honours, or meet \
         other measures of a law or administrative regulation.",
        "对名单主体可限制行业准入、任职、高消费、出境、评优等，或采取法律、行政法规规定的其他措施。",
    )
    .none(
        "later capability: measures after a completed listing",
        "后续功能：名单认定完成后的惩戒措施",
    ),
];
