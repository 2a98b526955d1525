//! Answers of a language model, over an endpoint that speaks OpenAI's chat completions.
//!
//! [`stream`] reads its answer as it comes. What a company says of itself (`ai` among the bot's settings) stands before every question,
//! and what its answers have cost this month is counted, so that it ends where the company's limit does.

mod store;
mod stream;

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock;
use crate::config::{Config, Secret};
use crate::db::{Database, DbError, TenantId};
use stream::Stream;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The longest answer, in tokens.
const MAX_TOKENS: u32 = 800;
/// What a company may use in a month unless it says otherwise.
const MONTHLY_TOKENS: i64 = 2_000_000;
/// The setting among the bot's that holds [`About`].
pub(crate) const SETTING: &str = "ai";

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AiError {
    #[error("no language model is set up")]
    Off,
    #[error("the company has used up what it may use this month")]
    UsedUp,
    #[error("the language model could not be asked")]
    Failed(#[from] reqwest::Error),
    #[error("the language model answered {0}")]
    Refused(u16),
    #[error("the language model said nothing")]
    Nothing,
    #[error(transparent)]
    Database(#[from] DbError),
}

/// What a company says of itself.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct About {
    instructions: String,
    /// What may be told: opening hours, prices, policies, …
    knowledge: Vec<String>,
    monthly_tokens: Option<u32>,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    User,
    Assistant,
}

/// What is asked: what the model is to be, and what has been said so far.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    pub(crate) instructions: String,
    pub(crate) said: Vec<(Role, String)>,
}

/// The endpoint. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ai {
    client: Client,
    base_url: String,
    key: Option<Secret>,
    model: String,
}

impl Ai {
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        Ok(Self {
            client: Client::builder().timeout(TIMEOUT).build()?,
            base_url: config.openai_base_url.trim_end_matches('/').to_owned(),
            key: config.openai_api_key.clone(),
            model: config.openai_model.clone(),
        })
    }

    /// What the model says to this, in the name of a company and on its account.
    ///
    /// # Errors
    /// Why it says nothing.
    pub(crate) async fn answer(&self, tenant: TenantId, prompt: &Prompt, db: &Database) -> Result<String, AiError> {
        let key = self.key.as_ref().ok_or(AiError::Off)?;
        let (about, used) = db
            .tenant(tenant, async |conn| {
                let about = store::about(tenant, conn).await?;
                Ok::<_, DbError>((about, store::used(tenant, clock::now(), conn).await?))
            })
            .await?;
        if used >= about.monthly_tokens.map_or(MONTHLY_TOKENS, i64::from) {
            return Err(AiError::UsedUp);
        }
        let request = self.client.post(format!("{}/chat/completions", self.base_url));
        let response = request
            .bearer_auth(key.expose())
            .json(&body(&self.model, &about, prompt))
            .send()
            .await?;
        if !response.status().is_success() {
            return Err(AiError::Refused(response.status().as_u16()));
        }
        let mut stream = Stream::default();
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await {
            if stream.push(&piece?) {
                break;
            }
        }
        let (text, tokens) = stream.finish();
        db.tenant(tenant, async |conn| {
            Ok::<_, DbError>(store::use_up(tenant, clock::now(), tokens, conn).await?)
        })
        .await?;
        if text.is_empty() {
            Err(AiError::Nothing)
        } else {
            Ok(text)
        }
    }
}

/// The request as the endpoint takes it.
fn body(model: &str, about: &About, prompt: &Prompt) -> Value {
    let knowledge = about.knowledge.iter().map(|piece| format!("- {piece}"));
    let parts = [about.instructions.clone(), prompt.instructions.clone()];
    let system: Vec<String> = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .chain(knowledge)
        .collect();
    let mut messages = vec![json!({ "role": "system", "content": system.join("\n") })];
    messages.extend(
        prompt
            .said
            .iter()
            .map(|(role, content)| json!({ "role": role, "content": content })),
    );
    json!({
        "model": model, "messages": messages, "max_tokens": MAX_TOKENS,
        "stream": true, "stream_options": { "include_usage": true },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_company_says_of_itself_stands_before_what_was_said() {
        let about = About {
            instructions: "Seja breve.".to_owned(),
            knowledge: vec!["Abrimos às 8h.".to_owned()],
            monthly_tokens: None,
        };
        let prompt = Prompt {
            instructions: "Venda pão.".to_owned(),
            said: vec![(Role::User, "Oi".to_owned()), (Role::Assistant, "Olá!".to_owned())],
        };
        let body = body("m", &about, &prompt);
        assert_eq!(
            body["messages"],
            json!([
                { "role": "system", "content": "Seja breve.\nVenda pão.\n- Abrimos às 8h." },
                { "role": "user", "content": "Oi" },
                { "role": "assistant", "content": "Olá!" },
            ])
        );
        assert_eq!((&body["model"], &body["stream"]), (&json!("m"), &json!(true)));
    }
}
