//! Who may call a handler, in its signature: `scope: Allowed<BoardsManage>` needs the permission, `scope: SignedIn` a login.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use crate::app::App;
use crate::auth::{Permission, Scope, cookie};
use crate::error::{Code, Error};

/// A permission as a type.
pub(crate) trait Permitted: 'static {
    const PERMISSION: Permission;
}

macro_rules! permitted {
    ($($name:ident),+) => {$(
        /// Asks for the permission of the same name.
        pub(crate) struct $name;

        impl Permitted for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

permitted!(
    BoardsRead,
    BoardsManage,
    LeadsWrite,
    BotManage,
    ChatUse,
    ConversationsUse,
    ConversationsManage,
    CompaniesRead,
    CompaniesWrite,
    CompaniesManage,
    ContactsRead,
    ContactsWrite,
    ContactsManage,
    DashboardRead,
    UsersRead,
    UsersManage,
    SettingsManage,
    JobsManage
);

/// Somebody signed in who has the permission.
pub(crate) struct Allowed<P: Permitted>(Scope, PhantomData<P>);

/// Somebody signed in, whatever they may do.
pub(crate) struct SignedIn(Scope);

impl<P: Permitted> Deref for Allowed<P> {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.0
    }
}

impl Deref for SignedIn {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.0
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = app(&request)?;
            // The limiter may have found out already who this is.
            let known = request.extensions().get::<Scope>().cloned();
            let scope = match known {
                Some(scope) => scope,
                None => {
                    let token = token_of(&request).ok_or(Code::Unauthorized)?;
                    let scope = app.sessions.authenticate(&token).await?;
                    request.extensions_mut().insert(scope.clone());
                    scope
                }
            };
            app.sessions.touch(&scope).await;
            Ok(Self(scope))
        })
    }
}

impl<P: Permitted> FromRequest for Allowed<P> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed_in = SignedIn::from_request(request, payload);
        Box::pin(async move {
            let SignedIn(scope) = signed_in.await?;
            scope.require(P::PERMISSION)?;
            Ok(Self(scope, PhantomData))
        })
    }
}

fn app(request: &HttpRequest) -> Result<web::Data<App>, Error> {
    request
        .app_data::<web::Data<App>>()
        .cloned()
        .ok_or_else(|| Error::internal(anyhow::anyhow!("the application is not part of this server")))
}

/// The access token of a request: the bearer's, or the cookie's where a browser shows an attachment.
pub(crate) fn token_of(request: &HttpRequest) -> Option<String> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        bearer_of(request)
    } else {
        cookie::token_of(request)
    }
}

fn bearer_of(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn token(value: &str) -> Option<String> {
        token_of(
            &TestRequest::default()
                .insert_header((header::AUTHORIZATION, value))
                .to_http_request(),
        )
    }

    #[test]
    fn only_a_bearer_token_is_one() {
        assert_eq!(token("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(token("bearer abc").as_deref(), Some("abc"));
        assert_eq!(token("Basic abc"), None);
        assert_eq!(token("abc"), None);
        assert_eq!(token_of(&TestRequest::default().to_http_request()), None);
    }
}
