//! How people sign in: `[session]`, and a table `[[sign_in]]` for each identity provider.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use register::ruling::Bilingual;
use web::sign_in::{Admitted, ClaimNames, ProviderOptions, Secret, SignInOptions};

use super::table::{Kind, Known};
use super::value::{Source, Value};
use super::{Mistake, Settings};

/// How long a session may be unused.
pub const IDLE: Known = Known {
    key: "session.idle_minutes_max",
    kind: Kind::Count,
    usual: "30",
    what: "how long someone who signed in may do nothing before the session ends",
    example: "idle_minutes_max = 15",
};
/// How long a session lasts.
pub const LASTS: Known = Known {
    key: "session.hours_max",
    kind: Kind::Count,
    usual: "8",
    what: "how long a session lasts at most",
    example: "hours_max = 8",
};
/// How many sessions a person has.
pub const OPEN: Known = Known {
    key: "session.open_max",
    kind: Kind::Count,
    usual: "20",
    what: "how many sessions a person may have open; of more, the one that would end first ends at once",
    example: "open_max = 5",
};

const fn text(key: &'static str, usual: &'static str, what: &'static str, example: &'static str) -> Known {
    Known { key, kind: Kind::Text, usual, what, example }
}

/// The provider's place in addresses.
pub const ID: Known = text(
    "sign_in[].id",
    "",
    "its place in addresses (`/sign-in/ID/back` is where the provider sends people back): small letters, digits, hyphens",
    "id = \"staff\"",
);
/// The name in Chinese.
pub const NAME_ZH: Known =
    text("sign_in[].name_zh", "", "what people read on the button, in Chinese", "name_zh = \"单位账号\"");
/// The name in English.
pub const NAME_EN: Known =
    text("sign_in[].name_en", "", "the same in English", "name_en = \"Office account\"");
/// The issuer.
pub const ISSUER: Known = Known {
    key: "sign_in[].issuer",
    kind: Kind::Web,
    usual: "",
    what: "the issuer's address; the rest is discovered from it (OpenID Connect Discovery)",
    example: "issuer = \"https://id.example\"",
};
/// Our name there.
pub const CLIENT: Known =
    text("sign_in[].client_id", "", "the platform's name at the provider", "client_id = \"credence\"");
/// The file of our secret there.
pub const SECRET: Known = Known {
    key: "sign_in[].client_secret_file",
    kind: Kind::Path,
    usual: "",
    what: "a file that holds nothing but the platform's secret at the provider",
    example: "client_secret_file = \"/etc/credence/staff.secret\"",
};
/// For whom it vouches.
pub const ADMITS: Known = Known {
    key: "sign_in[].admits",
    kind: Kind::Texts,
    usual: "",
    what: "for whom it vouches: `officer`, `subject`, `operator`; nobody else is let in by it",
    example: "admits = [\"officer\", \"operator\"]",
};
/// What is asked for.
pub const SCOPES: Known = Known {
    key: "sign_in[].scopes",
    kind: Kind::Texts,
    usual: "",
    what: "what is asked for besides `openid`",
    example: "scopes = [\"profile\"]",
};
/// Ways of signing in that are strong enough.
pub const STRENGTHS: Known = Known {
    key: "sign_in[].strengths",
    kind: Kind::Texts,
    usual: "",
    what: "the ways of signing in (`acr`) that are strong enough, such as two factors; none named: any",
    example: "strengths = [\"two-factors\"]",
};
/// The provider's own certificate authority.
pub const AUTHORITY: Known = Known {
    key: "sign_in[].certificate_authority",
    kind: Kind::Path,
    usual: "",
    what: "the provider's own certificate authority (PEM); without it those that everyone trusts",
    example: "certificate_authority = \"/etc/credence/id-ca.pem\"",
};
/// The claim of the role.
pub const ROLE: Known = text(
    "sign_in[].claims.role",
    "",
    "the claim with `officer`, `subject` or `operator`; usual `credence_role`, needed where it vouches for several",
    "role = \"credence_role\"",
);
/// The claim of the account.
pub const ACCOUNT: Known = text(
    "sign_in[].claims.account",
    "",
    "the claim by which a person is known again, such as a staff number; usual `staff_number`, and `sub` where that is missing",
    "account = \"staff_number\"",
);
/// The claim of the office.
pub const OFFICE: Known = text(
    "sign_in[].claims.office",
    "",
    "the claim with an officer's authority, by its code; usual `credence_office`",
    "office = \"credence_office\"",
);
/// The claim of the duties.
pub const DUTIES: Known = text(
    "sign_in[].claims.duties",
    "",
    "the claim with an officer's duties of Article 20, numbers; usual `credence_duties`",
    "duties = \"credence_duties\"",
);
/// The claim of the identity number.
pub const CITIZEN: Known = text(
    "sign_in[].claims.citizen_id",
    "",
    "the claim with a person's verified identity number; usual `citizen_id`",
    "citizen_id = \"citizen_id\"",
);
/// The claim of the organisation.
pub const ORGANISATION: Known = text(
    "sign_in[].claims.organisation_code",
    "",
    "the claim with the code of the organisation for which a person acts; usual `organisation_code`",
    "organisation_code = \"organisation_code\"",
);
/// The claim of the mandate.
pub const MANDATE: Known = text(
    "sign_in[].claims.mandate",
    "",
    "the claim with the document that gives the authority to act for it; usual `mandate`",
    "mandate = \"mandate\"",
);

impl Settings {
    /// How many tables of a list the file has.
    fn count_of(&self, list: &str) -> usize {
        let begin = format!("{list}[");
        let places: BTreeSet<&str> =
            self.set.keys().filter_map(|key| key.strip_prefix(&begin)?.split(']').next()).collect();
        places.len()
    }

    fn element(&self, known: &Known, place: usize) -> Option<&(Value, Source)> {
        self.set.get(&known.key.replace("[]", &format!("[{place}]")))
    }

    fn text_at(&self, known: &Known, place: usize) -> Option<String> {
        match self.element(known, place) {
            Some((Value::Text(text), _)) => Some(text.clone()),
            _ => None,
        }
    }

    fn texts_at(&self, known: &Known, place: usize) -> Vec<String> {
        match self.element(known, place) {
            Some((Value::Texts(texts), _)) => texts.clone(),
            _ => Vec::new(),
        }
    }

    /// How people sign in; every mistake is found.
    #[must_use]
    pub fn sign_in(&self) -> (SignInOptions, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let mut providers: Vec<ProviderOptions> = Vec::new();
        for place in 0..self.count_of("sign_in") {
            match self.provider(place) {
                Ok(provider) if providers.iter().any(|other| other.id == provider.id) => {
                    mistakes.push(self.mistake_at(
                        &ID,
                        place,
                        "stands twice",
                        "give each provider an `id` of its own",
                    ));
                }
                Ok(provider) => providers.push(provider),
                Err(found) => mistakes.extend(found),
            }
        }
        let options = SignInOptions {
            providers,
            idle_max: Duration::from_secs(self.count(&IDLE).saturating_mul(60)),
            lasts_max: Duration::from_secs(self.count(&LASTS).saturating_mul(3600)),
            open_max: usize::try_from(self.count(&OPEN)).unwrap_or(usize::MAX),
            demo_accounts: Vec::new(),
        };
        (options, mistakes)
    }

    fn mistake_at(
        &self,
        known: &Known,
        place: usize,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Mistake {
        // Where the key itself is missing the line of the table's own `id` is near enough.
        let source =
            self.element(known, place).or_else(|| self.element(&ID, place)).map(|(_, source)| source);
        let line = if let Some(Source::File(line)) = source { *line } else { 0 };
        let key = known.key.replace("[]", &format!("[{place}]"));
        Mistake { line, key, what: what.into(), remedy: remedy.into() }
    }

    fn provider(&self, place: usize) -> Result<ProviderOptions, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut needed = |known: &'static Known| {
            self.text_at(known, place).unwrap_or_else(|| {
                mistakes.push(self.mistake_at(
                    known,
                    place,
                    "is missing",
                    format!("add `{}`", known.example),
                ));
                String::new()
            })
        };
        let (id, issuer, client_id) = (needed(&ID), needed(&ISSUER), needed(&CLIENT));
        let secret_file = needed(&SECRET);
        if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            let remedy = "use small letters, digits and hyphens: `id = \"staff\"`";
            mistakes.push(self.mistake_at(&ID, place, "is no word for an address", remedy));
        }
        if ["demo"].contains(&id.as_str()) {
            mistakes.push(self.mistake_at(&ID, place, "is taken", "name it otherwise: `id = \"staff\"`"));
        }
        if issuer.starts_with("http://") && !is_loopback(&issuer) {
            let remedy =
                "identity providers are asked by HTTPS; only one on this very machine may do without";
            mistakes.push(self.mistake_at(
                &ISSUER,
                place,
                "is no address that begins with `https://`",
                remedy,
            ));
        }
        let mut admits = Vec::new();
        let words = self.texts_at(&ADMITS, place);
        if words.is_empty() {
            let remedy = format!("say for whom it vouches: `{}`", ADMITS.example);
            mistakes.push(self.mistake_at(&ADMITS, place, "is missing", remedy));
        }
        for word in words {
            match Admitted::of(&word) {
                Some(kind) => admits.push(kind),
                None => {
                    let what = format!("has `{word}`, which is nobody");
                    mistakes.push(self.mistake_at(
                        &ADMITS,
                        place,
                        what,
                        "give `officer`, `subject` or `operator`",
                    ));
                }
            }
        }
        let secret = if secret_file.is_empty() { Ok(String::new()) } else { secret(Path::new(&secret_file)) };
        let client_secret = secret.unwrap_or_else(|what| {
            mistakes.push(self.mistake_at(
                &SECRET,
                place,
                what,
                "write the secret into a file of its own, mode 600",
            ));
            String::new()
        });
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let usual = ClaimNames::default();
        let claim = |known: &Known, usual: String| self.text_at(known, place).unwrap_or(usual);
        let name_zh = self.text_at(&NAME_ZH, place).unwrap_or_else(|| id.clone());
        let name_en = self.text_at(&NAME_EN, place).unwrap_or_else(|| name_zh.clone());
        Ok(ProviderOptions {
            id,
            name: Bilingual::made(name_zh, name_en),
            issuer,
            client_id,
            client_secret: Secret(client_secret),
            admits,
            scopes: self.texts_at(&SCOPES, place),
            strengths: self.texts_at(&STRENGTHS, place),
            certificate_authority: self.text_at(&AUTHORITY, place).map(Into::into),
            claims: ClaimNames {
                role: claim(&ROLE, usual.role),
                account: claim(&ACCOUNT, usual.account),
                office: claim(&OFFICE, usual.office),
                duties: claim(&DUTIES, usual.duties),
                citizen_id: claim(&CITIZEN, usual.citizen_id),
                organisation_code: claim(&ORGANISATION, usual.organisation_code),
                mandate: claim(&MANDATE, usual.mandate),
            },
        })
    }
}

/// Whether an address of plain HTTP is one of this very machine.
#[must_use]
pub fn is_loopback(address: &str) -> bool {
    let host = address.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host == "localhost"
        || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

fn secret(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("names a file that cannot be read: {error}"))?;
    let text = text.trim();
    if text.is_empty() { Err("names a file that is empty".to_owned()) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (SignInOptions, Vec<Mistake>) {
        let (settings, mistakes) = Settings::read(text);
        assert_eq!(mistakes, Vec::new());
        settings.sign_in()
    }

    #[test]
    fn a_provider_is_read_and_its_claims_are_usual_where_nothing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, " hush \n").unwrap();
        let (options, mistakes) = read(&format!(
            "[session]\nhours_max = 2\n[[sign_in]]\nid = \"staff\"\nissuer = \"https://id.example/\"\nclient_id = \"c\"\n\
             client_secret_file = \"{}\"\nadmits = [\"officer\"]\nclaims.office = \"dept\"\n",
            file.display()
        ));
        assert_eq!(mistakes, Vec::new());
        assert_eq!(options.lasts_max, Duration::from_secs(7200));
        let provider = &options.providers[0];
        assert_eq!((provider.client_secret.0.as_str(), provider.claims.office.as_str()), ("hush", "dept"));
        assert_eq!(provider.claims.duties, "credence_duties");
        assert!(!format!("{provider:?}").contains("hush"));
    }

    #[test]
    fn every_mistake_of_a_provider_is_told_with_its_line() {
        let (_, mistakes) = read(
            "[[sign_in]]\nid = \"Staff 1\"\nissuer = \"http://id.example\"\nadmits = [\"emperor\"]\nclient_secret_file = \"/nowhere\"\n",
        );
        let found: Vec<(usize, &str)> =
            mistakes.iter().map(|mistake| (mistake.line, mistake.key.as_str())).collect();
        assert_eq!(
            found,
            [
                (2, "sign_in[0].client_id"),
                (2, "sign_in[0].id"),
                (3, "sign_in[0].issuer"),
                (4, "sign_in[0].admits"),
                (5, "sign_in[0].client_secret_file")
            ]
        );
        assert!(mistakes.iter().all(|mistake| !mistake.remedy.is_empty()));
        assert!(
            is_loopback("http://127.0.0.1:9400/x")
                && is_loopback("http://[::1]:1")
                && !is_loopback("http://a.example")
        );
    }
}
