//! Signing in by name, as the Portuguese document has it: `{nome, senha}`, where the name is somebody's in the company that the
//! address or the header `X-Tenant` names, or an e-mail address. It finds out whose address that is; the rest is as always.

use actix_web::HttpRequest;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Role;
use super::input::Email;
use super::store;
use super::view::{LoginBody, Session};
use crate::app::App;
use crate::db::{DbError, UserId};
use crate::error::Error;

/// What somebody signs in with.
pub(super) enum Login {
    ByEmail(LoginBody),
    ByName(NamedLoginBody),
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct NamedLoginBody {
    /// A full name or an e-mail address.
    pub(super) nome: String,
    #[schema(format = Password)]
    pub(super) senha: String,
    /// What the authenticator app shows, for whoever has a second factor.
    pub(super) otp: Option<String>,
}

impl<'de> Deserialize<'de> for Login {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let is_named = value.get("nome").is_some();
        let read = if is_named {
            serde_json::from_value(value).map(Login::ByName)
        } else {
            serde_json::from_value(value).map(Login::ByEmail)
        };
        read.map_err(D::Error::custom)
    }
}

/// Somebody who is signed in, in the document's words.
#[derive(Serialize, ToSchema)]
pub(crate) struct NamedSession {
    id: UserId,
    nome: String,
    is_admin: bool,
    token: String,
}

impl NamedSession {
    pub(super) fn of(session: &Session) -> Self {
        Self {
            id: session.user.id,
            nome: session.user.full_name.clone(),
            is_admin: session.user.role == Role::Admin,
            token: session.tokens.access_token().to_owned(),
        }
    }
}

/// The e-mail address of whom this name means; nothing, where it is nobody's or more than one's.
///
/// # Errors
/// `unavailable`.
pub(super) async fn email_of(app: &App, request: &HttpRequest, name: &str) -> Result<Option<Email>, Error> {
    if let Ok(email) = Email::parse(name) {
        return Ok(Some(email));
    }
    let mut conn = app.db.system().await?;
    let Some(tenant) = store::tenant_by_slug(&slug(request), &mut conn).await? else {
        return Ok(None);
    };
    drop(conn);
    let emails = app
        .db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(store::emails_by_name(tenant, name.trim(), conn).await?)
        })
        .await?;
    match emails.as_slice() {
        [email] => Ok(Email::parse(email).ok()),
        _ => Ok(None),
    }
}

/// The company that a request names: by a header, or by the first part of the address.
fn slug(request: &HttpRequest) -> String {
    let header = request.headers().get("X-Tenant").and_then(|value| value.to_str().ok());
    match header {
        Some(slug) => slug.trim().to_lowercase(),
        None => {
            let info = request.connection_info();
            info.host().split(['.', ':']).next().unwrap_or_default().to_lowercase()
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_company_is_named_by_a_header_or_by_its_address() {
        let named = |header, value| slug(&TestRequest::default().insert_header((header, value)).to_http_request());
        assert_eq!(named("X-Tenant", " Demo "), "demo");
        assert_eq!(named("Host", "demo.balcao.example:8000"), "demo");
    }

    #[test]
    fn who_signs_in_by_name_says_nome() {
        let read = |text: &str| serde_json::from_str::<Login>(text);
        assert!(matches!(read(r#"{"nome":"Vera","senha":"x"}"#), Ok(Login::ByName(_))));
        assert!(matches!(
            read(r#"{"email":"v@x.br","password":"x"}"#),
            Ok(Login::ByEmail(_))
        ));
        for (text, missing) in [(r#"{"nome":"Vera"}"#, "senha"), ("{}", "email")] {
            let error = read(text).err().unwrap().to_string();
            assert!(error.starts_with(&format!("missing field `{missing}`")), "{error}");
        }
    }
}
