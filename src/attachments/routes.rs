//! `/attachments`

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    self, ByteRangeSpec, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, Header,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::files::{Files, Part, Stored};
use super::store::{self, NewAttachment};
use super::view::Attachment;
use super::{kind, thumbnail};
use crate::app::App;
use crate::auth::{Scope, SignedIn};
use crate::clock;
use crate::db::{AttachmentId, DbError};
use crate::error::{Code, Error, Problem, Refusal};
use crate::http::once::{IdempotencyKey, once};
use crate::rooms;
use crate::users::store as people;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(upload).service(read).service(picture);
}

/// A file to be sent.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described, never built")]
struct UploadBody {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Uploads a file, which hangs on nothing yet: only who uploaded it sees it.
#[utoipa::path(
    tag = "attachments",
    operation_id = "upload_attachment",
    params(IdempotencyKey),
    request_body(content = UploadBody, content_type = "multipart/form-data"),
    responses(
        (status = CREATED, body = Attachment, headers(("Location" = String))),
        (status = 413, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/attachments")]
async fn upload(
    app: web::Data<App>,
    scope: SignedIn,
    key: IdempotencyKey,
    mut form: Multipart,
) -> Result<HttpResponse, Error> {
    let field = file(&mut form).await?;
    let given = field.content_disposition().and_then(|disposition| {
        let name = disposition.get_filename().map(str::to_owned);
        disposition.get_filename_ext().and_then(decoded).or(name)
    });
    let filename = kind::filename(given.as_deref());
    let id = AttachmentId(clock::new_id());
    let stored = app
        .files
        .put(scope.tenant, id, field.map_err(broken).boxed_local())
        .await?;
    let kept = keep(&app, &scope, key, id, filename, stored).await;
    // A file that is refused, or that came under this key before, is not kept twice.
    if !kept.as_ref().is_ok_and(|attachment| attachment.id == id) {
        app.files.remove(scope.tenant, id).await;
    }
    let attachment = kept?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, attachment.url.clone()))
        .json(attachment))
}

/// The field `file` of a form.
async fn file(form: &mut Multipart) -> Result<Field, Error> {
    while let Some(field) = form.try_next().await.map_err(broken)? {
        if field.name() == Some("file") {
            return Ok(field);
        }
    }
    Err(Refusal::field("file", "required", "is required").into())
}

/// A name in letters that a header does not take as they are.
fn decoded(name: &ExtendedValue) -> Option<String> {
    String::from_utf8(name.value.clone()).ok()
}

fn broken(error: MultipartError) -> Error {
    match error {
        MultipartError::Payload(PayloadError::Overflow) => Code::TooLarge.into(),
        error => Error::new(Code::Malformed, format!("The form cannot be read: {error}")),
    }
}

async fn keep(
    app: &App,
    scope: &Scope,
    key: IdempotencyKey,
    id: AttachmentId,
    filename: String,
    stored: Stored,
) -> Result<Attachment, Error> {
    let content_type = kind::content_type(&stored.head, &filename)?;
    let has_thumbnail = content_type.starts_with("image/") && app.files.picture(scope.tenant, id, stored.size).await?;
    let sent = json!({ "filename": filename, "sha256": stored.sha256 });
    let new = NewAttachment {
        tenant_id: scope.tenant,
        id,
        filename,
        content_type,
        size: i64::try_from(stored.size).map_err(Error::internal)?,
        has_thumbnail,
        uploaded_by: scope.id,
        created_at: clock::now(),
    };
    once(&app.db, scope, key, "POST /attachments", &sent, async |conn| {
        Ok(store::attachment_insert(&new, conn).await?)
    })
    .await
}

/// An attachment that this person may see: who uploaded it, and whoever may see what it hangs on.
async fn visible(app: &App, scope: &Scope, id: AttachmentId) -> Result<Attachment, Error> {
    let tenant = scope.tenant;
    let found = app
        .db
        .tenant(tenant, async |conn| {
            let found = store::find(tenant, &[id], conn).await?.into_iter().next();
            let Some((uploader, attachment)) = found else {
                return Ok(None);
            };
            let visible = uploader == scope.id
                || rooms::shows_attachment(tenant, id, scope.id, conn).await?
                || people::is_avatar(tenant, id, conn).await?;
            Ok::<_, DbError>(visible.then_some(attachment))
        })
        .await?;
    found.ok_or_else(|| Code::NotFound.into())
}

/// The bytes of an attachment, or a range of them.
#[utoipa::path(
    tag = "attachments",
    operation_id = "get_attachment",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, content_type = "application/octet-stream"),
        (status = PARTIAL_CONTENT, content_type = "application/octet-stream"),
        (status = NOT_MODIFIED),
        (status = 404, body = Problem),
        (status = RANGE_NOT_SATISFIABLE),
    ),
    security(("bearer" = []), ("attachments" = [])),
)]
#[get("/attachments/{id}")]
async fn read(
    app: web::Data<App>,
    scope: SignedIn,
    request: HttpRequest,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let attachment = visible(&app, &scope, AttachmentId(*id)).await?;
    let size = u64::try_from(attachment.size).map_err(Error::internal)?;
    answer(&app.files, &scope, &request, &attachment, Part::Whole, size).await
}

/// A small picture of an image, as JPEG.
#[utoipa::path(
    tag = "attachments",
    operation_id = "get_thumbnail",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, content_type = "image/jpeg"),
        (status = NOT_MODIFIED),
        (status = 404, body = Problem),
    ),
    security(("bearer" = []), ("attachments" = [])),
)]
#[get("/attachments/{id}/thumbnail")]
async fn picture(
    app: web::Data<App>,
    scope: SignedIn,
    request: HttpRequest,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let attachment = visible(&app, &scope, AttachmentId(*id)).await?;
    if attachment.thumbnail_url.is_none() {
        return Err(Code::NotFound.into());
    }
    let size = app.files.size(scope.tenant, attachment.id, Part::Thumbnail).await?;
    answer(&app.files, &scope, &request, &attachment, Part::Thumbnail, size).await
}

async fn answer(
    files: &Files,
    scope: &Scope,
    request: &HttpRequest,
    attachment: &Attachment,
    part: Part,
    size: u64,
) -> Result<HttpResponse, Error> {
    let content_type = match part {
        Part::Whole => attachment.content_type.as_str(),
        Part::Thumbnail => thumbnail::CONTENT_TYPE,
    };
    // The bytes under an id never change.
    let tag = format!("\"{}\"", attachment.id);
    let header = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let is_known = header(header::IF_NONE_MATCH).is_some_and(|tags| {
        tags.split(',')
            .any(|known| known.trim().trim_start_matches("W/") == tag)
    });
    let is_same = header(header::IF_RANGE).is_none_or(|known| known == tag);
    let range = if is_same { asked(request) } else { None };
    let range = range.map(|range| range.to_satisfiable_range(size));

    let status = match (is_known, range) {
        (true, _) => StatusCode::NOT_MODIFIED,
        (false, Some(None)) => StatusCode::RANGE_NOT_SATISFIABLE,
        (false, Some(Some(_))) => StatusCode::PARTIAL_CONTENT,
        (false, None) => StatusCode::OK,
    };
    let mut response = HttpResponse::build(status);
    // Kept by the browser, and asked for again each time: rights may have ended.
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"));
    let bytes = match (status, range) {
        (StatusCode::NOT_MODIFIED, _) => return Ok(response.finish()),
        (StatusCode::RANGE_NOT_SATISFIABLE, _) => {
            response.insert_header((header::CONTENT_RANGE, format!("bytes */{size}")));
            return Ok(response.finish());
        }
        (_, Some(Some((first, last)))) => {
            response.insert_header((header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}")));
            first..last + 1
        }
        (..) => 0..size,
    };
    response
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header(disposition(content_type, &attachment.filename))
        .no_chunking(bytes.end - bytes.start);
    Ok(response.streaming(files.get(scope.tenant, attachment.id, part, bytes).await?))
}

/// The one range that is asked for; several are answered with the whole.
fn asked(request: &HttpRequest) -> Option<ByteRangeSpec> {
    match header::Range::parse(request).ok()? {
        header::Range::Bytes(ranges) => match ranges.as_slice() {
            [range] => Some(range.clone()),
            _ => None,
        },
        header::Range::Unregistered(..) => None,
    }
}

fn disposition(content_type: &str, filename: &str) -> ContentDisposition {
    ContentDisposition {
        disposition: if kind::is_shown(content_type) {
            DispositionType::Inline
        } else {
            DispositionType::Attachment
        },
        parameters: vec![DispositionParam::FilenameExt(ExtendedValue {
            charset: header::Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: filename.as_bytes().to_vec(),
        })],
    }
}
