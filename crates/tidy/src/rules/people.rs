//! What protects people: no special-category data in any catalogue, and no address that lists or searches them.

use register::rules::special_category::names_special_category;
use serde_json::Value;

use crate::code::line_of;
use crate::{Finding, Repository};

/// How a catalogue's file is called, wherever it lies.
const CATALOGUE: &str = "catalogue.json";

/// Parts of an address that would lead to people.
const PEOPLE: &[&str] = &[
    "people",
    "person",
    "persons",
    "natural-person",
    "natural-persons",
    "individual",
    "individuals",
    "citizen",
    "citizens",
    "individual-business",
    "individual-businesses",
    "residents",
];

/// Finds an item or a field of a special category in a catalogue, by the register's own words. The register refuses such an
/// edition when it is published; here it is refused before it is committed.
#[must_use]
pub fn special_category(repository: &Repository) -> Vec<Finding> {
    let is_catalogue = |path: &str| path.rsplit('/').next() == Some(CATALOGUE);
    let mut catalogues = repository.files().filter(|file| is_catalogue(&file.path)).peekable();
    if catalogues.peek().is_none() {
        return vec![Finding::new(CATALOGUE, 0, "there is no catalogue to look at")];
    }
    let mut findings = Vec::new();
    for file in catalogues {
        let catalogue: Value = match serde_json::from_str(&file.text) {
            Ok(catalogue) => catalogue,
            Err(error) => {
                findings.push(Finding::new(&file.path, error.line(), format!("is no JSON: {error}")));
                continue;
            }
        };
        let items = catalogue.get("items").and_then(Value::as_array);
        if items.is_none_or(Vec::is_empty) {
            findings.push(Finding::new(&file.path, 0, "has no items"));
        }
        for name in items.into_iter().flatten().flat_map(names).filter(|name| names_special_category(name)) {
            let line = file.text.find(&name).map_or(0, |place| line_of(&file.text, place));
            findings.push(Finding::new(
                &file.path,
                line,
                format!("`{name}` is of a special category (Article 17)"),
            ));
        }
    }
    findings
}

/// The names of an item and of its fields, in every language, and the codes and headings under which they come in.
fn names(item: &Value) -> Vec<String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let mut names: Vec<String> = text(item.get("code")).into_iter().collect();
    names.extend(
        item.get("name")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|name| name.values().filter_map(|value| text(Some(value)))),
    );
    let properties =
        item.get("format").and_then(|format| format.get("properties")).and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        names.push(name.clone());
        names.extend(text(property.get("title")));
        let annotation = property.get("credence");
        names.extend(text(annotation.and_then(|annotation| annotation.get("code"))));
        let aliases = annotation.and_then(|annotation| annotation.get("aliases")).and_then(Value::as_array);
        names.extend(aliases.into_iter().flatten().filter_map(|alias| text(Some(alias))));
    }
    names
}

/// Finds an address of the web that leads to people: they are reached by a full identifier in the body of an inquiry only.
#[must_use]
pub fn no_search(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, code) in repository.program("crates/web/src/") {
        for text in code.texts.iter().filter(|text| !text.in_tests && text.content.starts_with('/')) {
            if let Some(part) = text
                .content
                .split(['/', '?', '&', '='])
                .find(|part| PEOPLE.contains(&part.to_ascii_lowercase().as_str()))
            {
                let what = format!(
                    "the address `{}` leads to people by `{part}`: there is no search for people",
                    text.content
                );
                findings.push(Finding::new(&file.path, text.line, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn catalogue(properties: &str) -> Fixture {
        let text = format!(
            "{{\"items\": [{{\"code\": \"volunteer\", \"name\": {{\"zh\": \"志愿服务\", \"en\": \"volunteer service\"}},\n\"format\": {{\"properties\": {{{properties}}}}}}}]}}"
        );
        Fixture::new().file("demo/catalogue.json", &text)
    }

    #[test]
    fn article_17_a_catalogue_that_asks_for_a_blood_type_is_found_under_every_name() {
        for field in [
            "\n\"bloodType\": {}",
            "\n\"x\": {\"title\": \"血型\"}",
            "\n\"x\": {\"credence\": {\"code\": \"XUEXING\"}}",
            "\n\"x\": {\"credence\": {\"aliases\": [\"宗教信仰\"]}}",
        ] {
            assert_eq!(catalogue(field).places(special_category), ["demo/catalogue.json:3"], "`{field}`");
        }
        assert_eq!(
            catalogue("\"hours\": {\"title\": \"服务时长\"}").places(special_category),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_catalogue_that_is_not_there_or_cannot_be_read_is_found() {
        assert_eq!(Fixture::new().places(special_category), ["catalogue.json:0"]);
        assert_eq!(
            Fixture::new().file("catalogue.json", "{\n").places(special_category),
            ["catalogue.json:2"]
        );
        assert_eq!(
            Fixture::new().file("catalogue.json", "{}").places(special_category),
            ["catalogue.json:0"]
        );
    }

    #[test]
    fn an_address_that_searches_people_is_found() {
        let found = Fixture::new()
            .file(
                "crates/web/src/routes.rs",
                "fn f() { route(\"/api/v1/organisations\"); }\nfn g() { route(\"/api/v1/persons/{name}\"); }\n\
                 fn h() { route(\"/search?kind=people\"); }\nfn i() { say(\"people\"); }\n",
            )
            .places(no_search);
        assert_eq!(found, ["crates/web/src/routes.rs:2", "crates/web/src/routes.rs:3"]);
    }
}
