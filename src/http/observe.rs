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

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpRequest, HttpResponse, web};
    use serde_json::Value;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Written {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[actix_web::test]
    async fn a_request_is_one_line_that_holds_no_secret() {
        let written = Written::default();
        let logging = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_writer(written.clone())
            .finish();
        let _logging = tracing::subscriber::set_default(logging);
        let handler = async |_: HttpRequest| HttpResponse::NoContent().finish();
        let app = App::new()
            .route("/ws/kanban/{id}", web::get().to(handler))
            .wrap(from_fn(observe));
        let app = init_service(app).await;

        let request = TestRequest::with_uri("/ws/kanban/7?token=hunter2&since=4")
            .insert_header(("Authorization", "Bearer hunter2"))
            .insert_header(("X-Request-Id", "abc"));
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.headers().get("x-request-id").unwrap(), "abc");

        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        let [line] = text.lines().collect::<Vec<_>>()[..] else {
            panic!("not one line: {text}")
        };
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["http.method"], "GET");
        assert_eq!(line["http.route"], "/ws/kanban/{id}");
        assert_eq!(line["http.path"], "/ws/kanban/7");
        assert_eq!(line["http.status"], 204);
        assert!(line["ms"].as_f64().unwrap() >= 0.0);
        assert_eq!(line["span"]["request.id"], "abc");
    }
}
