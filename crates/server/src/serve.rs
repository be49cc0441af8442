//! `qlrf serve`: from a checked configuration to a running process, and down again.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use qlrf_connectors::grant::Grants;
use qlrf_connectors::outbound::MetadataService;
use qlrf_store::Store;
use qlrf_store::outbox::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::api::web::Web;
use crate::api::{event, export, limits};
use crate::app::bootstrap;
use crate::cli::local::LocalAccess;
use crate::cli::printer::Printer;
use crate::config::{self, HttpConfig, ServeConfig};
use crate::database::Database;
use crate::fleet::Fleets;
use crate::opcx::{App, AppState};
use crate::roles::{RoleName, SERVICES, Start, Stop};
use crate::secret::Secret;
use crate::telemetry;

/// How long a start waits for its address, and how often it looks.
const BIND_TIME_MAX: Duration = Duration::from_secs(3);
const BIND_EVERY: Duration = Duration::from_millis(50);

/// Runs until SIGTERM or SIGINT.
pub async fn run(config: ServeConfig, data_dir: &Path, printer: &Printer) -> anyhow::Result<()> {
    config.connector.check(data_dir, &config.secret.allowed)?;
    let grants = Grants {
        secrets: Arc::new(config.secret.open(data_dir)?),
        networks: config.connector.networks.clone().into(),
        programs: config.connector.programs.clone().into(),
        host_folders: config.connector.host_folders.clone().into(),
        instance: config.connector.instance.clone().into(),
        metadata: MetadataService::default(),
    };
    let listener = bind(config.http.listen, BIND_TIME_MAX).await?;
    let address = listener.local_addr()?;
    let database = Database::open(&config.store, data_dir).await?;
    let store = database.store().clone();
    let booted = bootstrap::ensure(&store).await?;
    let (sender, stop) = Stop::new();
    let app = build_app(store, config.http.clone(), Web::embedded(), grants, stop.clone()).await?;
    app.feeds.spool_in(data_dir.join("spool"));
    app.feeds.configure(config.feed.clone());
    let base = config.http.base_url(address);
    let start = Start {
        app: app.clone(),
        listener: Arc::new(listener),
        stop,
    };
    // The address is bound, so whoever follows the greeting is heard; and a server that says it is ready has let the
    // command line of its machine in.
    if config.roles.contains(&RoleName::Api) {
        greet(&app, &booted, &base, address, data_dir, printer).await?;
    }
    let services = spawn_services(&config.roles, &start);
    let supervisor = database.supervise();
    let ended = wait_for_end(services, sender, start.stop).await;
    supervisor.close().await?;
    ended
}

/// Waits for the address while another program has it: a killed predecessor is gone from it only when the kernel has
/// taken its memory back, which for a large one takes longer than starting anew.
async fn bind(address: SocketAddr, patience: Duration) -> anyhow::Result<TcpListener> {
    let deadline = Instant::now() + patience;
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse && Instant::now() < deadline => {
                tokio::time::sleep(BIND_EVERY).await;
            }
            Err(error) => {
                return Err(error).with_context(|| {
                    format!("cannot listen on {address}; choose another address with --listen")
                });
            }
        }
    }
}

/// Everything that requests share, on an open store.
pub async fn build_app(
    store: Store,
    http: HttpConfig,
    web: Web,
    grants: Grants,
    stop: Stop,
) -> anyhow::Result<App> {
    let cursor_key = bootstrap::cursor_key(&store).await?;
    Ok(Arc::new(AppState {
        fleets: Fleets::new(store.clone()),
        trends: Default::default(),
        drift_trends: Default::default(),
        collections_queued: Notify::new(),
        images_changed: Notify::new(),
        mapping_changed: Notify::new(),
        feeds: Default::default(),
        policies: Default::default(),
        grants,
        listener: Listener::start(&store),
        store,
        http,
        web,
        rate: Default::default(),
        passwords: Default::default(),
        streams: Arc::new(Semaphore::new(event::STREAMS_MAX)),
        exports: Arc::new(Semaphore::new(export::EXPORTS_MAX)),
        stop,
        cursor_key,
        metrics: telemetry::metrics().clone(),
    }))
}

fn spawn_services(roles: &[RoleName], start: &Start) -> JoinSet<anyhow::Result<()>> {
    let mut services = JoinSet::new();
    for service in SERVICES.iter().filter(|service| roles.contains(&service.role)) {
        let work = (service.run)(start.clone());
        let name = service.name;
        services.spawn(async move {
            work.await
                .with_context(|| format!("the service \"{name}\" failed"))
        });
    }
    services
}

/// Says where the product is and how to get in, and lets the CLI of this machine in.
async fn greet(
    app: &App,
    booted: &bootstrap::Bootstrap,
    base: &str,
    address: SocketAddr,
    data_dir: &Path,
    printer: &Printer,
) -> anyhow::Result<()> {
    // A file that is not there, or cannot be read, let nobody in.
    let before = LocalAccess::load(data_dir).map(|local| Secret::new(local.token));
    let token = bootstrap::replace_cli_token(&app.store, booted.org, before.ok().as_ref()).await?;
    let local = LocalAccess {
        url: local_url(address),
        token: token.expose().to_owned(),
    };
    local.save(data_dir)?;
    tracing::info!(url = base, "ready");
    let qlrf = config::called_as();
    if booted.first || printer.is_terminal() {
        let secret = bootstrap::create_sign_in_link(&app.store, &booted.admin).await?;
        printer.line(&format!(
            "\nOpen   {base}/sign-in?link={}\n       (once, within 15 minutes)",
            secret.expose()
        ));
    } else {
        printer.line(&format!(
            "\nOpen   {base}   ({qlrf} sign-in-link makes a link to sign in)"
        ));
    }
    printer.line(&format!(
        "Try    {qlrf} overview · {qlrf} asset show · {qlrf} drift · {qlrf} --help\n"
    ));
    Ok(())
}

/// Where a program on this machine reaches the API.
fn local_url(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => format!("http://127.0.0.1:{}", v4.port()),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => format!("http://[::1]:{}", v6.port()),
        other => format!("http://{other}"),
    }
}

async fn wait_for_end(
    mut services: JoinSet<anyhow::Result<()>>,
    sender: tokio::sync::watch::Sender<bool>,
    mut stop: Stop,
) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let early = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        () = stop.wait() => Ok(()),
        Some(ended) = services.join_next() => ended.context("a service panicked").flatten(),
    };
    tracing::info!("stopping: finishing the requests in progress");
    // A receiver is held above, so somebody always listens.
    let _ = sender.send(true);
    let mut outcome = early;
    while let Some(ended) = services.join_next().await {
        outcome = outcome.and(ended.context("a service panicked").flatten());
    }
    outcome
}

/// The API service: accepts until told to stop, then lets requests in progress finish.
pub async fn serve(mut start: Start) -> anyhow::Result<()> {
    let router = crate::api::router(start.app.clone());
    let connections = Arc::new(Semaphore::new(limits::CONNECTIONS_MAX));
    let mut open = JoinSet::new();
    loop {
        // Taking the permit first leaves surplus clients in the kernel's queue instead of in our memory.
        let permit = connections.clone().acquire_owned().await?;
        let accepted = tokio::select! {
            accepted = start.listener.accept() => accepted,
            () = start.stop.wait() => break,
        };
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let (router, stop) = (router.clone(), start.stop.clone());
                open.spawn(async move {
                    handle(stream, peer, router, stop).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!("a connection could not be accepted: {error}");
                // Out of file descriptors: trying again at once would only spin.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    let drained = tokio::time::timeout(limits::DRAIN_TIME_MAX, async {
        while open.join_next().await.is_some() {}
    });
    if drained.await.is_err() {
        tracing::warn!("requests that did not finish in time were cut off");
    }
    Ok(())
}

async fn handle(stream: TcpStream, peer: SocketAddr, router: axum::Router, mut stop: Stop) {
    let _ = stream.set_nodelay(true);
    let service = tower::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_TIME_MAX)
        .max_buf_size(limits::HEAD_BYTES_MAX)
        .max_headers(limits::HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.wait() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended early: {error}");
    }
}
