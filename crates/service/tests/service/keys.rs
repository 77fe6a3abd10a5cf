//! Keys of programs (Articles 6, 19): replaced without a gap, bound to where they are used, shown for tokens that end with them.

use register::acts::information::access::{KeyTerms, Origin};
use register::authority::AuthorityCode;
use register::caller::{Caller, Holder};
use service::ServiceError;
use service::administration::KeyFor;
use service::tokens::{ACCESS_SECONDS_MAX, TokenRefusal};
use testkit::{Town, on_both};

use crate::support::{holds, refused};

fn transport() -> KeyFor {
    KeyFor::Office { authority: AuthorityCode("transport".into()), duties: Vec::new() }
}

async fn opens(town: &Town, token: &str) -> bool {
    let found = [
        town.platform.authenticate(token, Some(&Origin::HERE)).await,
        town.platform.recognise(token, Some(&Origin::HERE)).await,
    ];
    let [read, kept] = found.map(|found| match found {
        Ok(_) => true,
        Err(ServiceError::Unauthorised) => false,
        Err(error) => panic!("{error}"),
    });
    assert_eq!(read, kept);
    read
}

#[test]
fn article_19_a_key_is_replaced_without_a_gap_by_whoever_holds_it() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let platform = &town.platform;
        let last_day = Some("2027-01-31".parse().unwrap());
        let old = platform.issue_key(transport(), "gateway", last_day, &Caller::Operator).await.unwrap();
        let holder = platform.authenticate(&old.token, Some(&Origin::HERE)).await.unwrap();
        let other = town.officer("transport", &[]).await;
        assert_eq!(refused(platform.rotate_key(old.number, 7, &other).await), "not_your_key");
        assert_eq!(refused(platform.rotate_key(old.number, 31, &holder).await), "overlap_too_long");
        let new = platform.rotate_key(old.number, 7, &holder).await.unwrap();
        assert!(opens(&town, &old.token).await && opens(&town, &new.token).await);
        town.clock.set("2026-12-01");
        assert!(!opens(&town, &old.token).await && opens(&town, &new.token).await);
        assert!(matches!(platform.rotate_key(old.number, 7, &holder).await, Err(ServiceError::Unauthorised)));
        let keys = platform.keys(None, 100, &Caller::Operator).await.unwrap();
        let listed = keys.iter().find(|listed| listed.key.number == new.number).unwrap();
        assert_eq!(
            (listed.key.label.as_str(), listed.key.holder.clone()),
            ("gateway", {
                let Caller::Key { holder, .. } = &holder else { panic!("{holder:?}") };
                holder.clone()
            })
        );
        town.clock.set("2027-02-01");
        assert!(!opens(&town, &new.token).await, "nobody prolongs their own key");
        holds(&town).await;
    });
}

#[test]
fn article_19_a_bound_key_opens_nothing_from_elsewhere_nor_do_its_tokens() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let platform = &town.platform;
        let terms = KeyTerms {
            networks: vec!["10.8.0.0/16".parse().unwrap()],
            certificates: vec!["ab".repeat(32)],
            ..KeyTerms::default()
        };
        let key = platform.issue_bound_key(transport(), terms, "gateway", None, &Caller::Operator).await;
        let key = key.unwrap();
        let inside = Origin { address: "10.8.1.2".parse().unwrap(), certificate: Some([0xab; 32]) };
        let secret = key.token.rsplit('_').next().unwrap();
        let client = key.number.0.to_string();
        let access = platform.access_token(&client, secret, None, Some(&inside)).await.unwrap();
        for token in [&key.token, &access.token] {
            assert!(platform.authenticate(token, Some(&inside)).await.is_ok());
            for from in [
                None,
                Some(Origin::HERE),
                Some(Origin { certificate: None, ..inside }),
                Some(Origin { certificate: Some([0; 32]), ..inside }),
                Some(Origin { address: "10.9.1.2".parse().unwrap(), ..inside }),
            ] {
                let found = platform.recognise(token, from.as_ref()).await;
                assert!(matches!(found, Err(ServiceError::Unauthorised)), "{from:?}");
            }
        }
        let elsewhere = platform.access_token(&client, secret, None, Some(&Origin::HERE)).await;
        assert!(matches!(elsewhere, Err(TokenRefusal::InvalidClient)));
        // What replaces it is bound to the same.
        let holder = platform.authenticate(&key.token, Some(&inside)).await.unwrap();
        let new = platform.rotate_key(key.number, 0, &holder).await.unwrap();
        assert!(!opens(&town, &new.token).await);
        assert!(platform.authenticate(&new.token, Some(&inside)).await.is_ok());
        holds(&town).await;
    });
}

#[test]
fn article_20_an_access_token_carries_fewer_duties_ends_within_minutes_and_with_its_key() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let platform = &town.platform;
        let key = platform.issue_key(transport(), "gateway", None, &Caller::Operator).await.unwrap();
        let secret = key.token.rsplit('_').next().unwrap().to_owned();
        let client = key.number.0.to_string();
        let token = async |scope: Option<&str>| {
            platform.access_token(&client, &secret, scope, Some(&Origin::HERE)).await
        };
        let whole = token(None).await.unwrap();
        assert_eq!(whole.seconds, ACCESS_SECONDS_MAX);
        let duties = whole.scope.clone().unwrap();
        let first = duties.split(' ').next().unwrap();
        let narrow = token(Some(first)).await.unwrap();
        assert_eq!(narrow.scope.as_deref(), Some(first));
        let Caller::Key { holder: Holder::Office { duties, .. }, key: number, .. } =
            platform.authenticate(&narrow.token, Some(&Origin::HERE)).await.unwrap()
        else {
            panic!("it is an office's")
        };
        assert_eq!((duties.len(), number), (1, key.number));
        for scope in ["duty:7", "duty:0", "everything", "duty:", "duty:1x"] {
            assert!(matches!(token(Some(scope)).await, Err(TokenRefusal::InvalidScope)), "{scope}");
        }
        for (client, secret) in [
            ("9999", secret.as_str()),
            ("x", &secret),
            (client.as_str(), ""),
            (&client, &secret[..secret.len() - 1]),
        ] {
            let given = platform.access_token(client, secret, None, Some(&Origin::HERE)).await;
            assert!(matches!(given, Err(TokenRefusal::InvalidClient)), "{client}");
        }
        // Nothing of it can be changed: not the end, not the duties, not the key.
        let parts: Vec<&str> = narrow.token.split('_').collect();
        let [prefix, word, number, ends, duty, digest] = parts[..] else { panic!("{parts:?}") };
        let later = (ends.parse::<i64>().unwrap() + 1).to_string();
        let spare = platform.issue_key(transport(), "spare", None, &Caller::Operator).await.unwrap();
        let spare = spare.number.0.to_string();
        let forged = [
            [prefix, word, number, later.as_str(), duty, digest],
            [prefix, word, number, ends, "all", digest],
            [prefix, word, &spare, ends, duty, digest],
            [prefix, word, number, ends, duty, &"0".repeat(32)],
            [prefix, word, number, ends, "9", digest],
        ];
        for forged in forged {
            assert!(!opens(&town, &forged.join("_")).await, "{forged:?}");
        }
        assert!(opens(&town, &whole.token).await);
        town.clock.advance(i64::from(ACCESS_SECONDS_MAX) * 1000);
        assert!(!opens(&town, &whole.token).await);
        let again = token(None).await.unwrap();
        let caller = platform.authenticate(&again.token, Some(&Origin::HERE)).await.unwrap();
        let without = platform.revoke_key(key.number, " ", &Caller::Operator).await;
        assert_eq!(refused(without), "reason_missing");
        platform.revoke_key(key.number, "泄露", &Caller::Operator).await.unwrap();
        assert!(platform.authenticate(&again.token, Some(&Origin::HERE)).await.is_err());
        let look = town.inquire(&testkit::codes::company(1), &caller, 1).await;
        assert!(matches!(look, Err(ServiceError::Unauthorised)), "not even for whoever was let in before");
        assert!(matches!(token(None).await, Err(TokenRefusal::InvalidClient)));
        holds(&town).await;
    });
}

#[test]
fn article_19_when_a_key_was_used_last_is_seen_in_the_list() {
    on_both(|engine| async move {
        let mut town = Town::new(engine).await;
        let key = town.platform.issue_key(transport(), "gateway", None, &Caller::Operator).await.unwrap();
        let unused = town.platform.issue_key(transport(), "spare", None, &Caller::Operator).await.unwrap();
        let at = town.platform.now();
        assert!(opens(&town, &key.token).await);
        // What waits is written at the latest when the platform is closed.
        town.reopen().await;
        let used = async |number| {
            let keys = town.platform.keys(None, 100, &Caller::Operator).await.unwrap();
            keys.iter().find(|listed| listed.key.number == number).unwrap().used
        };
        assert_eq!(used(key.number).await, Some(at));
        assert_eq!(used(unused.number).await, None);
        holds(&town).await;
    });
}
