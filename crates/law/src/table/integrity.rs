//! Chapter VI, Articles 44 to 52.

use super::ArticleRow;

pub(super) const ROWS: &[ArticleRow] = &[
    ArticleRow::new(
        44,
        "Building credit everywhere",
        "社会信用体系建设总体要求",
        "Credit is strengthened in government, business, society and justice, down to villages, neighbourhoods, \
         enterprises and individuals, so that keeping one's word becomes habit.",
        "推进政务、商务、社会诚信和司法公信建设，鼓励诚信村镇、社区、企业和个人建设。",
    )
    .none(
        "a programme for the city; it asks for no act of the platform, and encourages no score of individuals",
        "对全市的纲领性要求：不要求平台作出行为，也不鼓励对个人打分",
    ),
    ArticleRow::new(
        45,
        "Government keeps its word",
        "政务诚信：履约践诺",
        "Governments and departments keep their promises and contracts, whoever is in office, and do not put off \
         payments against the will of the other side.",
        "政府和部门须履行政策承诺和合同，不得以换届、调整等为由违约，不得违背意愿延长付款期限。",
    )
    .none(
        "later capability: promises of government and their breach, on record as anyone else's are",
        "后续功能：政府的承诺及违诺，与其他主体同等记录",
    ),
    ArticleRow::new(
        46,
        "Civil servants' credit archives",
        "公务员诚信建设",
        "The authority for civil servants teaches them integrity and keeps archives that count for evaluation, \
         appointment, awards and sanctions.",
        "公务员主管部门开展诚信教育，建立公务员诚信档案，作为考核、任用、奖惩的依据。",
    )
    .none(
        "later capability: an archive that the personnel authority keeps apart from the public platform",
        "后续功能：公务员主管部门管理的诚信档案，与公共平台分开",
    ),
    ArticleRow::new(
        47,
        "Business keeps its word",
        "商务诚信：单位和个人",
        "Units and individuals respect law and contract and may use credit products; state-owned enterprises manage \
         their own credit and set an example.",
        "单位和个人应守法重约，鼓励使用信用产品；国有企业应健全内部信用管理并作表率。",
    )
    .none(
        "a duty of people: the conduct of business is outside the platform",
        "应由人履行的职责：商务活动不在平台范围内",
    ),
    ArticleRow::new(
        48,
        "Associations of business",
        "商务诚信：行业协会商会",
        "Industry associations teach credit, assess and warn their members, and may reward and punish them by their \
         charters.",
        "行业协会商会将诚信纳入章程，开展培训、评价和预警，可依章程奖惩会员。",
    )
    .none(
        "later capability: what associations give to the platform; how they treat members is their charter's matter",
        "后续功能：行业协会商会向平台提供的信息；对会员的奖惩由其章程规定",
    ),
    ArticleRow::new(
        49,
        "Public services for the trustworthy",
        "社会诚信：公共服务应用",
        "Enterprises and institutions that serve the public are encouraged to make things easier for the trustworthy.",
        "鼓励公共服务单位运用信用信息，为守信主体提供便利。",
    )
    .none(
        "an encouragement of people: what such services offer is outside the platform",
        "鼓励性规定：公共服务单位提供的便利不在平台范围内",
    ),
    ArticleRow::new(
        50,
        "Archives of trades that enter homes and lives",
        "社会诚信：从业人员档案",
        "Social units in fields such as couriers, domestic help, agencies, teaching and transport are encouraged to \
         keep archives of their workers' professional credit.",
        "鼓励快递、家政、中介、教培、交通等领域的社会单位建立从业人员职业信用档案。",
    )
    .none(
        "an encouragement of social units: their archives are theirs, and no record of the platform",
        "对社会单位的鼓励性规定：档案由其自行管理，不属于平台的记录",
    ),
    ArticleRow::new(
        51,
        "Everyone keeps their word",
        "社会诚信：公众",
        "The public obeys the law and keeps pledges and contracts; people may ask a provider for a credit report \
         before they let a tutor in or rent a home.",
        "公众应守法践诺、尊重契约；鼓励自然人在接受家教、租房等服务时索取信用报告。",
    )
    .none(
        "later capability: a subject's own credit report, which the subject may hand on",
        "后续功能：信用主体本人的信用报告，可由本人提供给他人",
    ),
    ArticleRow::new(
        52,
        "Courts that can be trusted",
        "司法公信",
        "Judicial organs work in an orderly and regular way, so that justice is fair and is seen to be.",
        "司法机关提高工作规范化水平，严格公正司法，提升司法公信力。",
    )
    .none(
        "a duty of people: the work of the courts is outside the platform",
        "应由人履行的职责：司法工作不在平台范围内",
    ),
];
