//! What a setting is set to, and where that comes from.

use std::net::SocketAddr;

use ipnet::IpNet;
use toml::de::DeValue;

use super::table::{Kind, Known};

/// What a setting is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text of whatever kind.
    Text(String),
    /// A number.
    Count(u64),
    /// Texts.
    Texts(Vec<String>),
    /// Networks.
    Networks(Vec<IpNet>),
}

/// Where it comes from; what stands further down comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Usual,
    /// The configuration file, at this line.
    File(usize),
    /// An environment variable.
    Variable(String),
    /// An option on the command line.
    Option,
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Usual => formatter.write_str("usual"),
            Self::File(line) => write!(formatter, "file, line {line}"),
            Self::Variable(name) => write!(formatter, "variable {name}"),
            Self::Option => formatter.write_str("option"),
        }
    }
}

impl Known {
    /// Reads what stands in a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(&self, value: &DeValue<'_>) -> Result<Value, String> {
        match (self.kind, value) {
            (Kind::Count, DeValue::Integer(number)) => {
                let read = u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok();
                positive(read)
            }
            (Kind::Count, _) => positive(None),
            (Kind::Networks, DeValue::Array(elements)) => {
                let read = elements.iter().map(|element| match element.get_ref() {
                    DeValue::String(text) => network(text),
                    _ => Err("must be a list of texts in double quotes".to_owned()),
                });
                Ok(Value::Networks(read.collect::<Result<_, _>>()?))
            }
            (Kind::Texts, DeValue::Array(elements)) => {
                let read = elements.iter().map(|element| match element.get_ref() {
                    DeValue::String(text) => Ok(text.to_string()),
                    _ => Err("must be a list of texts in double quotes".to_owned()),
                });
                Ok(Value::Texts(read.collect::<Result<_, _>>()?))
            }
            (Kind::Networks | Kind::Texts, _) => Err("must be a list of texts in double quotes".to_owned()),
            (_, DeValue::String(text)) => self.read_text(text),
            _ => Err("must be a text in double quotes".to_owned()),
        }
    }

    /// Reads what stands in an environment variable or an option.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read_text(&self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty".to_owned());
        }
        let own = || Ok(Value::Text(text.to_owned()));
        match self.kind {
            Kind::Text | Kind::Store | Kind::Path => own(),
            Kind::Word(words) if words.contains(&text) => own(),
            Kind::Word(_) => Err(format!("must be {}", self.kind.words())),
            Kind::Socket if text.parse::<SocketAddr>().is_ok() => own(),
            Kind::Socket => Err("is no address with a port".to_owned()),
            Kind::Web if text.starts_with("http://") || text.starts_with("https://") => {
                Ok(Value::Text(text.trim_end_matches('/').to_owned()))
            }
            Kind::Web => Err("is no address that begins with `http://` or `https://`".to_owned()),
            Kind::Count => positive(text.replace('_', "").parse().ok()),
            Kind::Texts => Ok(Value::Texts(text.split(',').map(|part| part.trim().to_owned()).collect())),
            Kind::Networks => {
                let parts = text.split(',').map(|part| network(part.trim()));
                Ok(Value::Networks(parts.collect::<Result<_, _>>()?))
            }
        }
    }

    /// A value as it may be shown to whoever runs the program: no password.
    pub fn shown(&self, value: &Value) -> String {
        match value {
            Value::Text(text) if self.kind == Kind::Store => without_password(text),
            Value::Text(text) => text.clone(),
            Value::Count(count) => count.to_string(),
            Value::Texts(texts) => texts.join(", "),
            Value::Networks(networks) => {
                networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

fn positive(read: Option<u64>) -> Result<Value, String> {
    let number = read.filter(|number| *number > 0);
    number.map(Value::Count).ok_or_else(|| "must be a whole number above zero".to_owned())
}

fn network(text: &str) -> Result<IpNet, String> {
    // A single address is the network of itself.
    let read =
        text.parse::<IpNet>().or_else(|_| text.parse().map(|address: std::net::IpAddr| address.into()));
    let network =
        read.map_err(|_| format!("`{text}` is no network, such as `10.0.0.0/8` or `2001:db8::/32`"))?;
    if network.trunc() != network {
        return Err(format!("`{network}` is an address within `{}`, not a network", network.trunc()));
    }
    if network.prefix_len() == 0 {
        return Err(format!("`{network}` is everyone: whoever asks could say that they are somebody else"));
    }
    Ok(network)
}

/// An address of a database without its password, wherever that stands.
fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
    let place = match place.rsplit_once('@') {
        Some((who, place)) => match who.split_once(':') {
            Some((user, _)) => format!("{user}:(hidden)@{place}"),
            None => format!("{who}@{place}"),
        },
        None => place.to_owned(),
    };
    let hide = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if name.contains("password") => format!("{name}=(hidden)"),
        _ => pair.to_owned(),
    };
    let query = query.map(|query| query.split('&').map(hide).collect::<Vec<_>>().join("&"));
    query.map_or_else(|| format!("{scheme}://{place}"), |query| format!("{scheme}://{place}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::table;

    #[test]
    fn a_password_is_never_shown() {
        let shown = |text: &str| table::STORE.shown(&Value::Text(text.to_owned()));
        assert_eq!(
            shown("postgres://credence:p@ss:word@db/credence"),
            "postgres://credence:(hidden)@db/credence"
        );
        assert_eq!(
            shown("postgres://db/c?user=a&password=secret&sslmode=require"),
            "postgres://db/c?user=a&password=(hidden)&sslmode=require"
        );
        assert_eq!(shown("postgres://credence@db/credence"), "postgres://credence@db/credence");
        assert_eq!(shown("./data"), "./data");
    }

    #[test]
    fn networks_are_networks_and_never_everyone() {
        let read = |text: &str| table::PROXY_TRUSTED.read_text(text);
        assert!(read("10.0.0.0/8, 2001:db8::/32,192.0.2.7").is_ok());
        assert_eq!(
            read("10.1.0.0/8").unwrap_err(),
            "`10.1.0.0/8` is an address within `10.0.0.0/8`, not a network"
        );
        assert!(read("0.0.0.0/0").unwrap_err().contains("everyone"));
        assert!(read("10.0.0.0/33").unwrap_err().contains("is no network"));
        assert!(read("proxy.example").unwrap_err().contains("is no network"));
    }
}
