//! Mail: what it says ([`message`]), and how it leaves ([`Mailer`]).
//!
//! Mails are sent by jobs, so that nobody waits for a mail server and none is lost when it is away. Without a mail server they are
//! kept and shown to administrators at `/outbox`, so that a demonstration needs none; in production nothing that opens doors is kept.

pub(crate) mod message;
pub(crate) mod routes;
mod store;
mod view;

use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use uuid::Uuid;

use crate::clock;
use crate::config::{Config, Environment, Secret, SmtpEncryption};
use crate::db::{Database, DbError, TenantId};
use crate::jobs::JobError;

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) to_name: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// The way out for mails.
pub(crate) struct Mailer {
    from: Mailbox,
    way: Way,
    db: Database,
}

enum Way {
    Server(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// Nothing leaves; administrators see what would have.
    Kept,
    Nowhere,
}

impl Mailer {
    /// # Errors
    /// When the settings do not name a sender or a server.
    pub(crate) fn new(config: &Config, db: Database) -> anyhow::Result<Self> {
        let way = match &config.smtp_host {
            Some(host) => Way::Server(Box::new(server(host, config)?)),
            None if config.balcao_env == Environment::Production => {
                tracing::warn!(
                    "SMTP_HOST is not set: no mail can be sent, neither invitations nor links for new passwords"
                );
                Way::Nowhere
            }
            None => Way::Kept,
        };
        Ok(Self {
            from: config.smtp_from.parse()?,
            way,
            db,
        })
    }

    /// Sends a mail on behalf of a tenant. `id` stays the same when it has to be sent again.
    ///
    /// # Errors
    /// Whether another attempt may help, and why this one did not.
    pub(crate) async fn send(&self, tenant: TenantId, id: Uuid, mail: Mail) -> Result<(), JobError> {
        match &self.way {
            Way::Server(server) => {
                let message = self.written(id, mail).map_err(JobError::Never)?;
                let sent = server.send(message).await;
                sent.map(drop).map_err(|error| {
                    // What it says names the receiver; an administrator may read that.
                    let refused = error.is_permanent();
                    let error = anyhow::Error::new(error).context("the mail server did not take the mail");
                    if refused {
                        JobError::Never(error)
                    } else {
                        JobError::Later(error)
                    }
                })
            }
            Way::Kept => {
                let kept = self.db.tenant(tenant, async |conn| {
                    Ok::<_, DbError>(store::mail_keep(tenant, id, &mail, clock::now(), conn).await?)
                });
                Ok(kept.await?)
            }
            Way::Nowhere => Err(JobError::Never(anyhow::anyhow!("SMTP_HOST is not set"))),
        }
    }

    fn written(&self, id: Uuid, mail: Mail) -> anyhow::Result<Message> {
        let address: Address = mail.to.parse()?;
        let domain = self.from.email.domain();
        Ok(Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(mail.to_name), address))
            .message_id(Some(format!("<{id}@{domain}>")))
            .subject(mail.subject)
            .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))?)
    }

    /// Whether mails leave, as opposed to being kept.
    fn is_sending(&self) -> bool {
        !matches!(self.way, Way::Kept)
    }
}

fn server(host: &str, config: &Config) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let (tls, usual_port) = match config.smtp_encryption {
        SmtpEncryption::Starttls => (Tls::Required(TlsParameters::new(host.to_owned())?), 587),
        SmtpEncryption::Tls => (Tls::Wrapper(TlsParameters::new(host.to_owned())?), 465),
        SmtpEncryption::None => (Tls::None, 25),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(config.smtp_port.unwrap_or(usual_port))
        .tls(tls);
    if let Some(name) = &config.smtp_username {
        let password = config.smtp_password.as_ref().map_or("", Secret::expose);
        builder = builder.credentials(Credentials::new(name.clone(), password.to_owned()));
    }
    Ok(builder.build())
}
