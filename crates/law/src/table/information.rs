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
    .none("a division: the catalogue admits public credit information only; the other kind is a later capability"),
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
        declared: "the class of each item is fixed in the published catalogue, with its legal basis",
        reason: "whether something is adverse must be known before it is filed, not found by the reader",
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
            declared: "7 working days from the decision, or the item's update period where it is shorter",
            reason: "permits and penalties are published within 7 working days of the decision everywhere",
        },
        Discretion {
            open: "promptly (correction)",
            declared: "3 working days from knowing of the mistake",
            reason: "the term that other places and market regulation give for annulled decisions",
        },
        Discretion {
            open: "other valid supporting documents",
            declared: "a document with a number, a date and an issuing authority; its digest is kept where it is given",
            reason: "what cannot be found again cannot be checked by the subject",
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
            declared: "the day of the finding document is day 0; the corresponding day is the last one and is included",
            reason: "the national rule counts from the finding, so that late filing never prolongs a display",
        },
        Discretion {
            open: "how severe a finding is",
            declared: "the item's severity rule names the sector's published standard and its words or amounts",
            reason: "the sectors publish the standards; the platform only reads them",
        },
        Discretion {
            open: "minor findings",
            declared: "not displayed, unless a named rule displays them for at most 3 months",
            reason: "the national rule does not display them in principle, and the draft allows a shorter display",
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
    .none("later capability: collection by social units on the subject's consent"),
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
        declared: "a list of words that no item, field or free text of a record may carry, wider than the article's own",
        reason: "a refused line can be filed again without the word; a leaked one cannot be taken back",
    }]),
    ArticleRow::new(
        18,
        "What subjects declare themselves",
        "自主申报",
        "Subjects may give information about themselves of their own will, and answer for its truth.",
        "鼓励信用主体自主申报自身信息，并对真实性负责。",
    )
    .none("later capability: declarations by the subject"),
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
            declared: "classified, contained and reported by the end of the working day after the discovery, what is serious within \
                       24 hours, what is grave within 4; those concerned are told within 3 working days",
            reason: "those concerned can protect themselves only if they are told early",
        },
        Discretion {
            open: "circumstances such as serious leaks",
            declared: "three classes, ordinary, serious and grave, each with its rule in the regulations' data; every class is \
                       registered, contained, reported and told",
            reason: "what is not written down because it seemed small is not found when it turns out to be large",
        },
        Discretion {
            open: "telling those concerned, which the article does not name",
            declared: "each is told in their own view; it is left out only on a stated ground: nobody is concerned, or the \
                       measures prevented any harm",
            reason: "no secret record: who is hurt by a leak is the first to know of it",
        },
        Discretion {
            open: "necessary technical measures",
            declared: "sealed payloads and identifiers, a journal that shows every change, hashed keys, masked output",
            reason: "each answers a way in which such collections have leaked before",
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
            declared: "the platform shows the records; a named officer decides under Articles 25 to 27, never a program",
            reason: "what corresponds is a judgment about one case, for which a person answers",
        },
        Discretion {
            open: "other matters",
            declared: "duty (6) needs a matter number and is open only for items whose usage authorisation names it",
            reason: "an open clause must not become a way around the other five",
        },
    ]),
];
