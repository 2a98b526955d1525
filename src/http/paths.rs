//! One tree for both bases and for optional trailing slashes: `/api/boards/` is `/api/v1/boards`.

use std::borrow::Cow;

use actix_web::Error as ActixError;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;
use actix_web::middleware::Next;

/// Rewrites the request's address before it is looked up among the routes.
pub(super) async fn unify<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    if let Cow::Owned(path) = unified(request.path())
        && let Some(uri) = with_path(request.uri(), &path)
    {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    next.call(request).await
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let text = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::from_maybe_shared(text).ok()?);
    Uri::from_parts(parts).ok()
}

/// The path under which the routes know this one.
pub(crate) fn unified(path: &str) -> Cow<'_, str> {
    if !path.starts_with("/api/") && !path.starts_with("/ws/") {
        return Cow::Borrowed(path);
    }
    let trimmed = path.trim_end_matches('/');
    match trimmed.strip_prefix("/api/") {
        Some(rest) if rest != "openapi.json" && rest != "v1" && !rest.starts_with("v1/") => {
            Cow::Owned(format!("/api/v1/{rest}"))
        }
        _ if trimmed.len() < path.len() => Cow::Owned(trimmed.to_owned()),
        _ => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_bases_and_trailing_slashes_are_one_tree() {
        for (path, expected) in [
            ("/api/v1/boards", "/api/v1/boards"),
            ("/api/v1/boards/", "/api/v1/boards"),
            ("/api/boards", "/api/v1/boards"),
            ("/api/boards/7/", "/api/v1/boards/7"),
            ("/api/v1", "/api/v1"),
            ("/api/v2/boards", "/api/v1/v2/boards"),
            ("/api/openapi.json", "/api/openapi.json"),
            ("/ws/", "/ws"),
            ("/ws/kanban/7/", "/ws/kanban/7"),
            ("/apidocs/", "/apidocs/"),
            ("/boards/", "/boards/"),
            ("/", "/"),
        ] {
            assert_eq!(unified(path), expected);
        }
    }

    #[test]
    fn the_query_stays() {
        let uri: Uri = "/api/boards/?page=2&search=a%2Fb".parse().unwrap();
        assert_eq!(
            with_path(&uri, &unified(uri.path())).unwrap(),
            "/api/v1/boards?page=2&search=a%2Fb"
        );
    }

    proptest! {
        #[test]
        fn a_unified_path_stays_as_it_is(path in "/(api|ws|apidocs|x)?(/[a-z0-9%]{0,5}){0,4}") {
            let once = unified(&path).into_owned();
            prop_assert_eq!(unified(&once), once.as_str());
        }
    }
}
