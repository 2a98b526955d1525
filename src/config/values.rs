//! Values with a form of their own: spans of time, networks, origins.

use std::{net::IpAddr, str::FromStr, time::Duration};

use ipnet::IpNet;

/// A span of time as people write it in settings: a number and a unit, `90s`, `15m`, `24h`, `7d`.
///
/// A bare number is refused: some of the systems that use these names read it as seconds, others as hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(Duration);

impl Span {
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = text.strip_prefix(digits).unwrap_or_default().trim();
        let seconds_per_unit = match unit {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return Err("write a number and a unit: 90s, 15m, 24h or 7d".to_owned()),
        };
        let count: u64 = digits
            .parse()
            .map_err(|_| "write a whole number before the unit, like 15m".to_owned())?;
        match count.checked_mul(seconds_per_unit) {
            Some(0) => Err("it must be longer than nothing".to_owned()),
            Some(seconds) if seconds <= 3650 * 24 * 60 * 60 => Ok(Self(Duration::from_secs(seconds))),
            _ => Err("it must not be longer than ten years (3650d)".to_owned()),
        }
    }
}

/// Reads a network (`10.0.0.0/8`) or one address (`10.0.0.7`).
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| "write an address or a network, like 10.0.0.7 or 10.0.0.0/8".to_owned())
}

/// A web site's origin as browsers send it: scheme, host and, where it is not the usual one, port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is reached by HTTPS.
    pub fn is_encrypted(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let origin = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', '*', ' ']) => Ok(Self(origin)),
            _ => Err("write an origin, like https://crm.example.com".to_owned()),
        }
    }
}
