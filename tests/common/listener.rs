//! A listener on loopback, with each connection in a task of its own.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::RUNTIME;

/// A running listener. Dropped, it stops and closes every connection.
#[derive(Debug)]
pub struct Listener {
    pub address: SocketAddr,
    listening: JoinHandle<()>,
}

impl Listener {
    /// Has `converse` answer each connection; an error is a side that has gone.
    pub fn start<F>(converse: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = RUNTIME
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            listening: RUNTIME.spawn(async move {
                let mut connections = JoinSet::new();
                while let Ok((stream, _)) = listener.accept().await {
                    connections.spawn(converse(stream));
                }
            }),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // The task owns the connections, which end with it.
        self.listening.abort();
    }
}
