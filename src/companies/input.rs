//! Reads what people send about companies.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Details, Size};
use crate::db::UserId;
use crate::error::Refusal;
use crate::fields::{Fields, Given};

const MAX_NAME: usize = 200;
const MAX_LINE: usize = 255;
const MAX_ADDRESS: usize = 1_000;
const MAX_TEXT: usize = 10_000;

/// A company's fields as given: absent stays, null clears.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Change {
    name: Option<String>,
    legal_name: Given<String>,
    cnpj: Given<String>,
    email: Given<String>,
    phone: Given<String>,
    website: Given<String>,
    industry: Given<String>,
    size: Given<Size>,
    address: Given<String>,
    notes: Given<String>,
    pub(super) owner_id: Given<UserId>,
}

impl Change {
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: Map<String, Value>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let name = fields.line("name", MAX_NAME);
        let name = fields.lasting("name", name);
        let change = Self::read(name, &mut fields);
        fields.finish(Some(change))
    }

    fn read(name: Option<String>, fields: &mut Fields) -> Self {
        Self {
            name,
            legal_name: fields.line("legal_name", MAX_NAME),
            cnpj: fields.cnpj("cnpj"),
            email: fields.email("email"),
            phone: fields.phone_number("phone"),
            website: fields.url("website", MAX_LINE),
            industry: fields.line("industry", 100),
            size: fields.choice("size"),
            address: fields.text("address", MAX_ADDRESS),
            notes: fields.text("notes", MAX_TEXT),
            owner_id: fields.id("owner_id").map(|id| id.map(UserId)),
        }
    }

    /// The company as it is afterwards.
    pub(super) fn apply(self, before: &Details) -> Details {
        fn put<T: Clone>(given: Given<T>, before: &Option<T>) -> Option<T> {
            given.unwrap_or_else(|| before.clone())
        }
        Details {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            legal_name: put(self.legal_name, &before.legal_name),
            cnpj: put(self.cnpj, &before.cnpj),
            email: put(self.email, &before.email),
            phone: put(self.phone, &before.phone),
            website: put(self.website, &before.website),
            industry: put(self.industry, &before.industry),
            size: put(self.size, &before.size),
            address: put(self.address, &before.address),
            notes: put(self.notes, &before.notes),
            owner_id: put(self.owner_id, &before.owner_id),
        }
    }
}

impl Details {
    /// A company to be made.
    ///
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: Map<String, Value>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let name = fields.line("name", MAX_NAME);
        let name = fields.required("name", name);
        let change = Change::read(None, &mut fields);
        let name = fields.finish(name)?;
        Ok(change.apply(&Self::named(name)))
    }

    fn named(name: String) -> Self {
        Self {
            name,
            legal_name: None,
            cnpj: None,
            email: None,
            phone: None,
            website: None,
            industry: None,
            size: None,
            address: None,
            notes: None,
            owner_id: None,
        }
    }
}

/// What may betray that a company is already there.
#[derive(Clone, Debug, Default)]
pub(super) struct Traits {
    pub(super) name: Option<String>,
    pub(super) cnpj: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
}

impl Traits {
    /// Reads what is being typed: what is not (yet) valid betrays nothing.
    pub(super) fn parse(body: Map<String, Value>) -> Self {
        let Ok(mut fields) = Fields::of(Value::Object(body)) else {
            return Self::default();
        };
        Self {
            name: fields.line("name", MAX_NAME).flatten(),
            cnpj: fields.cnpj("cnpj").flatten(),
            email: fields.email("email").flatten(),
            phone: fields.phone_number("phone").flatten(),
        }
    }
}

impl From<&Details> for Traits {
    fn from(details: &Details) -> Self {
        Self {
            name: Some(details.name.clone()),
            cnpj: details.cnpj.clone(),
            email: details.email.clone(),
            phone: details.phone.clone(),
        }
    }
}

/// The part of a CNPJ that someone looks for: they write it with punctuation, and it is kept without.
pub(super) fn part_of_cnpj(search: &str) -> Option<String> {
    let punctuated = search.chars().any(|c| matches!(c, '.' | '/' | '-'));
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-' | ' ');
    let part: String = search.chars().filter(char::is_ascii_alphanumeric).collect();
    (punctuated && search.chars().all(is_part) && part.chars().any(|c| c.is_ascii_digit()))
        .then(|| part.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn body(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn whole() -> Value {
        json!({
            "name": " Padaria Pão & Cia ", "legal_name": "Padaria Pão Ltda", "cnpj": "12.abc.345/01de-35",
            "email": "Contato@Padaria.com.br", "phone": "(11) 3456-7890", "website": "padaria.com.br", "industry": "Alimentos",
            "size": "small", "address": "Rua A, 1\nSão Paulo", "notes": "", "owner_id": uuid::Uuid::from_u128(7),
        })
    }

    #[test]
    fn a_company_is_read_into_what_is_kept() {
        let read = Details::parse(body(whole())).unwrap();
        assert_eq!(read.name, "Padaria Pão & Cia");
        assert_eq!(read.cnpj.as_deref(), Some("12ABC34501DE35"));
        assert_eq!(read.email.as_deref(), Some("contato@padaria.com.br"));
        assert_eq!(read.phone.as_deref(), Some("1134567890"));
        assert_eq!(read.website.as_deref(), Some("https://padaria.com.br"));
        assert_eq!((read.size, read.notes), (Some(Size::Small), None));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let wrong = json!({
            "cnpj": "12.ABC.345/01DE-36", "email": "ana@", "phone": "12", "website": "javascript:alert(1)", "size": "huge",
            "owner_id": "me", "address": 7,
        });
        let refusal = Details::parse(body(wrong)).unwrap_err();
        let mut fields: Vec<&str> = refusal.fields.iter().map(|wrong| wrong.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                "address", "cnpj", "email", "name", "owner_id", "phone", "size", "website"
            ]
        );
        assert!(Change::parse(body(json!({ "name": null }))).is_err());
    }

    #[test]
    fn a_change_touches_what_it_names_and_null_clears() {
        let before = Details::parse(body(whole())).unwrap();
        let same = Change::parse(Map::new()).unwrap().apply(&before);
        assert_eq!(same, before);
        let after = Change::parse(body(json!({ "name": "Pão", "cnpj": null })))
            .unwrap()
            .apply(&before);
        assert_eq!((after.name.as_str(), after.cnpj), ("Pão", None));
        assert_eq!(after.email, before.email);
    }

    #[test]
    fn a_cnpj_is_found_as_it_is_written() {
        assert_eq!(part_of_cnpj("12.ABC.345/01").as_deref(), Some("12abc34501"));
        assert_eq!(part_of_cnpj("/0001-").as_deref(), Some("0001"));
        for search in ["padaria", "12345", "a.b", "São 1-2", "-"] {
            assert_eq!(part_of_cnpj(search), None, "{search}");
        }
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_the_same_again(name in "\\PC{1,30}", phone in "[0-9 ()+-]{0,20}", website in "[a-z.:/]{0,20}") {
            if let Ok(read) = Details::parse(body(json!({ "name": name, "phone": phone, "website": website }))) {
                let again = serde_json::to_value(&read).unwrap();
                prop_assert_eq!(Details::parse(body(again)).unwrap(), read);
            }
        }
    }
}
