//! A client that speaks TLS, for the same hand-written HTTP.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::certificates::Pair;
use crate::wire::Wire;

/// Whom a client believes, and who it is.
#[derive(Debug, Clone)]
pub struct Client {
    /// The authority that it believes (PEM).
    pub authority: String,
    /// Its own certificate.
    pub own: Option<Pair>,
    /// Whether it speaks TLS 1.2 only.
    pub tls12: bool,
}

/// Connects and agrees on TLS.
///
/// # Errors
/// When either side does not agree; with TLS 1.3 a server that wants a certificate says so only when it is asked something.
pub async fn connect(to: SocketAddr, client: &Client) -> Result<Wire<TlsStream<TcpStream>>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(client.authority.as_bytes()).unwrap()).unwrap();
    let versions = if client.tls12 { &[&rustls::version::TLS12][..] } else { &[&rustls::version::TLS13][..] };
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    let config = match &client.own {
        None => builder.with_no_client_auth(),
        Some(own) => {
            let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![CertificateDer::from(own.der.clone())], key).unwrap()
        }
    };
    let name = ServerName::try_from("localhost").map_err(Error::other)?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, TcpStream::connect(to).await?).await?;
    Ok(Wire::over(stream))
}
