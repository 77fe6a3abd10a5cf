//! `credence catalogue`: what may be filed, by whom, in which form (Articles 10-12).

use std::sync::Arc;

use register::authority::Authority;
use register::catalogue::{Catalogue, CatalogueEdition, CompiledItem, ItemCode};
use serde_json::json;
use service::proposals::ProposalAsk;
use service::{Done, ServiceError};

use crate::arguments::{CatalogueArguments, CatalogueCommand};
use crate::commands::init::read;
use crate::commands::proposal::{self, operator};
use crate::context::{Context, failure};
use crate::demo::city;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::settings::nearest;

/// Shows it.
///
/// # Errors
/// When there is no such item, or the store cannot be read.
pub fn run(context: &Context, arguments: &CatalogueArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Some(CatalogueCommand::Publish { file, actor }) => {
            let edition: CatalogueEdition = read(file)?;
            return context.with_platform(async |platform| {
                let by = operator(&platform, actor).await?;
                if actor.propose {
                    let asked = ProposalAsk::PublishCatalogue(Box::new(edition));
                    return proposal::made(&context.output, &platform, asked, &by).await;
                }
                done(&context.output, platform.publish(edition, &by).await)
            });
        }
        Some(CatalogueCommand::Enrol { file, actor }) => {
            let authority: Authority = read(file)?;
            return context.with_platform(async |platform| {
                let by = operator(&platform, actor).await?;
                if actor.propose {
                    let asked = ProposalAsk::EnrolAuthority(authority);
                    return proposal::made(&context.output, &platform, asked, &by).await;
                }
                done(&context.output, platform.enrol(authority, &by).await)
            });
        }
        _ => {}
    }
    if !context.names_a_store() {
        let edition =
            serde_json::from_str(city::CATALOGUE).map_err(|error| Failure::failed(error.to_string()))?;
        let catalogue = Catalogue::compile(1, edition)
            .map_err(|_| Failure::failed("the demo catalogue is not in order"))?;
        let authorities: Vec<Authority> =
            serde_json::from_str(city::AUTHORITIES).map_err(|error| Failure::failed(error.to_string()))?;
        context.output.remark(
            context
                .output
                .pick("未指定存储：以下为演示目录", "no store is named: this is the demo city's catalogue"),
        );
        return show(&context.output, arguments, &Arc::new(catalogue), &authorities);
    }
    context.with_platform(async |platform| {
        let catalogue = platform.catalogue().await.map_err(|error| failure(&error))?;
        let authorities = platform.authorities().await.map_err(|error| failure(&error))?;
        show(&context.output, arguments, &catalogue, &authorities)
    })
}

fn done(output: &Output, done: Result<Done, ServiceError>) -> Result<Exit, Failure> {
    let done = done.map_err(|error| failure(&error))?;
    output.either(&done, || {
        output.pick(&format!("已办理，存证号 {}", done.entry.0), &format!("done: entry {}", done.entry.0))
    })?;
    Ok(Exit::Done)
}

fn show(
    output: &Output,
    arguments: &CatalogueArguments,
    catalogue: &Arc<Catalogue>,
    authorities: &[Authority],
) -> Result<Exit, Failure> {
    match (&arguments.command, &arguments.item) {
        (Some(CatalogueCommand::Template { item }), _) => {
            let template = exchange::templates::template_csv(&find(catalogue, item)?.format);
            output.text(template.trim_end_matches(['\r', '\n']))?;
        }
        (Some(CatalogueCommand::Authorities), _) => {
            for authority in authorities {
                output.either(authority, || {
                    let duties = authority
                        .duties
                        .iter()
                        .map(|duty| duty.number().to_string())
                        .collect::<Vec<_>>()
                        .join(",");
                    let parent =
                        authority.parent.as_ref().map_or_else(String::new, |parent| format!(" < {parent}"));
                    format!("{}{parent}  {}  20({duties})", authority.code, output.say(&authority.name))
                })?;
            }
        }
        // What changes the catalogue was done before.
        (Some(CatalogueCommand::Publish { .. } | CatalogueCommand::Enrol { .. }), _) => {}
        (None, Some(code)) => one(output, find(catalogue, code)?)?,
        (None, None) => {
            for item in catalogue.items() {
                let item = &item.item;
                let object = json!({
                    "item": item.code, "name": item.name, "class": item.class, "subject_kinds": item.subject_kinds,
                    "providers": item.providers, "disclosure": item.disclosure, "sharing": item.sharing,
                    "duties": item.usage.duties, "edition": catalogue.edition,
                });
                output.either(&object, || {
                    format!("{}  {} [{}]", item.code, output.say(&item.name), item.class.in_chinese())
                })?;
            }
        }
    }
    Ok(Exit::Done)
}

fn find<'a>(catalogue: &'a Catalogue, code: &str) -> Result<&'a CompiledItem, Failure> {
    catalogue.item(&ItemCode(code.to_owned())).ok_or_else(|| {
        let failure = Failure::usage(format!("`{code}` is not in the catalogue"));
        match nearest(code, catalogue.items().iter().map(|item| item.item.code.0.as_str())) {
            Some(near) => failure.next(format!("did you mean `{near}`?")),
            None => failure.next("`credence catalogue` lists the items"),
        }
    })
}

fn one(output: &Output, item: &CompiledItem) -> Result<(), Failure> {
    output.either(&item.item, || {
        let known = &item.item;
        let kinds =
            known.subject_kinds.iter().map(|kind| output.say(&kind.term())).collect::<Vec<_>>().join(", ");
        let providers = known.providers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let duties = known.usage.duties.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let bases = known.bases.iter().map(|basis| output.say(&basis.name)).collect::<Vec<_>>().join("; ");
        let mut text = format!("{}  {}", known.code, output.say(&known.name));
        for (zh, en, value) in [
            ("信息类别", "class", known.class.in_chinese().to_owned()),
            ("主体类型", "subject kinds", kinds),
            ("提供单位", "providing units", providers),
            ("公开属性", "disclosure", word(&known.disclosure)),
            ("公示期限", "display period", word(&known.display_period)),
            ("共享属性", "sharing", word(&known.sharing)),
            ("使用权限", "duties", duties),
            (
                "更新周期（工作日）",
                "update period, working days",
                known.update_period_working_days.to_string(),
            ),
            ("依据", "legal basis", bases),
        ] {
            text.push_str(&format!("\n  {}: {value}", output.pick(zh, en)));
        }
        text.push_str(&format!("\n  {}:", output.pick("字段（* 必填）", "columns (* required)")));
        for field in item.format.fields() {
            let code = field.annotation.code.as_deref().unwrap_or("-");
            let required = if field.required { "*" } else { "" };
            text.push_str(&format!(
                "\n    {required}{}  {}  {code}  {}",
                field.name,
                field.chinese_name,
                word(&field.annotation.form)
            ));
        }
        text
    })
}

/// The stable word of a value, as files and answers write it.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(value) => value.to_string(),
        Err(_) => String::new(),
    }
}
