//! What goes wrong, in the words that clients get.
//!
//! - [`Refusal`]: a pure rule says no. It carries a code, a sentence and, for bad input, the fields.
//! - [`Error`]: what a handler answers; every refusal is one, and so is whatever fails around it. Its cause goes to the log,
//!   never into the body.
//! - `anyhow` is for start-up and tools, off the request path.
//!
//! Every public code stands in the table below, once, with its HTTP status.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::DbError;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)+) => {
        /// What is wrong, stable and machine-readable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name),+ }

        impl Code {
            #[cfg(test)]
            pub(crate) const ALL: &'static [Code] = &[$(Code::$name),+];

            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text),+ }
            }

            fn status(self) -> u16 {
                match self { $(Code::$name => $status),+ }
            }

            /// The sentence that goes with the code when there is nothing more particular to say.
            pub(crate) fn title(self) -> &'static str {
                match self { $(Code::$name => $title),+ }
            }
        }
    };
}

codes! {
    Malformed = "malformed_request", 400, "The request cannot be read";
    MalformedFrame = "malformed_frame", 400, "The frame cannot be read";
    Unauthorized = "unauthorized", 401, "A valid access token is needed";
    InvalidCredentials = "invalid_credentials", 401, "E-mail or password is wrong";
    OtpRequired = "otp_required", 401, "The code of the authenticator app is needed as well";
    InvalidOtp = "invalid_otp", 401, "The code is wrong or was used before";
    Forbidden = "forbidden", 403, "This is not allowed for your role";
    HttpsRequired = "https_required", 403, "Others could read this: use HTTPS";
    RegistrationClosed = "registration_closed", 403, "New companies cannot register here";
    TenantSuspended = "tenant_suspended", 403, "This company's access is suspended";
    NotFound = "not_found", 404, "There is no such thing, or it is not yours to see";
    MethodNotAllowed = "method_not_allowed", 405, "This address does not take this method";
    EmailTaken = "email_taken", 409, "This e-mail address is already in use";
    TwoFactorOn = "two_factor_on", 409, "A second factor is in use already";
    AlreadyJoined = "already_joined", 409, "This person has joined already";
    UserInactive = "user_inactive", 409, "This person has no access at the moment";
    LastAdmin = "last_admin", 409, "A company needs at least one active administrator";
    LastStage = "last_stage", 409, "A board needs at least one stage";
    StageNotEmpty = "stage_not_empty", 409, "The stage still holds leads";
    DefaultBoard = "default_board", 409, "The default board cannot be archived or deleted";
    BoardArchived = "board_archived", 409, "An archived board is not changed";
    CannotUndo = "cannot_undo", 409, "This can no longer be undone";
    RoomFixed = "room_fixed", 409, "What this kind of room is called and who is in it is not chosen by hand";
    RoomFull = "room_full", 409, "The room holds as many people as a room can";
    MessageDeleted = "message_deleted", 409, "The message was deleted";
    BoardFull = "board_full", 409, "The board holds as much as a board can";
    AlreadyAssigned = "already_assigned", 409, "Another attendant has taken this conversation over";
    BotActive = "bot_active", 409, "The bot is talking with this customer: take the conversation over first";
    NotAssigned = "not_assigned", 409, "The conversation is not yours: take it over first";
    ConversationClosed = "conversation_closed", 409, "The conversation is over";
    ConversationOpen = "conversation_open", 409, "The conversation is not over yet";
    ChannelInUse = "channel_in_use", 409, "Conversations came by this channel: pause it instead";
    QueueNotEmpty = "queue_not_empty", 409, "Customers still wait in this queue";
    FlowChanged = "flow_changed", 409, "Somebody else has changed this flow meanwhile";
    DefaultFlow = "default_flow", 409, "The default flow cannot be deleted: make another one the default first";
    JobNotDead = "job_not_dead", 409, "Only a job that has failed or expired can be queued again";
    JobPending = "job_pending", 409, "The same work is already queued";
    JobRunning = "job_running", 409, "The job runs at this moment";
    CompanyInUse = "company_in_use", 409, "Leads are being given to this company right now";
    ContactHasConversations = "contact_has_conversations", 409, "This contact has talked with the company: merge it into another one instead";
    ContactInUse = "contact_in_use", 409, "This contact is being given to leads or sellers right now";
    PhoneTaken = "phone_taken", 409, "Another contact has this phone number";
    SkuTaken = "sku_taken", 409, "Another product has this code";
    OrderNumberTaken = "order_number_taken", 409, "Another order has this number";
    ClientNotAssigned = "client_not_assigned", 409, "This client is not with this seller, or no longer";
    AlreadyContacted = "already_contacted", 409, "This client has been contacted in this cycle, and stays where they are";
    TooLarge = "too_large", 413, "This is too large";
    Invalid = "invalid", 422, "Some fields are not valid";
    FlowInvalid = "flow_invalid", 422, "The flow cannot be published as it is";
    InvalidLink = "invalid_link", 422, "This link was used before, has expired, or is none of ours";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "This id was used for another command";
    RateLimited = "rate_limited", 429, "Too many requests";
    TooManyTopics = "too_many_topics", 429, "Too many subscriptions on one connection";
    Internal = "internal", 500, "Something went wrong on our side";
    AiUnavailable = "ai_unavailable", 503, "The language model gives no answer at the moment";
    Unavailable = "unavailable", 503, "The service is away for a moment; nothing was changed";
    OutcomeUnknown = "outcome_unknown", 503, "It is not known whether this took effect; repeat it with the same id to find out";
}

/// One field that is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    pub(crate) field: String,
    /// Machine-readable: `required`, `too_long`, `invalid`, `not_found`, …
    pub(crate) code: String,
    pub(crate) message: String,
}

impl FieldError {
    pub(crate) fn new(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        }
    }
}

/// A rule says no: nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) detail: Cow<'static, str>,
    pub(crate) fields: Vec<FieldError>,
}

impl Refusal {
    pub(crate) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            fields: Vec::new(),
        }
    }

    pub(crate) fn invalid(fields: Vec<FieldError>) -> Self {
        Self {
            code: Code::Invalid,
            detail: Code::Invalid.title().into(),
            fields,
        }
    }

    /// One field that is not valid.
    pub(crate) fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, code, message)])
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code, code.title())
    }
}

/// What a handler answers instead of a result.
#[derive(Debug, thiserror::Error)]
#[error("{}: {detail}", code.as_str())]
pub struct Error {
    pub(crate) code: Code,
    pub(crate) detail: Cow<'static, str>,
    pub(crate) fields: Vec<FieldError>,
    pub(crate) retry_after: Option<Duration>,
    #[source]
    pub(crate) source: Option<anyhow::Error>,
}

impl Error {
    pub(crate) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after: None,
            source: None,
        }
    }

    /// A failure of ours: the cause is logged, the client learns only that it happened.
    pub(crate) fn internal(source: impl Into<anyhow::Error>) -> Self {
        Self {
            source: Some(source.into()),
            ..Code::Internal.into()
        }
    }

    pub(crate) fn too_many(retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Code::RateLimited.into()
        }
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code, code.title())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self {
            fields: refusal.fields,
            ..Self::new(refusal.code, refusal.detail)
        }
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        let code = error.code();
        Self {
            source: Some(error.into()),
            ..code.into()
        }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}

/// The body of an error: RFC 9457 with a stable code.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    status: u16,
    title: &'static str,
    /// Stable and machine-readable.
    code: &'static str,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if let Some(source) = &self.source {
            if status == StatusCode::INTERNAL_SERVER_ERROR {
                tracing::error!(error = format!("{source:#}"), "Request failed");
            } else {
                tracing::warn!(
                    error = format!("{source:#}"),
                    code = self.code.as_str(),
                    "Request could not be served"
                );
            }
        }
        let mut response = HttpResponseBuilder::new(status);
        if let Some(wait) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
        } else if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, "2"));
        }
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .json(Problem {
                status: status.as_u16(),
                title: self.code.title(),
                code: self.code.as_str(),
                detail: self.detail.to_string(),
                errors: self.fields.clone(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_snake_case_unique_and_have_an_error_status() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            let text = code.as_str();
            assert!(text.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{text}");
            assert!(seen.insert(text), "{text} stands twice");
            assert!((400..600).contains(&code.status()), "{text}");
        }
    }
}
