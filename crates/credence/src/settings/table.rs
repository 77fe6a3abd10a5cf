//! Every setting, one row each: what the file, the environment, `config check`, `config show` and `docs/configuration.md`
//! know of it stands here and nowhere else.

use super::sign_in;

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A folder or a `postgres://` address, whose password is never shown.
    Store,
    /// A file or a folder.
    Path,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An address of this machine with a port.
    Socket,
    /// An address that begins with `http://` or `https://`.
    Web,
    /// A whole number above zero.
    Count,
    /// Texts: a list in the file.
    Texts,
    /// Networks, such as `10.0.0.0/8`: a list in the file, separated by commas in the environment.
    Networks,
}

impl Kind {
    /// What stands there, in words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Store => "a folder or a `postgres://` address".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::Word(words) => {
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
            }
            Self::Socket => "an address and a port".to_owned(),
            Self::Web => "an address that begins with `http://` or `https://`".to_owned(),
            Self::Count => "a whole number above zero".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::Networks => "a list of networks".to_owned(),
        }
    }
}

/// A setting that there is.
#[derive(Debug, PartialEq, Eq)]
pub struct Known {
    /// Its key, with its tables; `[]` behind a table of which there may be several.
    pub key: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What holds where nobody says anything; empty where that is nothing.
    pub usual: &'static str,
    /// What it does, for the documentation.
    pub what: &'static str,
    /// How its line looks in the file, without its table.
    pub example: &'static str,
}

impl Known {
    /// The environment variable that comes before the file. An element of a list of tables has none.
    #[must_use]
    pub fn variable(&self) -> Option<String> {
        (!self.key.contains("[]"))
            .then(|| format!("CREDENCE_{}", self.key.replace('.', "_").to_ascii_uppercase()))
    }
}

/// Where the store is.
pub const STORE: Known = Known {
    key: "store",
    kind: Kind::Store,
    usual: "",
    what: "where the store is: a folder (SQLite) or a PostgreSQL database",
    example: "store = \"./data\"",
};
/// The folder of the keys.
pub const KEYS: Known = Known {
    key: "keys",
    kind: Kind::Path,
    usual: "",
    what: "the folder of the keys of a PostgreSQL store, which must not lie in the database",
    example: "keys = \"./keys\"",
};
/// The language of messages.
pub const LANGUAGE: Known = Known {
    key: "language",
    kind: Kind::Word(&["zh", "en"]),
    usual: "",
    what: "the language of messages on the command line; both where none is chosen",
    example: "language = \"zh\"",
};
/// Where `serve` listens.
pub const LISTEN: Known = Known {
    key: "listen",
    kind: Kind::Socket,
    usual: "127.0.0.1:8080",
    what: "where `serve` listens; port 0 takes a free one",
    example: "listen = \"127.0.0.1:8080\"",
};
/// The public address.
pub const ADDRESS: Known = Known {
    key: "address",
    kind: Kind::Web,
    usual: "",
    what: "the address under which people reach the platform; without it, the one that it listens on",
    example: "address = \"https://credit.example\"",
};
/// What is logged.
pub const LOG: Known = Known {
    key: "log",
    kind: Kind::Text,
    usual: "warn",
    what: "what is logged: `error`, `warn`, `info` (a line a request), `debug`, or by part, such as `warn,web=info`",
    example: "log = \"info\"",
};
/// The certificate.
pub const TLS_CERTIFICATE: Known = Known {
    key: "tls.certificate",
    kind: Kind::Path,
    usual: "",
    what: "the server's certificate and those between it and its authority (PEM); with it `serve` speaks TLS only",
    example: "certificate = \"/etc/credence/tls.pem\"",
};
/// The certificate's key.
pub const TLS_KEY: Known = Known {
    key: "tls.key",
    kind: Kind::Path,
    usual: "",
    what: "the certificate's private key (PEM, without a passphrase)",
    example: "key = \"/etc/credence/tls.key\"",
};
/// The authorities of client certificates.
pub const TLS_CLIENT_CA: Known = Known {
    key: "tls.client_ca",
    kind: Kind::Path,
    usual: "",
    what: "the authorities whose client certificates are believed (PEM); without it none is asked for",
    example: "client_ca = \"/etc/credence/clients.pem\"",
};
/// Whether client certificates are required.
pub const TLS_CLIENT_CERTIFICATES: Known = Known {
    key: "tls.client_certificates",
    kind: Kind::Word(&["requested", "required"]),
    usual: "requested",
    what: "whether who has no client certificate is let in; needs `tls.client_ca`",
    example: "client_certificates = \"required\"",
};
/// The proxies that are believed.
pub const PROXY_TRUSTED: Known = Known {
    key: "proxy.trusted",
    kind: Kind::Networks,
    usual: "",
    what: "the proxies that are believed when they say for whom they ask; nobody else is",
    example: "trusted = [\"10.0.0.0/8\"]",
};
/// The header in which they are.
pub const PROXY_HEADER: Known = Known {
    key: "proxy.header",
    kind: Kind::Word(&["x-forwarded-for", "forwarded"]),
    usual: "x-forwarded-for",
    what: "the one header that your proxies set, with `x-forwarded-proto` beside the first; the other is not read",
    example: "header = \"forwarded\"",
};
/// Where figures are given.
pub const METRICS_LISTEN: Known = Known {
    key: "metrics.listen",
    kind: Kind::Socket,
    usual: "",
    what: "where figures for Prometheus are given at `/metrics`, in plain text and to whoever asks: an address that \
           only your own machines reach; without it nowhere",
    example: "listen = \"127.0.0.1:9464\"",
};

/// Where traces go.
pub const TELEMETRY_ENDPOINT: Known = Known {
    key: "telemetry.endpoint",
    kind: Kind::Web,
    usual: "",
    what: "where traces are sent: an OpenTelemetry collector that speaks OTLP over plain HTTP, on your own network; without it nowhere",
    example: "endpoint = \"http://127.0.0.1:4318\"",
};
/// How many requests are traced.
pub const TELEMETRY_PERCENT: Known = Known {
    key: "telemetry.percent",
    kind: Kind::Count,
    usual: "10",
    what: "how many of a hundred requests are traced",
    example: "percent = 100",
};

/// Every setting, in the order of the documentation.
pub const KNOWN: &[&Known] = &[
    &STORE,
    &KEYS,
    &LANGUAGE,
    &LISTEN,
    &ADDRESS,
    &LOG,
    &TLS_CERTIFICATE,
    &TLS_KEY,
    &TLS_CLIENT_CA,
    &TLS_CLIENT_CERTIFICATES,
    &PROXY_TRUSTED,
    &PROXY_HEADER,
    &METRICS_LISTEN,
    &TELEMETRY_ENDPOINT,
    &TELEMETRY_PERCENT,
    &sign_in::IDLE,
    &sign_in::LASTS,
    &sign_in::OPEN,
    &sign_in::ID,
    &sign_in::NAME_ZH,
    &sign_in::NAME_EN,
    &sign_in::ISSUER,
    &sign_in::CLIENT,
    &sign_in::SECRET,
    &sign_in::ADMITS,
    &sign_in::SCOPES,
    &sign_in::STRENGTHS,
    &sign_in::AUTHORITY,
    &sign_in::ROLE,
    &sign_in::ACCOUNT,
    &sign_in::OFFICE,
    &sign_in::DUTIES,
    &sign_in::CITIZEN,
    &sign_in::ORGANISATION,
    &sign_in::MANDATE,
    &limits::BODY_BYTES,
    &limits::REQUEST_SECONDS,
    &limits::WAITING,
    &limits::CONNECTIONS,
    &limits::UPLOADS,
    &limits::IDLE_SECONDS,
    &limits::STOP_SECONDS,
    &limits::HANDSHAKE_SECONDS,
    &limits::CALLER_REQUESTS,
    &limits::VISITOR_REQUESTS,
    &limits::FAILED_KEYS,
    &limits::LOOKS,
    &limits::EMPTY_SLOWED,
    &limits::EMPTY_REFUSED,
    &limits::REFUSED_SLOWED,
    &limits::REFUSED_REFUSED,
];

/// Limits: the table `[limits]`.
pub mod limits {
    use super::{Kind, Known};

    const fn count(
        key: &'static str,
        usual: &'static str,
        what: &'static str,
        example: &'static str,
    ) -> Known {
        Known { key, kind: Kind::Count, usual, what, example }
    }

    /// The longest file.
    pub const BODY_BYTES: Known = count(
        "limits.body_bytes_max",
        "1073741824",
        "a filed file, in bytes; with `uploads_max` it bounds the disk that is needed in `TMPDIR`",
        "body_bytes_max = 268435456",
    );
    /// The time of a request.
    pub const REQUEST_SECONDS: Known = count(
        "limits.request_seconds_max",
        "10",
        "a request from its head to its answer; half of it for the body's arrival",
        "request_seconds_max = 30",
    );
    /// Requests.
    pub const WAITING: Known = count(
        "limits.waiting_max",
        "512",
        "requests at work or waiting; one more gets 503",
        "waiting_max = 1024",
    );
    /// Connections.
    pub const CONNECTIONS: Known = count(
        "limits.connections_max",
        "12288",
        "open connections; for one more, one that keeps us waiting is closed",
        "connections_max = 12288",
    );
    /// Files.
    pub const UPLOADS: Known = count(
        "limits.uploads_max",
        "4",
        "files received and filed at a time; an office has at most half of them",
        "uploads_max = 4",
    );
    /// Idle connections.
    pub const IDLE_SECONDS: Known = count(
        "limits.idle_seconds_max",
        "75",
        "a connection without a next request; keep it above your proxy's own",
        "idle_seconds_max = 75",
    );
    /// The end.
    pub const STOP_SECONDS: Known = count(
        "limits.stop_seconds_max",
        "20",
        "how long open requests are waited for at SIGTERM",
        "stop_seconds_max = 20",
    );
    /// TLS handshakes.
    pub const HANDSHAKE_SECONDS: Known = count(
        "limits.handshake_seconds_max",
        "10",
        "how long a client may take to agree on TLS",
        "handshake_seconds_max = 10",
    );
    /// Requests with a key.
    pub const CALLER_REQUESTS: Known = count(
        "limits.caller_requests_per_second_max",
        "10000",
        "requests with one key; one more gets 429",
        "caller_requests_per_second_max = 200",
    );
    /// Requests without a key.
    pub const VISITOR_REQUESTS: Known = count(
        "limits.visitor_requests_per_second_max",
        "200",
        "requests without a key from one network address (of IPv6 from one network of 64 bits), after a rest twenty \
         times as many; this machine's own addresses have no limit",
        "visitor_requests_per_second_max = 50",
    );
    /// Wrong keys.
    pub const FAILED_KEYS: Known = count(
        "limits.failed_keys_per_minute_max",
        "60",
        "keys that open nothing, from one network address; then none that was not let in during the last hour is tried",
        "failed_keys_per_minute_max = 20",
    );
    /// Looks at one subject.
    pub const LOOKS: Known = count(
        "limits.looks_per_subject_hour_max",
        "1000",
        "looks of one caller at one subject in an hour; one's own are not counted",
        "looks_per_subject_hour_max = 100",
    );
    /// Inquiries that show nothing.
    pub const EMPTY_SLOWED: Known = count(
        "limits.empty_inquiries_slowed",
        "2000",
        "inquiries of one caller in an hour that showed nothing, where they are nine of ten: from then on one each \
         two seconds, and the operator is told",
        "empty_inquiries_slowed = 500",
    );
    /// The same.
    pub const EMPTY_REFUSED: Known = count(
        "limits.empty_inquiries_refused",
        "3000",
        "the same: from then on all are refused for an hour, each with its entry",
        "empty_inquiries_refused = 1000",
    );
    /// Inquiries that were refused.
    pub const REFUSED_SLOWED: Known = count(
        "limits.refused_inquiries_slowed",
        "50",
        "inquiries of one caller in an hour that were refused (no matter, no duty, no consent): from then on one each \
         two seconds, and the operator is told",
        "refused_inquiries_slowed = 20",
    );
    /// The same.
    pub const REFUSED_REFUSED: Known = count(
        "limits.refused_inquiries_refused",
        "200",
        "the same: from then on all are refused for an hour, each with its entry",
        "refused_inquiries_refused = 60",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_key_and_a_variable_of_its_own_and_is_explained() {
        let mut keys: Vec<&str> = KNOWN.iter().map(|known| known.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), KNOWN.len());
        let mut variables: Vec<String> = KNOWN.iter().filter_map(|known| known.variable()).collect();
        variables.sort_unstable();
        variables.dedup();
        assert_eq!(variables.len(), KNOWN.iter().filter(|known| !known.key.contains("[]")).count());
        assert!(KNOWN.iter().all(|known| !known.what.is_empty()));
    }
}
