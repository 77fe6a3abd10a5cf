//! Special categories (Article 17): religion, genes, blood type, illness, biometrics and what else a law forbids to
//! collect. They are refused at the door, by item and by field, whatever the field is called.

/// Words that name a special category, in Chinese, in English and as codes write them; compared as parts of a
/// normalised name. What a law forbids besides Article 17 is named with it.
const WORDS: &[&str] = &[
    // religious faith
    "宗教",
    "信仰",
    "教派",
    "religion",
    "religious",
    "faith",
    "zongjiao",
    "zjxy",
    // genetics
    "基因",
    "遗传",
    "染色体",
    "gene",
    "genes",
    "genetic",
    "genetics",
    "genome",
    "dna",
    "jiyin",
    // blood type
    "血型",
    "blood",
    "xuexing",
    // illness
    "疾病",
    "病史",
    "病历",
    "病种",
    "病情",
    "患病",
    "诊断",
    "健康状况",
    "残疾",
    "精神障碍",
    "传染病",
    "艾滋",
    "illness",
    "disease",
    "diseases",
    "diagnosis",
    "medical",
    "health",
    "hiv",
    "disability",
    "jibing",
    "bingshi",
    // biometrics (Personal Information Protection Law, Article 28)
    "指纹",
    "虹膜",
    "人脸",
    "面部特征",
    "声纹",
    "掌纹",
    "生物识别",
    "biometric",
    "biometrics",
    "fingerprint",
    "iris",
    "faceprint",
    "voiceprint",
    "zhiwen",
    // race, politics, sex life (forbidden to credit reporting by the Regulation on the Credit Reporting Industry and sensitive
    // everywhere)
    "民族",
    "种族",
    "政治面貌",
    "党派",
    "性取向",
    "婚育",
    "ethnicity",
    "race",
    "political",
    "sexual",
    "orientation",
];

/// English and pinyin words that must stand as a whole word, since they are parts of harmless ones (`trace`).
fn is_whole_word(name: &str, word: &str) -> bool {
    name.split(|character: char| !character.is_ascii_alphanumeric()).any(|part| part == word)
}

/// Whether a field or item of this name is of a special category.
///
/// Articles: 17
#[must_use]
pub fn names_special_category(name: &str) -> bool {
    let name: String = name.chars().map(crate::text::half_width).collect();
    // `bloodType` and `blood_type` are the same words.
    let mut parted = String::with_capacity(name.len());
    let mut previous_is_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && previous_is_lower {
            parted.push('_');
        }
        previous_is_lower = character.is_ascii_lowercase();
        parted.push(character.to_ascii_lowercase());
    }
    let lower = name.to_ascii_lowercase();
    let joined: String = parted.chars().filter(char::is_ascii_alphanumeric).collect();
    WORDS.iter().any(|word| {
        if word.is_ascii() {
            is_whole_word(&parted, word)
                || is_whole_word(&lower, word)
                || joined == *word
                || (word.len() >= 6 && joined.contains(word))
        } else {
            name.contains(word)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_17_special_categories_are_known_under_many_names() {
        for name in [
            "宗教信仰",
            "religion",
            "Religious_Faith",
            "bloodType",
            "BLOOD_TYPE",
            "血型",
            "基因信息",
            "dna",
            "gene-data",
            "患病情况",
            "medicalHistory",
            "fingerprint",
            "人脸信息",
            "ｒｅｌｉｇｉｏｎ",
            "jibing",
            "民族",
        ] {
            assert!(names_special_category(name), "`{name}`");
        }
    }

    #[test]
    fn harmless_names_pass() {
        for name in [
            "general_content",
            "trace_number",
            "deciding_authority",
            "处罚内容",
            "违法事实",
            "engine",
            "gender_none",
            "facts",
            "food_and_drug_licence",
            "violation_type",
            "当前状态",
            "CF_XDR_MC",
        ] {
            assert!(!names_special_category(name), "`{name}`");
        }
    }
}
