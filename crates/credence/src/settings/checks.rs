//! What is wrong though each setting by itself is right: files that cannot be used, settings that contradict each other.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use law::Clock;
use web::tls::TlsFiles;

use super::sign_in::is_loopback;
use super::table::{self, Known};
use super::value::Source;
use super::{Mistake, Settings};

impl Settings {
    /// The files of TLS, where it is to be served.
    #[must_use]
    pub fn tls(&self) -> Option<TlsFiles> {
        Some(TlsFiles {
            certificate: self.path(&table::TLS_CERTIFICATE)?,
            key: self.path(&table::TLS_KEY)?,
            client_authorities: self.path(&table::TLS_CLIENT_CA),
            client_certificates_required: self.text(&table::TLS_CLIENT_CERTIFICATES) == Some("required"),
        })
    }

    fn mistake(&self, known: &Known, what: impl Into<String>, remedy: impl Into<String>) -> Mistake {
        let line = match self.source(known) {
            Some(Source::File(line)) => *line,
            _ => 0,
        };
        Mistake { line, key: known.key.to_owned(), what: what.into(), remedy: remedy.into() }
    }
}

/// Every contradiction, in the order of the table.
#[must_use]
pub fn contradictions(settings: &Settings, clock: &Arc<dyn Clock>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    mistakes.extend(keys(settings));
    mistakes.extend(filter(settings));
    mistakes.extend(tls(settings, clock));
    mistakes.extend(header(settings));
    mistakes.extend(listeners(settings));
    mistakes.extend(traces(settings));
    mistakes.extend(steps(settings));
    mistakes.extend(settings.sign_in().1);
    mistakes.extend(plain(settings));
    mistakes
}

fn keys(settings: &Settings) -> Option<Mistake> {
    let folder = settings.path(&table::KEYS)?;
    let is_other = folder.exists() && !folder.is_dir();
    is_other.then(|| settings.mistake(&table::KEYS, "is no folder", "name the folder in which the keys lie"))
}

fn filter(settings: &Settings) -> Option<Mistake> {
    let text = settings.text(&table::LOG)?;
    let error = tracing_subscriber::EnvFilter::try_new(text).err()?;
    Some(settings.mistake(
        &table::LOG,
        format!("cannot be understood: {error}"),
        format!("give a level, or parts with their levels: `{}`", table::LOG.example),
    ))
}

fn tls(settings: &Settings, clock: &Arc<dyn Clock>) -> Option<Mistake> {
    let set = |known: &'static Known| settings.value(known).is_some();
    for (known, needs) in [
        (&table::TLS_CERTIFICATE, &table::TLS_KEY),
        (&table::TLS_KEY, &table::TLS_CERTIFICATE),
        (&table::TLS_CLIENT_CA, &table::TLS_CERTIFICATE),
        (&table::TLS_CLIENT_CERTIFICATES, &table::TLS_CLIENT_CA),
    ] {
        if set(known) && !set(needs) {
            let what = format!("stands without `{}`", needs.key);
            return Some(settings.mistake(known, what, format!("add `{}` in the same table", needs.example)));
        }
    }
    let files = settings.tls()?;
    let fault = web::tls::check(&files, clock).err()?;
    let is = |path: Option<&Path>| path == Some(fault.file.as_path());
    let known = if is(Some(&files.key)) {
        &table::TLS_KEY
    } else if is(files.client_authorities.as_deref()) {
        &table::TLS_CLIENT_CA
    } else {
        &table::TLS_CERTIFICATE
    };
    Some(settings.mistake(known, format!("names a file that cannot be used: {fault}"), fault.remedy))
}

fn header(settings: &Settings) -> Option<Mistake> {
    let alone =
        settings.value(&table::PROXY_HEADER).is_some() && settings.networks(&table::PROXY_TRUSTED).is_empty();
    alone.then(|| {
        settings.mistake(
            &table::PROXY_HEADER,
            "stands without `proxy.trusted`: the header is believed from nobody",
            format!("name your proxies: `{}`", table::PROXY_TRUSTED.example),
        )
    })
}

/// The public address and that of the figures must differ, and not only in how they are written.
fn listeners(settings: &Settings) -> Option<Mistake> {
    let read = |known| settings.text(known)?.parse::<SocketAddr>().ok();
    let (public, figures) = (read(&table::LISTEN)?, read(&table::METRICS_LISTEN)?);
    let everywhere = public.ip().is_unspecified() || figures.ip().is_unspecified();
    let same = public.port() != 0 && public.port() == figures.port();
    (same && (everywhere || public.ip() == figures.ip())).then(|| {
        settings.mistake(
            &table::METRICS_LISTEN,
            format!("is the address of `listen`, `{public}`"),
            "give the figures a port of their own, on an address that only your own machines reach",
        )
    })
}

/// Traces go over plain HTTP, to a collector of one's own; and a program may be built without them.
fn traces(settings: &Settings) -> Option<Mistake> {
    let endpoint = settings.text(&table::TELEMETRY_ENDPOINT)?;
    let (what, remedy) = if !cfg!(feature = "otlp") {
        (
            "is set, and this program was built without traces",
            "leave it out, or build the program with the feature `otlp`",
        )
    } else if endpoint.starts_with("https://") {
        (
            "is no address that begins with `http://`",
            "run a collector on your own network, and let it speak TLS to others",
        )
    } else if settings.count(&table::TELEMETRY_PERCENT) > 100 {
        let what = "is more than a hundred of a hundred";
        return Some(settings.mistake(&table::TELEMETRY_PERCENT, what, "give a number from 1 to 100"));
    } else {
        return None;
    };
    Some(settings.mistake(&table::TELEMETRY_ENDPOINT, what, remedy))
}

/// Whoever signs in sends a cookie that is worth a session: over plain HTTP only within one machine.
fn plain(settings: &Settings) -> Option<Mistake> {
    let address = settings.text(&table::ADDRESS)?;
    let open = address.starts_with("http://") && !is_loopback(address);
    (open && !settings.sign_in().0.providers.is_empty()).then(|| {
        settings.mistake(
            &table::ADDRESS,
            "is reached without TLS, and people sign in there",
            "serve it by HTTPS: `[tls]`, or a proxy before it, and `address = \"https://credit.example\"`",
        )
    })
}

/// Who is slowed first is refused later.
fn steps(settings: &Settings) -> Option<Mistake> {
    use table::limits;
    for (slowed, refused) in
        [(&limits::EMPTY_SLOWED, &limits::EMPTY_REFUSED), (&limits::REFUSED_SLOWED, &limits::REFUSED_REFUSED)]
    {
        if settings.count(slowed) > settings.count(refused) {
            let what = format!("is less than `{}`, {}", slowed.key, settings.count(slowed));
            return Some(settings.mistake(
                refused,
                what,
                "who asks too much is slowed first and refused later",
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use testkit::TownClock;
    use testkit::certificates::TestAuthority;

    use super::*;

    fn found(text: &str) -> Vec<(usize, String, String)> {
        let (settings, mistakes) = Settings::read(text);
        assert_eq!(mistakes, Vec::new());
        let clock: Arc<dyn Clock> = Arc::new(TownClock::at("2026-11-23"));
        let found = contradictions(&settings, &clock);
        assert!(found.iter().all(|mistake| !mistake.remedy.is_empty()));
        found.into_iter().map(|mistake| (mistake.line, mistake.key, mistake.what)).collect()
    }

    #[test]
    fn settings_that_contradict_each_other_are_told_with_their_lines() {
        for (text, line, key) in [
            ("[tls]\ncertificate = \"a.pem\"\n", 2, "tls.certificate"),
            ("[tls]\nkey = \"a.key\"\n", 2, "tls.key"),
            ("[tls]\nclient_ca = \"a.pem\"\n", 2, "tls.client_ca"),
            ("[proxy]\nheader = \"forwarded\"\n", 2, "proxy.header"),
            ("listen = \"0.0.0.0:9464\"\n[metrics]\nlisten = \"127.0.0.1:9464\"\n", 3, "metrics.listen"),
            ("[metrics]\nlisten = \"127.0.0.1:8080\"\n", 2, "metrics.listen"),
            ("[limits]\nrefused_inquiries_refused = 7\n", 2, "limits.refused_inquiries_refused"),
            ("log = \"web=loud\"\n", 1, "log"),
            ("[telemetry]\nendpoint = \"https://traces.example\"\n", 2, "telemetry.endpoint"),
        ] {
            let found = found(text);
            assert_eq!(found.len(), 1, "{text} {found:?}");
            assert_eq!((found[0].0, found[0].1.as_str()), (line, key), "{text}");
        }
        assert_eq!(found("listen = \"127.0.0.1:0\"\n[metrics]\nlisten = \"127.0.0.1:0\"\n"), Vec::new());
        assert_eq!(found(""), Vec::new());
    }

    #[test]
    fn a_certificate_and_the_key_of_another_are_told_at_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let authority = TestAuthority::new("authority");
        authority.issue("one", (2026, 2100)).write(folder.path(), "one");
        authority.issue("other", (2026, 2100)).write(folder.path(), "other");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let text = |certificate: &str, key: &str| {
            format!("[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n", at(certificate), at(key))
        };
        assert_eq!(found(&text("one.pem", "one.key")), Vec::new());
        let wrong = found(&text("one.pem", "other.key"));
        assert_eq!((wrong[0].0, wrong[0].1.as_str()), (3, "tls.key"));
        assert!(wrong[0].2.contains("is not the key of the certificate"), "{wrong:?}");
        let missing = found(&text("none.pem", "one.key"));
        assert!(missing[0].0 == 2 && missing[0].2.contains("cannot be read"), "{missing:?}");
    }
}
