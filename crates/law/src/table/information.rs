//! Chapter II, Articles 9 to 20.

use super::{ArticleRow, Discretion};

pub(super) const ROWS: &[ArticleRow] = &[
    ArticleRow::new(
        9,
        "Public and other credit information",
        "信用信息的分类",
        "Credit information is either public credit information, which comes from the exercise of public duties, or \
         not.",
        "信用信息分为公共信用信息和非公共信用信息两类。",
    )
    .none(
        "a division: the catalogue admits public credit information only; the other kind is a later capability",
        "分类条款：目录仅收录公共信用信息；非公共信用信息为后续功能",
    ),
    ArticleRow::new(
        10,
        "The catalogue, and how it comes about",
        "公共信用信息目录的编制",
        "Only what a published catalogue lists is public credit information. It is compiled by the department in \
         charge, opened to comments, weighed where it burdens anyone, approved by the city and kept up to date.",
        "公共信用信息实行目录管理；目录由主管部门会同有关部门编制，公开征求意见，涉及减损权益的须评估，经市政府批准后公布。",
    ),
    ArticleRow::new(
        11,
        "What a catalogue item must say",
        "目录要素",
        "Each item names the information, who provides it, whether and how long it is disclosed, with whom and for \
         what it is shared, its format and how often it is renewed.",
        "目录条目须载明名称、提供单位、公开属性、公示期限、共享属性、使用权限、数据格式和更新周期。",
    ),
    ArticleRow::new(
        12,
        "Three classes of public credit information",
        "公共信用信息的三种类型",
        "Basic information says who a subject is; information on untrustworthiness tells of penalties, compulsion and \
         false or broken pledges; other information tells of awards, permits and the like.",
        "基本信息反映身份概况；失信信息反映处罚、强制和违背承诺等；其他信息反映表彰、许可等。",
    )
    .open(&[Discretion {
        open: "and so forth",
        open_zh: "等",
        declared: "the class of each item is fixed in the published catalogue, with its legal basis",
        declared_zh: "每一条目的类别由已公布的目录确定，并载明法律依据",
        reason: "whether something is adverse must be known before it is filed, not found by the reader",
        reason_zh: "信息是否不利，应在报送前明确，不由查阅人自行判断",
    }]),
    ArticleRow::new(
        13,
        "The platform and who runs it",
        "市公共信用信息服务平台",
        "The city has one platform that gathers, shares and shows public credit information and is linked to the \
         national one. The big data centre builds and runs it and writes down how.",
        "全市建立统一的公共信用信息服务平台，由市大数据中心建设、运行和维护，并与国家平台互联。",
    ),
    ArticleRow::new(
        14,
        "Filing, and putting mistakes right",
        "公共信用信息的归集与更正",
        "Departments file what the catalogue lists, soon after they have it, on the ground of documents with legal \
         effect; what proves wrong or incomplete they correct soon.",
        "部门按目录及时归集信息，以有效文书为依据，保证准确完整；发现错漏应及时更正。",
    )
    .open(&[
        Discretion {
            open: "promptly (filing)",
            open_zh: "及时（归集）",
            declared: "7 working days from the decision, or the item's update period where it is shorter",
            declared_zh: "自决定作出之日起7个工作日内；条目的更新周期更短的，以更新周期为准",
            reason: "permits and penalties are published within 7 working days of the decision everywhere",
            reason_zh: "各地行政许可、行政处罚信息均在决定作出后7个工作日内公示",
        },
        Discretion {
            open: "promptly (correction)",
            open_zh: "及时（更正）",
            declared: "3 working days from knowing of the mistake",
            declared_zh: "自知悉错误之日起3个工作日内",
            reason: "the term that other places and market regulation give for annulled decisions",
            reason_zh: "其他地方和市场监管领域对被撤销的决定规定的期限",
        },
        Discretion {
            open: "other valid supporting documents",
            open_zh: "其他有效证明文件",
            declared: "a document with a number, a date and an issuing authority; its digest is kept where it is given",
            declared_zh: "有文号、日期和制发机关的文件；提供摘要值的，一并留存",
            reason: "what cannot be found again cannot be checked by the subject",
            reason_zh: "无从查找的文件，信用主体无法核对",
        },
    ]),
    ArticleRow::new(
        15,
        "How long information is displayed",
        "公示期限",
        "The platform may show basic and other information for long; information on untrustworthiness for three years \
         at most, unless a law or an administrative regulation gives another term.",
        "基本信息和其他信息可长期公示；失信信息公示不超过三年，法律、行政法规另有规定的除外。",
    )
    .open(&[
        Discretion {
            open: "where the three years begin",
            open_zh: "三年的起算日",
            declared: "the day of the finding document is day 0; the corresponding day is the last one and is included",
            declared_zh: "认定文书作出之日为第0日；期满的对应日为最后一日，计入期限",
            reason: "the national rule counts from the finding, so that late filing never prolongs a display",
            reason_zh: "国家规定自认定之日起算，迟延报送不延长公示",
        },
        Discretion {
            open: "how severe a finding is",
            open_zh: "失信的严重程度",
            declared: "the item's severity rule names the sector's published standard and its words or amounts",
            declared_zh: "由条目的严重程度规则指明行业已公布的标准及其用语或者金额",
            reason: "the sectors publish the standards; the platform only reads them",
            reason_zh: "标准由各行业公布，平台仅对照适用",
        },
        Discretion {
            open: "minor findings",
            open_zh: "轻微失信",
            declared: "not displayed, unless a named rule displays them for at most 3 months",
            declared_zh: "不予公示；有指明的规则予以公示的，最长3个月",
            reason: "the national rule does not display them in principle, and the draft allows a shorter display",
            reason_zh: "国家规定原则上不予公示，草案允许较短的公示期限",
        },
    ]),
    ArticleRow::new(
        16,
        "Collecting other credit information",
        "非公共信用信息的采集",
        "Social units collect and use it with consent, after saying what, how and for which use; they force nobody and \
         tie no service to it. They may give it to the platform.",
        "社会单位采集使用非公共信用信息须经同意并告知内容、方式和用途，不得强迫或搭售；鼓励向平台提供。",
    )
    .none(
        "later capability: collection by social units on the subject's consent",
        "后续功能：社会单位经信用主体同意采集信息",
    ),
    ArticleRow::new(
        17,
        "What must not be collected",
        "禁止和限制采集的内容",
        "Religion, genes, blood type, illness and whatever else a law forbids are never collected; income, savings, \
         securities, insurance, property and taxes of a person only with that person's consent.",
        "宗教信仰、基因、血型、疾病等法律禁止的信息一律不得采集；收入、存款、有价证券、保险、不动产和纳税数额须经本人同意。",
    )
    .open(&[Discretion {
        open: "other information that laws prohibit",
        open_zh: "法律禁止采集的其他信息",
        declared: "a list of words that no item, field or free text of a record may carry, wider than the article's own",
        declared_zh: "列出禁用词，任何条目、字段和记录文字均不得含有，范围宽于本条列举",
        reason: "a refused line can be filed again without the word; a leaked one cannot be taken back",
        reason_zh: "被退回的行去掉该词即可重新报送；已泄露的无法收回",
    }]),
    ArticleRow::new(
        18,
        "What subjects declare themselves",
        "自主申报",
        "Subjects may give information about themselves of their own will, and answer for its truth.",
        "鼓励信用主体自主申报自身信息，并对真实性负责。",
    )
    .none(
        "later capability: declarations by the subject",
        "后续功能：信用主体自主申报",
    ),
    ArticleRow::new(
        19,
        "Security, and what follows a leak",
        "信息安全",
        "Whoever holds credit information secures it by rules and by technique. A serious leak is dealt with and \
         reported soon.",
        "各持有单位建立安全管理制度和技术措施；发生严重泄露应及时处置并报告。",
    )
    .open(&[
        Discretion {
            open: "promptly",
            open_zh: "及时",
            declared: "classified, contained and reported by the end of the working day after the discovery, what is serious within \
                       24 hours, what is grave within 4; those concerned are told within 3 working days",
            declared_zh: "发现后次一工作日结束前完成分级、控制和报告，较大事件在24小时内，重大事件在4小时内；3个工作日内告知相关信用主体",
            reason: "those concerned can protect themselves only if they are told early",
            reason_zh: "及早告知，相关信用主体才能保护自己",
        },
        Discretion {
            open: "circumstances such as serious leaks",
            open_zh: "严重泄露等情形",
            declared: "three classes, ordinary, serious and grave, each with its rule in the regulations' data; every class is \
                       registered, contained, reported and told",
            declared_zh: "分为一般、较大、重大三级，各级规则载于法规数据；各级事件均须登记、控制、报告和告知",
            reason: "what is not written down because it seemed small is not found when it turns out to be large",
            reason_zh: "因看似轻微而未作记录的，事后查明重大时已无从查起",
        },
        Discretion {
            open: "telling those concerned, which the article does not name",
            open_zh: "告知相关信用主体（本条未作规定）",
            declared: "each is told in their own view; it is left out only on a stated ground: nobody is concerned, or the \
                       measures prevented any harm",
            declared_zh: "逐一在其本人页面告知；载明理由的方可不告知：不涉及任何信用主体，或者已采取的措施避免了损害",
            reason: "no secret record: who is hurt by a leak is the first to know of it",
            reason_zh: "不留秘密记录：因泄露受损的人应当最先知情",
        },
        Discretion {
            open: "necessary technical measures",
            open_zh: "必要的技术措施",
            declared: "sealed payloads and identifiers, a journal that shows every change, hashed keys, masked output",
            declared_zh: "载荷和标识加密封存，日志显示每次变更，密钥仅存散列值，输出予以脱敏",
            reason: "each answers a way in which such collections have leaked before",
            reason_zh: "每项措施均针对此类信息库以往发生过的一种泄露",
        },
    ]),
    ArticleRow::new(
        20,
        "When officials must look, and what for",
        "公共信用信息的查询使用",
        "Departments consult the records when they do one of six kinds of duty: permits and inspection; safety, \
         environment and the like; public money and contracts; public service posts and titles; honours; other matters \
         that the state or city provides. What they find has consequences, good or bad.",
        "部门在六类履职事项中应当查询信用信息，并依记录采取相应的限制或激励。",
    )
    .open(&[
        Discretion {
            open: "corresponding restrictions and incentives",
            open_zh: "相应的限制和激励",
            declared: "the platform shows the records; a named officer decides under Articles 25 to 27, never a program",
            declared_zh: "平台展示信用记录；由具名工作人员依照第二十五条至第二十七条决定，程序一律不作决定",
            reason: "what corresponds is a judgment about one case, for which a person answers",
            reason_zh: "何为相应，须就个案判断，并由人负责",
        },
        Discretion {
            open: "other matters",
            open_zh: "其他事项",
            declared: "duty (6) needs a matter number and is open only for items whose usage authorisation names it",
            declared_zh: "第六项职责须有事项编号，且限于使用权限列明该项职责的条目",
            reason: "an open clause must not become a way around the other five",
            reason_zh: "兜底条款不得成为绕过前五项的途径",
        },
    ]),
];
