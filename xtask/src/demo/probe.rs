//! Ports of this machine: which are free, and whether something answers there.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::failure::{Because, Failure, Outcome};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// A port that nothing listens on at this moment.
///
/// # Errors
/// The system has none.
pub fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).because(|| "looking for a free port".to_owned())?;
    let address = listener.local_addr().because(|| "looking for a free port".to_owned())?;
    Ok(address.port())
}

/// The port can be listened on.
///
/// # Errors
/// Another program listens there, or the system does not permit it.
pub fn check_is_free(port: u16) -> Outcome {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Err(Failure::new(format!("port {port} is in use"))
                .hint("stop the other program, or choose another: --port N"))
        }
        Err(error) => {
            Err(Failure::new(format!("port {port} cannot be used: {error}")).hint("choose another: --port N"))
        }
    }
}

/// Whether `GET path` on this port is answered by status 200.
pub fn is_ready(port: u16, path: &str) -> bool {
    status(port, path) == Some(200)
}

fn status(port: u16, path: &str) -> Option<u16> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).ok()?;
    status_of(&head)
}

/// `HTTP/1.1 200` is 200.
fn status_of(head: &[u8; 12]) -> Option<u16> {
    std::str::from_utf8(head).ok()?.strip_prefix("HTTP/1.1 ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_port_is_refused_with_advice() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let failure = check_is_free(listener.local_addr().unwrap().port()).unwrap_err().to_string();
        assert!(failure.contains("is in use") && failure.contains("--port"), "{failure}");
    }

    #[test]
    fn the_status_is_read_from_the_first_line() {
        assert_eq!(status_of(b"HTTP/1.1 200"), Some(200));
        assert_eq!(status_of(b"HTTP/1.1 abc"), None);
    }

    #[test]
    fn nothing_listening_is_not_ready() {
        assert!(!is_ready(free_port().unwrap(), "/"));
    }
}
