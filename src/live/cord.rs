//! The outside of a connection: a handle by which it can be ended although its own actor is not polled.
//!
//! A WebSocket's actor runs only while its peer reads (actix-web issue 2441). So whoever guards against readers that do not
//! read ends the connection itself, from here.

use std::any::Any;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use actix_rt::net::TcpStream;
use actix_web::dev::Extensions;
use socket2::Socket;

/// What the kernel holds of what a peer does not read. The default grows to megabytes, for each of them.
const SEND_BUFFER: usize = 64 * 1024;
/// After this long without an acknowledgement of what was sent, the kernel gives the connection up.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);

/// A second handle of a connection's TCP socket.
#[derive(Clone)]
pub(crate) struct Cord(Arc<Socket>);

impl Cord {
    /// Prepares a socket's connection to be guarded: what it may leave unread is bounded from here on.
    pub(crate) fn tighten(&self) {
        // A kernel that refuses leaves the connection as it is: it is still bounded, only less tightly.
        let _ = self.0.set_send_buffer_size(SEND_BUFFER);
        let _ = self.0.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    }

    /// Ends the connection, whatever its actor is doing.
    pub(crate) fn cut(&self) {
        // One that has ended already needs no end.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

/// Keeps a handle of each new connection with what belongs to it.
pub(crate) fn remember(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    match stream.as_fd().try_clone_to_owned() {
        Ok(handle) => drop(data.insert(Cord(Arc::new(handle.into())))),
        // Without a spare handle the connection works; a reader that does not read is then left to the kernel.
        Err(error) => tracing::warn!(%error, "Could not keep a second handle of a connection"),
    }
}
