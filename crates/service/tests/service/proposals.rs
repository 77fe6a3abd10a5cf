//! Four eyes (Articles 6, 53): what needs two is done by two, in both names, or not at all.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use register::acts::accountability::proposal::{PROPOSAL_DAYS_MAX, ProposalNumber, ProposalState};
use register::acts::information::access::Origin;
use register::authority::{Authority, AuthorityCode, Duty};
use register::caller::{Caller, KeyNumber, Person};
use register::event::{Act, Event};
use register::record::BatchNumber;
use register::subject::EntryNumber;
use service::ServiceError;
use service::administration::{IssuedKey, KeyFor, KeyTerms};
use service::proposals::{ProposalAsk, ProposalMade};
use service::sessions::{Provided, SignIn, SignInAs};
use testkit::codes::company;
use testkit::lines::penalty;
use testkit::{Engine, Town, on_both};

use crate::support::{holds, refused};

pub fn person(account: &str) -> Person {
    Person { account: account.to_owned(), name: format!("人员{account}"), mandate: None }
}

fn in_the_name_of(account: &str) -> KeyTerms {
    KeyTerms { person: Some(person(account)), ..KeyTerms::default() }
}

async fn caller(town: &Town, token: &str) -> Caller {
    town.platform.authenticate(token, Some(&Origin::HERE)).await.unwrap()
}

/// An operator with a key in their own name, while the platform is being founded.
async fn founder(town: &Town, account: &str) -> (IssuedKey, Caller) {
    let last_day = Some(town.platform.today().plus_days(365));
    let terms = in_the_name_of(account);
    let key = town.platform.issue_bound_key(KeyFor::Operator, terms, "founder", last_day, &Caller::Operator);
    let key = key.await.unwrap();
    let holder = caller(town, &key.token).await;
    (key, holder)
}

async fn signed_in(town: &Town, account: &str, as_whom: SignInAs) -> Caller {
    let provided = Provided { issuer: "idp".into(), subject: account.into(), session: None };
    let hour = Duration::from_secs(3600);
    let asked =
        SignIn { person: person(account), as_whom, provided, idle_max: hour, lasts_max: hour, open_max: 100 };
    town.platform.sign_in(asked).await.unwrap().session.caller()
}

async fn officer(town: &Town, account: &str, office: &str) -> Caller {
    let as_whom = SignInAs::Officer { authority: AuthorityCode(office.into()), duties: Vec::new() };
    signed_in(town, account, as_whom).await
}

fn office_key(office: &str, duties: &[u8]) -> ProposalAsk {
    ProposalAsk::IssueKey {
        holder: KeyFor::Office {
            authority: AuthorityCode(office.to_owned()),
            duties: duties.iter().filter_map(|duty| Duty::new(*duty)).collect(),
        },
        terms: KeyTerms::default(),
        label: "gateway".into(),
        last_day: None,
    }
}

fn batch(number: u64) -> ProposalAsk {
    let (first_line, last_line) = (None, None);
    ProposalAsk::RevokeBatch {
        batch: BatchNumber(number), first_line, last_line, reason: "报送有误".into()
    }
}

async fn size(town: &Town) -> u64 {
    town.store().await.snapshot().await.unwrap().head().await.unwrap().size
}

/// What was done from an entry on.
async fn acts(town: &Town, from: u64) -> Vec<Act> {
    let to = size(town).await;
    let store = town.store().await;
    let mut snapshot = store.snapshot().await.unwrap();
    let entries: Vec<EntryNumber> = (from..to).map(EntryNumber).collect();
    snapshot.acts(&entries).await.unwrap().into_iter().filter_map(|journalled| journalled.act).collect()
}

fn proposal_of(made: &ProposalMade) -> ProposalNumber {
    made.proposal
}

#[test]
fn article_53_once_two_persons_hold_keys_nobody_acts_alone_and_both_names_are_in_the_journal() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let platform = &town.platform;
        let (_, first) = founder(&town, "A-1").await;
        // One person is not two, however many keys they hold.
        let asked = KeyFor::Office { authority: AuthorityCode("tax".into()), duties: Vec::new() };
        let alone = async |by: &Caller| platform.issue_key(asked.clone(), "alone", None, by).await;
        assert!(alone(&Caller::Operator).await.is_ok());
        assert_eq!(refused(alone(&first).await), "second_person_needed");
        let (_, second) = founder(&town, "B-2").await;
        assert_eq!(refused(alone(&Caller::Operator).await), "second_person_needed");
        let catalogue = include_str!("../../../../demo/catalogue.json");
        let edition: register::catalogue::CatalogueEdition = serde_json::from_str(catalogue).unwrap();
        assert_eq!(
            refused(platform.publish(edition.clone(), &Caller::Operator).await),
            "second_person_needed"
        );
        let authority: Authority = platform.authorities().await.unwrap()[0].clone();
        assert_eq!(refused(platform.enrol(authority.clone(), &first).await), "second_person_needed");

        let publish = ProposalAsk::PublishCatalogue(Box::new(edition));
        let made = platform.propose(publish, &first).await.unwrap();
        let number = proposal_of(&made);
        assert_eq!(platform.catalogue().await.unwrap().number, 1, "a proposal is no act");
        assert_eq!(refused(platform.approve(number, &first).await), "same_person");
        // Neither does another sign-in of theirs approve it.
        let session = signed_in(&town, "staff:a-1", SignInAs::Operator).await;
        assert_eq!(refused(platform.approve(number, &session).await), "same_person");
        assert_eq!(refused(platform.approve(number, &Caller::Operator).await), "person_needed");
        let office = officer(&town, "C-3", "tax").await;
        assert_eq!(refused(platform.approve(number, &office).await), "not_your_proposal");
        assert_eq!(refused(platform.proposal(number, &office).await), "not_your_proposal");
        let shown = platform.proposal(number, &second).await.unwrap();
        assert_eq!((shown.state, shown.yours_to_approve), (ProposalState::Open, true));
        let done = platform.approve(number, &second).await.unwrap();
        assert_eq!((done.entries, platform.catalogue().await.unwrap().number), (2, 2));
        let written = acts(&town, done.done.entry.0 - 1).await;
        assert!(matches!(written[0].event, Event::ProposalApproved(_)));
        assert!(matches!(written[1].event, Event::CataloguePublished(_)));
        for act in &written {
            let Caller::Together { proposer, approver } = &act.caller else { panic!("{:?}", act.caller) };
            assert_eq!(proposer.person(), Some(&person("A-1")));
            assert_eq!(approver.person(), Some(&person("B-2")));
            assert_eq!(act.leaf_office(), "operator");
        }
        assert_eq!(refused(platform.approve(number, &second).await), "proposal_decided");

        // A second key of the same person is the same person.
        let another = ProposalAsk::IssueKey {
            holder: KeyFor::Operator,
            terms: in_the_name_of("A-1"),
            label: "another".into(),
            last_day: Some(platform.today().plus_days(30)),
        };
        assert_eq!(refused(platform.propose(another.clone(), &second).await), "key_in_anothers_name");
        let made = platform.propose(another, &first).await.unwrap();
        let token = made.token.clone().unwrap();
        assert!(matches!(
            platform.authenticate(&token, Some(&Origin::HERE)).await,
            Err(ServiceError::Unauthorised)
        ));
        platform.approve(proposal_of(&made), &second).await.unwrap();
        let first_again = caller(&town, &token).await;
        let made = platform.propose(ProposalAsk::EnrolAuthority(authority), &first).await.unwrap();
        assert_eq!(refused(platform.approve(proposal_of(&made), &first_again).await), "same_person");
        // Whoever proposed takes it back alone.
        assert_eq!(refused(platform.reject(proposal_of(&made), " ", &first).await), "reason_missing");
        platform.reject(proposal_of(&made), "改日再办", &first).await.unwrap();
        assert_eq!(refused(platform.approve(proposal_of(&made), &second).await), "proposal_decided");
        let list = platform.proposals(None, 100, &second).await.unwrap();
        assert_eq!(list.len(), 3);
        assert!(platform.proposals(None, 100, &office).await.unwrap().is_empty());
        assert_eq!(refused(platform.proposals(None, 100, &Caller::Operator).await), "person_needed");
        holds(&town).await;
    });
}

#[test]
fn article_53_an_approval_asks_the_act_again_and_a_refusal_leaves_the_proposal_open() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let platform = &town.platform;
        let ((_, first), (_, second)) = (founder(&town, "A-1").await, founder(&town, "B-2").await);
        let authorities = platform.authorities().await.unwrap();
        let transport = authorities.iter().find(|authority| authority.code.0 == "transport").unwrap().clone();
        let duty = transport.duties[0].number();
        assert_eq!(
            refused(platform.propose(office_key("nowhere", &[]), &first).await),
            "unknown_authority",
            "nobody is asked to approve what cannot be done"
        );
        let waiting = platform.propose(office_key("transport", &[duty]), &first).await.unwrap();
        let later = platform.propose(office_key("transport", &[]), &first).await.unwrap();
        assert_ne!(waiting.key, later.key, "a number that is set aside is never another's");
        let without = Authority { duties: transport.duties[1..].to_vec(), ..transport.clone() };
        let enrol = platform.propose(ProposalAsk::EnrolAuthority(without), &second).await.unwrap();
        platform.approve(proposal_of(&enrol), &first).await.unwrap();
        let refusal = platform.approve(proposal_of(&waiting), &second).await;
        assert_eq!(refused(refusal), "not_a_duty_of_the_office");
        let shown = platform.proposal(proposal_of(&waiting), &second).await.unwrap();
        assert_eq!(shown.state, ProposalState::Open);
        assert!(shown.what.unwrap().get("secret_digest").is_none());
        let back = platform.propose(ProposalAsk::EnrolAuthority(transport), &second).await.unwrap();
        platform.approve(proposal_of(&back), &first).await.unwrap();
        let done = platform.approve(proposal_of(&waiting), &second).await.unwrap();
        assert_eq!(done.key, waiting.key);
        let holder = caller(&town, waiting.token.as_deref().unwrap()).await;
        assert_eq!(holder.key(), waiting.key);

        // What nobody decides in time can no longer be approved.
        let late = platform.propose(office_key("transport", &[]), &first).await.unwrap();
        let day = platform.today().plus_days(i64::from(PROPOSAL_DAYS_MAX) + 1);
        town.clock.set(&day.to_string());
        assert_eq!(refused(platform.approve(proposal_of(&late), &second).await), "proposal_expired");
        assert_eq!(refused(platform.approve(proposal_of(&later), &second).await), "proposal_expired");
        let state = platform.proposal(proposal_of(&late), &second).await.unwrap().state;
        assert_eq!(state, ProposalState::Expired);
        holds(&town).await;
    });
}

#[test]
fn article_19_one_person_revokes_at_once_and_gains_nothing_by_it() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let platform = &town.platform;
        let (first_key, first) = founder(&town, "A-1").await;
        let (second_key, second) = founder(&town, "B-2").await;
        let made = platform.propose(office_key("tax", &[]), &second).await.unwrap();
        platform.revoke_key(second_key.number, "遗失", &first).await.unwrap();
        assert!(matches!(
            platform.propose(office_key("tax", &[]), &second).await,
            Err(ServiceError::Unauthorised)
        ));
        assert_eq!(
            refused(platform.approve(proposal_of(&made), &first).await),
            "proposers_key_revoked",
            "it may have been a thief's"
        );
        // Whoever shut out their colleague is not the only one from then on.
        let asked = KeyFor::Operator;
        let alone = async || platform.issue_key(asked.clone(), "alone", None, &Caller::Operator).await;
        assert_eq!(refused(alone().await), "second_person_needed");
        town.clock.set(&platform.today().plus_days(8).to_string());
        assert!(alone().await.is_ok(), "after a week the platform is founded anew, for all to see");
        // An office's program revokes its own key and no other one.
        let program = town.officer("tax", &[]).await;
        assert_eq!(refused(platform.revoke_key(first_key.number, "x", &program).await), "not_your_key");
        assert_eq!(refused(platform.revoke_key(KeyNumber(9999), "x", &program).await), "not_your_key");
        platform.revoke_key(program.key().unwrap(), "更换设备", &program).await.unwrap();
        holds(&town).await;
    });
}

#[test]
fn article_6_the_founding_opens_again_when_every_key_has_ended() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        founder(&town, "A-1").await;
        founder(&town, "B-2").await;
        let alone = async || {
            let asked = KeyFor::Office { authority: AuthorityCode("tax".into()), duties: Vec::new() };
            town.platform.issue_key(asked, "alone", None, &Caller::Operator).await
        };
        assert_eq!(refused(alone().await), "second_person_needed");
        town.clock.set("2027-12-31");
        assert!(alone().await.is_ok());
        holds(&town).await;
    });
}

#[test]
fn article_14_a_batch_is_revoked_by_two_officers_of_the_office_that_filed_it() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let platform = &town.platform;
        let code = company(1);
        let lines = ["一", "二", "三"]
            .map(|document| penalty(&code, "北京某公司", document, "2026-05-30", &["罚款"]));
        town.file_all("administrative-penalty", "market-regulation", &lines).await;
        let first = officer(&town, "A-1", "market-regulation").await;
        let second = officer(&town, "B-2", "market-regulation").await;
        let foreign = officer(&town, "C-3", "transport").await;
        let program = town.officer("market-regulation", &[]).await;
        assert_eq!(refused(platform.propose(batch(1), &program).await), "person_needed");
        assert_eq!(refused(platform.propose(batch(1), &foreign).await), "not_your_batch");
        assert_eq!(refused(platform.propose(batch(9), &first).await), "not_your_batch");
        assert_eq!(refused(platform.propose(office_key("tax", &[]), &first).await), "operator_only");
        let made = platform.propose(batch(1), &first).await.unwrap();
        // A form that was sent twice asks nobody twice; someone else's proposal, or another reason, is another.
        let again = platform.propose(batch(1), &first).await.unwrap();
        assert_eq!((again.proposal, again.done.entry), (made.proposal, made.done.entry));
        let other = platform.propose(batch(1), &second).await.unwrap();
        assert_ne!(other.proposal, made.proposal);
        platform.reject(other.proposal, "已有人提出", &second).await.unwrap();
        let numbered = ProposalAsk::RevokeBatch {
            batch: BatchNumber(1),
            first_line: None,
            last_line: None,
            reason: "当事人 13812345678 来电".into(),
        };
        assert_eq!(refused(platform.propose(numbered, &first).await), "personal_number_in_words");
        let reason = "当事人 13812345678 来电";
        assert_eq!(refused(platform.reject(made.proposal, reason, &first).await), "personal_number_in_words");
        assert_eq!(refused(platform.approve(proposal_of(&made), &foreign).await), "not_your_proposal");
        assert_eq!(refused(platform.approve(proposal_of(&made), &program).await), "person_needed");
        assert_eq!(refused(platform.approve(proposal_of(&made), &first).await), "same_person");
        // One of them is revoked meanwhile: the approval is about those that still stand.
        let records = platform.organisation(&code).await.unwrap().records;
        platform.revoke(records[0].record, "单独撤销", &program).await.unwrap();
        let done = platform.approve(proposal_of(&made), &second).await.unwrap();
        assert_eq!(done.entries, 3);
        assert!(platform.organisation(&code).await.is_err());
        let subject = town.subject(&code).await;
        let history = town.own(&subject).await.unwrap().history.unwrap();
        let reasons: Vec<_> = history.iter().filter_map(|line| line.reason.as_deref()).collect();
        assert_eq!(reasons.iter().filter(|reason| **reason == "报送有误").count(), 2);
        assert!(history.iter().all(|line| line.by == "market-regulation"));
        assert_eq!(refused(platform.propose(batch(1), &first).await), "record_not_standing");
        holds(&town).await;
    });
}

/// Which two of three persons a step is about.
fn steps() -> impl Strategy<Value = Vec<(u8, usize, u64)>> {
    prop::collection::vec((0_u8..5, 0_usize..3, 1_u64..8), 1..25)
}

#[test]
fn article_53_whatever_persons_do_no_key_was_issued_in_fewer_than_two_names() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let run = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let town = Town::new(Engine::Sqlite).await;
            let mut persons = Vec::new();
            // The third is the first one again, signed in.
            for account in ["A-1", "B-2"] {
                persons.push(founder(&town, account).await.1);
            }
            persons.push(signed_in(&town, "staff:A-1", SignInAs::Operator).await);
            let founded = size(&town).await;
            for (step, who, number) in steps {
                let by = &persons[who];
                let number = ProposalNumber(number);
                // A refusal is a lawful outcome; what matters is what stands afterwards.
                match step {
                    0 | 1 => drop(town.platform.propose(office_key("tax", &[]), by).await),
                    2 | 3 => drop(town.platform.approve(number, by).await),
                    _ => drop(town.platform.reject(number, "不同意", by).await),
                }
            }
            let after = acts(&town, founded).await;
            for act in after.iter().filter(|act| matches!(act.event, Event::KeyIssued(_))) {
                let Caller::Together { proposer, approver } = &act.caller else { panic!("{act:?}") };
                let (one, other) = (proposer.person().unwrap(), approver.person().unwrap());
                prop_assert!(!one.is_same(other));
            }
            holds(&town).await;
            Ok(())
        })
    });
    run.unwrap();
}
