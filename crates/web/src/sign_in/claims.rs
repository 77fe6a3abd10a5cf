//! What a provider's claims make of someone here. Nothing is guessed: a claim that is missing or strange lets nobody in.

use register::authority::{AuthorityCode, Duty};
use register::caller::Person;
use register::caller::is_plain_account as is_plain;
use serde_json::{Map, Value};
use service::sessions::SignInAs;

use super::options::{Admitted, ProviderOptions};

/// Why claims make nobody: said to the person and, without their values, to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfit {
    pub(crate) zh: String,
    pub(crate) en: String,
}

impl Unfit {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    fn missing(claim: &str) -> Self {
        Self::new(format!("身份提供方没有给出 `{claim}`"), format!("the provider gave no `{claim}`"))
    }
}

/// Who someone is, by the claims of a provider about its account `subject`.
pub(crate) fn read(
    options: &ProviderOptions,
    subject: &str,
    claims: &Map<String, Value>,
) -> Result<(Person, SignInAs), Unfit> {
    let names = &options.claims;
    let text = |claim: &str| {
        claims.get(claim).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    };
    let needed = |claim: &str| text(claim).ok_or_else(|| Unfit::missing(claim));
    let kind = match (text(&names.role), options.admits.as_slice()) {
        (Some(word), admits) => Admitted::of(word).filter(|kind| admits.contains(kind)).ok_or_else(|| {
            Unfit::new(
                "该身份提供方不能证明这一身份".to_owned(),
                "this provider does not vouch for such a role".to_owned(),
            )
        })?,
        (None, [only]) => *only,
        (None, _) => return Err(Unfit::missing(&names.role)),
    };
    let mandate = text(&names.mandate).map(str::to_owned);
    let as_whom = match kind {
        Admitted::Officer => {
            let authority = AuthorityCode(needed(&names.office)?.to_owned());
            SignInAs::Officer { authority, duties: duties(claims.get(&names.duties), &names.duties)? }
        }
        Admitted::Operator => {
            needed(&names.account)?;
            SignInAs::Operator
        }
        Admitted::Subject => match text(&names.organisation_code) {
            Some(code) => {
                // Saying an organisation's code is not enough: someone must have given the authority to act for it.
                needed(&names.mandate)?;
                SignInAs::Representative { code: code.to_owned() }
            }
            None => SignInAs::Individual { identifier: needed(&names.citizen_id)?.to_owned() },
        },
    };
    let acts_for_organisation = text(&names.organisation_code).is_some() && kind == Admitted::Subject;
    let account = text(&names.account).unwrap_or(subject);
    // By the account two people are told apart: what looks alike must be the same.
    if kind != Admitted::Subject && !is_plain(account) {
        return Err(Unfit::new(
            format!("`{}` 不是字母、数字和 -_. 组成的账号", names.account),
            format!("`{}` is no account of letters, digits and -_.", names.account),
        ));
    }
    let person = Person {
        // Two providers may use one word for two people.
        account: format!("{}:{account}", options.id),
        name: text("name").unwrap_or(subject).to_owned(),
        mandate: mandate.filter(|_| acts_for_organisation),
    };
    Ok((person, as_whom))
}

/// The duties of an officer: a list of numbers, or a text of them. None means that they inquire for none.
fn duties(claim: Option<&Value>, name: &str) -> Result<Vec<Duty>, Unfit> {
    let strange = || {
        Unfit::new(
            format!("`{name}` 不是第二十条的职责编号（1 至 6）"),
            format!("`{name}` holds something else than duties of Article 20 (1 to 6)"),
        )
    };
    let number = |text: &str| text.parse().ok().and_then(Duty::new).ok_or_else(strange);
    match claim {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => {
            text.split([' ', ',']).filter(|part| !part.is_empty()).map(number).collect()
        }
        Some(Value::Array(list)) => list
            .iter()
            .map(|value| match value {
                Value::Number(written) => number(&written.to_string()),
                Value::String(text) => number(text),
                _ => Err(strange()),
            })
            .collect(),
        Some(_) => Err(strange()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::options::{ClaimNames, Secret};
    use super::*;

    fn provider(admits: &[Admitted]) -> ProviderOptions {
        ProviderOptions {
            id: "staff".into(),
            name: register::ruling::Bilingual::new("单位账号", "office account"),
            issuer: "https://id.example".into(),
            client_id: "credence".into(),
            client_secret: Secret("s".into()),
            admits: admits.to_vec(),
            scopes: Vec::new(),
            strengths: Vec::new(),
            certificate_authority: None,
            claims: ClaimNames::default(),
        }
    }

    fn read(admits: &[Admitted], claims: Value) -> Result<(Person, SignInAs), Unfit> {
        let Value::Object(claims) = claims else { panic!("claims are an object") };
        super::read(&provider(admits), "account-1", &claims)
    }

    #[test]
    fn article_20_an_officer_has_the_office_and_duties_that_the_claims_name() {
        let claims = json!({"credence_role": "officer", "credence_office": "tax", "credence_duties": [1, "3"],
            "staff_number": "T-1", "name": "李"});
        let (person, as_whom) = read(&Admitted::ALL, claims).unwrap();
        assert_eq!(person.account, "staff:T-1");
        let SignInAs::Officer { authority, duties } = as_whom else { panic!("an officer") };
        assert_eq!(authority.0, "tax");
        assert_eq!(duties.iter().map(|duty| duty.number()).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn article_19_a_provider_makes_nobody_for_whom_it_does_not_vouch() {
        let operator = json!({"credence_role": "operator", "staff_number": "O-1"});
        assert!(read(&[Admitted::Subject], operator.clone()).is_err());
        assert!(read(&[Admitted::Operator], operator).is_ok());
    }

    #[test]
    fn what_is_missing_or_strange_lets_nobody_in() {
        for claims in [
            json!({}),
            json!({"credence_role": "emperor"}),
            json!({"credence_role": ["officer"], "credence_office": "tax"}),
            json!({"credence_role": "officer"}),
            json!({"credence_role": "officer", "credence_office": " "}),
            json!({"credence_role": "officer", "credence_office": "tax", "credence_duties": [7]}),
            json!({"credence_role": "officer", "credence_office": "tax", "credence_duties": {"1": true}}),
            json!({"credence_role": "operator"}),
            json!({"credence_role": "subject"}),
            json!({"credence_role": "subject", "citizen_id": 11}),
        ] {
            assert!(read(&Admitted::ALL, claims.clone()).is_err(), "{claims}");
        }
    }

    #[test]
    fn article_35_who_acts_for_an_organisation_shows_by_which_document() {
        let code = json!({"credence_role": "subject", "organisation_code": "91110108YY000001XL"});
        assert!(read(&Admitted::ALL, code).is_err());
        let with = json!({"credence_role": "subject", "organisation_code": "91110108YY000001XL", "citizen_id": "x",
            "mandate": "授权书 7"});
        let (person, as_whom) = read(&Admitted::ALL, with).unwrap();
        assert_eq!(person.mandate.as_deref(), Some("授权书 7"));
        assert_eq!(as_whom, SignInAs::Representative { code: "91110108YY000001XL".into() });
    }
}
