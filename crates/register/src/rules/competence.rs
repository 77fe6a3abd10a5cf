//! Competence: which authority may file which item, and which may inquire for which duty.

use law::Citation;

use crate::authority::{Authority, AuthorityCode, Duty};
use crate::caller::Caller;
use crate::catalogue::CatalogueItem;
use crate::ruling::{Bilingual, Ground};

/// Whether an authority is a providing unit of an item: named itself, or a district authority whose parent is named.
///
/// Articles: 11, 14, 53(1)
#[must_use]
pub fn provides(authority: &Authority, item: &CatalogueItem) -> bool {
    item.providers
        .iter()
        .any(|provider| *provider == authority.code || Some(provider) == authority.parent.as_ref())
}

/// The ground on which an authority may file an item, or why it may not.
///
/// Articles: 11, 14, 53(1)
///
/// # Errors
/// The ground of the refusal, naming who is competent.
pub fn may_provide(authority: &Authority, item: &CatalogueItem) -> Result<(), Ground> {
    if provides(authority, item) {
        return Ok(());
    }
    let named =
        item.providers.iter().map(|AuthorityCode(code)| format!("`{code}`")).collect::<Vec<_>>().join(", ");
    Err(Ground::new(
        "not_a_providing_unit",
        Citation::article(11),
        Bilingual::made(
            format!("`{}` 不是目录条目 `{}` 的提供单位", authority.code, item.code),
            format!("`{}` is not a providing unit of the catalogue item `{}`", authority.code, item.code),
        ),
    )
    .field("item")
    .remedy(Bilingual::made(
        format!("由提供单位报送：{named}"),
        format!("let a providing unit file it: {named}"),
    )))
}

/// The item of Article 20 that is a duty.
const fn of_duty(duty: Duty) -> Citation {
    Citation::article(20).item(duty.number())
}

/// Whether an office performs every one of these duties.
///
/// Articles: 20
///
/// # Errors
/// The ground of the refusal: the first duty that it does not perform, and those that it does.
pub fn performs(authority: &Authority, duties: &[Duty]) -> Result<(), Ground> {
    let Some(foreign) = duties.iter().find(|duty| !authority.duties.contains(duty)) else { return Ok(()) };
    let held = authority.duties.iter().map(|duty| duty.number().to_string()).collect::<Vec<_>>().join(", ");
    Err(Ground::new(
        "not_a_duty_of_the_office",
        of_duty(*foreign),
        Bilingual::made(
            format!("{}不履行{}职责", authority.name.zh, of_duty(*foreign).in_chinese()),
            format!("{} does not perform the duty of Article {foreign}", authority.name.en),
        ),
    )
    .field("duty")
    .remedy(Bilingual::made(format!("该单位的职责：{held}"), format!("the duties of this office: {held}"))))
}

/// The ground on which an office may inquire for a duty, or why it may not: the duty must be one that the office
/// performs, the caller's key must carry it, and the matter must be named.
///
/// Articles: 20, 53(2)
///
/// # Errors
/// The ground of the refusal.
pub fn may_inquire(authority: &Authority, caller: &Caller, duty: Duty) -> Result<(), Ground> {
    performs(authority, &[duty])?;
    if !caller.carries(duty) {
        return Err(Ground::new(
            "duty_not_carried_by_key",
            of_duty(duty),
            Bilingual::made(
                format!("所用密钥或登录身份未载明{}职责", of_duty(duty).in_chinese()),
                format!("the key or sign-in in use does not carry the duty of Article {duty}"),
            ),
        )
        .field("duty")
        .remedy(Bilingual::new(
            "请向平台申请载明该职责的密钥，或由本单位更正账号的职责",
            "ask the operator for a key that carries this duty, or your office to correct the account's duties",
        )));
    }
    Ok(())
}
