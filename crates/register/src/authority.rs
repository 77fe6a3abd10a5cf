//! Authorities (提供单位, 使用单位): the departments that file and inquire (Articles 5, 14, 20).

use serde::{Deserialize, Serialize};

use crate::ruling::Bilingual;

/// The code of an authority in this city, such as `market-regulation` or `market-regulation-haidian`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorityCode(pub String);

impl std::fmt::Display for AuthorityCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether an authority acts for the whole city or for one district (Articles 4, 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 市级
    Municipal,
    /// 区级
    District,
}

/// A department of the city or of a district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Its code in this city.
    pub code: AuthorityCode,
    /// Its name.
    pub name: Bilingual,
    /// City or district.
    pub level: Level,
    /// The district's division code (GB/T 2260) or the city's.
    pub division: String,
    /// The unified social credit code of the body, where it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unified_code: Option<String>,
    /// The municipal authority whose items a district authority files as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<AuthorityCode>,
    /// The duties of Article 20 that this authority performs.
    pub duties: Vec<Duty>,
    /// Whether it is the big data centre (大数据中心), which operates the platform (Article 13).
    #[serde(default)]
    pub operates_platform: bool,
    /// Whether it is the competent department (经济和信息化部门), which guides the work and reviews decisions on objections
    /// (Articles 4, 33).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub competent_department: bool,
}

/// A duty of Article 20 for which an official may inquire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Duty(u8);

impl Duty {
    /// Every duty, Article 20 (1) to (6).
    pub const ALL: [Self; 6] = [Self(1), Self(2), Self(3), Self(4), Self(5), Self(6)];

    /// The duty with this number, 1 to 6.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=6).contains(&number).then_some(Self(number))
    }

    /// Its number in Article 20.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// What the duty is, in short.
    #[must_use]
    pub fn title(self) -> Bilingual {
        match self.0 {
            1 => Bilingual::new(
                "行政许可、检查、抽查和重大处罚",
                "permits, inspections, spot checks and major penalties",
            ),
            2 => Bilingual::new(
                "安全生产、环境、食品药品、国有资产和科研管理",
                "safety, environment, food and drugs, state property and research",
            ),
            3 => Bilingual::new(
                "政府采购、招标投标、公共资源交易和资金安排",
                "procurement, tendering, public resources and funding",
            ),
            4 => Bilingual::new(
                "公职人员录用晋升、职称评定和积分落户",
                "public employment, titles and merit-based registration",
            ),
            5 => Bilingual::new("评比、表彰和荣誉", "competitions, commendations and honours"),
            _ => Bilingual::new("国家和本市规定的其他事项", "other matters that the state or city provides"),
        }
    }
}

impl TryFrom<u8> for Duty {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::new(number)
            .ok_or_else(|| format!("`{number}` is no duty of Article 20: give a number from 1 to 6"))
    }
}

impl From<Duty> for u8 {
    fn from(duty: Duty) -> Self {
        duty.0
    }
}

impl std::fmt::Display for Duty {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "20({})", self.0)
    }
}
