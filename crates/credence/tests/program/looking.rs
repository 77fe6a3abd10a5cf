//! `law`, `config`, `completions`, `catalogue` and the help.

use serde_json::json;

use super::{names, run, run_in};

#[test]
fn every_article_is_one_object_with_exactly_the_agreed_members() {
    let found = run(&["law", "--json"]);
    assert_eq!(found.code, 0);
    let articles = found.objects();
    assert_eq!(articles.len(), 56);
    for (article, number) in articles.iter().zip(1..) {
        assert_eq!(
            names(article),
            ["acts", "article", "pages", "rules", "summary", "tests", "title", "why_none", "why_none_zh"]
        );
        assert_eq!(article["article"], json!(number));
        let carried = ["rules", "acts", "tests", "pages"]
            .iter()
            .any(|part| !article[part].as_array().unwrap().is_empty());
        assert!(carried || article["why_none"].is_string(), "article {number}");
        assert_eq!(article["why_none"].is_string(), article["why_none_zh"].is_string(), "article {number}");
    }
}

#[test]
fn an_article_is_found_by_its_number_or_an_item_of_it() {
    let found = run(&["law", "15", "--json"]).object();
    assert!(
        found["rules"]
            .as_array()
            .unwrap()
            .contains(&json!("crates/register/src/rules/display_period.rs::display"))
    );
    assert_eq!(run(&["law", "20(1)", "--json"]).object()["article"], 20);
    let human = run(&["law", "15"]);
    assert!(human.out.contains("第十五条") && human.out.contains("Article 15"), "{}", human.out);
    assert!(!run(&["law", "15", "--language", "en"]).out.contains("第十五条"));
    for text in ["57", "0", "x"] {
        let found = run(&["law", text, "--json"]);
        assert_eq!((found.code, names(&found.object())), (2, vec!["error", "grounds", "next"]), "{text}");
    }
}

#[test]
fn a_configuration_is_checked_with_line_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.toml"), "store = \"./data\"\n[limits]\nwaiting_max = 64\n")
        .unwrap();
    std::fs::write(folder.path().join("bad.toml"), "store = \"./data\"\nlistne = \"x\"\n").unwrap();
    assert_eq!(run_in(folder.path(), &["config", "check", "good.toml"], b"").code, 0);
    let found = run_in(folder.path(), &["config", "check", "bad.toml", "--json"], b"");
    assert_eq!(found.code, 1);
    let mistake = &found.objects()[0];
    assert_eq!(
        (&mistake["line"], &mistake["key"], &mistake["remedy"]),
        (&json!(2), &json!("listne"), &json!("did you mean `listen`?"))
    );
    let refused = run_in(folder.path(), &["verify", "--config", "bad.toml"], b"");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("line 2") && refused.err.contains("config check"), "{}", refused.err);
}

#[test]
fn completions_are_written_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let found = run(&["completions", shell]);
        assert!(found.code == 0 && found.out.contains("credence"), "{shell}");
    }
}

#[test]
fn help_names_the_exit_codes_and_gives_examples() {
    let help = run(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.out.contains("3  unknown"));
    for command in [
        "serve", "demo", "import", "inquire", "verify", "rebuild", "law", "check-id", "workdays", "key",
        "config",
    ] {
        let found = run(&["help", command]);
        assert_eq!(found.code, 0, "{command}");
    }
    assert!(run(&["inquire", "--help"]).out.contains("--matter 2026-0001"));
}

#[test]
fn a_command_that_does_not_exist_is_told_to_scripts_too() {
    let found = run(&["verfiy", "--json"]);
    assert_eq!((found.code, names(&found.object())), (2, vec!["error", "grounds"]));
}

#[test]
fn article_11_the_catalogue_is_shown_without_a_store_and_a_template_begins_a_file() {
    let items = run(&["catalogue", "--json"]).objects();
    assert!(items.len() >= 12);
    let item = run(&["catalogue", "administrative-penalty"]);
    assert!(item.out.contains("CF_WSH") && item.out.contains("decision_document_number"), "{}", item.out);
    let template = run(&["catalogue", "template", "administrative-penalty"]);
    assert!(template.out.contains("行政处罚决定书文号"), "{}", template.out);
    let wrong = run(&["catalogue", "administrative-penalti"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("`administrative-penalty`"), "{}", wrong.err);
}
