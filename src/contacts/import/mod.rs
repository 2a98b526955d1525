//! Reads contacts and their orders from files. A file is taken whole and read later, by the job of the same id: a thousand rows in each
//! transaction, so that nobody waits for it. Whoever is known already is updated, and so is an order: the same file again, or a job that
//! runs twice, changes nothing.
//!
//! - [`rows`] reads the bytes into what they say, or why not: pure.
//! - [`store`] finds who is known, and writes.

mod rows;
mod store;

use std::collections::HashMap;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::changed;
use super::view::{Import, RowError};
use crate::app::App;
use crate::auth::Scope;
use crate::clock;
use crate::db::{DbError, ImportId, TenantId, UserId};
use crate::error::{Code, Error, FieldError, Refusal};
use crate::http::once::{IdempotencyKey, once};
use crate::jobs::{self, Job, JobError, JobHandler, JobKind, NewJob};

/// In bytes.
const LARGEST_FILE: usize = 32 * 1024 * 1024;
const LARGEST_MAPPING: usize = 16 * 1024;
/// How many rows are written in one transaction.
const PIECE: usize = 1_000;

/// A file as it was sent.
pub(super) struct Sent {
    filename: String,
    file: Vec<u8>,
    mapping: HashMap<String, String>,
}

impl Sent {
    /// # Errors
    /// `malformed_request`, `too_large`; `invalid`, where there is no file or the mapping is none.
    pub(super) async fn read(mut form: Multipart) -> Result<Self, Error> {
        let (mut file, mut mapping) = (None, HashMap::new());
        while let Some(mut field) = form.try_next().await.map_err(broken)? {
            match field.name() {
                Some("file") => {
                    let named = field
                        .content_disposition()
                        .and_then(|disposition| disposition.get_filename());
                    let filename = named.unwrap_or("contacts.csv").chars().filter(|c| !c.is_control());
                    let filename: String = filename.take(200).collect();
                    file = Some((filename, bytes(&mut field, LARGEST_FILE).await?));
                }
                Some("mapping") => {
                    let text = bytes(&mut field, LARGEST_MAPPING).await?;
                    if !text.trim_ascii().is_empty() {
                        mapping = serde_json::from_slice(&text).map_err(|_| {
                            Refusal::field("mapping", "invalid", "must be an object of names of columns")
                        })?;
                    }
                }
                _ => drop(bytes(&mut field, LARGEST_MAPPING).await?),
            }
        }
        let (filename, file) = file.ok_or_else(|| Refusal::field("file", "required", "is required"))?;
        Ok(Self {
            filename,
            file,
            mapping,
        })
    }
}

async fn bytes(field: &mut Field, limit: usize) -> Result<Vec<u8>, Error> {
    let mut read = Vec::new();
    while let Some(piece) = field.try_next().await.map_err(broken)? {
        if read.len() + piece.len() > limit {
            return Err(Code::TooLarge.into());
        }
        read.extend_from_slice(&piece);
    }
    Ok(read)
}

fn broken(error: MultipartError) -> Error {
    match error {
        MultipartError::Payload(PayloadError::Overflow) => Code::TooLarge.into(),
        error => Error::new(Code::Malformed, format!("The form cannot be read: {error}")),
    }
}

/// Takes a file in, to be read by a job.
///
/// # Errors
/// `invalid`, where its columns do not tell what a contact needs.
pub(super) async fn begin(app: &App, scope: &Scope, key: IdempotencyKey, sent: Sent) -> Result<ImportId, Error> {
    rows::check_columns(&sent.file, &sent.mapping)?;
    let id = ImportId(clock::new_id());
    let digest: [u8; 32] = Sha256::digest(&sent.file).into();
    let what = json!({ "file": digest, "mapping": sent.mapping });
    let payload = Payload {
        import_id: id,
        by: scope.id,
    };
    let id = once(&app.db, scope, key, "POST /contacts/import", &what, async |conn| {
        let mapping = serde_json::to_value(&sent.mapping).map_err(Error::internal)?;
        let author = serde_json::to_value(scope.author()).map_err(Error::internal)?;
        store::import_insert(scope.tenant, id, &sent.filename, &sent.file, mapping, author, conn).await?;
        let job = NewJob::of::<ImportContacts>(scope.tenant, &payload).map_err(Error::internal)?;
        jobs::insert(&[NewJob { id: id.0, ..job }], conn).await?;
        Ok(id)
    })
    .await?;
    app.jobs.wake.wake();
    Ok(id)
}

/// How far an import is.
///
/// # Errors
/// `not_found`.
pub(super) async fn progress(app: &App, tenant: TenantId, id: ImportId) -> Result<Import, Error> {
    app.db
        .tenant(tenant, async |conn| store::import(tenant, id, conn).await)
        .await
}

/// Reads a file.
pub(crate) struct ImportContacts;

#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    import_id: ImportId,
    by: UserId,
}

impl JobKind for ImportContacts {
    const NAME: &'static str = "import_contacts";
    type Payload = Payload;
    const ATTEMPTS: i32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(30 * 60);
    const SHOWN: &'static [&'static str] = &["import_id"];
}

impl JobHandler<App> for ImportContacts {
    async fn run(app: &App, job: &Job, Payload { import_id, by }: Payload) -> Result<(), JobError> {
        let tenant = job.tenant;
        let begun = app
            .db
            .tenant(tenant, async |conn| store::import_begin(tenant, import_id, conn).await)
            .await?;
        // One that has been read already has no file any more.
        let Some((file, mapping)) = begun else { return Ok(()) };
        let now = clock::now();
        // A large file takes a while: the threads of requests have better to do.
        let read = tokio::task::spawn_blocking(move || rows::read(&file, &mapping, now)).await?;
        let read = match read {
            Ok(read) => read,
            Err(refusal) => return end(app, tenant, import_id, Err(refusal)).await,
        };
        app.db
            .tenant(tenant, async |conn| {
                Ok::<_, DbError>(store::import_rejected(tenant, import_id, &read, conn).await?)
            })
            .await?;
        for piece in read.rows.chunks(PIECE) {
            app.db
                .tenant(tenant, async |conn| {
                    Ok::<_, DbError>(store::absorb(tenant, import_id, piece, by, now, conn).await?)
                })
                .await?;
        }
        end(app, tenant, import_id, Ok(())).await
    }
}

async fn end(app: &App, tenant: TenantId, id: ImportId, read: Result<(), Refusal>) -> Result<(), JobError> {
    let why = read.err().map(|refusal| {
        let error = refusal.fields.into_iter().next();
        let error = error.unwrap_or_else(|| FieldError::new("file", "invalid", refusal.detail));
        RowError { row: 1, error }
    });
    app.db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(store::import_end(tenant, id, why, clock::now(), conn).await?)
        })
        .await?;
    changed(app, tenant, None);
    Ok(())
}
