//! Who is at the other end of a request: the address, the verified client certificate, and whether anyone could listen.
//!
//! What a request says about itself is believed from nobody but the proxies that the operator named, and of several
//! headers one alone is read, since a proxy that sets the one may pass the other on as it came.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// How many proxies are followed at most: more than any city has in a row.
const HOPS_MAX: usize = 16;

/// Who is at the other end of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The client's address: that of the connection, or what a trusted proxy says.
    pub address: IpAddr,
    /// SHA-256 of the client certificate (DER) that was verified on this very connection; none behind a proxy, whose own
    /// certificate says nothing of its clients.
    pub certificate: Option<[u8; 32]>,
    /// Whether the client reached us by TLS, here or at a trusted proxy.
    pub secure: bool,
}

impl Peer {
    /// This machine itself: a request that came over no connection.
    pub const HERE: Self =
        Self { address: IpAddr::V4(Ipv4Addr::LOCALHOST), certificate: None, secure: false };

    /// Addresses of one household count as one: the first 64 bits of IPv6.
    #[must_use]
    pub fn network(&self) -> IpAddr {
        network_of(self.address)
    }

    /// As what it is counted with others; this machine's own addresses are not.
    pub(crate) fn counted_network(&self) -> Option<IpAddr> {
        (!self.address.to_canonical().is_loopback()).then(|| self.network())
    }
}

/// Addresses of one household count as one: the first 64 bits of IPv6.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

/// The header in which a proxy says for whom it asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardingHeader {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The proxies that are believed, and in what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Their networks.
    pub trusted: Vec<IpNet>,
    /// The header that they set.
    pub header: ForwardingHeader,
}

impl Proxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// Who asks, given who is connected and what the request says: from right to left, as long as whoever says it is a
    /// trusted proxy. What is no address ends it.
    #[must_use]
    pub fn client(&self, connected: Peer, headers: &HeaderMap) -> Peer {
        let connected = Peer { address: connected.address.to_canonical(), ..connected };
        if self.trusted.is_empty() || !self.trusts(connected.address) {
            return connected;
        }
        let hops = match self.header {
            ForwardingHeader::XForwardedFor => forwarded_by_habit(headers),
            ForwardingHeader::Forwarded => forwarded_by_standard(headers),
        };
        // A trusted proxy's own certificate says nothing of whom it asks for, also where it says nothing itself.
        let mut client = Peer { certificate: None, ..connected };
        for hop in hops.into_iter().rev().take(HOPS_MAX) {
            let Some(address) = hop.address else { break };
            client = Peer { address, certificate: None, secure: hop.secure.unwrap_or(client.secure) };
            if !self.trusts(address) {
                break;
            }
        }
        client
    }

    /// Whether a request speaks as if a proxy had passed it on.
    pub(crate) fn speaks(headers: &HeaderMap) -> bool {
        headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED)
    }
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED: HeaderName = HeaderName::from_static("forwarded");

/// One step of a request's way, as whoever stood behind it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hop {
    /// From where; none where that is no address.
    address: Option<IpAddr>,
    /// Whether by TLS, where it is said.
    secure: Option<bool>,
}

/// The elements of a list header in order, whatever number of lines it has.
fn elements(headers: &HeaderMap, name: HeaderName) -> Vec<&str> {
    let lines = headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or("unreadable"));
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|element| !element.is_empty()).collect()
}

fn is_https(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https")
}

fn forwarded_by_habit(headers: &HeaderMap) -> Vec<Hop> {
    // The nearest proxy sets it last; proxies further away are asked only in the standard's header, which has it by step.
    let secure = elements(headers, X_FORWARDED_PROTO).last().map(|scheme| is_https(scheme));
    let addresses = elements(headers, X_FORWARDED_FOR);
    addresses.into_iter().map(|written| Hop { address: address(written), secure }).collect()
}

fn forwarded_by_standard(headers: &HeaderMap) -> Vec<Hop> {
    let hop = |element: &str| {
        let mut hop = Hop { address: None, secure: None };
        for pair in element.split(';') {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "for" => hop.address = address(value),
                "proto" => hop.secure = Some(is_https(value)),
                _ => {}
            }
        }
        hop
    };
    elements(headers, FORWARDED).into_iter().map(hop).collect()
}

/// An address as proxies write it: bare, with a port, and in brackets where it is IPv6.
fn address(written: &str) -> Option<IpAddr> {
    let bare = match written.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if written.matches(':').count() == 1 => written.split_once(':')?.0,
        None => written,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn proxies(header: ForwardingHeader) -> Proxies {
        Proxies { trusted: vec!["10.0.0.0/8".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()], header }
    }

    fn connected(address: &str) -> Peer {
        Peer { address: address.parse().unwrap(), certificate: Some([7; 32]), secure: false }
    }

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn client(from: &str, lines: &[(&'static str, &'static str)]) -> String {
        proxies(ForwardingHeader::XForwardedFor).client(connected(from), &headers(lines)).address.to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        let spoofed = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.1;proto=https")];
        assert_eq!(client("203.0.113.9", &spoofed), "203.0.113.9");
        assert_eq!(
            Proxies::default().client(connected("10.0.0.1"), &headers(&spoofed)).address.to_string(),
            "10.0.0.1"
        );
        // The header that the proxies do not set is whatever the client wrote.
        assert_eq!(client("10.0.0.1", &[("forwarded", "for=198.51.100.1")]), "10.0.0.1");
    }

    #[test]
    fn what_a_client_writes_in_front_of_what_the_proxy_adds_is_not_believed() {
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, 203.0.113.9")]), "203.0.113.9");
        assert_eq!(
            client(
                "10.0.0.1",
                &[("x-forwarded-for", "10.9.9.9"), ("x-forwarded-for", "203.0.113.9, 10.0.0.2")]
            ),
            "203.0.113.9"
        );
        // Even where the client invents trusted proxies: the first address that is none ends it.
        assert_eq!(
            client("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, 203.0.113.9, 10.0.0.3")]),
            "203.0.113.9"
        );
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "unknown, 10.0.0.3")]), "10.0.0.3");
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "' or 1=1")]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn addresses_are_read_with_ports_in_brackets_and_mapped() {
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "203.0.113.9:4711")]), "203.0.113.9");
        assert_eq!(client("::ffff:10.0.0.1", &[("x-forwarded-for", "[2001:db8::9]:4711")]), "2001:db8::9");
        assert_eq!(client("2001:db8:1::7", &[("x-forwarded-for", "::ffff:203.0.113.9")]), "203.0.113.9");
    }

    #[test]
    fn a_proxys_certificate_is_not_its_clients_and_its_scheme_is() {
        let by = |header, lines: &[(&'static str, &'static str)]| {
            proxies(header).client(connected("10.0.0.1"), &headers(lines))
        };
        let habit = by(
            ForwardingHeader::XForwardedFor,
            &[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")],
        );
        assert_eq!((habit.certificate, habit.secure), (None, true));
        let standard = by(
            ForwardingHeader::Forwarded,
            &[("forwarded", "for=\"[2001:db8::9]\";Proto=HTTPS, for=10.1.1.1")],
        );
        assert_eq!((standard.address.to_string().as_str(), standard.secure), ("2001:db8::9", true));
        assert_eq!(by(ForwardingHeader::XForwardedFor, &[]).certificate, None);
    }
}
