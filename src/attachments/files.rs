//! The bytes: in a folder of the data directory, or in a bucket of an S3-compatible service.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::sync::{OnceCell, Semaphore};

use super::kind::HEAD;
use super::thumbnail;
use crate::config::{Config, Secret};
use crate::db::{AttachmentId, TenantId};
use crate::error::{Code, Error};

/// Larger images are kept, but not pictured.
const LARGEST_PICTURED: u64 = 40 * 1024 * 1024;
/// How many images are read at the same time: each takes a core and much memory.
const PAINTERS: usize = 2;

/// Where the bytes are.
pub(crate) struct Files {
    place: Place,
    store: OnceCell<Arc<dyn ObjectStore>>,
    painters: Semaphore,
    /// In bytes, of one file.
    pub(super) largest: u64,
}

enum Place {
    /// Made when the first file comes.
    Folder(PathBuf),
    Bucket(Box<AmazonS3Builder>),
}

/// What was stored.
pub(super) struct Stored {
    pub(super) size: u64,
    pub(super) sha256: String,
    /// How it begins.
    pub(super) head: Vec<u8>,
}

/// One of the files of an attachment.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Whole,
    Thumbnail,
}

impl Files {
    pub(crate) fn new(config: &Config) -> Self {
        let place = match &config.s3_bucket {
            Some(bucket) => Place::Bucket(Box::new(bucket_of(config, bucket))),
            None => Place::Folder(config.balcao_data_dir.join("attachments")),
        };
        Self {
            place,
            store: OnceCell::new(),
            painters: Semaphore::new(PAINTERS),
            largest: config.upload_max_bytes,
        }
    }

    async fn store(&self) -> Result<&Arc<dyn ObjectStore>, Error> {
        self.store
            .get_or_try_init(async || match &self.place {
                Place::Folder(folder) => {
                    tokio::fs::create_dir_all(folder)
                        .await
                        .with_context(|| format!("cannot make {}", folder.display()))?;
                    let store = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true);
                    Ok::<_, anyhow::Error>(Arc::new(store) as Arc<dyn ObjectStore>)
                }
                Place::Bucket(builder) => {
                    Ok(Arc::new(AmazonS3Builder::clone(builder).build()?) as Arc<dyn ObjectStore>)
                }
            })
            .await
            .map_err(Error::internal)
    }

    /// Stores what comes; nothing of it stays when it breaks off, or is too large.
    ///
    /// # Errors
    /// `too_large`; what the stream says.
    pub(super) async fn put(
        &self,
        tenant: TenantId,
        id: AttachmentId,
        mut bytes: impl Stream<Item = Result<Bytes, Error>> + Unpin,
    ) -> Result<Stored, Error> {
        let mut writer = BufWriter::new(self.store().await?.clone(), path(tenant, id, Part::Whole));
        let (mut size, mut hash, mut head) = (0, Sha256::new(), Vec::new());
        let written = async {
            while let Some(chunk) = bytes.next().await {
                let chunk = chunk?;
                size += chunk.len() as u64;
                if size > self.largest {
                    return Err(Error::from(Code::TooLarge));
                }
                let missing = HEAD.saturating_sub(head.len()).min(chunk.len());
                head.extend_from_slice(chunk.get(..missing).unwrap_or_default());
                hash.update(&chunk);
                writer.put(chunk).await.map_err(unavailable)?;
            }
            Ok(())
        };
        if let Err(error) = written.await {
            // Nothing was shown to anybody yet; parts that cannot be taken back now are unreachable.
            let _ = writer.abort().await;
            return Err(error);
        }
        writer.shutdown().await.map_err(unavailable)?;
        Ok(Stored {
            size,
            sha256: format!("{:x}", hash.finalize()),
            head,
        })
    }

    /// Makes and stores the small picture of an image; tells whether there is one.
    ///
    /// # Errors
    /// When the bytes cannot be reached.
    pub(super) async fn picture(&self, tenant: TenantId, id: AttachmentId, size: u64) -> Result<bool, Error> {
        if size > LARGEST_PICTURED {
            return Ok(false);
        }
        let _turn = self.painters.acquire().await.map_err(Error::internal)?;
        let store = self.store().await?;
        let whole = store.get(&path(tenant, id, Part::Whole)).await.map_err(unavailable)?;
        let bytes = whole.bytes().await.map_err(unavailable)?;
        let picture = tokio::task::spawn_blocking(move || thumbnail::of(&bytes))
            .await
            .map_err(Error::internal)?;
        let Some(picture) = picture else { return Ok(false) };
        let path = path(tenant, id, Part::Thumbnail);
        store.put(&path, picture.into()).await.map_err(unavailable)?;
        Ok(true)
    }

    /// The size of a file.
    ///
    /// # Errors
    /// `not_found`, where there is none.
    pub(super) async fn size(&self, tenant: TenantId, id: AttachmentId, part: Part) -> Result<u64, Error> {
        let found = self.store().await?.head(&path(tenant, id, part)).await;
        Ok(found.map_err(unavailable)?.size)
    }

    /// The bytes of a file, as they come.
    ///
    /// # Errors
    /// `not_found`, where there is none.
    pub(super) async fn get(
        &self,
        tenant: TenantId,
        id: AttachmentId,
        part: Part,
        range: std::ops::Range<u64>,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, Error> {
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let found = self.store().await?.get_opts(&path(tenant, id, part), options).await;
        Ok(found.map_err(unavailable)?.into_stream())
    }

    /// Removes what turned out not to be wanted. What cannot be removed now is unreachable all the same.
    pub(super) async fn remove(&self, tenant: TenantId, id: AttachmentId) {
        let Ok(store) = self.store().await else { return };
        for part in [Part::Whole, Part::Thumbnail] {
            match store.delete(&path(tenant, id, part)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => tracing::warn!(%error, attachment.id = %id, "Could not remove a file"),
            }
        }
    }
}

fn bucket_of(config: &Config, bucket: &str) -> AmazonS3Builder {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&config.s3_region);
    if let Some(endpoint) = &config.s3_endpoint {
        builder = builder
            .with_endpoint(endpoint)
            .with_allow_http(endpoint.starts_with("http://"));
    }
    if let (Some(id), Some(secret)) = (&config.s3_access_key_id, &config.s3_secret_access_key) {
        builder = builder
            .with_access_key_id(Secret::expose(id))
            .with_secret_access_key(Secret::expose(secret));
    }
    builder
}

fn path(tenant: TenantId, id: AttachmentId, part: Part) -> Path {
    match part {
        Part::Whole => Path::from(format!("{tenant}/{id}")),
        Part::Thumbnail => Path::from(format!("{tenant}/{id}.thumbnail")),
    }
}

fn unavailable(error: impl Into<anyhow::Error>) -> Error {
    let error = error.into();
    let code = match error.downcast_ref::<object_store::Error>() {
        Some(object_store::Error::NotFound { .. }) => Code::NotFound,
        _ => Code::Unavailable,
    };
    Error {
        source: Some(error),
        ..code.into()
    }
}
