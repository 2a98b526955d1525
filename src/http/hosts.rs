//! Under which names the server answers.

use actix_web::Error as ActixError;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web;

use super::refuse;
use crate::app::App;
use crate::error::{Code, Error};

/// What whoever watches over the server asks for, by its bare address.
const UNDER_ANY_NAME: [&str; 3] = ["/health", "/ready", "/metrics"];

pub(super) async fn check(
    app: web::Data<App>,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let allowed = &app.config.allowed_hosts;
    if allowed.is_empty() || UNDER_ANY_NAME.contains(&request.path()) || is_allowed(named_host(&request), allowed) {
        return next.call(request).await;
    }
    Ok(refuse(
        request,
        &Error::new(Code::Malformed, "There is no server under this name"),
    ))
}

/// The name that the client asked for: in HTTP/2 it is part of the address.
fn named_host(request: &ServiceRequest) -> &str {
    let header = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    header
        .or_else(|| request.uri().authority().map(|authority| authority.as_str()))
        .unwrap_or_default()
}

/// `*` is any name, `.example.com` that domain and all below it.
fn is_allowed(host: &str, allowed: &[String]) -> bool {
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let host = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => host,
    };
    allowed.iter().map(|pattern| pattern.trim()).any(|pattern| {
        let domain = pattern.strip_prefix('.');
        pattern == "*"
            || pattern.eq_ignore_ascii_case(host)
            || domain.is_some_and(|domain| {
                let host = host.to_ascii_lowercase();
                let domain = domain.to_ascii_lowercase();
                host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_without_port_and_case() {
        let allowed = [
            "crm.example.com".to_owned(),
            ".balcao.test".to_owned(),
            "[::1]".to_owned(),
        ];
        for host in [
            "crm.example.com",
            "CRM.example.com:8000",
            "balcao.test",
            "a.balcao.test:80",
            "[::1]",
            "[::1]:8000",
        ] {
            assert!(is_allowed(host, &allowed), "{host}");
        }
        for host in ["", "example.com", "evil-balcao.test", "crm.example.com.evil.test"] {
            assert!(!is_allowed(host, &allowed), "{host}");
        }
        assert!(is_allowed("anything", &["*".to_owned()]));
    }
}
