//! One log line and one measurement for each request. Neither ever holds a query, a header or a body.

use std::time::Instant;

use actix_web::Error as ActixError;
use actix_web::HttpMessage;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use tracing::Instrument;

use crate::auth::Scope;
use crate::clock;
use crate::metrics;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a request that no route takes is counted under: paths that anybody may invent must not become labels.
const NO_ROUTE: &str = "none";

pub(super) async fn observe(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let begun = Instant::now();
    let id = request_id(&request);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = request.method().clone();
    let path = request.path().to_owned();
    // Whatever is logged on the way carries the id.
    let span = tracing::info_span!("request", request.id = id.to_str().unwrap_or_default());
    let outcome = next.call(request).instrument(span.clone()).await;
    let mut response = match outcome {
        Ok(response) => response,
        // Only a layer answers so, and a failing one has written its log line.
        Err(error) => {
            span.in_scope(
                || tracing::error!(http.method = %method, http.path = path, error = %error, "Request broke off"),
            );
            return Err(error);
        }
    };
    response.headers_mut().insert(REQUEST_ID, id);

    let took = begun.elapsed();
    let route = response.request().match_pattern();
    let route = route.as_deref().unwrap_or(NO_ROUTE);
    metrics::HTTP_REQUEST_SECONDS
        .with_label_values(&[known_method(&method), route, response.status().as_str()])
        .observe(took.as_secs_f64());
    span.in_scope(|| log(&response, &method, route, &path, took.as_secs_f64() * 1000.0));
    Ok(response)
}

fn log(response: &ServiceResponse<BoxBody>, method: &Method, route: &str, path: &str, milliseconds: f64) {
    let status = response.status();
    let extensions = response.request().extensions();
    let scope = extensions.get::<Scope>();
    let user = scope.map(|scope| tracing::field::display(scope.id));
    let tenant = scope.map(|scope| tracing::field::display(scope.tenant));
    // A socket's request is answered when it opens.
    let what = if status == StatusCode::SWITCHING_PROTOCOLS {
        "Socket opened"
    } else {
        "Request answered"
    };
    tracing::info!(
        http.method = %method,
        http.route = route,
        http.path = path,
        http.status = status.as_u16(),
        ms = (milliseconds * 1000.0).round() / 1000.0,
        user.id = user,
        tenant.id = tenant,
        "{what}"
    );
}

/// The caller's own id for the request, where it is a plain one; else a fresh one.
fn request_id(request: &ServiceRequest) -> HeaderValue {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let given = request.headers().get(REQUEST_ID);
    let given = given.filter(|id| (1..=64).contains(&id.len()) && id.as_bytes().iter().all(plain));
    given.cloned().unwrap_or_else(|| {
        let id = clock::new_id().to_string();
        // A UUID's characters are all fit for a header.
        HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"))
    })
}

/// A method is any word that the caller likes; those that we do not know share a label.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
