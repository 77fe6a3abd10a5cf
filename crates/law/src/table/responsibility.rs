//! Chapters VII and VIII, Articles 53 to 56.

use super::{ArticleRow, Discretion};

pub(super) const ROWS: &[ArticleRow] = &[
    ArticleRow::new(
        53,
        "When officials break these rules",
        "行政责任",
        "Officials answer for unlawful recording, sharing or disclosure, for inquiries not made or not logged for \
         long, for punishments outside the list, for objections and restorations left lying, for secrets not kept, \
         for incentives denied or misused, and for any other abuse.",
        "对违法记录、共享、公开，未按规定查询或未长期保存查询日志，清单外惩戒，不及时处理异议和修复，泄密，激励不当及其他滥用职权行为追究责任。",
    )
    .open(&[
        Discretion {
            open: "long-term logs",
            declared: "inquiry entries are kept as long as the journal is, and are not erased with a record's display",
            reason: "the draft names no end, and a log that ends early protects whoever misused it",
        },
        Discretion {
            open: "serious consequences",
            declared: "a superior's finding in writing; the platform supplies the entries that prove what was done",
            reason: "responsibility is found by people, in a procedure of its own",
        },
    ]),
    ArticleRow::new(
        54,
        "When credit services collect what is forbidden",
        "信用服务机构的责任",
        "A credit service that collects what Article 17 forbids is ordered to put it right, and prosecuted where it is \
         a crime.",
        "信用服务机构违反第十七条采集信息的，责令改正；构成犯罪的，追究刑事责任。",
    )
    .none("later capability: findings against a credit service; orders and prosecution are duties of people"),
    ArticleRow::new(
        55,
        "Rules for carrying this out",
        "授权制定实施细则",
        "The department in charge may write rules and measures for carrying the regulations out.",
        "主管部门可制定实施细则和管理办法。",
    )
    .none("a power of people: such rules enter as dated files of `regulations/`, where the declared numbers stand now"),
    ArticleRow::new(
        56,
        "When the regulations take force",
        "施行日期",
        "The draft names no day yet; until it does, the first day in force is a declared parameter.",
        "草案未确定施行日期；确定之前，施行日为声明的参数。",
    )
    .open(&[Discretion {
        open: "the first day in force",
        declared: "2016-01-01, marked as assumed wherever the version is named",
        reason: "a parameter of the deployment; the demo city's ten years lie within it",
    }]),
];
