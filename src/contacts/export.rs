//! All contacts as CSV, a piece at a time, so that neither memory nor a transaction grows with them.

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream};
use std::sync::Arc;

use super::store;
use super::view::Contact;
use crate::app::App;
use crate::db::{ContactId, DbError, TenantId};
use crate::error::Error;

/// How many contacts are read at once.
const PIECE: i64 = 1_000;

const COLUMNS: [&str; 9] = [
    "name",
    "phone",
    "email",
    "region",
    "tags",
    "notes",
    "last_purchase_at",
    "total_spent",
    "order_count",
];

/// Where the export is.
enum Place {
    Beginning,
    After(ContactId),
    End,
}

/// The whole file. An error in the middle breaks off the answer, so that nobody takes a part for the whole.
pub(super) fn csv(app: Arc<App>, tenant: TenantId) -> impl Stream<Item = Result<Bytes, Error>> {
    stream::try_unfold(Place::Beginning, move |place| {
        let app = app.clone();
        async move {
            let after = match place {
                Place::Beginning => None,
                Place::After(id) => Some(id),
                Place::End => return Ok(None),
            };
            let contacts = app
                .db
                .tenant(tenant, async |conn| {
                    Ok::<_, DbError>(store::contacts_after(tenant, after, PIECE, conn).await?)
                })
                .await?;
            let text = written(&contacts, after.is_none()).map_err(Error::internal)?;
            let next = contacts.last().map_or(Place::End, |last| Place::After(last.id));
            Ok(Some((Bytes::from(text), next)))
        }
    })
}

fn written(contacts: &[Contact], with_names: bool) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if with_names {
        writer.write_record(COLUMNS)?;
    }
    for contact in contacts {
        let details = &contact.details;
        let text = |value: &Option<String>| value.as_deref().map(guarded).unwrap_or_default();
        writer.write_record([
            guarded(&details.name),
            text(&details.phone),
            text(&details.email),
            text(&details.region),
            guarded(&details.tags.join(", ")),
            text(&details.notes),
            contact.last_purchase_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
            contact.total_spent.decimal().to_string(),
            contact.order_count.to_string(),
        ])?;
    }
    Ok(writer.into_inner()?)
}

/// A text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it, which an import takes off.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The text that was guarded so.
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_formula_is_no_formula_any_more() {
        for formula in ["=1+1", "+5511988887777", "-2", "@SUM(A1)", "\t=1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        assert_eq!(guarded("Marta = Maria"), "Marta = Maria");
    }

    proptest! {
        #[test]
        fn what_is_guarded_can_be_read_back(text in "[=+@'\\-a-z]{0,6}") {
            prop_assume!(!text.starts_with('\'') || unguarded(&text) == text);
            let written = guarded(&text);
            prop_assert_eq!(unguarded(&written), text.as_str());
        }
    }
}
