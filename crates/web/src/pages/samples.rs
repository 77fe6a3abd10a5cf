//! Samples for the tests of pages: every page in both languages, with and without the mark of the demo, and the hardest
//! content that a record may have.

use std::sync::Arc;

use law::{Citation, Day, InformationClass, Instant, Severity};
use register::authority::{Authority, AuthorityCode, Duty};
use register::caller::{Holder, Person, SessionNumber};
use register::catalogue::{Catalogue, ItemCode};
use register::record::RecordNumber;
use register::rules::display_period::Display;
use register::ruling::Bilingual;
use register::subject::{EntryNumber, SubjectNumber};
use register::view::{FieldView, RecordView};

use service::Authorities;
use service::sessions::{Provided, Session};

use super::Page;

/// Forty characters, rare ones among them, and a run from right to left that would turn the line around.
pub(crate) const HARD_NAME: &str =
    "北京㐀𠮷𡈽信用服务（集团）شركة الائتمان股份有限公司<b>朝阳&分公司\"第一'营业部";

/// The page at a path in both languages, in an invented city and in a real one.
pub(crate) fn pages(path: &str) -> Vec<Page> {
    [true, false]
        .into_iter()
        .flat_map(|demo| {
            [Page::at(demo, path), Page::at(demo, &crate::language::Language::English.href(path))]
        })
        .collect()
}

/// The demo city's catalogue.
pub(crate) fn catalogue() -> Catalogue {
    let edition = serde_json::from_str(include_str!("../../../../demo/catalogue.json")).unwrap();
    Catalogue::compile(1, edition).unwrap()
}

/// The demo city's authorities.
pub(crate) fn authorities() -> Vec<Authority> {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../../../../demo/authorities.json")).unwrap();
    let list = file.get("authorities").unwrap_or(&file).clone();
    serde_json::from_value(list).unwrap()
}

/// The same as the platform keeps them.
pub(crate) fn enrolled() -> Arc<Authorities> {
    Arc::new(Authorities::new(None, authorities()))
}

/// What holds of every page. To look at the samples: `CREDENCE_SAMPLES=/tmp/samples cargo test -p web --lib pages`.
pub(crate) fn check(page: &Page, html: &str) {
    if let Ok(folder) = std::env::var("CREDENCE_SAMPLES") {
        let name = page.path.trim_matches('/').replace(['/', '?', '='], "-");
        let file =
            format!("{folder}/{name}-{}-{}.html", page.lang(), if page.demo { "demo" } else { "city" });
        std::fs::write(file, html).unwrap();
    }
    assert!(html.starts_with("<!doctype html>"));
    assert!(html.contains(&format!("<html lang=\"{}\">", page.lang())));
    for once in [
        "<main",
        "<h1",
        "class=\"skip\"",
        "<header class=\"masthead\"",
        "<footer class=\"colophon\"",
        "<title>",
    ] {
        assert_eq!(html.matches(once).count(), 1, "{once}");
    }
    assert_eq!(html.contains("演示城市，数据均为虚构"), page.demo);
    assert_eq!(html.contains("demo city, all data are invented"), page.demo);
    // One script, a file of our own, and none within the page; beside it one where receipts are checked.
    assert!(html.contains(&format!("<script src=\"{}\" defer></script>", page.script())));
    let of_receipts =
        format!("<script src=\"{}\" type=\"module\"></script>", crate::assets::receipt_script_href());
    assert_eq!(html.replace(&of_receipts, "").matches("<script").count(), 1);
    assert_eq!(html.contains(&of_receipts), page.path.starts_with("/journal/receipt"));
    for never in [" style=\"", " on", "javascript:", "src=\"http", "href=\"http"] {
        let text = html.replace(" on ", "");
        assert!(never == " on" || !text.contains(never), "{never}");
    }
    // An identifier stands once: a label or a heading that is pointed to is found.
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    for (place, id) in ids.iter().enumerate() {
        assert!(!ids[..place].contains(id), "the id `{id}` stands twice");
    }
    let labels = html.split("aria-labelledby=\"").skip(1).filter_map(|part| part.split('"').next());
    for target in labels.flat_map(str::split_whitespace) {
        assert!(ids.contains(&target), "nothing has the id `{target}`");
    }
    // Headings descend one step at a time.
    let mut level = 0;
    for part in html.split("<h").skip(1) {
        if let Some(next) = part.chars().next().and_then(|digit| digit.to_digit(10)) {
            assert!(next <= level + 1, "a heading of level {next} follows one of level {level}");
            level = next;
        }
    }
}

/// The session of someone who holds this, with a hard name.
pub(crate) fn session(holder: Holder, mandate: Option<&str>) -> Session {
    Session {
        number: SessionNumber(1),
        person: Person {
            account: "staff:1".to_owned(),
            name: HARD_NAME.to_owned(),
            mandate: mandate.map(str::to_owned),
        },
        holder,
        provided: Provided { issuer: "x".to_owned(), subject: "y".to_owned(), session: None },
        ends: Instant::from_milliseconds(1_795_000_000_000),
        form_token: "word".to_owned(),
    }
}

/// The holder of an officer's session.
pub(crate) fn office() -> Holder {
    Holder::Office {
        authority: AuthorityCode("market-regulation".to_owned()),
        duties: Duty::ALL[..2].to_vec(),
    }
}

/// The holder of a subject's session.
pub(crate) fn subject() -> Holder {
    Holder::Subject { subject: SubjectNumber(7) }
}

/// A record of a class, with hard content.
pub(crate) fn record(number: u64, class: InformationClass) -> RecordView {
    let day = Day::new(2025, 5, 10).unwrap();
    let display = match class {
        InformationClass::Untrustworthiness => {
            Display::Until { last_day: Day::new(2027, 5, 10).unwrap(), article: Citation::article(15) }
        }
        _ => Display::LongTerm,
    };
    let field = |name: &str, chinese_name: &str, value: serde_json::Value| FieldView {
        name: name.to_owned(),
        chinese_name: chinese_name.to_owned(),
        value,
        masked: false,
    };
    RecordView {
        under_objection: false,
        record: RecordNumber(number),
        version: 1,
        item: ItemCode(
            if number.is_multiple_of(2) { "administrative-penalty" } else { "not-in-the-catalogue" }
                .to_owned(),
        ),
        item_name: Bilingual::new("样例", "sample"),
        class,
        severity: (class == InformationClass::Untrustworthiness).then_some(Severity::Serious),
        authority: AuthorityCode("market-regulation".to_owned()),
        document_number: format!("京市监罚〔2025〕{number}号"),
        finding_day: day,
        filed_day: day,
        display,
        entry: EntryNumber(number),
        fields: vec![
            field("organisation_name", "行政相对人名称", HARD_NAME.into()),
            field("penalty_kinds", "处罚类别", serde_json::json!(["警告", "罚款"])),
            field("fine_fen", "罚款金额（万元）", 3_500_000.into()),
            field("remark", "备注", serde_json::Value::Null),
        ],
        standing: None,
    }
}
