//! The HTTP server: API, gateway, control and page, and connections that can be cut on order.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{Response, header};
use axum::middleware;
use axum::routing::{any, get};
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::guard::{self, Names};
use super::rest::{self, Cut};
use super::state::Shared;
use super::{control, gateway, page};

/// Discord as the bot knows it, and all that the members use.
pub(super) fn everything(shared: Arc<Shared>) -> Router {
    let router = Router::new()
        .route("/", get(root))
        .route("/gateway", get(gateway::connect))
        .route("/gateway/", get(gateway::connect))
        .route("/api/{*path}", any(rest::serve))
        .merge(for_members())
        .fallback(rest::serve);
    guarded(router.with_state(shared), Names::Loopback)
}

/// What the members use.
pub(super) fn page_only(shared: Arc<Shared>) -> Router {
    guarded(Router::new().route("/", get(page::index)).merge(for_members()).with_state(shared), Names::AnyAddress)
}

fn for_members() -> Router<Arc<Shared>> {
    Router::new()
        .route("/attachments/{channel}/{id}/{name}", get(rest::attachment))
        .merge(page::routes())
        .merge(control::routes())
}

fn guarded(router: Router, names: Names) -> Router {
    router.layer(middleware::from_fn_with_state(names, guard::check))
}

/// Clients may open the gateway's socket at the root, where browsers find the page.
async fn root(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    if request.headers().contains_key(header::UPGRADE) {
        return gateway::connect.call(request, shared).await;
    }
    page::index().await
}

/// Serves until the playground stops.
pub(super) async fn run(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) -> io::Result<()> {
    let stop = async move {
        // An error means that the playground is gone, which is a reason to stop, too.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let service = router.into_make_service_with_connect_info::<Cut>();
    axum::serve(CuttableListener(listener), service).with_graceful_shutdown(stop).await
}

struct CuttableListener(TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Without this an answer in two packets may wait for the client's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, cut: Cut::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection whose next write fails once its switch was thrown, so that the answer never leaves.
struct CuttableStream {
    stream: TcpStream,
    cut: Cut,
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cut.clone()
    }
}

impl CuttableStream {
    fn check(&self) -> io::Result<()> {
        if self.cut.0.load(Ordering::SeqCst) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, space: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.get_mut().stream).poll_read(context, space)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
