//! The cookie by which a browser's images, videos and links ask for attachments: they cannot send a bearer token.
//!
//! It holds the access token, goes to attachments only and to nobody else's pages, and no script reads it.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::Method;

use crate::app::App;
use crate::http::address::is_encrypted;

/// Its name.
pub(crate) const ATTACHMENT_COOKIE: &str = "balcao_attachments";
const PATH: &str = "/api/v1/attachments";

/// Lets the browser see attachments for as long as this access token lives.
pub(super) fn open(app: &App, request: &HttpRequest, access_token: &str) -> Cookie<'static> {
    let lifetime = app.config.jwt_access_token_expires.duration();
    let lifetime = time::Duration::try_from(lifetime).unwrap_or(time::Duration::MAX);
    cookie(app, request, access_token.to_owned(), lifetime)
}

/// Ends that.
pub(super) fn close(app: &App, request: &HttpRequest) -> Cookie<'static> {
    cookie(app, request, String::new(), time::Duration::ZERO)
}

fn cookie(app: &App, request: &HttpRequest, value: String, lifetime: time::Duration) -> Cookie<'static> {
    Cookie::build(ATTACHMENT_COOKIE, value)
        .path(PATH)
        .max_age(lifetime)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_encrypted(request, &app.config))
        .finish()
}

/// The access token that a browser sends for an attachment that it shows.
pub(super) fn token_of(request: &HttpRequest) -> Option<String> {
    let reads = *request.method() == Method::GET || *request.method() == Method::HEAD;
    let cookie = request.cookie(ATTACHMENT_COOKIE)?;
    let is_attachment = request
        .path()
        .strip_prefix(PATH)
        .is_some_and(|rest| rest.starts_with('/'));
    (reads && is_attachment).then(|| cookie.value().to_owned())
}
