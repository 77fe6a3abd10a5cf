//! `credence incident`: from the registration to the closure, with the exit codes that scripts rely on.

use serde_json::Value;

use super::{Run, run_in};

fn run(folder: &std::path::Path, arguments: &[&str]) -> Run {
    run_in(folder, &[arguments, &["--store", "data"]].concat(), b"")
}

#[test]
fn article_19_an_incident_is_handled_step_by_step_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let demo = ["demo", "--subjects", "60", "--day", "2026-11-20", "--json"];
    assert_eq!(run(folder, &demo).code, 0);
    let words = ["--kind", "leak", "--noticed", "2026-11-02T09:00", "--place", "档案室", "--name", "王敏"];
    let numbered = run(
        folder,
        &[&["incident", "register", "--happened", "119999199003078512 的文件"], &words[..]].concat(),
    );
    assert_eq!(numbered.code, 4, "{}", numbered.err);
    assert!(!numbered.err.contains("119999199003078512"));
    let registered = run(
        folder,
        &[&["incident", "register", "--json", "--happened", "一份文件寄错了地址"], &words[..]].concat(),
    );
    assert_eq!(registered.code, 0, "{}", registered.err);
    assert_eq!(registered.object()["incident"], 1);

    let early = run(folder, &["incident", "close", "1", "--outcome", "结束", "--name", "王敏"]);
    assert_eq!(early.code, 4, "{}", early.err);
    assert_eq!(run(folder, &["incident", "list", "--overdue"]).out.lines().count(), 1);
    let steps: [&[&str]; 4] = [
        &["classify", "1", "--severity", "serious", "--reason", "涉及自然人的信息"],
        &["contain", "1", "--measure", "文件已收回", "--act", "3"],
        &["notify", "1", "--department", "economy-informatization", "--document", "京数安〔2026〕3号"],
        &[
            "tell",
            "1",
            "--record",
            "1",
            "--record",
            "2",
            "--notice",
            "一份有您记录的文件寄错了地址",
            "--contact",
            "大数据中心",
        ],
    ];
    for step in steps {
        let done = run(folder, &[&["incident"], step, &["--name", "王敏"]].concat());
        assert_eq!(done.code, 0, "{step:?}: {}", done.err);
    }
    let twice = run(folder, &["incident", "tell", "1", "--record", "1", "--batch", "1", "--name", "王敏"]);
    assert_eq!(twice.code, 2, "one scope at a time");
    let close = ["incident", "close", "1", "--outcome", "寄送前由两人核对", "--name", "王敏", "--json"];
    assert_eq!(run(folder, &close).code, 0);
    let shown = run(folder, &["incident", "show", "1", "--json"]).object();
    assert!(shown["subjects_told"].as_u64().unwrap() > 0);
    let states: Vec<&Value> = shown["steps"].as_array().unwrap().iter().map(|step| &step["state"]).collect();
    assert_eq!(states[..4], ["taken_late"; 4]);
    let page = run(folder, &["incident", "show", "1", "--language", "en"]).out;
    assert!(page.contains("done late") && page.contains("文件已收回") && page.contains("closed"), "{page}");
    assert_eq!(run(folder, &["incident", "list", "--open"]).out, "");
    assert_eq!(run(folder, &["rebuild", "--compare"]).code, 0);
}
