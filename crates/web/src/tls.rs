//! TLS 1.2 and 1.3 by rustls: the certificate, its key, and whose client certificates are believed.
//!
//! What is served can be changed while it is served: connections that are open go on with what they began with.

use std::fmt;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use law::{Clock, Instant};
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::time_provider::TimeProvider;
use rustls::{RootCertStore, ServerConfig};
use sha2::{Digest, Sha256};
use webpki::{EndEntityCert, KeyUsage};

/// Which files a server's TLS rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those between it and its authority, in this order (PEM).
    pub certificate: PathBuf,
    /// Its private key (PEM: PKCS#8, SEC1 or PKCS#1).
    pub key: PathBuf,
    /// The authorities whose client certificates are believed (PEM); without them none is asked for.
    pub client_authorities: Option<PathBuf>,
    /// Whether who has no client certificate is turned away.
    pub client_certificates_required: bool,
}

/// What is the matter with the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFault {
    /// The file concerned.
    pub file: PathBuf,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
}

impl fmt::Display for TlsFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` {}", self.file.display(), self.what)
    }
}

impl std::error::Error for TlsFault {}

/// The contents of the files, as they were read at one moment.
#[derive(Clone, PartialEq, Eq)]
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_authorities: Option<Vec<u8>>,
}

/// TLS as it is served at present.
pub struct Tls {
    files: TlsFiles,
    clock: Arc<dyn Clock>,
    /// What was read last, whether it could be used or not: what is wrong is told once.
    read: Mutex<Contents>,
    served: RwLock<Arc<ServerConfig>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

/// The time for rustls, from the platform's clock.
#[derive(Clone)]
struct Time(Arc<dyn Clock>);

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Time")
    }
}

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        Some(unix_time(self.0.now()))
    }
}

fn unix_time(at: Instant) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(at.milliseconds()).unwrap_or(0)))
}

impl Tls {
    /// Reads the files and prepares to serve with them.
    ///
    /// # Errors
    /// What is the matter with them: unreadable, no certificate, no key, a key of another certificate, expired.
    pub fn load(files: TlsFiles, clock: Arc<dyn Clock>) -> Result<Self, TlsFault> {
        let read = Contents::read(&files)?;
        let served = configure(&files, &read, &clock)?;
        Ok(Self { files, clock, read: Mutex::new(read), served: RwLock::new(Arc::new(served)) })
    }

    /// Reads the files again where they changed; connections that are open are not touched. True when something new is
    /// served from now on.
    ///
    /// # Errors
    /// What is the matter with the new files: then what was served is served further. It is told once for each content.
    pub fn renew(&self) -> Result<bool, TlsFault> {
        let contents = Contents::read(&self.files)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if *read == contents {
            return Ok(false);
        }
        *read = contents.clone();
        let served = configure(&self.files, &contents, &self.clock)?;
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(served);
        Ok(true)
    }

    pub(crate) fn served(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.served.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Says what is the matter with the files, without serving them.
///
/// # Errors
/// See [`Tls::load`].
pub fn check(files: &TlsFiles, clock: &Arc<dyn Clock>) -> Result<(), TlsFault> {
    configure(files, &Contents::read(files)?, clock).map(|_| ())
}

impl Contents {
    fn read(files: &TlsFiles) -> Result<Self, TlsFault> {
        let read = |file: &Path| {
            std::fs::read(file).map_err(|error| {
                fault(
                    file,
                    format!("cannot be read: {error}"),
                    "see that the file is there and readable by the server",
                )
            })
        };
        Ok(Self {
            certificate: read(&files.certificate)?,
            key: read(&files.key)?,
            client_authorities: files.client_authorities.as_deref().map(read).transpose()?,
        })
    }
}

fn fault(file: &Path, what: impl Into<String>, remedy: &'static str) -> TlsFault {
    TlsFault { file: file.to_owned(), what: what.into(), remedy }
}

fn certificates(file: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_reader_iter(Cursor::new(pem)).collect();
    let certificates = read
        .map_err(|error| fault(file, format!("is no PEM file: {error}"), "give certificates in PEM form"))?;
    if certificates.is_empty() {
        let remedy = "give a PEM file with `-----BEGIN CERTIFICATE-----`, the server's own certificate first";
        return Err(fault(file, "holds no certificate", remedy));
    }
    Ok(certificates)
}

fn configure(
    files: &TlsFiles,
    contents: &Contents,
    clock: &Arc<dyn Clock>,
) -> Result<ServerConfig, TlsFault> {
    let provider = Arc::new(default_provider());
    let chain = certificates(&files.certificate, &contents.certificate)?;
    if let Some(own) = chain.first() {
        in_force(&files.certificate, own, clock.now())?;
    }
    let key = PrivateKeyDer::from_pem_slice(&contents.key).map_err(|_| {
        let remedy = "give the private key in PEM form, without a passphrase: PKCS#8, SEC1 or PKCS#1";
        fault(&files.key, "holds no private key", remedy)
    })?;
    let versions =
        ServerConfig::builder_with_details(Arc::clone(&provider), Arc::new(Time(Arc::clone(clock))))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|error| {
                fault(&files.certificate, error.to_string(), "this is a fault of the program")
            })?;
    let authorities = files.client_authorities.as_deref().zip(contents.client_authorities.as_deref());
    let builder = match authorities {
        None => versions.with_no_client_auth(),
        Some((file, pem)) => versions.with_client_cert_verifier(verifier(files, file, pem, provider)?),
    };
    let mut config = builder.with_single_cert(chain, key).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => fault(
            &files.key,
            format!("is not the key of the certificate in `{}`", files.certificate.display()),
            "give the key with which that certificate was asked for, and the server's own certificate first in its file",
        ),
        error => fault(
            &files.key,
            format!("cannot be used: {error}"),
            "give an ECDSA, Ed25519 or RSA key of at least 2048 bits",
        ),
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(
    files: &TlsFiles,
    file: &Path,
    pem: &[u8],
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsFault> {
    let remedy = "give the certificates of the authorities that issue your clients' certificates";
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file, pem)? {
        roots.add(certificate).map_err(|error| {
            fault(file, format!("holds a certificate that is no authority's: {error}"), remedy)
        })?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let builder = if files.client_certificates_required { builder } else { builder.allow_unauthenticated() };
    builder.build().map_err(|error| fault(file, format!("cannot be used: {error}"), remedy))
}

/// Whether a certificate is in force. Its issuer is not asked: whoever connects asks that.
fn in_force(file: &Path, certificate: &CertificateDer<'_>, at: Instant) -> Result<(), TlsFault> {
    let own = EndEntityCert::try_from(certificate).map_err(|error| {
        fault(
            file,
            format!("begins with what is no X.509 certificate: {error}"),
            "give the server's own certificate first",
        )
    })?;
    // Dates come before the issuer in this order of checks; without any authority it ends there at the latest.
    let judged =
        own.verify_for_usage(&[], &[], &[], unix_time(at), KeyUsage::server_auth(), None, None).map(|_| ());
    let day = |time: UnixTime| {
        let milliseconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX).saturating_mul(1000);
        law::Day::of(Instant::from_milliseconds(milliseconds))
    };
    match judged {
        Err(webpki::Error::CertExpired { not_after, .. }) => {
            let what = format!("holds a certificate that expired on {}", day(not_after));
            Err(fault(file, what, "renew the certificate: no browser or program would connect"))
        }
        Err(webpki::Error::CertNotValidYet { not_before, .. }) => {
            let what = format!("holds a certificate that is not in force before {}", day(not_before));
            Err(fault(file, what, "wait for that day, or look whether this machine's clock is right"))
        }
        _ => Ok(()),
    }
}

/// The fingerprint of a certificate: SHA-256 of its DER form.
pub(crate) fn fingerprint(certificate: &CertificateDer<'_>) -> [u8; 32] {
    Sha256::digest(certificate).into()
}
