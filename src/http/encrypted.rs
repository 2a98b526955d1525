//! Lets nobody in over a connection that others can read, where people open the client over HTTPS (`FRONTEND_URL`).

use actix_web::Error as ActixError;
use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::web;

use super::address::is_plain;
use super::refuse;
use crate::app::App;
use crate::error::{Code, Error};

/// Refuses what a trusted proxy says came unencrypted. Pages are shown the way; whoever sends tokens or passwords in the open is
/// told, since a redirect would only hide it.
pub(super) async fn require(
    app: web::Data<App>,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let origin = app.config.frontend_url.as_ref().filter(|origin| origin.is_encrypted());
    let Some(origin) = origin.filter(|_| is_plain(request.request(), &app.config)) else {
        return next.call(request).await;
    };
    let under = |folder: &str| {
        request
            .path()
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !under("/api") && !under("/ws");
    if !is_page {
        return Ok(refuse(request, &Error::from(Code::HttpsRequired)));
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let way = HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, format!("{}{path}", origin.as_str())))
        .finish();
    Ok(request.into_response(way))
}
