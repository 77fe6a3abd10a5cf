//! Who asks too often: with a key, from an address, or with keys that open nothing.
//!
//! This machine's own addresses have no pace: who comes from there is a command of the operator, or a proxy that was not
//! named as trusted, behind which every visitor of the city would share one.

use std::collections::HashSet;
use std::net::IpAddr;
use std::time::Duration;

use axum::http::HeaderMap;
use metrics::counter;
use register::caller::Caller;
use service::pace::{Pace, Rate};

use crate::extract::{bearer, cookie};
use crate::options::Paces;
use crate::peer::Peer;
use crate::problem::{Problem, ProblemKind};

/// How many callers or addresses are kept in mind for each pace: some 2 MB each at most.
const KEPT_MAX: usize = 65_536;
/// How long a key that opened something is remembered for its network: such a key is asked even where guesses from that
/// network are refused, so that one program with an old key does not shut its office out.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// The paces of one server.
pub(crate) struct Keeper {
    limits: Paces,
    caller: Pace,
    visitor: Pace,
    failures: Pace,
    /// Taken once in an hour by each network and key that were let in: whoever is free here was not.
    let_in: Pace,
    keyed: HashSet<String>,
}

/// As whom a request counts.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    /// The network; none for this machine itself.
    network: Option<IpAddr>,
    /// What it shows to be let in, on a route that asks for it.
    credential: Option<String>,
}

/// Which pace was exceeded.
#[derive(Debug, Clone, Copy)]
enum Exceeded {
    Caller,
    Visitor,
    Failures,
}

impl Keeper {
    pub(crate) fn new(limits: Paces) -> Self {
        Self {
            limits,
            caller: Pace::new(limits.caller, KEPT_MAX),
            visitor: Pace::new(limits.visitor, KEPT_MAX),
            failures: Pace::new(limits.failures, KEPT_MAX),
            let_in: Pace::new(Rate::new(1, REMEMBERED), KEPT_MAX),
            keyed: keyed_routes(),
        }
    }

    /// Whether the route is for callers with a key.
    pub(crate) fn is_keyed(&self, route: &str) -> bool {
        self.keyed.contains(route)
    }

    /// Counts a request before it is served. Whoever shows what was not let in from there within the hour counts as a visitor as
    /// well: inventing keys is no way past that pace.
    pub(crate) fn admit(&self, counted: &Counted) -> Result<(), Problem> {
        if let Some(network) = counted.network
            && counted.credential.as_ref().is_none_or(|shown| !self.was_let_in(network, shown))
        {
            self.visitor.take(&network).map_err(|wait| self.exceeded(Exceeded::Visitor, wait))?;
        }
        let Some(shown) = &counted.credential else { return Ok(()) };
        self.caller.take(shown).map_err(|wait| self.exceeded(Exceeded::Caller, wait))
    }

    /// Counts a request once more when it is known who asks: a key has one pace, however many access tokens were made of it.
    pub(crate) fn admit_known(&self, caller: &Caller) -> Result<(), Problem> {
        let who = match caller {
            Caller::Key { key, .. } => ("key", key.0),
            Caller::Person { session, .. } => ("session", session.0),
            Caller::Together { .. } | Caller::OperatorClaiming { .. } | Caller::Operator => return Ok(()),
        };
        self.caller.take(&who).map_err(|wait| self.exceeded(Exceeded::Caller, wait))
    }

    /// Whether a key, a client's secret or a session's token may be tried: not where too many from its network opened nothing,
    /// unless this very one was let in from there.
    ///
    /// This machine's own addresses (no network) have no pace.
    pub(crate) fn may_try(&self, network: Option<IpAddr>, shown: &str) -> Result<(), Problem> {
        let Some(network) = network else { return Ok(()) };
        match self.failures.ask(&network) {
            Err(wait) if !self.was_let_in(network, shown) => Err(self.exceeded(Exceeded::Failures, wait)),
            _ => Ok(()),
        }
    }

    /// Notes whether what was tried opened anything.
    pub(crate) fn note(&self, network: Option<IpAddr>, shown: &str, let_in: bool) {
        let Some(network) = network else { return };
        // Both are notes and no questions: whoever has one already gets no second.
        if let_in {
            let _ = self.let_in.take(&(network, shown));
        } else {
            let _ = self.failures.take(&network);
        }
    }

    fn was_let_in(&self, network: IpAddr, shown: &str) -> bool {
        self.let_in.ask(&(network, shown)).is_err()
    }

    fn exceeded(&self, exceeded: Exceeded, wait: Duration) -> Problem {
        let (word, rate, zh, en) = match exceeded {
            Exceeded::Caller => ("caller", self.limits.caller, "该密钥的请求", "requests with this key"),
            Exceeded::Visitor => {
                ("visitor", self.limits.visitor, "来自该网络地址的请求", "requests from this network")
            }
            Exceeded::Failures => (
                "failures",
                self.limits.failures,
                "来自该网络地址的无效密钥",
                "keys that open nothing from this network",
            ),
        };
        counter!("credence_rate_limited_total", "limit" => word).increment(1);
        too_often(zh, en, rate, wait)
    }
}

/// The problem of who inquires too often, by the limit that the service names.
pub(crate) fn inquires_too_often(limit: &str, wait: Duration) -> Problem {
    match limit {
        "subject" => again("对同一主体的查询过多", "too many looks of one caller at one subject", wait),
        _ => again(
            "无结果或者被拒绝的查询过多，查询已放慢",
            "too many inquiries showed nothing or were refused: inquiries are slowed",
            wait,
        ),
    }
}

/// The problem of who asks too often: which limit it is, and when to come again.
fn too_often(zh: &str, en: &str, rate: Rate, wait: Duration) -> Problem {
    let (count, period) = (rate.count, rate.period.as_secs());
    again(
        &format!("{zh}过多：每{period}秒{count}次"),
        &format!("too many {en}: {count} in {period} s are allowed"),
        wait,
    )
}

fn again(zh: &str, en: &str, wait: Duration) -> Problem {
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    let mut problem = Problem::new(ProblemKind::TooManyRequests)
        .detail(format!("{zh}；请在{seconds}秒后再试"), format!("{en}; come again in {seconds} s"));
    problem.retry_after_seconds = Some(seconds);
    problem
}

impl Counted {
    /// As whom a request counts on a route that asks for a key, or on one that does not.
    pub(crate) fn of(peer: &Peer, headers: &HeaderMap, keyed: bool, session_cookie: &str) -> Self {
        let shown = || bearer(headers).or_else(|| cookie(headers, session_cookie));
        Self { network: peer.counted_network(), credential: keyed.then(shown).flatten().map(str::to_owned) }
    }
}

/// The routes that the API's description gives to callers with a key.
fn keyed_routes() -> HashSet<String> {
    let paths = crate::api::openapi().paths.paths;
    let keyed = paths.into_iter().filter(|(_, item)| {
        [&item.get, &item.put, &item.post, &item.delete, &item.patch]
            .into_iter()
            .flatten()
            .any(|operation| operation.security.is_some())
    });
    keyed.map(|(path, _)| path).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    fn keeper() -> Keeper {
        let few = |count| Rate::new(count, Duration::from_secs(3600));
        Keeper::new(Paces { caller: few(3), visitor: few(2), failures: few(2) })
    }

    fn peer(address: &str) -> Peer {
        Peer { address: address.parse().unwrap(), ..Peer::HERE }
    }

    fn key(token: &'static str) -> HeaderMap {
        [(header::AUTHORIZATION, HeaderValue::from_static(token))].into_iter().collect()
    }

    #[test]
    fn a_key_has_a_pace_wherever_it_is_used_from_and_says_when_to_come_again() {
        let (keeper, one, other) = (keeper(), key("Bearer one"), key("Bearer other"));
        for address in ["203.0.113.1", "203.0.113.2", "127.0.0.1"] {
            assert_eq!(keeper.admit(&Counted::of(&peer(address), &one, true, "session")), Ok(()));
        }
        let problem = keeper.admit(&Counted::of(&peer("203.0.113.3"), &one, true, "session")).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::TooManyRequests);
        assert!(
            problem.retry_after_seconds.is_some_and(|seconds| (1100..=1201).contains(&seconds)),
            "{problem:?}"
        );
        assert!(problem.detail.unwrap().en.contains("requests with this key: 3 in 3600 s"));
        assert_eq!(keeper.admit(&Counted::of(&peer("203.0.113.3"), &other, true, "session")), Ok(()));
        // However it is written, it is the same key.
        for written in ["bearer one", "Bearer    one", "BEARER one "] {
            let written = Counted::of(&peer("127.0.0.1"), &key(written), true, "session");
            assert!(keeper.admit(&written).is_err(), "{written:?}");
        }
    }

    #[test]
    fn visitors_of_one_network_share_a_pace_whatever_they_write_as_a_key_and_this_machine_has_none() {
        let (keeper, none, some) = (keeper(), HeaderMap::new(), key("Bearer invented"));
        assert_eq!(keeper.admit(&Counted::of(&peer("2001:db8::1"), &none, false, "session")), Ok(()));
        assert_eq!(keeper.admit(&Counted::of(&peer("2001:db8::2"), &some, false, "session")), Ok(()));
        assert!(keeper.admit(&Counted::of(&peer("2001:db8::3"), &some, false, "session")).is_err());
        assert_eq!(keeper.admit(&Counted::of(&peer("2001:db8:0:1::1"), &none, false, "session")), Ok(()));
        for _ in 0..10 {
            assert_eq!(keeper.admit(&Counted::of(&peer("127.0.0.1"), &none, false, "session")), Ok(()));
            assert_eq!(keeper.admit(&Counted::of(&peer("::1"), &none, false, "session")), Ok(()));
        }
    }

    #[test]
    fn guesses_are_refused_before_they_are_tried_and_who_was_let_in_before_still_is() {
        let (keeper, from) = (keeper(), Some("203.0.113.1".parse().unwrap()));
        assert_eq!(keeper.may_try(from, "good"), Ok(()));
        keeper.note(from, "good", true);
        for _ in 0..2 {
            assert_eq!(keeper.may_try(from, "guess"), Ok(()));
            keeper.note(from, "guess", false);
        }
        let refused = keeper.may_try(from, "guess").unwrap_err();
        assert!(refused.detail.unwrap().en.contains("keys that open nothing"));
        assert_eq!(keeper.may_try(from, "good"), Ok(()));
        assert_eq!(keeper.may_try(None, "guess"), Ok(()));
    }

    #[test]
    fn an_invented_key_is_no_way_past_the_pace_of_visitors_and_one_that_was_let_in_is() {
        let (keeper, address) = (keeper(), peer("203.0.113.1"));
        let (one, two, three) = (key("Bearer one"), key("Bearer two"), key("Bearer three"));
        let counted = |headers: &HeaderMap| Counted::of(&address, headers, true, "session");
        assert_eq!((keeper.admit(&counted(&one)), keeper.admit(&counted(&two))), (Ok(()), Ok(())));
        assert!(keeper.admit(&counted(&three)).unwrap_err().detail.unwrap().en.contains("from this network"));
        keeper.note(address.counted_network(), "one", true);
        assert_eq!(keeper.admit(&counted(&one)), Ok(()));
    }

    #[test]
    fn however_many_tokens_are_made_of_a_key_it_has_one_pace() {
        let keeper = keeper();
        let of = |key| Caller::Key {
            key: register::caller::KeyNumber(key),
            holder: register::caller::Holder::Operator,
            person: None,
        };
        for _ in 0..3 {
            assert_eq!(keeper.admit_known(&of(1)), Ok(()));
        }
        assert!(keeper.admit_known(&of(1)).is_err());
        assert_eq!(keeper.admit_known(&of(2)), Ok(()));
    }

    #[test]
    fn the_routes_for_callers_with_a_key_are_those_of_the_description() {
        let keeper = keeper();
        assert!(keeper.is_keyed("/api/v1/inquiries") && keeper.is_keyed("/api/v1/batches"));
        assert!(
            !keeper.is_keyed("/api/v1/organisations/{code}")
                && !keeper.is_keyed("/journal/checkpoint")
                && !keeper.is_keyed("-")
        );
    }
}
