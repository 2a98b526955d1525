//! Reads what people send about contacts.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Details;
use crate::db::{CompanyId, UserId};
use crate::error::Refusal;
use crate::fields::{Fields, Given};

pub(super) const MAX_NAME: usize = 200;
pub(super) const MAX_REGION: usize = 100;
pub(super) const MAX_NOTES: usize = 10_000;
const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 40;
const MAX_CUSTOM_BYTES: usize = 8 * 1024;

/// A contact's fields as given: absent stays, null clears.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Change {
    name: Option<String>,
    phone: Given<String>,
    email: Given<String>,
    region: Given<String>,
    tags: Given<Vec<String>>,
    pub(super) company_id: Given<CompanyId>,
    pub(super) owner_id: Given<UserId>,
    notes: Given<String>,
    custom: Given<Map<String, Value>>,
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
            phone: fields.international_phone("phone"),
            email: fields.email("email"),
            region: fields.line("region", MAX_REGION),
            tags: fields.tags("tags", MAX_TAGS, MAX_TAG),
            company_id: fields.id("company_id").map(|id| id.map(CompanyId)),
            owner_id: fields.id("owner_id").map(|id| id.map(UserId)),
            notes: fields.text("notes", MAX_NOTES),
            custom: fields.object("custom", MAX_CUSTOM_BYTES),
        }
    }

    /// The contact as it is afterwards.
    pub(super) fn apply(self, before: &Details) -> Details {
        fn put<T: Clone>(given: Given<T>, before: &Option<T>) -> Option<T> {
            given.unwrap_or_else(|| before.clone())
        }
        Details {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            phone: put(self.phone, &before.phone),
            email: put(self.email, &before.email),
            region: put(self.region, &before.region),
            tags: self.tags.map_or_else(|| before.tags.clone(), Option::unwrap_or_default),
            company_id: put(self.company_id, &before.company_id),
            owner_id: put(self.owner_id, &before.owner_id),
            notes: put(self.notes, &before.notes),
            custom: self.custom.map_or_else(
                || before.custom.clone(),
                |custom| Value::Object(custom.unwrap_or_default()),
            ),
        }
    }
}

impl Details {
    /// A contact to be made.
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

    /// Somebody of whom nothing else is known.
    pub(crate) fn named(name: String) -> Self {
        Self {
            name,
            phone: None,
            email: None,
            region: None,
            tags: Vec::new(),
            company_id: None,
            owner_id: None,
            notes: None,
            custom: Value::Object(Map::new()),
        }
    }

    /// What is known when another contact turns out to be the same one: this one's word counts where both say something.
    pub(super) fn merged_with(self, other: Details) -> Self {
        let mut tags = self.tags;
        for tag in other.tags {
            if tags.len() < MAX_TAGS && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let notes = match (self.notes, other.notes) {
            (Some(own), Some(others)) if own != others => Some(shortened(format!("{own}\n\n{others}"), MAX_NOTES)),
            (own, others) => own.or(others),
        };
        let mut custom = match other.custom {
            Value::Object(custom) => custom,
            _ => Map::new(),
        };
        if let Value::Object(own) = self.custom {
            custom.extend(own);
        }
        Self {
            name: self.name,
            phone: self.phone.or(other.phone),
            email: self.email.or(other.email),
            region: self.region.or(other.region),
            tags,
            company_id: self.company_id.or(other.company_id),
            owner_id: self.owner_id.or(other.owner_id),
            notes,
            custom: Value::Object(custom),
        }
    }
}

fn shortened(text: String, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Details, Refusal> {
        Details::parse(value.as_object().unwrap().clone())
    }

    #[test]
    fn a_contact_is_read_into_what_is_kept_and_read_the_same_again() {
        let whole = json!({
            "name": " Marta Reis ", "phone": "(11) 8888-7777", "email": "Marta@Exemplo.com.br", "region": "Zona Sul",
            "tags": ["vip", "vip"], "notes": "Prefere manhã", "custom": { "aniversário": "03-12" },
        });
        let marta = read(whole).unwrap();
        assert_eq!(marta.phone.as_deref(), Some("+5511988887777"));
        assert_eq!(marta.email.as_deref(), Some("marta@exemplo.com.br"));
        assert_eq!((marta.name.as_str(), marta.tags.len()), ("Marta Reis", 1));
        assert_eq!(read(serde_json::to_value(&marta).unwrap()).unwrap(), marta);

        let wrong = read(json!({ "phone": "8888", "email": "m@", "tags": [""], "custom": [] })).unwrap_err();
        let mut fields: Vec<_> = wrong.fields.iter().map(|wrong| wrong.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["custom", "email", "name", "phone", "tags"]);
    }

    #[test]
    fn a_change_touches_what_it_names_and_null_clears() {
        let before = read(json!({ "name": "Marta", "region": "Sul", "tags": ["vip"] })).unwrap();
        let change = |value: Value| Change::parse(value.as_object().unwrap().clone()).unwrap();
        assert_eq!(change(json!({})).apply(&before), before);
        let after = change(json!({ "region": null, "tags": null })).apply(&before);
        assert_eq!(
            (after.region, after.tags.len(), after.name.as_str()),
            (None, 0, "Marta")
        );
    }

    #[test]
    fn of_two_that_are_one_nothing_is_lost() {
        let marta =
            read(json!({ "name": "Marta", "email": "m@a.br", "tags": ["vip"], "notes": "Um", "custom": { "a": 1 } }));
        let other = read(json!({
            "name": "Marta R.", "phone": "11988887777", "email": "outra@a.br", "tags": ["vip", "obra"], "notes": "Dois",
            "custom": { "a": 2, "b": 3 },
        }));
        let one = marta.unwrap().merged_with(other.unwrap());
        assert_eq!(one.name, "Marta");
        assert_eq!(one.phone.as_deref(), Some("+5511988887777"));
        assert_eq!(one.email.as_deref(), Some("m@a.br"));
        assert_eq!(one.tags, ["vip", "obra"]);
        assert_eq!(one.notes.as_deref(), Some("Um\n\nDois"));
        assert_eq!(one.custom, json!({ "a": 1, "b": 3 }));
    }
}
