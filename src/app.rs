//! Everything put together: what handlers share, and the server from its start to its end.

use std::future::Future;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_rt::Arbiter;
use actix_web::{App as HttpApp, HttpServer, web};
use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::SwaggerUi;

use crate::ai::Ai;
use crate::attachments::Files;
use crate::attachments::UnsentFiles;
use crate::auth::links::SendLink;
use crate::auth::{Keys, Lifetimes, LoginAttempts, Passwords, Sessions};
use crate::boards::{Board, TellBoards};
use crate::config::{Config, LogFormat, Secret};
use crate::contacts::import::ImportContacts;
use crate::conversations::{BotCall, Conversation, LearnContact, TellConversations, WakeUp};
use crate::db::{Database, PoolOptions};
use crate::floor::{DealDaily, Floors};
use crate::http::fallback::{KnownPaths, fallback};
use crate::http::health::HealthChecks;
use crate::http::limits::Limits;
use crate::http::statics::Statics;
use crate::jobs::housekeeping::{self, Hourly, Housekeeping, hourly};
use crate::jobs::{Jobs, Kinds, Wake, Worker};
use crate::live::feed::Feed;
use crate::live::{self, Kind, Live, cord};
use crate::mail::Mailer;
use crate::notifications::{LeadsDue, Notify};
use crate::outgoing::Outgoing;
use crate::rooms::{Room, TellRooms};
use crate::sellers::Seller;
use crate::vault::Vault;
use crate::{
    attachments, auth, boards, bot, channels, companies, contacts, conversations, dashboard, demo, floor, http, jobs,
    mail, notifications, orders, products, rooms, settings, users, webchat,
};

/// How long requests that are under way may take to end when the server stops.
const LAST_REQUESTS: u64 = 10;

/// What handlers share.
pub struct App {
    pub(crate) vault: Vault,
    pub(crate) config: Config,
    pub(crate) db: Database,
    pub(crate) live: Live,
    pub(crate) floors: Arc<Floors>,
    pub(crate) jobs: Jobs,
    pub(crate) sessions: Sessions,
    pub(crate) mailer: Mailer,
    pub(crate) passwords: Passwords,
    pub(crate) login_attempts: LoginAttempts,
    pub(crate) limits: Limits,
    pub(crate) health: HealthChecks,
    pub(crate) statics: Statics,
    pub(crate) files: Files,
    pub(crate) outgoing: Outgoing,
    pub(crate) ai: Ai,
}

/// Runs a server on the address that the settings name, until it is told to stop.
///
/// # Errors
/// What stands in the way of the start, in one sentence.
pub fn run(config: Config, database_url: &str) -> anyhow::Result<()> {
    start_logging(&config)?;
    raise_open_files();
    let listener = TcpListener::bind(config.bind).with_context(|| format!("cannot listen on {}", config.bind))?;
    let address = listener.local_addr()?;
    let host = if address.ip().is_loopback() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    };
    writeln!(std::io::stdout(), "Balcão is at http://{host}")?;
    actix_rt::System::new().block_on(async {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let stop = async move {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        };
        serve(config, database_url, listener, stop).await
    })
}

/// Serves on `listener` until `stop` is ready; then sockets are asked to come back elsewhere and requests to end.
///
/// # Errors
/// What stands in the way of the start.
pub async fn serve(
    config: Config,
    database_url: &str,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let database_runtime = DatabaseRuntime::start()?;
    let db = Database::new(
        database_url,
        &PoolOptions {
            size: usize::try_from(config.database_pool_size)?,
            runtime: database_runtime.handle(),
        },
    )?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if config.workers == 0 { cores } else { config.workers };
    let arbiters: Vec<_> = (0..cores).map(|_| Arbiter::new()).collect();
    let app = web::Data::new(build(config, db, &arbiters)?);

    let live = actix_rt::spawn(app.live.clone().run(app.sessions.clone()));
    let last_seen = actix_rt::spawn(users::keep_last_seen(app.db.clone(), app.live.attendance()));
    let floors = actix_rt::spawn(app.floors.clone().follow(app.live.attendance()));
    let (stop_jobs, jobs_stop) = oneshot::channel::<()>();
    let jobs = actix_rt::spawn(worker(&app).run(async {
        // It ends as well when this function does.
        let _ = jobs_stop.await;
    }));
    let housekeeping = actix_rt::spawn(housekeeping::schedule(app.db.clone(), app.jobs.wake.clone(), HOURLY));
    let server = {
        let (app, known) = (app.clone(), web::Data::new(KnownPaths::of(&document())));
        let address = listener.local_addr()?;
        let server = HttpServer::new(move || {
            // Called on each worker's own thread, where its hub then lives.
            let hub = web::Data::new(app.live.start_hub());
            let (http_app, api) = http::layered(&app)
                .app_data(hub)
                .app_data(known.clone())
                .into_utoipa_app()
                .configure(api)
                .split_for_parts();
            http_app
                .configure(http::sockets::routes)
                .service(SwaggerUi::new("/apidocs/{_:.*}").url("/api/openapi.json", described(api)))
                .service(web::redirect("/apidocs", "/apidocs/"))
                .default_service(web::to(fallback))
        })
        .on_connect(cord::remember)
        // An answer must not wait until the frame before it is acknowledged.
        .tcp_nodelay(true)
        .workers(workers)
        .shutdown_timeout(LAST_REQUESTS)
        .disable_signals()
        .listen(listener)?
        .run();
        tracing::info!(%address, "Serving at http://{address}");
        server
    };
    let handle = server.handle();
    let mut server = std::pin::pin!(server);
    tokio::select! {
        ended = &mut server => ended?,
        () = stop => {
            tracing::info!("Stopping");
            app.live.drain();
            let (ended, ()) = tokio::join!(server, handle.stop(true));
            ended?;
        }
    }
    live.abort();
    last_seen.abort();
    floors.abort();
    housekeeping.abort();
    drop(stop_jobs);
    jobs.await.context("the jobs' worker failed")?;
    for arbiter in arbiters {
        arbiter.stop();
    }
    Ok(())
}

fn build(config: Config, db: Database, arbiters: &[Arbiter]) -> anyhow::Result<App> {
    let secret = config.signing_secret()?;
    let lifetimes = Lifetimes {
        access: config.jwt_access_token_expires.duration(),
        refresh: config.jwt_refresh_expires_in.duration(),
    };
    let keys = Keys::new(
        secret.expose(),
        config.jwt_refresh_secret.as_ref().map(Secret::expose),
        lifetimes,
    );
    let idle = Duration::from_secs(u64::from(config.session_idle_minutes) * 60);
    let redis = config.redis()?;
    let wake = Wake::default();
    let live_options = live::Options {
        presence_lease: Duration::from_secs(u64::from(config.presence_lease_seconds)),
        presence_grace: Duration::from_secs(u64::from(config.presence_grace_seconds)),
        meeting: redis.clone().map(|redis| live::Meeting {
            redis,
            prefix: config.redis_prefix.clone(),
        }),
    };
    let window = Duration::from_millis(config.rate_limit_login_window_ms);
    let live = Live::new(
        db.clone(),
        [
            Kind::of::<Board>(),
            Kind::of::<Room>(),
            Kind::of::<Seller>(),
            Kind::of::<Conversation>(),
        ],
        [(Feed::Notifications, notifications::start_of_feed(db.clone()))],
        arbiters,
        wake.clone(),
        live_options,
    );
    let seller_grace = Duration::from_secs(u64::from(config.seller_grace_seconds));
    let threads = arbiters.iter().map(Arbiter::handle).collect();
    Ok(App {
        vault: Vault::new(config.sealing_key()?.expose())?,
        floors: Floors::new(db.clone(), live.clone(), seller_grace, threads),
        live,
        jobs: Jobs {
            kinds: Arc::new(kinds()),
            wake,
        },
        sessions: Sessions::new(db.clone(), keys, idle),
        mailer: Mailer::new(&config, db.clone())?,
        passwords: Passwords::new(config.bcrypt_rounds)?,
        login_attempts: LoginAttempts::new(config.rate_limit_login_failures, window),
        limits: Limits::new(&config),
        health: HealthChecks::new(redis),
        statics: Statics::load(&config.static_dir)?,
        files: Files::new(&config),
        outgoing: Outgoing::new(&config.outgoing_allow),
        ai: Ai::new(&config)?,
        db,
        config,
    })
}

/// What is done each hour for every company.
const HOURLY: &[Hourly] = &[
    hourly::<Housekeeping>,
    hourly::<LeadsDue>,
    hourly::<UnsentFiles>,
    hourly::<DealDaily>,
];

/// The work that this server does later.
fn kinds() -> Kinds<App> {
    Kinds::none()
        .with::<Housekeeping>()
        .with::<LeadsDue>()
        .with::<Notify>()
        .with::<SendLink>()
        .with::<UnsentFiles>()
        .with::<ImportContacts>()
        .with::<DealDaily>()
        .with::<WakeUp>()
        .with::<TellRooms>()
        .with::<TellBoards>()
        .with::<LearnContact>()
        .with::<TellConversations>()
        .with::<BotCall>()
}

/// The routes of the API and of whoever watches over the server.
fn api(config: &mut ServiceConfig) {
    config
        .configure(http::health::routes)
        .service(utoipa_actix_web::scope("/api/v1").configure(|config| {
            config
                .configure(auth::routes::routes)
                .configure(users::routes::routes)
                .configure(boards::routes::routes)
                .configure(bot::routes::routes)
                .configure(channels::routes::routes)
                .configure(conversations::routes::routes)
                .configure(webchat::routes::routes)
                .configure(companies::routes::routes)
                .configure(contacts::routes::routes)
                .configure(products::routes::routes)
                .configure(orders::routes::routes)
                .configure(floor::routes::routes)
                .configure(floor::documents::routes)
                .configure(dashboard::routes::routes)
                .configure(mail::routes::routes)
                .configure(settings::routes::routes)
                .configure(jobs::routes::routes)
                .configure(rooms::routes::routes)
                .configure(attachments::routes::routes)
                .configure(notifications::routes::routes);
        }));
}

/// The description of the API, made from the routes.
fn document() -> OpenApi {
    described(HttpApp::new().into_utoipa_app().configure(api).split_for_parts().1)
}

fn described(mut document: OpenApi) -> OpenApi {
    document.info.title = "Balcão".to_owned();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.info.description = Some("Sales boards, live. Errors are application/problem+json.".to_owned());
    (document.info.license, document.info.contact) = (None, None);
    let bearer = SecurityScheme::Http(
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build(),
    );
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(auth::ATTACHMENT_COOKIE)));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", bearer);
    components.add_security_scheme("attachments", cookie);
    document
}

/// The OpenAPI document as text.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn openapi() -> anyhow::Result<String> {
    Ok(document().to_pretty_json()?)
}

/// Creates the demonstration tenant, where it is not there yet, and tells how to sign in.
///
/// # Errors
/// When the database does not let it.
pub fn create_demo(config: &Config, database_url: &str) -> anyhow::Result<()> {
    let database_runtime = DatabaseRuntime::start()?;
    let db = Database::new(
        database_url,
        &PoolOptions {
            size: 1,
            runtime: database_runtime.handle(),
        },
    )?;
    let passwords = Passwords::new(config.bcrypt_rounds)?;
    actix_rt::System::new().block_on(demo::create(&db, &passwords))
}

/// A connection is driven by the runtime that opened it: these threads do nothing else.
struct DatabaseRuntime(Option<tokio::runtime::Runtime>);

impl DatabaseRuntime {
    fn start() -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("database")
            .enable_all()
            .build()
            .context("cannot start the threads for the database")?;
        Ok(Self(Some(runtime)))
    }

    fn handle(&self) -> tokio::runtime::Handle {
        #[expect(clippy::expect_used, reason = "only Drop takes it away")]
        self.0.as_ref().expect("it lives as long as this").handle().clone()
    }
}

impl Drop for DatabaseRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // A runtime may not be waited for inside another one.
            runtime.shutdown_background();
        }
    }
}

fn worker(app: &web::Data<App>) -> Worker<App> {
    let options = jobs::Options::with_slots(usize::try_from(app.config.job_workers).unwrap_or(1));
    Worker::new(
        app.clone().into_inner(),
        app.jobs.kinds.clone(),
        app.db.clone(),
        app.jobs.wake.clone(),
        options,
    )
}

/// Each connection needs two handles; the usual limit of a shell is far below what the system allows.
fn raise_open_files() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let raised =
        getrlimit(Resource::RLIMIT_NOFILE).and_then(|(_, most)| setrlimit(Resource::RLIMIT_NOFILE, most, most));
    if let Err(error) = raised {
        tracing::warn!(%error, "Could not raise the limit of open files");
    }
}

fn start_logging(config: &Config) -> anyhow::Result<()> {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_new(&config.rust_log).context("RUST_LOG cannot be read")?;
    // Its start-up lines repeat ours.
    let filter = filter.add_directive("actix_server=warn".parse()?);
    let logging = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Json => logging
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init(),
        LogFormat::Text => logging.try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))
}
