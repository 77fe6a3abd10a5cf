//! What a person sees of looks that left little behind, and by which time a session stands (Articles 19, 34, 53(3)).

use std::time::Duration;

use register::authority::AuthorityCode;
use register::caller::{Caller, Person};
use register::rules::enumeration::DECLARED;
use service::ServiceError;
use service::administration::KeyFor;
use service::pace::Rate;
use service::sessions::{Provided, SignIn, SignInAs};
use service::vigilance::Vigilance;
use testkit::codes::person;
use testkit::{Town, on_both};

use crate::erasure::tamper;
use crate::support::holds;

#[test]
fn article_53_a_look_whose_content_is_gone_is_still_seen_as_a_look() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let number = person(1);
        let subject = town.subject(&number).await;
        let officer = town.officer("transport", &[1]).await;
        let (kept, lost) = (
            town.inquire(&number, &officer, 1).await.unwrap().entry,
            town.inquire(&number, &officer, 1).await.unwrap().entry,
        );
        tamper(&town, &format!("delete from payload_key where entry = {}", lost.0));
        let own = town.own(&subject).await.unwrap();
        assert_eq!(own.looks.unwrap().iter().map(|look| look.entry).collect::<Vec<_>>(), [kept]);
        let [gone] = own.lost_looks.as_slice() else { panic!("{:?}", own.lost_looks) };
        assert_eq!((gone.entry, gone.at.minute()), (lost, town.platform.now().minute()));
        assert!(gone.note.en.contains("damage") && gone.note.zh.contains("损坏"), "{:?}", gone.note);
        assert!(gone.note.zh.contains(&lost.0.to_string()));
    });
}

#[test]
fn article_53_who_names_a_subject_too_often_is_seen_by_them_once_an_hour() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let number = person(1);
        let subject = town.subject(&number).await;
        let officer = town.officer("transport", &[1]).await;
        town.platform
            .watch_over_callers(Vigilance::new(DECLARED, Rate::new(2, Duration::from_secs(100_000))));
        for _ in 0..2 {
            town.inquire(&number, &officer, 1).await.unwrap();
        }
        for _ in 0..3 {
            let refused = town.inquire(&number, &officer, 1).await;
            assert!(matches!(refused, Err(ServiceError::TooOften { limit: "subject", .. })), "{refused:?}");
        }
        let looks = town.own(&subject).await.unwrap().looks.unwrap();
        assert_eq!(looks.len(), 3, "{looks:?}");
        assert_eq!(looks[0].refused[0].code, "enumeration");
        assert!(looks[0].shown.is_empty() && looks[1].refused.is_empty());
        holds(&town).await;
    });
}

#[test]
fn article_19_whoever_may_read_may_act_though_the_journal_is_ahead_of_the_clock() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let hour = Duration::from_secs(3600);
        town.clock.advance(-3 * 3_600_000);
        let asked = SignIn {
            person: Person { account: "citizens:1".into(), name: "张示范".into(), mandate: None },
            as_whom: SignInAs::Individual { identifier: person(3) },
            provided: Provided { issuer: "idp".into(), subject: "1".into(), session: None },
            idle_max: hour,
            lasts_max: 4 * hour,
            open_max: 1,
        };
        let begun = town.platform.sign_in(asked).await.unwrap();
        let session = town.platform.session(&begun.token).await.unwrap().unwrap();
        town.own(&session.caller()).await.unwrap();
        // By the same time both end.
        town.clock.advance(3 * 3_600_000 + 2 * 3_600_000);
        assert!(town.platform.session(&begun.token).await.unwrap().is_none());
        assert!(matches!(town.own(&session.caller()).await, Err(ServiceError::Unauthorised)));
    });
}

#[test]
fn what_is_printed_for_a_programmer_says_no_secret_and_nobodys_number() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let key = KeyFor::Office { authority: AuthorityCode("transport".into()), duties: Vec::new() };
        let issued = town.platform.issue_key(key, "test", None, &Caller::Operator).await.unwrap();
        let (_, shown) = issued.token.split_once('_').unwrap();
        let (number, secret) = shown.split_once('_').unwrap();
        let token = town.platform.access_token(number, secret, None, None).await.unwrap();
        let asked = SignIn {
            person: Person { account: "citizens:1".into(), name: "张示范".into(), mandate: None },
            as_whom: SignInAs::Individual { identifier: person(3) },
            provided: Provided { issuer: "idp".into(), subject: "account-1".into(), session: None },
            idle_max: Duration::from_secs(60),
            lasts_max: Duration::from_secs(60),
            open_max: 1,
        };
        let mut printed = format!("{issued:?} {token:?} {asked:?}");
        let begun = town.platform.sign_in(asked).await.unwrap();
        printed.push_str(&format!("{begun:?} {:?}", begun.session));
        let withheld =
            [secret, &token.token, &begun.token, &begun.session.form_token, &person(3), "account-1"];
        for word in withheld {
            assert!(!printed.contains(word), "`{word}` in {printed}");
        }
        assert!(printed.contains("AccessToken { .. }"), "{printed}");
    });
}

#[test]
fn of_more_sessions_than_a_person_may_have_the_one_that_ends_first_ends_now() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let sign_in = async |account: &str, hours: u64| {
            let asked = SignIn {
                person: Person { account: account.into(), name: "马示范".into(), mandate: None },
                as_whom: SignInAs::Operator,
                provided: Provided { issuer: "idp".into(), subject: account.into(), session: None },
                idle_max: Duration::from_secs(3600),
                lasts_max: Duration::from_secs(hours * 3600),
                open_max: 2,
            };
            town.platform.sign_in(asked).await.unwrap().token
        };
        let (long, short, other) =
            (sign_in("staff:1", 8).await, sign_in("staff:1", 2).await, sign_in("staff:2", 1).await);
        let third = sign_in("staff:1", 4).await;
        for (token, stands) in [(long, true), (short, false), (other, true), (third, true)] {
            assert_eq!(town.platform.session(&token).await.unwrap().is_some(), stands);
        }
    });
}
