//! Refused lines as a table that a spreadsheet opens: to be corrected and filed again.

use register::rules::masking::mask_text;
use register::ruling::Bilingual;
use service::filing::LineError;

/// The refused lines, one ground a row, with a byte order mark so that a spreadsheet reads the Chinese. Reasons are written without
/// numbers of persons; that this holds is not left to each of them.
///
/// Articles: 6, 14
pub(crate) fn table(lines: &[LineError]) -> String {
    let mut text =
        String::from("\u{feff}line,code,field,article,reason_zh,reason_en,remedy_zh,remedy_en\r\n");
    for line in lines {
        for ground in &line.grounds {
            let remedy = |pick: fn(&Bilingual) -> &str| ground.remedy.as_ref().map_or("", pick);
            let cells = [
                ground.code.as_ref(),
                ground.field.as_deref().unwrap_or_default(),
                &ground.article.to_string(),
                &ground.reason.zh,
                &ground.reason.en,
                remedy(|remedy| &remedy.zh),
                remedy(|remedy| &remedy.en),
            ];
            text.push_str(&line.line.to_string());
            for cell in cells {
                text.push(',');
                text.push_str(&csv_cell(&mask_text(cell)));
            }
            text.push_str("\r\n");
        }
    }
    text
}

/// A cell in quotes. What a spreadsheet would take for a formula gets an apostrophe before it: the text may come from a stranger.
pub(crate) fn csv_cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use law::Citation;
    use register::ruling::Ground;

    use super::*;

    #[test]
    fn a_refused_line_is_a_row_for_each_ground_and_never_a_formula() {
        let ground =
            Ground::new("x", Citation::article(14), Bilingual::made("=cmd,\"1\"".into(), "why".into()));
        let lines = [LineError { line: 7, grounds: vec![ground.clone().field("f"), ground] }];
        let text = table(&lines);
        let rows: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1], "7,\"x\",\"f\",\"14\",\"'=cmd,\"\"1\"\"\",\"why\",\"\",\"\"");
    }

    #[test]
    fn article_35_no_number_of_a_person_is_in_it() {
        let reason = Bilingual::made("电话 13812345678".into(), "telephone 13812345678".into());
        let ground = Ground::new("x", Citation::article(14), reason);
        let text = table(&[LineError { line: 7, grounds: vec![ground] }]);
        assert!(!text.contains("13812345678") && text.contains("13********8"));
    }
}
