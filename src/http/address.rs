//! Where a request comes from, through whatever proxies the operator trusts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

use crate::config::Config;

/// The client's address: the peer's, or behind trusted proxies the last one that none of them has.
pub(crate) fn client_address(request: &HttpRequest, config: &Config) -> IpAddr {
    let peer = peer_address(request);
    behind_proxies(peer, forwarded_for(request.headers()), &config.trusted_proxies)
}

/// The other end of the connection. Where there is none (a Unix socket), this machine.
pub(crate) fn peer_address(request: &HttpRequest) -> IpAddr {
    request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip().to_canonical())
}

/// Whether the browser's connection is encrypted, by the word of a trusted proxy.
pub(crate) fn is_encrypted(request: &HttpRequest, config: &Config) -> bool {
    said_by_proxy(request, config, b"https")
}

/// Whether a trusted proxy says that others can read the browser's connection. Without its word nothing is known: it may be a
/// watchdog on this machine.
pub(super) fn is_plain(request: &HttpRequest, config: &Config) -> bool {
    said_by_proxy(request, config, b"http")
}

fn said_by_proxy(request: &HttpRequest, config: &Config, scheme: &[u8]) -> bool {
    let proto = request.headers().get("X-Forwarded-Proto");
    is_trusted(peer_address(request), &config.trusted_proxies)
        && proto.is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(scheme))
}

/// What limits count together: an IPv6 client has a whole /64 to choose its addresses from.
pub(crate) fn counted_as(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) >> 64 << 64).into(),
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// The hops that the header names, the last one first; what cannot be read ends them.
fn forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines: Vec<_> = headers.get_all("X-Forwarded-For").collect();
    lines
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
        .map(|hop| parse_hop(std::str::from_utf8(hop).ok()?.trim()))
        .collect()
}

/// Some proxies write the port as well.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let address = bare
        .parse()
        .or_else(|_| hop.parse().map(|socket: std::net::SocketAddr| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

fn behind_proxies(peer: IpAddr, hops: impl IntoIterator<Item = Option<IpAddr>>, trusted: &[IpNet]) -> IpAddr {
    let mut address = peer;
    for hop in hops {
        // Only what a trusted proxy says about its own peer is believed.
        match hop {
            Some(hop) if is_trusted(address, trusted) => address = hop,
            _ => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn through(peer: &str, header: &str, trusted: &[&str]) -> IpAddr {
        let request = TestRequest::default()
            .insert_header(("X-Forwarded-For", header))
            .to_http_request();
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        behind_proxies(ip(peer), forwarded_for(request.headers()), &trusted)
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(through("198.51.100.7", "203.0.113.9", &[]), ip("198.51.100.7"));
        assert_eq!(
            through("198.51.100.7", "203.0.113.9", &["10.0.0.0/8"]),
            ip("198.51.100.7")
        );
    }

    #[test]
    fn it_is_the_last_hop_that_is_no_proxy() {
        let trusted = &["10.0.0.0/8"];
        assert_eq!(through("10.0.0.1", "203.0.113.9", trusted), ip("203.0.113.9"));
        assert_eq!(through("10.0.0.1", "203.0.113.9, 10.0.0.2", trusted), ip("203.0.113.9"));
        // What the client itself wrote stands further left, and is not reached.
        assert_eq!(
            through("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", trusted),
            ip("203.0.113.9")
        );
        assert_eq!(through("10.0.0.1", "203.0.113.9:4711", trusted), ip("203.0.113.9"));
        assert_eq!(through("10.0.0.1", "[2001:db8::1]:4711", trusted), ip("2001:db8::1"));
        assert_eq!(through("10.0.0.1", "nonsense", trusted), ip("10.0.0.1"));
    }

    #[test]
    fn an_ipv6_client_is_counted_by_its_network() {
        assert_eq!(counted_as(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(counted_as(ip("203.0.113.9")), ip("203.0.113.9"));
    }

    proptest! {
        #[test]
        fn a_stranger_cannot_choose_an_address(header in "[ -~]{0,60}") {
            prop_assert_eq!(through("198.51.100.7", &header, &["10.0.0.0/8"]), ip("198.51.100.7"));
            // Behind one proxy, whatever the client claims stands before what the proxy appends.
            let claimed = format!("{header}, 203.0.113.9");
            prop_assert_eq!(through("10.0.0.1", &claimed, &["10.0.0.0/8"]), ip("203.0.113.9"));
        }
    }
}
