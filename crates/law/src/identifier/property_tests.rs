use super::*;
use proptest::prelude::*;

fn today() -> Day {
    "2026-11-23".parse().unwrap()
}

fn look(input: &str) -> IdentifierCheck {
    check(input, None, today())
}

fn look_as(input: &str, kind: IdentifierKind) -> IdentifierCheck {
    check(input, Some(kind), today())
}

/// A valid code of the demo kind from a number.
fn code_of(prefix: &str, number: u64) -> String {
    let organisation = format!("{number:08}");
    let first =
        format!("{prefix}{organisation}{}", organisation_code_check_character(&organisation).unwrap());
    format!("{first}{}", unified_code_check_character(&first).unwrap())
}

proptest! {
    #[test]
    fn one_wrong_character_in_an_organisation_code_is_caught(number in 0_u64..100_000_000, place in 0_usize..18, other in 0_usize..31) {
        let code = code_of("91110108", number);
        prop_assert_eq!(look_as(&code, IdentifierKind::UnifiedCode).verdict, Verdict::Valid);
        let replacement = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().nth(other).unwrap();
        let wrong: String = code.chars().enumerate().map(|(index, known)| if index == place { replacement } else { known }).collect();
        prop_assume!(wrong != code);
        prop_assert_ne!(look_as(&wrong, IdentifierKind::UnifiedCode).verdict, Verdict::Valid);
    }

    #[test]
    fn two_neighbours_changed_about_in_an_organisation_code_are_caught(number in 0_u64..100_000_000, place in 0_usize..17) {
        let code = code_of("91110108", number);
        let mut characters: Vec<char> = code.chars().collect();
        characters.swap(place, place + 1);
        let wrong: String = characters.into_iter().collect();
        prop_assume!(wrong != code);
        prop_assert_ne!(look_as(&wrong, IdentifierKind::UnifiedCode).verdict, Verdict::Valid);
    }

    #[test]
    fn one_wrong_figure_in_a_citizen_id_is_caught(days in 0_i64..40_000, sequence in 0_u32..1000, place in 0_usize..18, other in 0_u32..11) {
        let birth = Day::new(1900, 1, 1).unwrap().plus_days(days).to_string().replace('-', "");
        let first = format!("{NEVER_ASSIGNED_DIVISION}{birth}{sequence:03}");
        let number = format!("{first}{}", citizen_id_check_character(&first).unwrap());
        prop_assert_eq!(look(&number).verdict, Verdict::Valid);
        let replacement = char::from_digit(other, 10).unwrap_or('X');
        let wrong: String = number.chars().enumerate().map(|(index, known)| if index == place { replacement } else { known }).collect();
        prop_assume!(wrong != number);
        prop_assert_ne!(look_as(&wrong, IdentifierKind::CitizenId).verdict, Verdict::Valid);
    }

    #[test]
    fn any_text_gets_a_verdict_and_its_normal_form_the_same_one(text in ".{0,24}") {
        for kind in IdentifierKind::ALL.map(Some).into_iter().chain([None]) {
            let found = check(&text, kind, today());
            let again = check(&found.normalised, kind, today());
            prop_assert_eq!(&again.normalised, &found.normalised);
            prop_assert_eq!((again.verdict, again.checks), (found.verdict, found.checks));
            prop_assert!(found.reason.is_some() == (found.verdict != Verdict::Valid));
        }
    }

    #[test]
    fn eighteen_characters_with_a_real_date_are_a_persons(days in 0_i64..46_000, head in "[0-9A-Z]{6}", tail in "[0-9A-Z]{4}") {
        let date = Day::new(1900, 1, 1).unwrap().plus_days(days);
        let text = format!("{head}{}{tail}", date.to_string().replace('-', ""));
        let kind = look(&text).kind.unwrap();
        prop_assert_eq!(kind.is_natural_persons(), date <= today());
    }
}
