//! `/conversations/{id}/suggestions`: what a language model would answer, or how it sums up, on demand. Nobody is told but who asks.

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ai::{AiError, Prompt, Role};
use crate::app::App;
use crate::auth::{Allowed, ConversationsUse};
use crate::conversations::{Conversation, call, store};
use crate::db::text_enum::text_enum;
use crate::db::{ConversationId, DbError};
use crate::error::{Code, Error, Problem};
use crate::live::Entity;

text_enum! {
    /// What is suggested.
    SuggestionKind {
        /// What could be answered now.
        Reply = "reply",
        /// What it has been about.
        Summary = "summary",
    }
}

#[derive(Deserialize, ToSchema)]
pub(super) struct SuggestionBody {
    kind: SuggestionKind,
}

/// A text, to be read and changed before it is sent.
#[derive(Serialize, ToSchema)]
pub(super) struct Suggestion {
    text: String,
}

/// Asks a language model for a draft of an answer, or for a summary.
#[utoipa::path(
    tag = "conversations",
    operation_id = "suggest_for_conversation",
    params(("id" = Uuid, Path)),
    request_body = SuggestionBody,
    responses(
        (status = OK, body = Suggestion),
        (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/conversations/{id}/suggestions")]
pub(super) async fn suggest(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    id: web::Path<Uuid>,
    body: web::Json<SuggestionBody>,
) -> Result<web::Json<Suggestion>, Error> {
    let tenant = scope.tenant;
    let state = app
        .db
        .snapshot(tenant, async |conn| {
            Ok::<_, DbError>(store::load(tenant, ConversationId(*id), conn).await?)
        })
        .await?;
    let state = state
        .filter(|state| Conversation::may_see(state, &scope))
        .ok_or(Code::NotFound)?;
    let said = call::said(&state);
    let prompt = match body.kind {
        SuggestionKind::Reply => Prompt {
            instructions:
                "Escreva a próxima resposta do atendente ao cliente, curta e cordial, sem saudação repetida. \
                           Responda só com o texto, no idioma do cliente."
                    .to_owned(),
            said,
        },
        SuggestionKind::Summary => {
            let line = |(role, text): (Role, String)| match role {
                Role::User => format!("Cliente: {text}"),
                Role::Assistant => format!("Empresa: {text}"),
            };
            let whole: Vec<String> = said.into_iter().map(line).collect();
            Prompt {
                instructions: "Resuma esta conversa em até três frases para quem vai assumir o atendimento.".to_owned(),
                said: vec![(Role::User, whole.join("\n"))],
            }
        }
    };
    match app.ai.answer(tenant, &prompt, &app.db).await {
        Ok(text) => Ok(web::Json(Suggestion { text })),
        Err(AiError::Database(error)) => Err(error.into()),
        Err(error) => Err(Error {
            source: Some(error.into()),
            ..Code::AiUnavailable.into()
        }),
    }
}
