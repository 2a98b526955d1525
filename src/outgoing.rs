//! Calls to addresses that a company enters: never to what only this server can reach.
//!
//! A name is resolved first, each of its addresses is looked at, and only those are called that were looked at: a name that means
//! something else a moment later gains nothing. Redirections are not followed. What lies inside is called only where the operator says so.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::Value;
use url::{Host, Url};

/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The largest answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// Why a call was not made, or came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error("{0} is no address of the web")]
    NoAddress(String),
    #[error("{0} lies inside, and is not called")]
    Inside(String),
    #[error("{0} is not known")]
    Unknown(String, #[source] std::io::Error),
    #[error("a header is none")]
    Header,
    #[error("the call failed")]
    Failed(#[from] reqwest::Error),
    #[error("the answer is larger than {MAX_ANSWER} bytes")]
    TooLarge,
    #[error("the answer is {0}")]
    Refused(u16),
}

/// Something to be asked.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) body: Option<&'a Value>,
}

/// Makes calls. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    /// `host` or `host:port`, in lower case, that may be called wherever they lie.
    allowed: Vec<String>,
}

impl Outgoing {
    pub(crate) fn new(allowed: &[String]) -> Self {
        Self {
            allowed: allowed.iter().map(|host| host.trim().to_lowercase()).collect(),
        }
    }

    /// Asks, and reads the answer: as JSON where it is, else as a text.
    ///
    /// # Errors
    /// Why not, or how it failed.
    pub(crate) async fn ask(&self, call: &Call<'_>) -> Result<Value, CallError> {
        let url = Url::parse(call.url).map_err(|_| CallError::NoAddress(call.url.to_owned()))?;
        let client = self.client(&url).await?;
        let mut request = client.request(call.method.clone(), url);
        for (name, value) in &call.headers {
            let name: reqwest::header::HeaderName = name.parse().map_err(|_| CallError::Header)?;
            let value: reqwest::header::HeaderValue = value.parse().map_err(|_| CallError::Header)?;
            request = request.header(name, value);
        }
        if let Some(body) = call.body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        if !status.is_success() {
            return Err(CallError::Refused(status.as_u16()));
        }
        let text = read(response).await?;
        Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A client that calls this address and no other.
    async fn client(&self, url: &Url) -> Result<Client, CallError> {
        let no_address = || CallError::NoAddress(url.to_string());
        let host = url.host().ok_or_else(no_address)?;
        let port = url.port_or_known_default().ok_or_else(no_address)?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() {
            return Err(no_address());
        }
        let client = Client::builder().timeout(TIMEOUT).redirect(Policy::none()).no_proxy();
        let name = host.to_string().to_lowercase();
        if self.allows(&name, port) {
            return Ok(client.build()?);
        }
        let addresses: Vec<SocketAddr> = match host {
            Host::Domain(domain) => {
                let found = tokio::net::lookup_host((domain, port)).await;
                found
                    .map_err(|error| CallError::Unknown(name.clone(), error))?
                    .collect()
            }
            Host::Ipv4(address) => vec![(address, port).into()],
            Host::Ipv6(address) => vec![(address, port).into()],
        };
        if addresses.is_empty() || !addresses.iter().all(|address| is_public(address.ip())) {
            return Err(CallError::Inside(name));
        }
        Ok(client.resolve_to_addrs(&name, &addresses).build()?)
    }

    fn allows(&self, host: &str, port: u16) -> bool {
        let with_port = format!("{host}:{port}");
        self.allowed
            .iter()
            .any(|allowed| *allowed == host || *allowed == with_port)
    }
}

async fn read(response: Response) -> Result<String, CallError> {
    let mut bytes = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece?);
        if bytes.len() > MAX_ANSWER {
            return Err(CallError::TooLarge);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether an address is one that everybody can reach.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4() {
        return is_public_v4(inner) && address.to_ipv4_mapped().is_some();
    }
    let segments = address.segments();
    // Only what is handed out for the public, and of it no ways into other networks.
    segments[0] & 0xe000 == 0x2000
        && segments[0] != 0x2002
        && !(segments[0] == 0x2001 && (segments[1] == 0xdb8 || segments[1] < 0x200))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_inside_is_no_public_address() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for public in [
            "8.8.8.8",
            "200.160.2.3",
            "2804:14d::1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[tokio::test]
    async fn an_address_inside_is_not_called_unless_the_operator_says_so() {
        let ask = async |allowed: &[&str], url: &str| {
            let allowed: Vec<String> = allowed.iter().map(|host| (*host).to_owned()).collect();
            let call = Call {
                method: Method::GET,
                url,
                headers: Vec::new(),
                body: None,
            };
            Outgoing::new(&allowed).ask(&call).await.unwrap_err()
        };
        for url in [
            "http://127.0.0.1:9/",
            "http://localhost:9/",
            "http://[::1]:9/",
            "http://2130706433:9/",
            "http://0x7f.1:9/",
            "http://169.254.169.254/latest/meta-data/",
        ] {
            assert!(matches!(ask(&[], url).await, CallError::Inside(_)), "{url}");
            assert!(
                matches!(ask(&["127.0.0.1:8"], url).await, CallError::Inside(_)),
                "{url}"
            );
        }
        for url in ["ftp://a.test/", "file:///etc/passwd", "nonsense", "http://ana@a.test/"] {
            assert!(matches!(ask(&[], url).await, CallError::NoAddress(_)), "{url}");
        }
        // Nobody listens there, but it is called.
        assert!(matches!(
            ask(&["127.0.0.1:9"], "http://127.0.0.1:9/").await,
            CallError::Failed(_)
        ));
    }
}
