//! What no route takes: a wrong method, an unknown address, or a page of the web client.

use actix_web::dev::ResourceDef;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

use crate::app::App;
use crate::error::Code;
use crate::error::Error;

/// The addresses of the API with their methods, to tell a wrong method from a wrong address.
pub(crate) struct KnownPaths(Vec<(ResourceDef, String)>);

impl KnownPaths {
    pub(crate) fn of(document: &OpenApi) -> Self {
        let paths = &document.paths.paths;
        Self(
            paths
                .iter()
                .map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item)))
                .collect(),
        )
    }

    /// The methods that this address takes, as `Allow` lists them.
    fn methods_of(&self, path: &str) -> Option<String> {
        let taken: Vec<_> = self
            .0
            .iter()
            .filter(|(known, _)| known.is_match(path))
            .map(|(_, methods)| methods.as_str())
            .collect();
        (!taken.is_empty()).then(|| taken.join(", "))
    }
}

fn methods(item: &PathItem) -> String {
    let operations: [(&str, &Option<Operation>); 5] = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let taken: Vec<_> = operations
        .iter()
        .filter(|(_, operation)| operation.is_some())
        .map(|(name, _)| *name)
        .collect();
    taken.join(", ")
}

/// Answers what no route takes.
pub(crate) async fn fallback(
    app: web::Data<App>,
    known: web::Data<KnownPaths>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let path = request.path();
    if let Some(allowed) = known.methods_of(path) {
        return Ok(wrong_method(&allowed));
    }
    let is_machinery = ["/api", "/ws"].iter().any(|base| {
        path.strip_prefix(base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if is_machinery {
        return Err(Error::new(Code::NotFound, "There is nothing at this address"));
    }
    match *request.method() {
        Method::GET | Method::HEAD => app.statics.answer(&request),
        _ => Ok(wrong_method("GET, HEAD")),
    }
}

fn wrong_method(allowed: &str) -> HttpResponse {
    let mut response = Error::from(Code::MethodNotAllowed).error_response();
    if let Ok(allowed) = allowed.parse() {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}
