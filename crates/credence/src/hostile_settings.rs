//! The configuration file with bytes out of nowhere and with files that were damaged a little: whatever it holds, every mistake
//! says its line and what to do. For longer: `CREDENCE_HOSTILE_CASES=100000 cargo nextest run --workspace -E 'test(hostile_settings)'`.

use crate::settings::Settings;

fn configuration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (settings, mistakes) = Settings::read(&text);
    let lines = text.matches('\n').count() + 1;
    for mistake in &mistakes {
        assert!(mistake.line <= lines, "a mistake stands in the file");
        assert!(!mistake.what.is_empty() && !mistake.remedy.is_empty(), "a mistake is explained");
    }
    assert_eq!(Settings::read(&text), (settings, mistakes), "the same file is read in the same way");
}

#[test]
fn a_configuration_file_of_any_bytes_is_read_or_explained() {
    let samples = [
        "store = \"./data\"\nkeys = \"./keys\"\nlanguage = \"zh\"\nlisten = \"127.0.0.1:8080\"\naddress = \"https://credit.example\"\n",
        "[limits]\nbody_bytes_max = 268_435_456\nrequest_seconds_max = 0x1e\nwaiting_max = 1024\n",
        "stor = \"./data\"\nlisten = 8080\n[limits]\nuploads_max = 0\nidle_seconds_max = -1\n[limits]\nstop_seconds_max = 1e9\n",
        "limits = { body_bytes_max = 1, nested = { a = [1, { b = 2 }] } }\n\"language\" = '''zh'''\n# 注释\n",
    ];
    let samples = samples.map(|sample| sample.as_bytes().to_vec()).to_vec();
    hostile::attack("configuration", configuration, samples);
}
