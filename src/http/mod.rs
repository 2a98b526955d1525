//! What every request goes through, from the outside in:
//!
//! 1. [`observe`]: gives it an id, logs and measures it;
//! 2. [`headers`]: puts the headers of safety on its answer;
//! 3. [`hosts`]: refuses names that are not ours;
//! 4. [`encrypted`]: refuses connections that others can read, where there are better ones;
//! 5. [`cors`]: lets other sites' pages read answers, where that is allowed;
//! 6. [`paths`]: makes one tree of both bases and of optional trailing slashes;
//! 7. [`limits`]: counts it against its address, user and company.
//!
//! [`layered`] is all of them around an application without routes. What is not found there goes to [`fallback`].

pub(crate) mod address;
mod encrypted;
pub(crate) mod fallback;
pub(crate) mod headers;
pub(crate) mod health;
mod hosts;
pub(crate) mod json;
pub(crate) mod limits;

pub(crate) mod observe;
pub(crate) mod once;
pub(crate) mod patch;
pub(crate) mod paths;
pub(crate) mod query;
pub(crate) mod sockets;
pub(crate) mod statics;

use actix_cors::Cors;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{Next, from_fn};
use actix_web::{App as HttpApp, Error as ActixError, ResponseError, web};

use crate::app::App;
use crate::config::Config;
use crate::error::Error;

/// An application that has all the layers and no routes yet.
pub(crate) fn layered(
    app: &web::Data<App>,
) -> HttpApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = ActixError,
        InitError = (),
    > + use<>,
> {
    // The layer that is added last is the outermost.
    HttpApp::new()
        .app_data(app.clone())
        .configure(json::configure)
        .wrap(from_fn(limits::count))
        .wrap(from_fn(paths::unify))
        .wrap(from_fn(boxed))
        .wrap(cors(&app.config))
        .wrap(from_fn(boxed))
        .wrap(from_fn(encrypted::require))
        .wrap(from_fn(hosts::check))
        .wrap(from_fn(headers::protect))
        .wrap(from_fn(observe::observe))
}

async fn boxed(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

/// Without configured origins no other site's page may read an answer; our own needs no leave.
fn cors(config: &Config) -> Cors {
    config
        .cors_allowed_origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin.as_str()))
        .allowed_origin_fn(|_, request| is_for_any_page(request.uri.path()))
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT])
        .allowed_header("Idempotency-Key")
        .allowed_header("X-Request-Id")
        .expose_headers([header::LOCATION, header::RETRY_AFTER, observe::REQUEST_ID])
        .max_age(3600)
}

/// The widget stands on anybody's page; which ones may use a channel, the channel says.
fn is_for_any_page(path: &str) -> bool {
    ["/api/v1/webchat/", "/api/webchat/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

/// Answers a request from within a layer.
fn refuse(request: ServiceRequest, error: &Error) -> ServiceResponse<BoxBody> {
    request.into_response(error.error_response())
}
