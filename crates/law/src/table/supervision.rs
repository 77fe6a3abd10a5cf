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
    .none("a duty of people: departments set up their mechanisms; the articles that follow bring the acts"),
    ArticleRow::new(
        22,
        "Pledges in place of proof",
        "信用承诺",
        "Where a pledge replaces a proof, the department says beforehand how keeping it is judged, what follows a \
         breach and how that ends; pledges and breaches go to the platform.",
        "实行告知承诺的事项，应事先明确履诺标准、认定程序、限制与解除措施，承诺及违诺信息归集至平台。",
    )
    .none("later capability: pledges and the finding of their breach; the catalogue already has the items"),
    ArticleRow::new(
        23,
        "The comprehensive public assessment",
        "公共信用综合评价",
        "The department in charge assesses credit subjects from public credit information, after the state's rules.",
        "主管部门依照国家规定开展公共信用综合评价。",
    )
    .none("later capability: assessment of organisations; a human being is never assessed")
    .open(&[Discretion {
        open: "credit subjects",
        declared: "legal persons and unincorporated organisations only",
        reason: "the state's own rule and standard assess enterprises, and a person's grade would be a score",
    }]),
    ArticleRow::new(
        24,
        "Industry assessments and tiers",
        "行业信用评价与分级分类",
        "Departments make an index for their field and assess subjects with it, from the comprehensive assessment; the \
         result decides how, how often and how much is inspected.",
        "市级部门制定行业评价指标并据此评价；依评价结果实施分级分类监管和差异化检查。",
    )
    .none("later capability: industry assessments of organisations, and tiers of inspection"),
    ArticleRow::new(
        25,
        "Rewards for the trustworthy",
        "守信激励措施",
        "Subjects who stand well in their industry's assessment may be served faster, preferred, given points, \
         inspected less and recommended for honours.",
        "行业信用评价良好的，可给予便利、优先、加分、减少检查、优先推荐等激励。",
    )
    .none("later capability: measures, decided by a named officer"),
    ArticleRow::new(
        26,
        "Measures against the untrustworthy",
        "失信惩戒措施",
        "Subjects who stand badly in their industry's assessment may be reviewed more closely, kept from posts, \
         markets, funds, tenders, facilities or honours, and inspected more.",
        "行业信用评价较差的，可采取重点审查、任职和市场限制、资金和交易限制、加强检查等惩戒。",
    )
    .none("later capability: measures, decided by a named officer after notice, and only within the national list")
    .open(&[Discretion {
        open: "one or more",
        declared: "an officer chooses in writing, with reasons, after notice and a chance to answer; never automatic, \
                   and never on this ground against a natural person or an individual business",
        reason: "the article rests on an industry assessment, and human beings have none",
    }]),
    ArticleRow::new(
        27,
        "Punishment in proportion",
        "惩戒的比例原则",
        "A measure fits the facts, the nature and the circumstances of the conduct and the harm done, and stays within \
         the conditions, kinds and scope that a law gives.",
        "惩戒措施应与失信事实、性质、情节和危害相适应，不得超出法定条件、种类和范围。",
    )
    .none("later capability: measures carry written reasons on each of these points")
    .open(&[Discretion {
        open: "suited to",
        declared: "the decision must state facts, nature, circumstances and harm, each in words, and name the law",
        reason: "a program cannot weigh; it can refuse a decision in which nobody has weighed",
    }]),
    ArticleRow::new(
        28,
        "Acting jointly",
        "联合奖惩",
        "The department in charge may bring departments together to reward or punish jointly, as state and city rules \
         provide.",
        "主管部门可会同有关部门依规定实施联合激励和联合惩戒。",
    )
    .none("later capability: joint action"),
    ArticleRow::new(
        29,
        "Standards for serious cases",
        "严重失信行为认定标准",
        "What counts as seriously untrustworthy, how it is found and how it is remedied stands in standards that are \
         opened to comments, approved by the city and published.",
        "严重失信行为的认定标准、程序和救济措施须征求意见、经市政府批准并公布。",
    )
    .none("later capability: listing, which names the published standard; drafting it is a duty of people"),
    ArticleRow::new(
        30,
        "What is seriously untrustworthy",
        "严重失信行为的情形",
        "Grave danger to health or life, grave harm to fair competition or public order, grave refusal of legal duties, \
         refusal of defence duties, and other grave breaches in named fields.",
        "包括严重危害健康安全、破坏市场和社会秩序、拒不履行法定义务、拒绝国防义务及特定领域的其他严重违法失信行为。",
    )
    .none("later capability: listing under one of the five items")
    .open(&[Discretion {
        open: "serious",
        declared: "the department finds it under a published standard of Article 29 and states which; the platform \
                   refuses a listing that names none",
        reason: "gravity is a judgment about conduct; code can only ask that a standard is applied",
    }]),
    ArticleRow::new(
        31,
        "How one comes onto the list",
        "严重失信主体名单的认定程序",
        "The department in whose field it falls lists by the standard and tells the subject in writing why, on what \
         basis, with what measures and which rights; an objection is examined again and answered soon.",
        "由行业主管部门按标准认定，书面告知依据、理由、措施和权利；提出异议的应及时复核并反馈。",
    )
    .none("later capability: listing with notice, answer and re-examination")
    .open(&[Discretion {
        open: "promptly (re-examination)",
        declared: "7 working days from the objection",
        reason: "the term of an objection in which the providing authority is asked",
    }]),
    ArticleRow::new(
        32,
        "Measures against those on the list",
        "严重失信惩戒措施",
        "Those on the list may be kept from industries, posts, high spending, leaving the country and honours, or meet \
         other measures of a law or administrative regulation.",
        "对名单主体可限制行业准入、任职、高消费、出境、评优等，或采取法律、行政法规规定的其他措施。",
    )
    .none("later capability: measures after a completed listing"),
];
