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
            open_zh: "长期保存日志",
            declared: "inquiry entries are kept as long as the journal is, and are not erased with a record's display",
            declared_zh: "查询条目与日志同期保存，不因记录停止公示而删除",
            reason: "the draft names no end, and a log that ends early protects whoever misused it",
            reason_zh: "草案未规定期限；日志过早终止，只会保护滥用者",
        },
        Discretion {
            open: "serious consequences",
            open_zh: "严重后果",
            declared: "a superior's finding in writing; the platform supplies the entries that prove what was done",
            declared_zh: "由上级机关书面认定；平台提供证明其行为的日志条目",
            reason: "responsibility is found by people, in a procedure of its own",
            reason_zh: "责任由人依照专门程序认定",
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
    .none(
        "later capability: findings against a credit service; orders and prosecution are duties of people",
        "后续功能：对信用服务机构违法行为的认定；责令改正和追究刑事责任由有关机关履行",
    ),
    ArticleRow::new(
        55,
        "Rules for carrying this out",
        "授权制定实施细则",
        "The department in charge may write rules and measures for carrying the regulations out.",
        "主管部门可制定实施细则和管理办法。",
    )
    .none(
        "a power of people: such rules enter as dated files of regulations/, where the declared numbers stand now",
        "由人行使的权力：细则以注明日期的文件载入 regulations/，已声明的数值现载于该处",
    ),
    ArticleRow::new(
        56,
        "When the regulations take force",
        "施行日期",
        "The draft names no day yet; until it does, the first day in force is a declared parameter.",
        "草案未确定施行日期；确定之前，施行日为声明的参数。",
    )
    .open(&[Discretion {
        open: "the first day in force",
        open_zh: "施行日期",
        declared: "2016-01-01, marked as assumed wherever the version is named",
        declared_zh: "2016年1月1日；凡引用该版本，均注明为假定",
        reason: "a parameter of the deployment; the demo city's ten years lie within it",
        reason_zh: "部署参数；演示城市的十年数据均在其后",
    }]),
];
