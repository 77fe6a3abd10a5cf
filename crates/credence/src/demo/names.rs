//! What invented people and organisations are called. Surnames and characters are common ones put together by chance; a
//! likeness with anyone is chance too.

use super::draw::{Draw, Stream};
use super::identities::{Form, Organisation};

const SURNAMES: &[char] = &[
    '王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '胡', '朱', '高', '林', '何',
    '郭', '马', '罗', '梁', '宋', '郑', '谢', '韩', '唐', '冯', '于', '董', '萧', '程', '曹', '袁', '邓',
    '许', '傅', '沈', '曾', '彭', '吕', '苏', '卢', '蒋', '蔡', '贾', '丁', '魏', '薛', '叶', '阎', '余',
    '潘', '杜', '戴', '夏', '钟', '汪', '田', '任', '姜', '范', '方', '石', '姚', '谭', '廖',
];
const DOUBLE_SURNAMES: &[&str] = &["欧阳", "司马", "上官", "诸葛"];
const GIVEN: &[char] = &[
    '伟', '芳', '娜', '敏', '静', '丽', '强', '磊', '军', '洋', '勇', '艳', '杰', '娟', '涛', '明', '超',
    '秀', '霞', '平', '刚', '桂', '文', '辉', '玲', '华', '红', '健', '宇', '晨', '思', '雨', '佳', '欣',
    '怡', '浩', '博', '然', '梓', '涵', '一', '诺', '子', '轩', '嘉', '琪', '志', '远', '立', '新', '建',
    '国', '春', '梅', '海', '燕', '云', '飞', '鹏', '斌', '婷', '雪', '峰', '瑞', '晓', '东',
];
const WORDS: &[char] = &[
    '云', '杉', '禾', '川', '岚', '澄', '砚', '舟', '拓', '朗', '恒', '嘉', '启', '明', '远', '拾', '光',
    '青', '屿', '松', '泰', '和', '润', '泽', '博', '雅', '景', '行', '知', '微', '安', '然', '鼎', '盛',
    '佑', '晟', '宸', '铭', '睿', '合', '众', '信', '达', '通', '瑞', '祥', '丰', '年', '锦', '程', '天',
    '枢', '星', '河', '海', '纳', '百', '维', '卓', '越', '新', '禹', '凌', '峰', '燕', '北', '辰', '思',
    '源', '正', '方', '圆', '宏', '图', '智', '联', '优', '格', '旭', '日', '凯', '麟', '蓝', '桥', '竹',
    '溪', '梧', '桐',
];
/// Industries with their scope of business.
const INDUSTRIES: &[(&str, &str)] = &[
    ("科技", "技术开发、技术咨询、技术服务；软件开发；计算机系统服务"),
    ("信息技术", "信息系统集成服务；数据处理；软件开发"),
    ("餐饮管理", "餐饮服务；餐饮管理；食品销售"),
    ("食品", "食品销售；食品生产；道路货物运输"),
    ("商贸", "销售日用品、文具用品、五金交电、办公设备"),
    ("建筑工程", "建设工程施工；建筑劳务分包；工程管理服务"),
    ("装饰设计", "室内装饰设计；建设工程施工；专业设计服务"),
    ("物业管理", "物业管理；停车场服务；家政服务"),
    ("文化传播", "组织文化艺术交流活动；会议及展览服务；广告设计"),
    ("教育咨询", "教育咨询服务；会议服务；出版物零售"),
    ("医疗器械", "销售第二类、第三类医疗器械；技术推广服务"),
    ("生物医药", "医学研究和试验发展；技术服务；药品批发"),
    ("环保科技", "环境保护专用设备销售；水污染治理；大气污染治理"),
    ("物流", "道路货物运输；仓储服务；国内货物运输代理"),
    ("汽车服务", "汽车修理；汽车零配件零售；汽车租赁"),
    ("人力资源", "人力资源服务；劳务派遣；企业管理咨询"),
    ("机电设备", "机械设备销售；电气设备修理；机电安装工程"),
    ("园林绿化", "园林绿化工程施工；花卉种植；城市绿化管理"),
    ("酒店管理", "酒店管理；住宿服务；餐饮服务"),
    ("养老服务", "机构养老服务；居家养老服务；护理机构服务"),
    ("能源", "合同能源管理；新能源技术推广服务；供暖服务"),
    ("农业发展", "蔬菜种植；水果种植；农产品初加工"),
    ("家政服务", "家政服务；保洁服务；母婴生活护理"),
    ("印刷", "出版物印刷；包装装潢印刷品印刷；设计服务"),
];
const SHOPS: &[(&str, &str)] = &[
    ("便利店", "食品销售；日用百货零售"),
    ("餐馆", "餐饮服务"),
    ("面馆", "餐饮服务"),
    ("理发店", "理发服务"),
    ("水果店", "新鲜水果零售；新鲜蔬菜零售"),
    ("五金商店", "五金产品零售；水暖器材零售"),
    ("汽车维修部", "汽车修理与维护"),
    ("服装店", "服装服饰零售"),
    ("花店", "花卉零售"),
    ("文具店", "文具用品零售；打字复印"),
];
/// Districts with their division codes (GB/T 2260).
pub const DISTRICTS: &[(&str, &str)] = &[
    ("东城", "110101"),
    ("西城", "110102"),
    ("朝阳", "110105"),
    ("丰台", "110106"),
    ("石景山", "110107"),
    ("海淀", "110108"),
    ("门头沟", "110109"),
    ("房山", "110111"),
    ("通州", "110112"),
    ("顺义", "110113"),
    ("昌平", "110114"),
    ("大兴", "110115"),
    ("怀柔", "110116"),
    ("平谷", "110117"),
    ("密云", "110118"),
    ("延庆", "110119"),
];
const STREETS: &[&str] = &[
    "云杉路",
    "示范大街",
    "槐荫巷",
    "清河北路",
    "知春西路",
    "星河街",
    "梧桐路",
    "长明街",
    "南禾路",
    "青屿大道",
    "砚台胡同",
    "望川路",
];

/// What an organisation is called, what it does, and where it sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// Its registered name.
    pub name: String,
    /// The scope of its business.
    pub scope: &'static str,
    /// Its industry, in a word.
    pub industry: &'static str,
    /// Its address.
    pub address: String,
}

/// The name of a human being.
#[must_use]
pub fn person(seed: u64, place: u64) -> String {
    let mut draw = Draw::new(seed, Stream::Name, place.wrapping_mul(4).wrapping_add(1));
    let mut name = String::new();
    if draw.below(60) == 0 {
        name.push_str(draw.pick(DOUBLE_SURNAMES));
    } else {
        name.push(draw.pick(SURNAMES));
    }
    name.push(draw.pick(GIVEN));
    if draw.chance(75) {
        name.push(draw.pick(GIVEN));
    }
    name
}

/// What an organisation is called.
#[must_use]
pub fn organisation(seed: u64, place: u64, form: Form) -> Called {
    let mut draw = Draw::new(seed, Stream::Name, place.wrapping_mul(4).wrapping_add(2));
    let district = draw.pick(DISTRICTS).0;
    let mut word: String = (0..2).map(|_| draw.pick(WORDS)).collect();
    if draw.chance(60) {
        word.push(draw.pick(WORDS));
    }
    let (industry, scope) = draw.pick(INDUSTRIES);
    let ending = match form {
        Form::Company if draw.chance(12) => format!("{industry}股份有限公司"),
        Form::Company => format!("{industry}有限公司"),
        Form::Partnership => format!("{industry}中心（有限合伙）"),
        Form::Cooperative => "种植专业合作社".to_owned(),
        Form::LawPractice => "律师事务所".to_owned(),
        Form::Association => format!("{industry}行业协会"),
        Form::ServiceUnit => format!("{industry}服务中心"),
        Form::Foundation => "公益基金会".to_owned(),
    };
    let name = match form {
        Form::Company | Form::Partnership if draw.chance(30) => format!("{word}（北京）{ending}"),
        Form::Association | Form::ServiceUnit => format!("北京市{district}区{word}{ending}"),
        _ => format!("北京{word}{ending}"),
    };
    Called { name, scope, industry, address: address(district, &mut draw) }
}

/// What an individual business is called.
#[must_use]
pub fn business(seed: u64, place: u64) -> Called {
    let mut draw = Draw::new(seed, Stream::Name, place.wrapping_mul(4).wrapping_add(3));
    let district = draw.pick(DISTRICTS).0;
    let word: String = (0..2).map(|_| draw.pick(WORDS)).collect();
    let (kind, scope) = draw.pick(SHOPS);
    Called {
        name: format!("北京市{district}区{word}{kind}"),
        scope,
        industry: kind,
        address: address(district, &mut draw),
    }
}

fn address(district: &str, draw: &mut Draw) -> String {
    let (street, house, floor, room) =
        (draw.pick(STREETS), draw.below(198) + 1, draw.below(18) + 1, draw.below(20) + 1);
    format!("北京市{district}区{street}{house}号{floor}层{floor}{room:02}室")
}

/// The word of a district in document numbers, by its division code: `海` for Haidian, nothing for the city.
#[must_use]
pub fn district_word(division: &str) -> &'static str {
    let name = DISTRICTS.iter().find(|(_, code)| *code == division).map_or("", |(name, _)| name);
    name.char_indices().nth(1).map_or(name, |(end, _)| name.get(..end).unwrap_or_default())
}

impl Organisation {
    /// What it is called.
    #[must_use]
    pub fn called(&self, seed: u64) -> Called {
        organisation(seed, self.place, self.form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_twice_and_mostly_different_from_each_other() {
        let names: std::collections::BTreeSet<String> =
            (0..2000).map(|place| organisation(7, place, Form::Company).name).collect();
        assert!(names.len() > 1950, "{}", names.len());
        assert_eq!(organisation(7, 5, Form::Company), organisation(7, 5, Form::Company));
        assert!((0..200).all(|place| (2..=4).contains(&person(7, place).chars().count())));
    }

    #[test]
    fn a_district_is_one_word_in_a_document_number() {
        assert_eq!(district_word("110108"), "海");
        assert_eq!(district_word("110107"), "石");
        assert_eq!(district_word("110000"), "");
    }
}
