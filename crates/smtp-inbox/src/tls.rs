//! The certificate that STARTTLS shows.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate chain is not PEM, or holds no certificate.
    #[error("expected a certificate chain in PEM form")]
    Certificate,
    /// The key is not PEM, or holds no private key.
    #[error("expected a private key in PEM form")]
    Key,
    /// Certificate and key do not belong together, or use an algorithm that is not supported.
    #[error("certificate and key cannot be used together")]
    Pair(#[from] rustls::Error),
    /// A certificate for these names could not be made.
    #[cfg(feature = "made-certificate")]
    #[error("a certificate for these names could not be made")]
    Make(#[from] rcgen::Error),
}

/// What a TLS server of this certificate chain and key needs.
///
/// # Errors
/// [`TlsError::Certificate`], [`TlsError::Key`] or [`TlsError::Pair`].
pub fn server_config(certificate_pem: &[u8], key_pem: &[u8]) -> Result<Arc<ServerConfig>, TlsError> {
    let chain: Vec<_> =
        CertificateDer::pem_slice_iter(certificate_pem).collect::<Result<_, _>>().map_err(|_| TlsError::Certificate)?;
    if chain.is_empty() {
        return Err(TlsError::Certificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(|_| TlsError::Key)?;
    // named outright: a build with a second provider would otherwise have none by default
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}

/// A self-signed certificate and its key, both PEM.
#[cfg(feature = "made-certificate")]
pub struct MadeCertificate {
    /// The certificate; clients that shall trust it need it as a root.
    pub certificate_pem: String,
    /// The private key.
    pub key_pem: String,
}

/// Makes a self-signed certificate for the given host names and addresses.
///
/// # Errors
/// [`TlsError::Make`] when a name is neither a host name nor an address.
#[cfg(feature = "made-certificate")]
pub fn make_certificate(names: &[&str]) -> Result<MadeCertificate, TlsError> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names)?;
    // EXPOSE: the caller asked for the key of a certificate that nobody else trusts
    Ok(MadeCertificate { certificate_pem: made.cert.pem(), key_pem: made.signing_key.serialize_pem() })
}
