//! Tells the floor's followers which clients were contacted.

use serde_json::json;

use super::state::State;
use crate::live::{Feed, FeedHint, Recipients};

/// A hint for each client whose contact is news.
pub(super) fn of_change(before: &State, after: &State) -> Vec<FeedHint> {
    let contacted = after.clients.iter().filter_map(|(id, client)| {
        let contacted = client.contacted.as_ref()?;
        let known = before.clients.get(id).and_then(|client| client.contacted.as_ref());
        (known != Some(contacted)).then_some((id, contacted))
    });
    contacted
        .map(|(id, contacted)| {
            let data = json!({
                "client_id": id, "seller_id": after.id, "seller_name": after.name, "contacted_at": contacted.contacted_at,
            });
            FeedHint::new(Feed::Floor, Recipients::Everyone, "client.contacted", &data).with_alias("cliente_contatado")
        })
        .collect()
}
