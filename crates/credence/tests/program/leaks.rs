//! A copy of the database without the keys gives no person: what is planted over the real program is looked for, byte for
//! byte, in everything that it leaves behind and says to those who are not entitled.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::codes::{individual_business, person};
use testkit::engine::{Engine, Place, on_both};
use testkit::lines::{penalty, person_penalty, registration};
use testkit::wire::{Reply, Wire, get, post};

use super::run_in;
use super::server::{Made, ORGANISATION, ORGANISATION_NAME, Server};

/// Texts that nobody may find, in every form in which they might lie somewhere.
struct Planted {
    texts: Vec<String>,
    /// By the first three bytes, whether any begins so; by the first eight, which.
    begins: Vec<bool>,
    forms: HashMap<[u8; 8], Vec<(Vec<u8>, usize)>>,
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks_exact(3) {
        let bits = u32::from(chunk[0]) << 16 | u32::from(chunk[1]) << 8 | u32::from(chunk[2]);
        for place in [18, 12, 6, 0] {
            text.push(char::from(LETTERS[(bits >> place & 63) as usize]));
        }
    }
    text
}

fn place_of(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2])
}

impl Planted {
    fn of(texts: Vec<String>) -> Self {
        let mut planted = Self { texts, begins: vec![false; 1 << 24], forms: HashMap::new() };
        for number in 0..planted.texts.len() {
            let bytes = planted.texts[number].clone().into_bytes();
            let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let mut forms =
                vec![bytes.clone(), hexadecimal.to_ascii_uppercase().into_bytes(), hexadecimal.into_bytes()];
            // In base64 a text looks differently at each of three places; what its neighbours decide is left out.
            forms.extend((0..3).map(|skipped| base64(&bytes[skipped..]).into_bytes()));
            for form in forms.into_iter().filter(|form| form.len() >= 8) {
                planted.begins[place_of(&form)] = true;
                planted.forms.entry(form[..8].try_into().unwrap()).or_default().push((form, number));
            }
        }
        planted
    }

    /// The first that stands in these bytes.
    fn in_bytes(&self, bytes: &[u8]) -> Option<&str> {
        bytes.windows(8).enumerate().find_map(|(at, window)| {
            if !self.begins[place_of(window)] {
                return None;
            }
            let forms = self.forms.get(window)?;
            let (_, number) = forms.iter().find(|(form, _)| bytes[at..].starts_with(form))?;
            Some(self.texts[*number].as_str())
        })
    }

    fn is_not_in(&self, what: &str, bytes: &[u8]) {
        if let Some(found) = self.in_bytes(bytes) {
            panic!("`{found}` stands in {what}");
        }
    }

    /// Looks through every file of a folder; gives how many bytes there were.
    fn is_not_under(&self, folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> u64 {
        let mut bytes = 0;
        let mut folders = vec![folder.to_path_buf()];
        while let Some(folder) = folders.pop() {
            // Other tests make and drop their own databases on the same cluster meanwhile.
            let Ok(listing) = std::fs::read_dir(&folder) else { continue };
            for path in listing.flatten().map(|entry| entry.path()).filter(|path| wanted(path)) {
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(content) = std::fs::read(&path) {
                    bytes += content.len() as u64;
                    self.is_not_in(&path.display().to_string(), &content);
                }
            }
        }
        bytes
    }
}

fn name(number: u32) -> String {
    format!("欧阳泄漏{number:04}娜")
}

fn passport(number: u32) -> String {
    format!("E77{number:06}")
}

fn permit(number: u32) -> String {
    format!("H77{number:06}00")[..9].to_owned()
}

fn person_line(number: u32) -> Value {
    let mut line = person_penalty(
        &person(number),
        &name(number),
        &format!("泄漏罚〔2026〕{number}号"),
        "2026-03-02",
        &["警告"],
    );
    match number {
        300..400 => {
            line["counterparty_document_type"] = json!("护照");
            line["counterparty_document_number"] = json!(passport(number));
        }
        400..500 => {
            line["counterparty_document_type"] = json!("港澳居民来往内地通行证");
            line["counterparty_document_number"] = json!(permit(number));
        }
        _ => {}
    }
    line
}

/// The identifier under which a person of [`person_line`] is filed.
fn number_of(number: u32) -> String {
    match number {
        300..400 => passport(number),
        400..500 => permit(number),
        _ => person(number),
    }
}

fn phone(number: u32) -> String {
    format!("1380077{number:04}")
}

fn planted() -> Planted {
    let mut texts: Vec<String> = (0..500).flat_map(|number| [number_of(number), name(number)]).collect();
    texts.extend((0..100).map(individual_business));
    // Whom only inquiries, refused lines, consents and keys name.
    texts.extend((500..1000).map(person));
    texts.extend((0..100).map(phone));
    texts.extend((500..700).map(name));
    Planted::of(texts)
}

async fn say(server: &Server, text: &str) -> Reply {
    Wire::connect(server.socket()).await.unwrap().ask(text).await.unwrap()
}

fn batch(key: &str, item: &str, lines: &[Value]) -> String {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    format!(
        "POST /api/v1/batches?item={item} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\
         content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn with_key(path: &str, key: &str, accept: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\naccept: {accept}\r\n\r\n")
}

/// The data of the cluster that is of this database or of all.
fn cluster(url: &str) -> (PathBuf, String) {
    let ask = |sql: &str| {
        let output =
            std::process::Command::new("psql").args(["-X", "-A", "-t", url, "-c", sql]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let folder = PathBuf::from(ask("show data_directory"));
    (folder, ask("select oid from pg_database where datname = current_database()"))
}

#[test]
fn a_thousand_planted_people_are_in_no_file_no_log_and_no_answer_to_others() {
    on_both(|engine| async move {
        let made = Made::new(Place::new(engine).unwrap());
        let planted = planted();
        assert!(planted.texts.len() > 1000);
        let folder = made.place.folder.path().to_path_buf();
        let log = folder.join("server.log");
        let server = Server::with_log(&folder, &made.named(), "debug", &log);
        let (_, police) = made.key(&["--office", "public-security", "--duty", "5"]);
        let (_, market) = made.key(&["--office", "market-regulation", "--duty", "1"]);

        // Filed over the API and from the command line.
        let people: Vec<Value> = (0..500).map(person_line).collect();
        let filed = say(&server, &batch(&police, "administrative-penalty-person", &people[..400])).await;
        assert_eq!(filed.status, 201, "{}", String::from_utf8_lossy(&filed.body));
        assert_eq!(filed.json()["filed"], 400, "{:#}", filed.json());
        made.file("administrative-penalty-person", "public-security", &people[400..]);
        let businesses: Vec<Value> = (0..100)
            .map(|number| {
                let name = format!("北京个体{number}号小吃店");
                penalty(
                    &individual_business(number),
                    &name,
                    &format!("泄漏个罚〔2026〕{number}号"),
                    "2026-03-02",
                    &["警告"],
                )
            })
            .collect();
        made.file("administrative-penalty", "market-regulation", &businesses);
        made.file("registration", "market-regulation", &[registration(ORGANISATION, ORGANISATION_NAME)]);

        // Refused: numbers that do not pass, telephone numbers and identity numbers in free text, columns that slipped.
        let refused: Vec<Value> = (500..700)
            .map(|number| {
                let mut line = person_line(number);
                match number % 4 {
                    0 => line["facts"] = json!(format!("当事人{}电话{}", name(number), phone(number % 100))),
                    1 => {
                        line["facts"] =
                            json!(format!("身份证{}，{}", person(number + 100), phone(number % 100)))
                    }
                    2 => line["deciding_authority"] = json!(person(number)),
                    _ => line["decision_day"] = json!(person(number)),
                }
                line
            })
            .collect();
        let report = say(&server, &batch(&police, "administrative-penalty-person", &refused)).await;
        assert_eq!(report.json()["refused"], 200, "{:#}", report.json());
        planted.is_not_in("the report of refused lines", &report.body);
        let errors = report.json()["errors_at"].as_str().unwrap().to_owned();
        for accept in ["text/csv", "application/json"] {
            let reply = say(&server, &with_key(&errors, &police, accept)).await;
            assert_eq!(reply.status, 200);
            planted.is_not_in("the refused lines", &reply.body);
        }
        let path = folder.join("refused.jsonl");
        std::fs::write(&path, refused.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        let arguments =
            ["import", "refused.jsonl", "--item", "administrative-penalty-person", "--as", "public-security"];
        let run = run_in(&folder, &[&arguments[..], &made.named()].concat(), b"");
        planted.is_not_in("what an import says", format!("{}{}", run.out, run.err).as_bytes());

        // Looked at, known and unknown; refused; malformed.
        for number in (0..500).step_by(10).chain(500..600) {
            let asked = json!({"identifier": number_of(number), "purpose": {"for": "duty", "duty": 5, "matter": "案2026-1"}});
            let reply = say(&server, &post("/api/v1/inquiries", &police, &asked)).await;
            assert!([200, 403, 422].contains(&reply.status), "{reply:?}");
            let refused = say(&server, &post("/api/v1/inquiries", &market, &asked)).await;
            assert_ne!(refused.status, 200);
            planted.is_not_in("a refused inquiry", &refused.body);
        }
        for number in 600..700 {
            let identifier = format!("{}0", person(number));
            let asked = json!({"identifier": identifier, "purpose": {"for": "duty", "duty": 5, "matter": "案2026-1"}});
            let reply = say(&server, &post("/api/v1/inquiries", &police, &asked)).await;
            assert!(reply.status >= 400);
            planted.is_not_in("a malformed inquiry", &reply.body);
        }
        for asked in [
            format!("/api/v1/organisations/{}", person(700)),
            format!("/organisations/{}", individual_business(7)),
            format!("/search?q={}", person(701)),
            format!("/api/v1/inquiries/{}", person(702)),
        ] {
            let reply = say(&server, &get(&asked)).await;
            // What was asked may be repeated to whoever asked; nothing else may be told.
            let text =
                String::from_utf8_lossy(&reply.body).replace(asked.rsplit(['/', '=']).next().unwrap(), "");
            planted.is_not_in(&asked, text.as_bytes());
        }

        // One's own view, a consent, a look by consent, keys.
        let (_, own) = made.key(&["--subject", &person(1)]);
        let mine = say(&server, &post("/api/v1/inquiries", &own, &json!({"purpose": {"for": "own"}}))).await;
        assert_eq!(mine.status, 200);
        assert!(
            planted.in_bytes(&mine.body).is_some(),
            "one's own view tells who one is, and the search finds it"
        );
        made.key(&["--third-party", &name(600), "--identifier", &person(800)]);
        for number in 801..820 {
            let arguments = [
                "consent",
                "grant",
                "--to-name",
                &name(620),
                "--to",
                &person(number),
                "--item",
                "administrative-penalty-person",
                "--purpose",
                "a loan",
                "--last-day",
                "2099-12-31",
                "--key",
                &own,
            ];
            let run = run_in(&folder, &[&arguments[..], &made.named()].concat(), b"");
            planted.is_not_in("what granting a consent says", format!("{}{}", run.out, run.err).as_bytes());
        }
        let listed = run_in(&folder, &[&["key", "list"][..], &made.named()].concat(), b"");
        assert_eq!(listed.code, 0, "{}", listed.err);
        let broken = say(&server, &batch(&market, "no-such-item", &people[..3])).await;
        planted.is_not_in("a refused batch", &broken.body);
        for path in ["/", &format!("/organisations/{ORGANISATION}"), "/journal", "/search?q=北京"] {
            let path = path.replace("北京", "%E5%8C%97%E4%BA%AC");
            let reply = say(&server, &get(&path)).await;
            assert_eq!(reply.status, 200, "{path}");
            planted.is_not_in(&path, &reply.body);
        }

        // The journal's public files, a rotation of the keys, and a backup besides.
        let mirror = folder.join("mirror");
        let from = format!("{}/journal/", server.address);
        assert_eq!(run_in(&folder, &["mirror", &from, "--to", "mirror"], b"").code, 0);
        let look = |when: &str| {
            let searched = match made.place.address.folder() {
                Some(store) => {
                    let wanted = |path: &Path| !path.ends_with("signing.key") && !path.ends_with("keys.json");
                    planted.is_not_under(store, &wanted)
                }
                None => {
                    let (data, database) = cluster(&made.place.address.to_string());
                    let base = data.join("base");
                    let wanted = |path: &Path| {
                        path.parent() != Some(base.as_path())
                            || path.file_name().is_some_and(|name| name == database.as_str())
                    };
                    planted.is_not_under(&data, &wanted)
                }
            };
            assert!(searched > 1 << 20, "{when}: only {searched} bytes were there to be searched");
        };
        look("while it is served");
        made.run(&["keys", "rotate"]);
        made.run(&["backup", "--to", "backup"]);
        assert!(planted.is_not_under(&mirror, &|_| true) > 0);
        assert!(planted.is_not_under(&folder.join("backup"), &|_| true) > 0);
        look("with the keys rotated");
        assert_eq!(server.stop(), 0);
        made.is_sound();
        look("when the server has ended");
        let logged = std::fs::read(&log).unwrap();
        assert!(logged.len() > 1000, "the log at its finest says something");
        planted.is_not_in("the log", &logged);
        for file in std::fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path()) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name.contains("receipt") || name.contains("error") {
                planted.is_not_in(&name, &std::fs::read(&file).unwrap());
            }
        }
        if engine == Engine::Sqlite {
            // The search itself: what is there is found, in each of its forms.
            let text = name(3);
            let encoded = base64(format!("xx{text}yyy").as_bytes());
            assert!(planted.in_bytes(encoded.as_bytes()).is_some());
            assert!(planted.in_bytes(format!("..{}..", person(900)).as_bytes()).is_some());
        }
    });
}
