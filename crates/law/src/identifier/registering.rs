//! Who registers organisations, and as what: the first two places of a unified social credit code.

/// A registering authority (登记管理部门) with its categories.
pub(super) struct Authority {
    /// Place 1.
    place: char,
    /// What it registers for, in Chinese.
    pub(super) zh: &'static str,
    /// The same in English.
    pub(super) en: &'static str,
    /// Place 2 and what it names.
    categories: &'static [(char, &'static str)],
}

/// The authority and the category that the first two places name, as far as the table knows them.
pub(super) fn registering(code: &str) -> Option<(&'static Authority, Option<&'static str>)> {
    let mut places = code.chars();
    let (first, second) = (places.next()?, places.next()?);
    let authority = AUTHORITIES.iter().find(|authority| authority.place == first)?;
    let category = authority.categories.iter().find(|(place, _)| *place == second).map(|(_, name)| *name);
    Some((authority, category))
}

/// The table of the standard with its amendment. The row Y is from memory, certainty M; it decides nothing but a flag.
const AUTHORITIES: &[Authority] = &[
    Authority {
        place: '1',
        zh: "机构编制",
        en: "establishment control",
        categories: &[
            ('1', "organ"),
            ('2', "public institution"),
            ('3', "mass organisation"),
            ('9', "other"),
        ],
    },
    Authority {
        place: '2',
        zh: "外交",
        en: "foreign affairs",
        categories: &[('1', "permanent office of a foreign news body"), ('9', "other")],
    },
    Authority {
        place: '3',
        zh: "司法行政",
        en: "justice",
        categories: &[
            ('1', "law practice"),
            ('2', "notary office"),
            ('3', "grass-roots legal service"),
            ('4', "forensic institution"),
            ('5', "arbitration commission"),
            ('9', "other"),
        ],
    },
    Authority {
        place: '4',
        zh: "文化",
        en: "culture",
        categories: &[('1', "foreign cultural centre"), ('9', "other")],
    },
    Authority {
        place: '5',
        zh: "民政",
        en: "civil affairs",
        categories: &[
            ('1', "social association"),
            ('2', "private non-enterprise unit"),
            ('3', "foundation"),
            ('9', "other"),
        ],
    },
    Authority {
        place: '6',
        zh: "旅游",
        en: "tourism",
        categories: &[
            ('1', "office of a foreign tourism department"),
            ('2', "Hong Kong or Macau tourism office"),
            ('9', "other"),
        ],
    },
    Authority {
        place: '7',
        zh: "宗教",
        en: "religion",
        categories: &[('1', "venue"), ('2', "religious school"), ('9', "other")],
    },
    Authority {
        place: '8',
        zh: "工会",
        en: "trade union",
        categories: &[('1', "grass-roots union"), ('9', "other")],
    },
    Authority {
        place: '9',
        zh: "市场监督管理",
        en: "market regulation",
        categories: &[('1', "enterprise"), ('2', "individual business"), ('3', "farmers' cooperative")],
    },
    Authority {
        place: 'A',
        zh: "军队编制",
        en: "military establishment",
        categories: &[('1', "military public institution"), ('9', "other")],
    },
    Authority {
        place: 'N',
        zh: "农业",
        en: "agriculture",
        categories: &[
            ('1', "group-level collective economic organisation"),
            ('2', "village-level collective economic organisation"),
            ('3', "township-level collective economic organisation"),
            ('9', "other"),
        ],
    },
    Authority { place: 'Y', zh: "其他", en: "other", categories: &[('1', "other")] },
];
