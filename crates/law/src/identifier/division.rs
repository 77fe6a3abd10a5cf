//! Administrative divisions (GB/T 2260), as information: a division in an old number may be abolished, and a number
//! is the same number all the same. Beijing is told to the district; elsewhere the province.

use std::fmt;

/// A division that was never assigned. Numbers of invented persons are made with it, so that none is a real person's.
pub const NEVER_ASSIGNED_DIVISION: &str = "110199";

/// What is known of a six-figure division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// The national level, `100000`, in codes of organisations.
    National,
    /// Beijing or a district of it that exists today.
    Beijing {
        /// Its name in Chinese.
        zh: &'static str,
        /// Its name in English.
        en: &'static str,
    },
    /// A former district or county of Beijing.
    FormerBeijing {
        /// Its name in Chinese.
        zh: &'static str,
        /// Its name in English.
        en: &'static str,
        /// The last year in which it existed, where known.
        until: Option<u16>,
    },
    /// A division of another province, region or city, not looked at more closely.
    Elsewhere {
        /// The province in Chinese.
        zh: &'static str,
        /// The province in English.
        en: &'static str,
    },
    /// Begins as Beijing's do, and was never assigned.
    NeverAssigned,
    /// No province has these first two figures.
    Unknown,
}

/// What is known of a division.
#[must_use]
pub fn division(code: &str) -> Division {
    if code == "100000" {
        return Division::National;
    }
    if let Some((_, zh, en)) = BEIJING.iter().find(|(known, ..)| *known == code) {
        return Division::Beijing { zh, en };
    }
    if let Some((_, zh, en, until)) = FORMER_BEIJING.iter().find(|(known, ..)| *known == code) {
        return Division::FormerBeijing { zh, en, until: *until };
    }
    if code.starts_with("11") {
        return Division::NeverAssigned;
    }
    match PROVINCES.iter().find(|(known, ..)| code.starts_with(known)) {
        Some((_, zh, en)) => Division::Elsewhere { zh, en },
        None => Division::Unknown,
    }
}

impl fmt::Display for Division {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::National => formatter.write_str("national level"),
            Self::Beijing { zh, en } => write!(formatter, "{en} ({zh})"),
            Self::FormerBeijing { zh, en, until: Some(year) } => {
                write!(formatter, "{en} ({zh}), abolished in {year}")
            }
            Self::FormerBeijing { zh, en, until: None } => write!(formatter, "{en} ({zh}), abolished"),
            Self::Elsewhere { zh, en } => write!(formatter, "a division of {en} ({zh})"),
            Self::NeverAssigned => formatter.write_str("never assigned"),
            Self::Unknown => formatter.write_str("unknown"),
        }
    }
}

const BEIJING: &[(&str, &str, &str)] = &[
    ("110000", "北京", "Beijing"),
    ("110100", "北京市辖区", "Beijing, districts"),
    ("110101", "东城", "Dongcheng"),
    ("110102", "西城", "Xicheng"),
    ("110105", "朝阳", "Chaoyang"),
    ("110106", "丰台", "Fengtai"),
    ("110107", "石景山", "Shijingshan"),
    ("110108", "海淀", "Haidian"),
    ("110109", "门头沟", "Mentougou"),
    ("110111", "房山", "Fangshan"),
    ("110112", "通州", "Tongzhou"),
    ("110113", "顺义", "Shunyi"),
    ("110114", "昌平", "Changping"),
    ("110115", "大兴", "Daxing"),
    ("110116", "怀柔", "Huairou"),
    ("110117", "平谷", "Pinggu"),
    ("110118", "密云", "Miyun"),
    ("110119", "延庆", "Yanqing"),
];

/// Former divisions of Beijing. The names of the counties by number are certainty H where no year stands beside them.
const FORMER_BEIJING: &[(&str, &str, &str, Option<u16>)] = &[
    ("110103", "崇文", "Chongwen", Some(2010)),
    ("110104", "宣武", "Xuanwu", Some(2010)),
    ("110110", "燕山", "Yanshan", Some(1986)),
    ("110200", "北京市辖县", "Beijing, counties", Some(2015)),
    ("110221", "昌平县", "Changping county", None),
    ("110222", "顺义县", "Shunyi county", None),
    ("110223", "通县", "Tong county", None),
    ("110224", "大兴县", "Daxing county", None),
    ("110225", "房山县", "Fangshan county", None),
    ("110226", "平谷县", "Pinggu county", None),
    ("110227", "怀柔县", "Huairou county", None),
    ("110228", "密云县", "Miyun county", Some(2015)),
    ("110229", "延庆县", "Yanqing county", Some(2015)),
];

const PROVINCES: &[(&str, &str, &str)] = &[
    ("12", "天津", "Tianjin"),
    ("13", "河北", "Hebei"),
    ("14", "山西", "Shanxi"),
    ("15", "内蒙古", "Inner Mongolia"),
    ("21", "辽宁", "Liaoning"),
    ("22", "吉林", "Jilin"),
    ("23", "黑龙江", "Heilongjiang"),
    ("31", "上海", "Shanghai"),
    ("32", "江苏", "Jiangsu"),
    ("33", "浙江", "Zhejiang"),
    ("34", "安徽", "Anhui"),
    ("35", "福建", "Fujian"),
    ("36", "江西", "Jiangxi"),
    ("37", "山东", "Shandong"),
    ("41", "河南", "Henan"),
    ("42", "湖北", "Hubei"),
    ("43", "湖南", "Hunan"),
    ("44", "广东", "Guangdong"),
    ("45", "广西", "Guangxi"),
    ("46", "海南", "Hainan"),
    ("50", "重庆", "Chongqing"),
    ("51", "四川", "Sichuan"),
    ("52", "贵州", "Guizhou"),
    ("53", "云南", "Yunnan"),
    ("54", "西藏", "Tibet"),
    ("61", "陕西", "Shaanxi"),
    ("62", "甘肃", "Gansu"),
    ("63", "青海", "Qinghai"),
    ("64", "宁夏", "Ningxia"),
    ("65", "新疆", "Xinjiang"),
    ("71", "台湾", "Taiwan"),
    ("81", "香港", "Hong Kong"),
    ("82", "澳门", "Macau"),
    ("83", "台湾居民", "Taiwan residents"),
];
