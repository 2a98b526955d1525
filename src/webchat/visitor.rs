//! Who asks by a visitor's token.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::app::App;
use crate::auth::{Scope, token_of};
use crate::conversations::{self, Identity};
use crate::db::{DbError, IdentityId};
use crate::error::{Code, Error};

/// A visitor.
pub(crate) struct Visitor {
    pub(crate) scope: Scope,
    pub(crate) identity: IdentityId,
}

impl Deref for Visitor {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.scope
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request.app_data::<web::Data<App>>().cloned();
            let app =
                app.ok_or_else(|| Error::internal(anyhow::anyhow!("the application is not part of this server")))?;
            let token = token_of(&request).ok_or(Code::Unauthorized)?;
            let (visitor, _) = authenticate(&app, &token, &request).await?;
            Ok(visitor)
        })
    }
}

/// Whoever bears this visitor's token, and when it ends.
///
/// # Errors
/// `unauthorized`, unless the token is good and its channel lets visitors in; `forbidden` from a page that is not the channel's.
pub(crate) async fn authenticate(
    app: &App,
    token: &str,
    request: &HttpRequest,
) -> Result<(Visitor, DateTime<Utc>), Error> {
    let claims = app.sessions.keys().read_visitor(token)?;
    let (tenant, identity) = (claims.tid, claims.vid);
    let found: Option<Identity> = app
        .db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(conversations::identity_of(tenant, identity, conn).await?)
        })
        .await?;
    let found = found.filter(|identity| identity.is_active).ok_or(Code::Unauthorized)?;
    may_come_from(&found.channel_config, request)?;
    let scope = Scope::of_customer(tenant, identity, &found.name);
    Ok((Visitor { scope, identity }, claims.expires_at()))
}

/// Whether the page that asks is one of the channel's; all are where it names none.
///
/// # Errors
/// `forbidden`.
pub(crate) fn may_come_from(config: &Value, request: &HttpRequest) -> Result<(), Error> {
    let Some(allowed) = config
        .get("origins")
        .and_then(Value::as_array)
        .filter(|all| !all.is_empty())
    else {
        return Ok(());
    };
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    let host = request.connection_info().host().to_owned();
    let is_ours = |origin: &str| origin.split_once("://").is_some_and(|(_, from)| from == host);
    let is_allowed = |origin: &str| {
        let mut allowed = allowed.iter().filter_map(Value::as_str);
        allowed.any(|known| known.trim_end_matches('/').eq_ignore_ascii_case(origin))
    };
    match origin {
        Some(origin) if !is_allowed(origin) && !is_ours(origin) => {
            Err(Error::new(Code::Forbidden, "This page may not use the channel"))
        }
        _ => Ok(()),
    }
}
