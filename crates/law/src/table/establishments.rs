//! Chapter V, Articles 39 to 43.

use super::{ArticleRow, Discretion};

pub(super) const ROWS: &[ArticleRow] = &[
    ArticleRow::new(
        39,
        "Help for credit services",
        "支持信用服务机构发展",
        "City and district departments draw up policies that help credit services to grow and to use new techniques.",
        "市、区部门制定政策支持信用服务机构发展和技术创新。",
    )
    .none(
        "a duty of people: policy is outside the platform",
        "应由人履行的职责：制定政策不在平台范围内",
    ),
    ArticleRow::new(
        40,
        "What a credit service is",
        "信用服务机构的定义",
        "A professional body, lawfully set up, that advises, rates, controls risk or trains in matters of credit.",
        "依法设立、从事信用咨询、评级评价、风险控制和管理培训等业务的专业机构。",
    )
    .none(
        "a definition: it is used by the articles on sharing and responsibility",
        "定义条款：供共享和责任各条引用",
    ),
    ArticleRow::new(
        41,
        "How credit services must work",
        "信用服务机构的行为规范",
        "They work objectively, fairly and with care, harm neither the public nor the subjects, keep secrets and are \
         supervised.",
        "应客观、公正、审慎，不得损害公共利益和信用主体权益，承担保密义务并接受监管。",
    )
    .none(
        "a duty of people: the conduct of the services; inspection of shared use is a later capability",
        "应由人履行的职责：信用服务机构的执业行为；对共享使用的检查为后续功能",
    ),
    ArticleRow::new(
        42,
        "Associations of credit services",
        "信用服务行业自律",
        "Associations of credit services keep order among their members by standards, pledges and training.",
        "行业协会加强自律，制定标准、建立承诺制度、开展培训。",
    )
    .none(
        "a duty of people: associations are outside the platform",
        "应由人履行的职责：行业协会不在平台范围内",
    ),
    ArticleRow::new(
        43,
        "Sharing with credit services",
        "向信用服务机构共享信息",
        "A credit service may ask the department in charge for public credit information. It gets it if it is secure \
         and has a real use for it, and the use is watched.",
        "信用服务机构可申请共享公共信用信息；符合安全要求并具备真实场景的予以提供，并监督其使用。",
    )
    .none(
        "later capability: admission, sharing and inspection of credit services",
        "后续功能：信用服务机构的准入、共享和检查",
    )
    .open(&[Discretion {
        open: "safety requirements and real scenarios",
        open_zh: "符合安全要求、具备真实场景",
        declared: "an officer of the department in charge finds both in writing; nothing is shared without the finding",
        declared_zh: "由经济和信息化部门的工作人员书面认定两项均符合；未经认定，不予共享",
        reason: "both are judgments about one applicant",
        reason_zh: "两项均须就具体申请人作出判断",
    }]),
];
