//! The built web client, held in memory.
//!
//! The build names what is under `assets/` by its content, so browsers keep it for good; everything else they ask for again, and
//! mostly hear that it has not changed. Addresses of the client's own pages are answered with its one page.

use std::collections::HashMap;
use std::path::Path;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use anyhow::Context;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error};

const INDEX: &str = "index.html";
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Balcão</title>\
    <h1>The web client has not been built</h1><p>The server is running. <code>scripts/start</code> builds the client \
    and starts the server; then reload this page.</p>";

/// The files of the client by their address, without the leading slash.
pub(crate) struct Statics(HashMap<String, Asset>);

struct Asset {
    content_type: HeaderValue,
    /// A mark of the content.
    digest: String,
    plain: Bytes,
    /// The same, compressed beforehand: the content coding and the bytes, the better one first.
    compressed: Vec<(&'static str, Bytes)>,
}

impl Statics {
    /// Reads the directory. One that is not there holds nothing: the client was not built.
    ///
    /// # Errors
    /// When something in it cannot be read.
    pub(crate) fn load(root: &Path) -> anyhow::Result<Self> {
        let mut files = HashMap::new();
        if root.is_dir() {
            read(root, "", &mut files)?;
        }
        Ok(Self(assets(files)))
    }

    /// Answers a GET or HEAD outside of the API.
    ///
    /// # Errors
    /// `not_found` for a file that is not there.
    pub(super) fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, Error> {
        let name = request.path().trim_start_matches('/');
        if let Some(asset) = self.0.get(name) {
            return Ok(asset.answer(request, name));
        }
        let last = name.rsplit('/').next().unwrap_or_default();
        if name.starts_with("assets/") || last.contains('.') {
            return Err(Code::NotFound.into());
        }
        Ok(match self.0.get(INDEX) {
            Some(index) => index.answer(request, INDEX),
            None => HttpResponse::ServiceUnavailable()
                .content_type("text/html; charset=utf-8")
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .body(NOT_BUILT),
        })
    }
}

impl Asset {
    fn answer(&self, request: &HttpRequest, name: &str) -> HttpResponse {
        let accepted = request
            .headers()
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok());
        let accepted = accepted.unwrap_or_default();
        let compressed = self.compressed.iter().find(|(coding, _)| accepts(accepted, coding));
        let tag = match compressed {
            Some((coding, _)) => format!("\"{}-{coding}\"", self.digest),
            None => format!("\"{}\"", self.digest),
        };
        let unchanged = request
            .headers()
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|tags| {
                tags.split(',')
                    .any(|known| known.trim().trim_start_matches("W/") == tag)
            });

        let mut response = if unchanged {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response.insert_header((header::ETAG, tag));
        response.insert_header((header::CACHE_CONTROL, caching(name)));
        if !self.compressed.is_empty() {
            response.insert_header((header::VARY, "Accept-Encoding"));
        }
        if unchanged {
            return response.finish();
        }
        response.insert_header((header::CONTENT_TYPE, self.content_type.clone()));
        match compressed {
            Some((coding, bytes)) => {
                response.insert_header((header::CONTENT_ENCODING, *coding));
                response.body(bytes.clone())
            }
            None => response.body(self.plain.clone()),
        }
    }
}

fn caching(name: &str) -> &'static str {
    if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Whether `Accept-Encoding` lists this coding and does not refuse it.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)));
        is_it && !refused
    })
}

fn read(directory: &Path, prefix: &str, files: &mut HashMap<String, Bytes>) -> anyhow::Result<()> {
    let failed = || format!("cannot read the web client in {}", directory.display());
    for entry in std::fs::read_dir(directory).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let path = entry.path();
        // A name that is no text cannot be asked for.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            read(&path, &format!("{name}/"), files)?;
        } else {
            files.insert(name, std::fs::read(&path).with_context(failed)?.into());
        }
    }
    Ok(())
}

fn assets(files: HashMap<String, Bytes>) -> HashMap<String, Asset> {
    let compressed = |name: &str| {
        [("br", "br"), ("gzip", "gz")]
            .into_iter()
            .filter_map(|(coding, ending)| Some((coding, files.get(&format!("{name}.{ending}"))?.clone())))
            .collect()
    };
    let is_variant = |name: &str| {
        [".br", ".gz"]
            .iter()
            .any(|ending| name.strip_suffix(ending).is_some_and(|of| files.contains_key(of)))
    };
    files
        .iter()
        .filter(|(name, _)| !is_variant(name))
        .map(|(name, plain)| {
            let asset = Asset {
                content_type: content_type(name),
                digest: format!("{:x}", Sha256::digest(plain)).chars().take(32).collect(),
                plain: plain.clone(),
                compressed: compressed(name),
            };
            (name.clone(), asset)
        })
        .collect()
}

fn content_type(name: &str) -> HeaderValue {
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let is_text = mime.type_() == "text"
        || ["javascript", "json", "svg"]
            .iter()
            .any(|kind| mime.subtype().as_str().contains(kind));
    let text = if is_text {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_string()
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;

    use super::*;

    fn built() -> Statics {
        let files = [
            ("index.html", "<html>"),
            ("index.html.br", "small"),
            ("favicon.svg", "<svg>"),
            ("assets/app-1a2b.js", "let a;"),
            ("assets/app-1a2b.js.br", "b"),
            ("assets/app-1a2b.js.gz", "g"),
        ];
        Statics(assets(
            files
                .iter()
                .map(|(name, text)| ((*name).to_owned(), Bytes::from_static(text.as_bytes())))
                .collect(),
        ))
    }

    async fn get(path: &str, accept_encoding: &str) -> (StatusCode, String, HttpResponse<()>) {
        let request = TestRequest::with_uri(path)
            .insert_header((header::ACCEPT_ENCODING, accept_encoding))
            .to_http_request();
        let (head, body) = built().answer(&request).unwrap().into_parts();
        let text = String::from_utf8(to_bytes(body).await.unwrap().to_vec()).unwrap();
        (head.status(), text, head)
    }

    fn header_of<B>(response: &HttpResponse<B>, name: header::HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[actix_web::test]
    async fn the_best_coding_that_the_browser_takes_is_sent() {
        assert_eq!(get("/assets/app-1a2b.js", "gzip, deflate, br").await.1, "b");
        assert_eq!(get("/assets/app-1a2b.js", "gzip, br;q=0").await.1, "g");
        assert_eq!(get("/assets/app-1a2b.js", "").await.1, "let a;");
    }

    #[actix_web::test]
    async fn pages_of_the_client_are_its_one_page_and_files_are_not() {
        for path in ["/", "/boards", "/boards/7/leads", "/login"] {
            assert_eq!(get(path, "").await.1, "<html>", "{path}");
        }
        for path in [
            "/favicon.ico",
            "/assets/gone.js",
            "/assets/x",
            "/index.html.br",
            "/../secret.txt",
        ] {
            let request = TestRequest::with_uri(path).to_http_request();
            assert_eq!(
                built().answer(&request).err().map(|error| error.code),
                Some(Code::NotFound),
                "{path}"
            );
        }
    }

    #[actix_web::test]
    async fn named_files_are_kept_for_good_and_pages_asked_for_again() {
        let (_, _, script) = get("/assets/app-1a2b.js", "").await;
        assert!(header_of(&script, header::CACHE_CONTROL).contains("immutable"));
        assert_eq!(
            header_of(&script, header::CONTENT_TYPE),
            "text/javascript; charset=utf-8"
        );
        let (_, _, page) = get("/boards", "").await;
        assert_eq!(header_of(&page, header::CACHE_CONTROL), "no-cache");
    }

    #[actix_web::test]
    async fn what_the_browser_has_is_not_sent_again() {
        let (_, _, first) = get("/", "br").await;
        let tag = header_of(&first, header::ETAG);
        let again = |tag: &str, coding: &str| {
            let request = TestRequest::with_uri("/")
                .insert_header((header::IF_NONE_MATCH, tag))
                .insert_header((header::ACCEPT_ENCODING, coding));
            built().answer(&request.to_http_request()).unwrap().status()
        };
        assert_eq!(again(tag, "br"), StatusCode::NOT_MODIFIED);
        assert_eq!(again("\"other\"", "br"), StatusCode::OK);
        assert_eq!(again(tag, "identity"), StatusCode::OK);
    }

    #[actix_web::test]
    async fn a_client_that_was_not_built_says_so() {
        let nothing = Statics::load(Path::new("/nonexistent")).unwrap();
        let response = nothing.answer(&TestRequest::with_uri("/").to_http_request()).unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
