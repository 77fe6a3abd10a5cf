//! Identification: from the identifiers of a filed line or an inquiry to one subject's identifier and kind.

use law::identifier::{self, IdentifierKind, Verdict};
use law::{Citation, Day};
use serde_json::{Map, Value};

use crate::format::{Format, Role};
use crate::ruling::{Bilingual, Ground};
use crate::subject::{SubjectIdentifier, SubjectKind};
use crate::text::half_width;

/// An identifier, the kind of subject it names, and whether its check digit fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The normalised identifier.
    pub identifier: SubjectIdentifier,
    /// The kind of subject.
    pub kind: SubjectKind,
    /// Whether an organisation's code fails its check: filed, but held until verified.
    pub flagged: bool,
}

/// Reads an identifier as someone wrote it. An organisation's code that fails its check is flagged; a person's is
/// refused, since nobody could ever see a record under a number that is not theirs.
///
/// Articles: 2, 14
///
/// # Errors
/// The ground of the refusal; the value is masked in it.
pub fn identify(written: &str, kind: Option<IdentifierKind>, today: Day) -> Result<Identified, Ground> {
    let check = identifier::check(written, kind, today);
    let refuse = |reason: Bilingual| {
        Ground::new("identifier_refused", Citation::article(14), reason).field("identifier").remedy(
            Bilingual::new(
                "请核对证件原件后重新填写",
                "compare with the original document and enter it again",
            ),
        )
    };
    if !written.chars().map(half_width).any(|one| one.is_ascii_digit()) {
        return Err(Ground::new(
            "identifier_without_a_digit",
            Citation::article(14),
            Bilingual::new("填写的不是代码或证件号码", "this is no code and no document number"),
        )
        .field("identifier")
        .remedy(Bilingual::new(
            "这里只能填写完整的代码或证件号码，不能用姓名或名称",
            "give the whole code or document number; a name is not taken",
        )));
    }
    let masked = shown(&check.normalised, check.kind);
    let Some(kind) = check.kind else {
        return Err(refuse(Bilingual::made(
            format!("无法识别 `{masked}`"),
            format!("`{masked}` is no known kind of identifier"),
        )));
    };
    let person = kind != IdentifierKind::UnifiedCode;
    match check.verdict {
        Verdict::Rejected => {
            let (zh, en) = (check.reason_zh.unwrap_or_default(), check.reason.unwrap_or_default());
            Err(refuse(Bilingual::made(
                format!("`{masked}` 不符合编码规则：{zh}"),
                format!("`{masked}` is refused: {en}"),
            )))
        }
        Verdict::Flagged if person => Err(refuse(Bilingual::made(
            format!("`{masked}` 的校验码不符"),
            format!("the check digit of `{masked}` does not fit"),
        ))),
        verdict => {
            let value = check.normalised;
            let subject_kind = if person { SubjectKind::NaturalPerson } else { kind_of_code(&value) };
            Ok(Identified {
                identifier: SubjectIdentifier { kind, value },
                kind: subject_kind,
                flagged: verdict == Verdict::Flagged,
            })
        }
    }
}

/// An identifier as a refusal may repeat it: an organisation's code whole, since whoever wrote it must find the wrong character, and
/// anything that may be a person's masked.
fn shown(value: &str, kind: Option<IdentifierKind>) -> String {
    let is_alphanumeric = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has_letter = value.bytes().take(17).any(|byte| byte.is_ascii_alphabetic());
    // Digits alone may be the number of an account; a citizen's number is found by its date.
    let is_code = is_alphanumeric && (value.len() == 18 || (matches!(value.len(), 17 | 19) && has_letter));
    // That of an individual business is a human being's.
    if kind == Some(IdentifierKind::UnifiedCode) && is_code && !value.starts_with("92") {
        super::masking::mask_text(value)
    } else {
        super::masking::mask_identifier(value)
    }
}

/// The kind of subject that a unified code names by its first two places: `92` is an individual business; a law
/// practice and a congregation's like are unincorporated; the rest are legal persons.
///
/// Articles: 2
#[must_use]
pub fn kind_of_code(code: &str) -> SubjectKind {
    match code.get(..2) {
        Some("92") => SubjectKind::IndividualBusiness,
        Some("31" | "33" | "N1" | "N2" | "N3" | "71") => SubjectKind::UnincorporatedOrganisation,
        _ => SubjectKind::LegalPerson,
    }
}

/// Who a filed line is about, from the fields that play the subject's roles. All grounds are collected.
///
/// Articles: 2, 14
///
/// # Errors
/// Every ground on which the line does not identify a subject of a kind that the item is about.
pub fn identify_line(
    format: &Format,
    subject_kinds: &[SubjectKind],
    content: &Map<String, Value>,
    today: Day,
) -> Result<Identified, Vec<Ground>> {
    let code = format.text_of(Role::SubjectCode, content);
    let number = format.text_of(Role::SubjectDocumentNumber, content);
    let written_kind = format.text_of(Role::SubjectDocumentType, content);
    let (found, field) = match (code, number) {
        (Some(code), _) => (identify(code, Some(IdentifierKind::UnifiedCode), today), Role::SubjectCode),
        (None, Some(number)) => {
            let kind = match written_kind
                .map(|word| IdentifierKind::of_document_type(word, &identifier::normalise(number)))
            {
                Some(Some(kind)) => Some(kind),
                None => Some(IdentifierKind::CitizenId),
                Some(None) => {
                    return Err(vec![
                        Ground::new(
                            "unknown_document_type",
                            Citation::article(14),
                            // What stands there is not repeated: where columns have slipped, it is a name or a number.
                            Bilingual::new("不认识的证件类型", "this is no document type of the templates"),
                        )
                        .field(name_of(format, Role::SubjectDocumentType))
                        .remedy(Bilingual::new(
                            "使用：身份证、护照号、港澳居民来往内地通行证、台湾居民来往大陆通行证、外国人永久居留身份证、港澳台居民居住证",
                            "use 身份证, 护照号, 港澳居民来往内地通行证, 台湾居民来往大陆通行证, 外国人永久居留身份证 or 港澳台居民居住证",
                        )),
                    ]);
                }
            };
            (identify(number, kind, today), Role::SubjectDocumentNumber)
        }
        (None, None) => {
            let role = if format.role(Role::SubjectCode).is_some() {
                Role::SubjectCode
            } else {
                Role::SubjectDocumentNumber
            };
            return Err(vec![
                Ground::new(
                    "subject_not_identified",
                    Citation::article(14),
                    Bilingual::new("缺少信用主体的代码或证件号码", "the subject's code or document number is missing"),
                )
                .field(name_of(format, role))
                .remedy(Bilingual::new(
                    "补充统一社会信用代码或证件号码；不得用十八个零代替",
                    "add the unified social credit code or the document number; eighteen zeros identify nobody",
                )),
            ]);
        }
    };
    let mut identified = found.map_err(|ground| vec![ground.field(name_of(format, field))])?;
    let mut grounds = Vec::new();
    if let Some(category) = format.text_of(Role::SubjectCategory, content)
        && let Some(written) = written_category(category)
        && !written.contains(&identified.kind)
    {
        grounds.push(
            Ground::new(
                "category_and_identifier_disagree",
                Citation::article(14),
                Bilingual::made(
                    format!("相对人类别 `{category}` 与代码所示的{}不一致", identified.kind.term().zh),
                    format!(
                        "the category `{category}` and the code, which is of a {}, disagree",
                        identified.kind.term().en
                    ),
                ),
            )
            .field(name_of(format, Role::SubjectCategory))
            .remedy(Bilingual::new("核对类别与代码", "check category and code against the document")),
        );
    }
    if !subject_kinds.contains(&identified.kind) {
        // A partnership under market regulation has the same prefix as a company: the item says which are meant.
        if identified.kind == SubjectKind::LegalPerson
            && subject_kinds.contains(&SubjectKind::UnincorporatedOrganisation)
        {
            identified.kind = SubjectKind::UnincorporatedOrganisation;
        } else {
            grounds.push(
                Ground::new(
                    "item_not_about_this_kind",
                    Citation::article(11),
                    Bilingual::made(
                        format!("该目录条目不涉及{}", identified.kind.term().zh),
                        format!("the catalogue item is not about a {}", identified.kind.term().en),
                    ),
                )
                .field(name_of(format, field))
                .remedy(Bilingual::new(
                    "改用适用于该类主体的目录条目",
                    "file it under the item made for this kind of subject",
                )),
            );
        }
    }
    if grounds.is_empty() { Ok(identified) } else { Err(grounds) }
}

/// The kinds that a category word of the templates admits; a word that is none of theirs admits nothing to compare.
fn written_category(word: &str) -> Option<&'static [SubjectKind]> {
    match word {
        "法人及非法人组织" | "法人和非法人组织" => {
            Some(&[SubjectKind::LegalPerson, SubjectKind::UnincorporatedOrganisation])
        }
        "法人" => Some(&[SubjectKind::LegalPerson]),
        "非法人组织" => Some(&[SubjectKind::UnincorporatedOrganisation, SubjectKind::LegalPerson]),
        "个体工商户" => Some(&[SubjectKind::IndividualBusiness]),
        "自然人" => Some(&[SubjectKind::NaturalPerson]),
        _ => None,
    }
}

fn name_of(format: &Format, role: Role) -> String {
    format.role(role).map_or_else(|| "identifier".to_owned(), |field| field.name.clone())
}
/// Whether what was identified is a human being by their own number: an organisation's code is nobody's, and whoever acts for one
/// shows by which document.
///
/// Articles: 35
///
/// # Errors
/// The ground of the refusal.
pub fn is_a_persons_own(found: &Identified) -> Result<(), Ground> {
    if found.kind == SubjectKind::NaturalPerson {
        return Ok(());
    }
    Err(Ground::new(
        "identifier_of_another_kind",
        Citation::article(35),
        Bilingual::new("不是自然人的证件号码", "this is no person's own number"),
    )
    .field("identifier")
    .remedy(Bilingual::new("请身份提供方更正账号", "have the account corrected where it is kept")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(written: &str, kind: IdentifierKind) -> Ground {
        identify(written, Some(kind), "2026-11-23".parse().unwrap()).unwrap_err()
    }

    #[test]
    fn article_35_a_refusal_repeats_an_organisation_s_code_and_no_person_s_number() {
        let code = refused("91110108551O85082Q", IdentifierKind::UnifiedCode);
        assert!(code.reason.zh.contains("`91110108551O85082Q`"), "{}", code.reason.zh);
        // Slipped into the column of the codes: a citizen's number, a passport, a bank card.
        for slipped in ["E12345678", "6222021234567890123", "11999919900307851X1"] {
            let ground = refused(slipped, IdentifierKind::UnifiedCode);
            assert!(!ground.reason.zh.contains(slipped) && !ground.reason.en.contains(slipped), "{ground:?}");
        }
        let person = refused("119999199003078516", IdentifierKind::CitizenId);
        assert!(!person.reason.en.contains("19900307"));
    }

    #[test]
    fn a_name_is_told_that_it_is_no_number() {
        let ground = refused("卢佳", IdentifierKind::CitizenId);
        assert_eq!(ground.code, "identifier_without_a_digit");
        assert!(!ground.reason.zh.contains('卢') && ground.remedy.unwrap().zh.contains("姓名"));
    }
}
