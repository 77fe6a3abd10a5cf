//! The demo city's people as whom one may sign in: one of each kind, and a second where two must act.

use register::authority::{AuthorityCode, Duty};
use register::ruling::Bilingual;
use service::sessions::SignInAs;
use web::sign_in::DemoAccount;

use super::identities::{organisation, person};
use super::names;

/// The accounts of the city that was built from a seed.
#[must_use]
pub fn accounts(seed: u64) -> Vec<DemoAccount> {
    let officer = |account: &str, name: &str, about: Bilingual, duties: &[u8]| DemoAccount {
        account: account.to_owned(),
        name: name.to_owned(),
        about,
        as_whom: SignInAs::Officer {
            authority: AuthorityCode("market-regulation".to_owned()),
            duties: duties.iter().copied().filter_map(Duty::new).collect(),
        },
        mandate: None,
    };
    let operator = |account: &str, name: &str, about: Bilingual| DemoAccount {
        account: account.to_owned(),
        name: name.to_owned(),
        about,
        as_whom: SignInAs::Operator,
        mandate: None,
    };
    vec![
        DemoAccount {
            account: "person".to_owned(),
            // The name that their records have: under another one would look at a stranger's.
            name: names::person(seed, 0),
            about: Bilingual::new("自然人，查看自己的信息", "a person, looking at their own records"),
            as_whom: SignInAs::Individual { identifier: person(seed, 0).number },
            mandate: None,
        },
        DemoAccount {
            account: "representative".to_owned(),
            name: "陈示例".to_owned(),
            about: Bilingual::new("代表一家企业", "acting for a company"),
            as_whom: SignInAs::Representative { code: organisation(seed, 0).code },
            mandate: Some("法定代表人".to_owned()),
        },
        officer(
            "officer",
            "李示例",
            Bilingual::new("市场监管局工作人员", "an officer of market regulation"),
            &[1, 2, 3],
        ),
        officer(
            "approver",
            "赵示例",
            Bilingual::new("市场监管局另一名工作人员", "another officer of market regulation"),
            &[1, 2, 3],
        ),
        officer(
            "clerk",
            "周示例",
            Bilingual::new(
                "市场监管局报送人员，没有查询职责",
                "a filing clerk of market regulation, without any duty of inquiry",
            ),
            &[],
        ),
        operator("operator", "马示例", Bilingual::new("大数据中心工作人员", "staff of the big data centre")),
        operator(
            "second-operator",
            "刘示例",
            Bilingual::new("大数据中心另一名工作人员", "another member of staff of the big data centre"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_of_each_kind_and_two_who_can_act_together() {
        let accounts = accounts(7);
        let count = |wanted: fn(&SignInAs) -> bool| {
            accounts.iter().filter(|account| wanted(&account.as_whom)).count()
        };
        assert_eq!(count(|whom| matches!(whom, SignInAs::Officer { .. })), 3);
        assert_eq!(count(|whom| matches!(whom, SignInAs::Operator)), 2);
        assert_eq!(
            count(|whom| matches!(whom, SignInAs::Individual { .. } | SignInAs::Representative { .. })),
            2
        );
    }
}
