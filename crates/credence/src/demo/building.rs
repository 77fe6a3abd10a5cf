//! Building the city: its acts go through the platform as everyone's do, at the time at which they happen there.

use std::collections::BTreeMap;
use std::io::BufWriter;
use std::sync::Arc;

use journal::SignedNote;
use law::{Calendar, Day, Instant};
use register::acts::information::access::Origin;
use register::acts::rights::restoration::RestoreRecord;
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use serde_json::{Map, Value};
use service::administration::{IssuedKey, KeyFor};
use service::filing::FileRequest;
use service::inquiry::{InquiryRequest, PurposeRequest};
use service::rights::ConsentRequest;
use service::{Platform, ServiceError};
use tempfile::NamedTempFile;

use super::city::{CATALOGUE, City, Follow, Mark, Wanted, Written};
use super::identities::unified_code;
use super::lines::Who;
use super::showcase;
use super::timeline::instant;
use crate::context::failure;
use crate::edge::FixedClock;
use crate::exit::Failure;
use crate::progress::{Progress, Unit};

/// The name of the third party that people consent to.
const BANK: &str = "京示范银行（演示）";

/// An act that is due on a day.
#[derive(Debug, Clone)]
pub enum Due {
    /// A record that the demo needs to be there.
    File(Wanted),
    /// Something follows a record.
    Follow {
        /// The record.
        record: RecordNumber,
        /// Who filed it.
        authority: String,
        /// What follows.
        follow: Follow,
    },
    /// A flagged code is verified.
    Verify(Who),
    /// An office inquires.
    Inquire {
        /// The office.
        office: &'static str,
        /// The duty.
        duty: u8,
        /// About whom.
        who: Who,
    },
}

/// The city while it is built.
pub struct Building {
    platform: Platform,
    clock: Arc<FixedClock>,
    /// No act is later than this: a city that is built early in the day has done nothing yet that lies ahead.
    not_after: Option<Instant>,
    city: City,
    day: Day,
    acts: u64,
    filed: u64,
    due: BTreeMap<(Day, u64), Due>,
    order: u64,
    withdrawals: Vec<RecordNumber>,
    progress: Progress,
}

/// Who and what to try, with the tokens of the demo keys.
#[derive(Debug, Clone)]
pub struct Examples {
    organisation: String,
    organisation_name: String,
    business: String,
    person: String,
    bank: String,
    consent: String,
    office: &'static str,
    office_token: String,
    organisation_token: String,
    person_token: String,
    third_party_token: String,
    operator_token: String,
}

impl Building {
    /// A city of which nothing stands yet.
    #[must_use]
    pub fn new(
        platform: Platform,
        clock: Arc<FixedClock>,
        not_after: Option<Instant>,
        city: City,
        watched: bool,
    ) -> Self {
        let progress = Progress::new("building the demo city", city.records(), Unit::Things, watched);
        let day = city.span.first;
        Self {
            platform,
            clock,
            not_after,
            city,
            day,
            acts: 0,
            filed: 0,
            due: BTreeMap::new(),
            order: 0,
            withdrawals: Vec::new(),
            progress,
        }
    }

    /// How many records were filed.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.filed
    }

    /// Founds it: the law, the authorities, the catalogue.
    ///
    /// # Errors
    /// When the store fails; so with the others here.
    pub async fn found(&mut self) -> Result<(), Failure> {
        let carried = |error: serde_json::Error| Failure::failed(error.to_string());
        let authorities = self.city.authorities.clone();
        let edition = serde_json::from_str(CATALOGUE).map_err(carried)?;
        crate::commands::init::fill(&self.platform, authorities, edition).await.map(|_| ())
    }

    /// Lives through its years.
    ///
    /// # Errors
    /// See [`Building::found`].
    pub async fn live(&mut self) -> Result<(), Failure> {
        let calendar = Calendar::load().map_err(|error| Failure::failed(error.to_string()))?;
        for (day, due) in showcase::due(&self.city, self.platform.law(), &calendar) {
            self.plan(day, due);
        }
        for batch in std::mem::take(&mut self.city.batches) {
            self.catch_up(batch.day).await?;
            let mut files = Vec::new();
            let written = self.city.write(&batch, &mut || {
                let file = NamedTempFile::new()?;
                let out = BufWriter::new(file.reopen()?);
                files.push(file);
                Ok(Box::new(out))
            });
            let written = written
                .map_err(|error| Failure::failed(format!("a temporary file cannot be written: {error}")))?;
            for (written, file) in written.into_iter().zip(files) {
                self.file(written, &file).await?;
            }
        }
        self.catch_up(self.city.span.last).await
    }

    /// Its present day: keys for whoever tries it, a withdrawal, consents.
    ///
    /// # Errors
    /// See [`Building::found`].
    pub async fn today(&mut self) -> Result<Examples, Failure> {
        let last = self.city.span.last;
        let (organisation, person, business) = (
            self.city.portrait(Who::Organisation(0)),
            self.city.portrait(Who::Person(0)),
            self.city.portrait(Who::Business(0)),
        );
        let bank = unified_code("91", "110102", self.city.seed, u64::from(u32::MAX));
        let office = "market-regulation";
        let duties = [1, 3].into_iter().filter_map(register::authority::Duty::new).collect();
        let office_key = self
            .key(KeyFor::Office { authority: AuthorityCode(office.to_owned()), duties }, "演示：许可窗口")
            .await?;
        let organisation_key = self
            .key(KeyFor::Subject { identifier: organisation.identifier.clone() }, "演示：企业本身")
            .await?;
        let person_key =
            self.key(KeyFor::Subject { identifier: person.identifier.clone() }, "演示：本人").await?;
        let bank_key = self
            .key(KeyFor::ThirdParty { name: BANK.to_owned(), identifier: bank.clone() }, "演示：银行")
            .await?;
        let operator_key = self.key(KeyFor::Operator, "演示：大数据中心").await?;

        let company = self.holder(&organisation_key).await?;
        for record in std::mem::take(&mut self.withdrawals) {
            self.tick(last);
            self.platform.withdraw(record, &company).await.map_err(|error| failure(&error))?;
        }
        let someone = self.holder(&person_key).await?;
        let given = self.consent(&someone, &bank, Some(5)).await?;
        let taken_back = self.consent(&someone, &bank, None).await?;
        self.tick(last);
        self.platform.revoke_consent(taken_back, &someone).await.map_err(|error| failure(&error))?;
        let lender = self.holder(&bank_key).await?;
        self.look(&person.identifier, PurposeRequest::Consent { consent: given.0 }, &lender).await?;
        let officer = self.holder(&office_key).await?;
        let matter = format!("京市监许{}-000001", last.year());
        self.look(&organisation.identifier, PurposeRequest::Duty { duty: 1, matter }, &officer).await?;
        Ok(Examples {
            organisation: organisation.identifier,
            organisation_name: organisation.name,
            business: business.identifier,
            person: person.identifier,
            bank,
            consent: given.0.to_string(),
            office,
            office_token: office_key.token,
            organisation_token: organisation_key.token,
            person_token: person_key.token,
            third_party_token: bank_key.token,
            operator_token: operator_key.token,
        })
    }

    /// The journal's size and root, as its newest checkpoint signs them.
    ///
    /// # Errors
    /// See [`Building::found`].
    pub async fn head(&mut self) -> Result<(u64, String), Failure> {
        self.progress.finish();
        self.platform.advance_checkpoint().await.map_err(|error| failure(&error))?;
        let head = self.platform.head().await.map_err(|error| failure(&error))?;
        let note = SignedNote::parse(head.checkpoint.as_bytes())
            .map_err(|error| Failure::failed(error.to_string()))?;
        // The root as checkpoints and `verify` write it.
        Ok((head.size, note.text().lines().nth(2).unwrap_or_default().to_owned()))
    }

    fn plan(&mut self, day: Day, due: Due) {
        self.order += 1;
        self.due.insert((day, self.order), due);
    }

    /// Moves the clock to the next act of a day.
    fn tick(&mut self, day: Day) {
        if day > self.day {
            self.day = day;
            self.acts = 0;
        }
        self.acts += 1;
        let at = instant(self.day, self.acts);
        self.clock.advance_to(self.not_after.map_or(at, |last| at.min(last)));
    }

    /// Does everything that is due up to a day.
    async fn catch_up(&mut self, until: Day) -> Result<(), Failure> {
        while let Some(entry) = self.due.first_entry().filter(|entry| entry.key().0 <= until) {
            let ((day, order), due) = entry.remove_entry();
            match due {
                Due::File(wanted) => {
                    let mut file =
                        NamedTempFile::new().map_err(|error| Failure::failed(error.to_string()))?;
                    let written = self
                        .city
                        .write_wanted(&wanted, order, day, &mut file)
                        .map_err(|error| Failure::failed(error.to_string()))?;
                    if let Some(written) = written {
                        self.file(written, &file).await?;
                    }
                }
                Due::Follow { record, authority, follow } => {
                    self.follow(day, record, &authority, follow).await?
                }
                Due::Verify(who) => {
                    self.tick(day);
                    let code = self.city.portrait(who).identifier;
                    let reason = "与登记机关核对营业执照，代码无误";
                    match self.platform.verify_identifier(&code, reason, &Caller::Operator).await {
                        // In a very young city nobody of that code may have been registered yet.
                        Ok(_) | Err(ServiceError::Refused(_)) => {}
                        Err(error) => return Err(failure(&error)),
                    }
                }
                Due::Inquire { office, duty, who } => {
                    self.tick(day);
                    let by = self.platform.claim(office).await.map_err(|error| failure(&error))?;
                    let purpose = PurposeRequest::Duty { duty, matter: format!("{}-{order:06}", day.year()) };
                    let identifier = self.city.portrait(who).identifier;
                    match self
                        .platform
                        .inquire(
                            InquiryRequest {
                                identifier: Some(identifier),
                                kind: None,
                                purpose,
                                before: None,
                            },
                            &by,
                        )
                        .await
                    {
                        // A refused look is a part of the city: its subject sees it.
                        Ok(_) | Err(ServiceError::Refused(_)) => {}
                        Err(error) => return Err(failure(&error)),
                    }
                }
            }
        }
        Ok(())
    }

    async fn file(&mut self, written: Written, file: &NamedTempFile) -> Result<(), Failure> {
        self.tick(written.day);
        let by = self.platform.claim(&written.authority).await.map_err(|error| failure(&error))?;
        let request = FileRequest {
            path: file.path().to_path_buf(),
            name: None,
            item: written.item.clone(),
            kind: exchange::FileKind::JsonLines,
            all_or_nothing: false,
            idempotency_key: None,
        };
        let (progress, before) = (&self.progress, self.filed);
        let report = self.platform.file(request, &by, &|reached| progress.set(before + reached.filed)).await;
        let report = report.map_err(|error| failure(&error))?;
        if report.filed != written.lines {
            let why = report
                .errors
                .first()
                .and_then(|error| error.grounds.first())
                .map_or_else(String::new, |ground| ground.reason.en.to_string());
            return Err(Failure::failed(format!(
                "the demo city's own lines of `{}` were refused: {why}",
                written.item
            )));
        }
        // Records are numbered from 1 in the order of filing, and nobody else files here.
        let first = self.filed + 1;
        self.filed += report.filed;
        for mark in &written.marks {
            self.plan_follow(&written, mark, RecordNumber(first + mark.line));
        }
        Ok(())
    }

    fn plan_follow(&mut self, written: &Written, mark: &Mark, record: RecordNumber) {
        let last = self.city.span.last;
        let day = match mark.follow {
            Follow::Withdraw => return self.withdrawals.push(record),
            Follow::Correct => written.day.plus_days(20),
            Follow::Revoke => written.day.plus_days(45),
            Follow::Restore => {
                let Some(severity) = mark.severity else { return };
                // The shortest display is that of the law of the day on which it has run.
                let ready = [0, 3, 6, 12]
                    .into_iter()
                    .map(|months| mark.finding.plus_months(months).plus_days(3).max(written.day.plus_days(1)))
                    .find(|day| {
                        let in_force = self.platform.law().on(*day).ok();
                        let months =
                            in_force.as_ref().and_then(|law| law.restoration_minimum_months(severity).ok());
                        months.is_some_and(|months| mark.finding.plus_months(i64::from(months.value)) <= *day)
                    });
                match ready {
                    Some(day) => day,
                    None => return,
                }
            }
        };
        if day <= last {
            self.plan(day, Due::Follow { record, authority: written.authority.clone(), follow: mark.follow });
        }
    }

    async fn follow(
        &mut self,
        day: Day,
        record: RecordNumber,
        authority: &str,
        follow: Follow,
    ) -> Result<(), Failure> {
        self.tick(day);
        let by = self.platform.claim(authority).await.map_err(|error| failure(&error))?;
        let done = match follow {
            Follow::Restore => {
                let ask = RestoreRecord {
                    performance_document: format!("京示履〔{}〕{}号", day.year(), record.0),
                    commitment_document: format!("京示诺〔{}〕{}号", day.year(), record.0),
                    reason: "已履行义务并作出信用承诺".to_owned(),
                };
                self.platform.restore(record, ask, &by).await
            }
            Follow::Correct => {
                let mut fields = Map::new();
                fields.insert(
                    "facts".to_owned(),
                    Value::from("事实以更正后的决定书为准：情节较轻，已经改正。"),
                );
                self.platform.correct(record, fields, "决定书的事实部分有笔误，已作出更正决定", &by).await
            }
            Follow::Revoke => self.platform.revoke(record, "原决定经行政复议撤销", &by).await,
            Follow::Withdraw => return Ok(()),
        };
        done.map(|_| ()).map_err(|error| failure(&error))
    }

    async fn key(&mut self, asked: KeyFor, label: &str) -> Result<IssuedKey, Failure> {
        let last = self.city.span.last;
        self.tick(last);
        self.platform
            .issue_key(asked, label, Some(last.plus_months(120)), &Caller::Operator)
            .await
            .map_err(|error| failure(&error))
    }

    async fn holder(&self, key: &IssuedKey) -> Result<Caller, Failure> {
        self.platform.authenticate(&key.token, Some(&Origin::HERE)).await.map_err(|error| failure(&error))
    }

    async fn consent(
        &mut self,
        by: &Caller,
        bank: &str,
        uses: Option<u32>,
    ) -> Result<register::acts::rights::consent::ConsentNumber, Failure> {
        let last = self.city.span.last;
        self.tick(last);
        let ask = ConsentRequest {
            grantee_name: BANK.to_owned(),
            grantee_identifier: bank.to_owned(),
            items: ["administrative-permit-person", "professional-title"]
                .map(|item| ItemCode(item.to_owned()))
                .to_vec(),
            purpose: "个人住房贷款审查（演示）".to_owned(),
            last_day: last.plus_months(6),
            uses,
        };
        self.platform.grant_consent(ask, by).await.map(|done| done.consent).map_err(|error| failure(&error))
    }

    async fn look(&mut self, identifier: &str, purpose: PurposeRequest, by: &Caller) -> Result<(), Failure> {
        let last = self.city.span.last;
        self.tick(last);
        let request =
            InquiryRequest { identifier: Some(identifier.to_owned()), kind: None, purpose, before: None };
        self.platform.inquire(request, by).await.map(|_| ()).map_err(|error| failure(&error))
    }
}

impl Examples {
    /// Every example by its name, for scripts.
    #[must_use]
    pub fn by_name(&self) -> BTreeMap<&'static str, &str> {
        BTreeMap::from([
            ("organisation", self.organisation.as_str()),
            ("organisation_name", self.organisation_name.as_str()),
            ("individual_business", self.business.as_str()),
            ("person", self.person.as_str()),
            ("third_party", self.bank.as_str()),
            ("consent", self.consent.as_str()),
            ("office", self.office),
            ("office_token", self.office_token.as_str()),
            ("organisation_token", self.organisation_token.as_str()),
            ("person_token", self.person_token.as_str()),
            ("third_party_token", self.third_party_token.as_str()),
            ("operator_token", self.operator_token.as_str()),
        ])
    }

    /// What to try: three requests, one page, and the same at the command line.
    #[must_use]
    pub fn to_try(&self, store: &str, listen: &str) -> String {
        let Self {
            organisation, office, office_token, person, person_token, third_party_token, consent, ..
        } = self;
        // Four characters of the name after the city's: enough to find it among many.
        let part: String = self
            .organisation_name
            .chars()
            .skip(2)
            .filter(|character| !matches!(character, '（' | '）'))
            .take(3)
            .collect();
        format!(
            "# 演示城市：一切均为虚构 | the demo city: everything in it is invented\n\
             # credence serve --store {store} --demo --listen {listen}\n\n\
             curl -s http://{listen}/api/v1/organisations/{organisation}\n\
             curl -s http://{listen}/api/v1/inquiries -H 'Authorization: Bearer {office_token}' -H 'Content-Type: application/json' \
             -d '{{\"identifier\":\"{organisation}\",\"purpose\":{{\"for\":\"duty\",\"duty\":1,\"matter\":\"2026-0001\"}}}}'\n\
             curl -s -G http://{listen}/api/v1/organisations --data-urlencode 'name={part}'\n\n\
             http://{listen}/organisations/{organisation}\n\n\
             credence inquire {organisation} --as {office} --duty 1 --matter 2026-0001 --store {store}\n\
             credence inquire --key {person_token} --store {store}\n\
             credence inquire {person} --key {third_party_token} --consent {consent} --store {store}\n\
             credence verify --store {store}\n\
             credence rebuild --compare --store {store}"
        )
    }
}
