//! What the records of the demo city are about: invented violations, permits, honours. No text names a person or a number
//! of anyone.

/// A violation and what followed from it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Violation {
    /// The authority, or the municipal parent of the district authority, that finds it; empty for any.
    pub authority: &'static str,
    /// The kind of violation.
    pub kind: &'static str,
    /// What was found.
    pub facts: &'static str,
    /// The law that it breaks.
    pub basis: &'static str,
    /// The kinds of penalty, joined by `;`.
    pub penalties: &'static str,
    /// The fine in yuan, from and to; 0 for none.
    pub fine_yuan: (u64, u64),
    /// The licence that is suspended or revoked.
    pub licence: &'static str,
}

/// Violations of organisations and individual businesses.
pub const VIOLATIONS: &[Violation] = &[
    Violation {
        authority: "market-regulation",
        kind: "未按规定明码标价",
        facts: "检查发现当事人经营场所部分商品未标示价格，经责令后当场改正。",
        basis: "《中华人民共和国价格法》",
        penalties: "警告",
        fine_yuan: (0, 0),
        licence: "",
    },
    Violation {
        authority: "market-regulation",
        kind: "经营标签不符合规定的预包装食品",
        facts: "当事人销售的预包装食品标签未标注生产日期，货值较小。",
        basis: "《中华人民共和国食品安全法》",
        penalties: "罚款;没收非法财物",
        fine_yuan: (5_000, 20_000),
        licence: "",
    },
    Violation {
        authority: "market-regulation",
        kind: "发布虚假广告",
        facts: "当事人在其网站发布的广告含有无法证实的内容，对购买行为有实质性影响。",
        basis: "《中华人民共和国广告法》",
        penalties: "罚款",
        fine_yuan: (20_000, 200_000),
        licence: "",
    },
    Violation {
        authority: "market-regulation",
        kind: "生产经营超范围使用食品添加剂的食品",
        facts: "抽样检验发现当事人生产的食品超范围使用食品添加剂，涉及多个批次。",
        basis: "《中华人民共和国食品安全法》",
        penalties: "罚款;吊销许可证件",
        fine_yuan: (100_000, 800_000),
        licence: "食品生产许可证",
    },
    Violation {
        authority: "ecology-environment",
        kind: "未按规定运行大气污染防治设施",
        facts: "现场检查时生产线正在运行，配套的污染防治设施未开启。",
        basis: "《中华人民共和国大气污染防治法》",
        penalties: "罚款",
        fine_yuan: (20_000, 200_000),
        licence: "",
    },
    Violation {
        authority: "ecology-environment",
        kind: "超过标准排放水污染物",
        facts: "监测显示外排废水的化学需氧量超过排放标准，当事人未停止排放。",
        basis: "《中华人民共和国水污染防治法》",
        penalties: "罚款;责令停产停业",
        fine_yuan: (100_000, 900_000),
        licence: "",
    },
    Violation {
        authority: "emergency-management",
        kind: "未对从业人员进行安全生产教育和培训",
        facts: "检查发现新上岗人员没有安全生产教育和培训记录。",
        basis: "《中华人民共和国安全生产法》",
        penalties: "罚款",
        fine_yuan: (10_000, 90_000),
        licence: "",
    },
    Violation {
        authority: "emergency-management",
        kind: "未按规定设置安全警示标志",
        facts: "有较大危险因素的作业场所未设置明显的安全警示标志。",
        basis: "《中华人民共和国安全生产法》",
        penalties: "警告",
        fine_yuan: (0, 0),
        licence: "",
    },
    Violation {
        authority: "housing-construction",
        kind: "未取得施工许可证擅自施工",
        facts: "项目未取得施工许可证即进场施工，经责令停止后停工。",
        basis: "《中华人民共和国建筑法》",
        penalties: "罚款",
        fine_yuan: (10_000, 120_000),
        licence: "",
    },
    Violation {
        authority: "housing-construction",
        kind: "超越资质等级承揽工程",
        facts: "当事人以低于要求的资质等级承揽工程并进场施工。",
        basis: "《中华人民共和国建筑法》",
        penalties: "罚款;降低资质等级",
        fine_yuan: (50_000, 300_000),
        licence: "",
    },
    Violation {
        authority: "transport",
        kind: "未取得道路运输经营许可擅自从事经营",
        facts: "检查发现车辆从事经营性货物运输，当事人未取得相应许可。",
        basis: "《中华人民共和国道路运输条例》",
        penalties: "罚款",
        fine_yuan: (3_000, 30_000),
        licence: "",
    },
    Violation {
        authority: "transport",
        kind: "未按规定维护和检测运输车辆",
        facts: "部分运输车辆未按周期维护和检测，继续投入营运。",
        basis: "《中华人民共和国道路运输条例》",
        penalties: "罚款;暂扣许可证件",
        fine_yuan: (1_000, 5_000),
        licence: "道路运输证",
    },
    Violation {
        authority: "tax",
        kind: "未按规定期限办理纳税申报",
        facts: "当事人逾期办理纳税申报，催报后已补申报。",
        basis: "《中华人民共和国税收征收管理法》",
        penalties: "罚款",
        fine_yuan: (200, 2_000),
        licence: "",
    },
    Violation {
        authority: "tax",
        kind: "虚开发票",
        facts: "当事人在没有真实业务的情况下开具发票。",
        basis: "《中华人民共和国发票管理办法》",
        penalties: "没收违法所得;罚款",
        fine_yuan: (50_000, 500_000),
        licence: "",
    },
    Violation {
        authority: "health",
        kind: "公共场所卫生指标不符合要求",
        facts: "抽检的公共用品用具卫生指标不符合国家标准。",
        basis: "《公共场所卫生管理条例》",
        penalties: "警告;罚款",
        fine_yuan: (500, 8_000),
        licence: "",
    },
    Violation {
        authority: "human-resources-social-security",
        kind: "未依法订立书面劳动合同",
        facts: "当事人自用工之日起超过一个月未与部分劳动者订立书面劳动合同，逾期未改正。",
        basis: "《劳动保障监察条例》",
        penalties: "罚款",
        fine_yuan: (2_000, 20_000),
        licence: "",
    },
    Violation {
        authority: "planning",
        kind: "未按规划许可内容建设",
        facts: "建成部分超出建设工程规划许可证确定的范围，可以采取改正措施。",
        basis: "《中华人民共和国城乡规划法》",
        penalties: "罚款",
        fine_yuan: (10_000, 150_000),
        licence: "",
    },
    Violation {
        authority: "",
        kind: "未按规定报送信息",
        facts: "当事人未在规定期限内报送应当报送的信息，经责令后改正。",
        basis: "《中华人民共和国行政处罚法》",
        penalties: "通报批评",
        fine_yuan: (0, 0),
        licence: "",
    },
    Violation {
        authority: "",
        kind: "未按许可的条件从事活动",
        facts: "当事人从事的活动超出许可的条件，未造成危害后果。",
        basis: "《中华人民共和国行政许可法》",
        penalties: "罚款",
        fine_yuan: (1_000, 30_000),
        licence: "",
    },
];

/// Violations of natural persons.
pub const PERSONAL_VIOLATIONS: &[Violation] = &[
    Violation {
        authority: "public-security",
        kind: "违反治安管理规定",
        facts: "当事人在公共场所扰乱秩序，经劝阻后停止。",
        basis: "《中华人民共和国治安管理处罚法》",
        penalties: "警告",
        fine_yuan: (0, 0),
        licence: "",
    },
    Violation {
        authority: "public-security",
        kind: "故意损毁财物",
        facts: "当事人因纠纷损毁公共设施，已赔偿损失。",
        basis: "《中华人民共和国治安管理处罚法》",
        penalties: "罚款",
        fine_yuan: (200, 1_000),
        licence: "",
    },
    Violation {
        authority: "transport",
        kind: "未取得从业资格驾驶营运车辆",
        facts: "检查发现当事人未取得从业资格驾驶道路客运车辆。",
        basis: "《中华人民共和国道路运输条例》",
        penalties: "罚款",
        fine_yuan: (200, 2_000),
        licence: "",
    },
    Violation {
        authority: "market-regulation",
        kind: "未经登记从事经营活动",
        facts: "当事人未办理登记从事经营活动，责令改正后已办理。",
        basis: "《中华人民共和国市场主体登记管理条例》",
        penalties: "警告",
        fine_yuan: (0, 0),
        licence: "",
    },
    Violation {
        authority: "housing-construction",
        kind: "出借职业资格证书",
        facts: "当事人将本人的执业资格证书出借给他人使用。",
        basis: "《中华人民共和国建筑法》",
        penalties: "罚款;限制从业",
        fine_yuan: (10_000, 60_000),
        licence: "",
    },
    Violation {
        authority: "",
        kind: "提交不实材料申请许可",
        facts: "当事人申请许可时提交的材料与事实不符，许可未予批准。",
        basis: "《中华人民共和国行政许可法》",
        penalties: "警告",
        fine_yuan: (0, 0),
        licence: "",
    },
];

/// Permits of organisations: authority, document, certificate, kind, content.
pub const PERMITS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "market-regulation",
        "准予食品经营许可决定书",
        "食品经营许可证",
        "普通",
        "准予从事食品销售和热食类食品制售。",
    ),
    (
        "market-regulation",
        "准予特种设备使用登记决定书",
        "特种设备使用登记证",
        "登记",
        "准予办理特种设备使用登记。",
    ),
    ("public-security", "准予特种行业许可决定书", "特种行业许可证", "普通", "准予从事旅馆业经营。"),
    ("civil-affairs", "准予社会组织变更决定书", "社会组织登记证书", "登记", "准予变更业务范围。"),
    ("justice", "准予法律服务机构执业决定书", "执业许可证", "核准", "准予执业。"),
    (
        "human-resources-social-security",
        "准予人力资源服务许可决定书",
        "人力资源服务许可证",
        "普通",
        "准予从事职业介绍和人才测评。",
    ),
    (
        "ecology-environment",
        "准予排污许可决定书",
        "排污许可证",
        "普通",
        "准予按许可的种类、浓度和总量排放污染物。",
    ),
    (
        "emergency-management",
        "准予危险化学品经营许可决定书",
        "危险化学品经营许可证",
        "普通",
        "准予从事危险化学品经营（不带储存设施）。",
    ),
    (
        "housing-construction",
        "准予建筑业企业资质决定书",
        "建筑业企业资质证书",
        "核准",
        "准予建筑工程施工总承包资质。",
    ),
    ("transport", "准予道路货物运输经营决定书", "道路运输经营许可证", "普通", "准予从事道路普通货物运输。"),
    ("planning", "准予建设工程规划许可决定书", "建设工程规划许可证", "普通", "准予按批准的图纸建设。"),
    ("health", "准予公共场所卫生许可决定书", "卫生许可证", "普通", "准予从事公共场所经营。"),
    ("tax", "准予增值税专用发票最高开票限额决定书", "", "普通", "准予变更最高开票限额。"),
    ("economy-informatization", "准予电力设施保护区作业决定书", "", "普通", "准予在电力设施保护区内作业。"),
];

/// Permits of natural persons, as above.
pub const PERSONAL_PERMITS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "human-resources-social-security",
        "准予职业资格认定决定书",
        "职业资格证书",
        "认可",
        "准予取得职业资格。",
    ),
    ("transport", "准予道路运输从业资格决定书", "从业资格证", "认可", "准予取得道路货物运输驾驶员从业资格。"),
    ("health", "准予护士执业注册决定书", "护士执业证书", "认可", "准予执业注册。"),
    ("housing-construction", "准予二级注册建造师注册决定书", "二级建造师注册证书", "认可", "准予初始注册。"),
    (
        "emergency-management",
        "准予特种作业操作资格决定书",
        "特种作业操作证",
        "认可",
        "准予从事低压电工作业。",
    ),
    ("justice", "准予律师执业决定书", "律师执业证", "认可", "准予执业。"),
    ("public-security", "准予保安员资格决定书", "保安员证", "认可", "准予取得保安员资格。"),
];

/// Honours.
pub const HONOURS: &[&str] = &[
    "诚信经营示范单位（演示）",
    "纳税信用优秀单位（演示）",
    "安全生产先进单位（演示）",
    "优质工程奖（演示）",
    "绿色发展先进单位（演示）",
    "和谐劳动关系单位（演示）",
    "先进社会组织（演示）",
    "数字经济创新单位（演示）",
];
/// Honours of natural persons.
pub const PERSONAL_HONOURS: &[&str] = &[
    "劳动模范（演示）",
    "优秀志愿者（演示）",
    "见义勇为先进个人（演示）",
    "最美家乡人（演示）",
    "先进工作者（演示）",
];
/// Projects of volunteers.
pub const PROJECTS: &[&str] =
    &["社区助老服务", "地铁站引导", "博物馆讲解", "垃圾分类宣传", "图书馆整理", "应急救护普及", "河道清洁"];
/// Organisations that volunteers serve, and that donations go to.
pub const RECIPIENTS: &[&str] = &[
    "北京示范志愿者联合会（演示）",
    "北京示范助老服务中心（演示）",
    "北京示范教育基金会（演示）",
    "北京示范救助基金会（演示）",
];
/// What is pledged.
pub const PLEDGES: &[(&str, &str)] = &[
    ("食品经营许可告知承诺", "承诺所提交的材料真实，经营条件符合要求，并接受核查。"),
    ("证明事项告知承诺", "承诺符合办理条件，愿意承担不实承诺的责任。"),
    ("信用修复承诺", "承诺已纠正失信行为，今后守法诚信经营。"),
    ("安全生产承诺", "承诺落实安全生产责任，定期排查隐患。"),
    ("价格诚信承诺", "承诺明码标价，不实施价格欺诈。"),
];
/// Contracts of public procurement.
pub const CONTRACTS: &[&str] = &[
    "办公设备采购合同",
    "物业服务合同",
    "道路养护工程合同",
    "信息系统运行维护合同",
    "园林绿化养护合同",
    "公共建筑节能改造工程合同",
];
/// Titles of professions, with the specialty.
pub const TITLES: &[(&str, &str)] = &[
    ("工程师", "建筑施工"),
    ("高级工程师", "结构设计"),
    ("工程师", "信息技术"),
    ("经济师", "工商管理"),
    ("高级经济师", "人力资源管理"),
    ("助理工程师", "电气"),
];
