//! Which kinds of callers, on what ground: the lists of which the rules are made (Articles 6, 19).

use super::Basis;
use crate::caller::CallerKind;

pub(super) const EVERYONE: &[(CallerKind, Basis)] = &[
    (CallerKind::Anyone, Basis::Disclosure),
    (CallerKind::Program, Basis::Disclosure),
    (CallerKind::Officer, Basis::Disclosure),
    (CallerKind::Subject, Basis::Disclosure),
    (CallerKind::ThirdParty, Basis::Disclosure),
    (CallerKind::Operator, Basis::Disclosure),
    (CallerKind::Console, Basis::Disclosure),
];
pub(super) const OFFICE_BY_COMPETENCE: &[(CallerKind, Basis)] = &[
    (CallerKind::Program, Basis::Competence),
    (CallerKind::Officer, Basis::Competence),
    (CallerKind::Console, Basis::Competence),
];
pub(super) const OFFICE_OR_OPERATOR: &[(CallerKind, Basis)] = &[
    (CallerKind::Program, Basis::Competence),
    (CallerKind::Officer, Basis::Competence),
    (CallerKind::Console, Basis::Competence),
    (CallerKind::Operator, Basis::Operation),
];
pub(super) const OFFICE_BY_DUTY: &[(CallerKind, Basis)] = &[
    (CallerKind::Program, Basis::Duty),
    (CallerKind::Officer, Basis::Duty),
    (CallerKind::Console, Basis::Duty),
];
pub(super) const SUBJECT: &[(CallerKind, Basis)] = &[(CallerKind::Subject, Basis::Standing)];
/// Whoever received a record: an office or the holder of a consent.
pub(super) const RECIPIENT: &[(CallerKind, Basis)] = &[
    (CallerKind::Program, Basis::Competence),
    (CallerKind::Officer, Basis::Competence),
    (CallerKind::Console, Basis::Competence),
    (CallerKind::ThirdParty, Basis::Consent),
];
pub(super) const THIRD_PARTY: &[(CallerKind, Basis)] = &[(CallerKind::ThirdParty, Basis::Consent)];
pub(super) const OPERATOR: &[(CallerKind, Basis)] = &[(CallerKind::Operator, Basis::Operation)];
/// Only a person has a session.
pub(super) const WHOEVER_SIGNED_IN: &[(CallerKind, Basis)] = &[
    (CallerKind::Officer, Basis::Standing),
    (CallerKind::Subject, Basis::Standing),
    (CallerKind::Operator, Basis::Standing),
];

/// Whoever has a name here is someone already; the others say who they are.
pub(super) const WHOEVER_SIGNS_IN: &[(CallerKind, Basis)] = &[
    (CallerKind::Anyone, Basis::Standing),
    (CallerKind::Program, Basis::Standing),
    (CallerKind::Officer, Basis::Standing),
    (CallerKind::Subject, Basis::Standing),
    (CallerKind::ThirdParty, Basis::Standing),
    (CallerKind::Operator, Basis::Standing),
    (CallerKind::Console, Basis::Standing),
];
pub(super) const KEY_HOLDER_OR_OPERATOR: &[(CallerKind, Basis)] = &[
    (CallerKind::Program, Basis::Standing),
    (CallerKind::Officer, Basis::Standing),
    (CallerKind::Subject, Basis::Standing),
    (CallerKind::ThirdParty, Basis::Standing),
    (CallerKind::Operator, Basis::Operation),
];
/// Two names are to stand in the journal: no program, and nobody at the command line, is one.
pub(super) const OFFICER: &[(CallerKind, Basis)] = &[(CallerKind::Officer, Basis::Competence)];
pub(super) const OFFICER_OR_OPERATOR: &[(CallerKind, Basis)] =
    &[(CallerKind::Officer, Basis::Competence), (CallerKind::Operator, Basis::Operation)];
