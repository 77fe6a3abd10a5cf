//! A real OpenID provider (`tests/provider`), started on a free port of the loopback address. It ends with its test.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::browser::Browser;
use crate::wire::Reply;

/// A provider that runs.
#[derive(Debug)]
pub struct Provider {
    /// The issuer's address.
    pub issuer: String,
    /// The address by which the test tells it what to do.
    pub control: String,
    /// Credence's name there.
    pub client_id: String,
    /// Credence's secret there.
    pub client_secret: String,
    /// Its input is held open: when the test goes, however it goes, the provider goes.
    child: Child,
}

impl Provider {
    /// Starts one. Its packages are installed the first time, into the target folder.
    #[must_use]
    pub fn start(options: &[&str]) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let prepared = Command::new(root.join("tests/provider/prepare.sh")).output().unwrap();
        assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
        let folder = String::from_utf8_lossy(&prepared.stdout).lines().last().unwrap().to_owned();
        let mut child = Command::new("node")
            .arg(format!("{folder}/provider.mjs"))
            .arg("--until-input-ends")
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap().to_owned();
        Self {
            issuer: text("issuer"),
            control: text("control"),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            child,
        }
    }

    /// Tells it where Credence listens.
    pub async fn knows(&self, address: &str, id: &str) {
        let client = serde_json::json!({
            "redirect_uris": [format!("{address}/sign-in/{id}/back")],
            "post_logout_redirect_uris": [format!("{address}/")],
            "backchannel_logout_uri": format!("{address}/sign-in/{id}/ended"),
        });
        let told = Browser::default().post_json(&format!("{}/client", self.control), &[], &client).await;
        assert!(told.status < 300, "{}", String::from_utf8_lossy(&told.body));
    }

    /// Signs with a new key from now on.
    pub async fn rotate(&self) {
        let told = Browser::default().post_form(&format!("{}/rotate", self.control), &[]).await;
        assert!(told.status < 300, "{}", String::from_utf8_lossy(&told.body));
    }

    /// Ends an account's sessions there, and tells Credence.
    pub async fn sign_out(&self, account: &str) -> Value {
        let told =
            Browser::default().post_form(&format!("{}/sign-out", self.control), &[("sub", account)]).await;
        told.json()
    }

    /// Walks from the address where Credence begins a sign-in to the provider, signs in as an account, and stops where the
    /// provider sends the browser back: that address, not yet opened.
    pub async fn authorise(&self, browser: &mut Browser, begin: &str, account: &str) -> String {
        let began = browser.get(begin).await;
        assert_eq!(began.status, 303, "{}", String::from_utf8_lossy(&began.body));
        let there = Browser::location(begin, &began);
        let asked = browser.get(&there).await;
        let form = Browser::location(&there, &asked);
        let sent = browser.post_form(&form, &[("login", account)]).await;
        let resume = Browser::location(&form, &sent);
        let back = browser.get(&resume).await;
        Browser::location(&resume, &back)
    }

    /// Signs in as an account, and gives Credence's answer.
    pub async fn sign_in(&self, browser: &mut Browser, begin: &str, account: &str) -> Reply {
        let back = self.authorise(browser, begin, account).await;
        browser.get(&back).await
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
