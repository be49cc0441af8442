//! What kind of address one is, by the registries <https://www.iana.org/assignments/iana-ipv4-special-registry> and its
//! counterpart for IPv6, and by where clouds answer their machines.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    /// Of a network of somebody's own.
    Private,
    Loopback,
    /// Nothing that runs elsewhere has it, or what has it hands out credentials. The text says which.
    Never(&'static str),
}

const METADATA: &str = "is where a cloud hands its machines their credentials";
const LINK_LOCAL: &str = "is a link-local address";
const RESERVED: &str = "is a reserved address";

/// Clouds answer their machines at these, besides link-local addresses.
const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
];
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42),
];

/// Addresses that lead to an IPv4 address are judged as that one.
pub(super) fn effective(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    let segments = v6.segments();
    let v4 = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => ip,
        // Mapped, compatible and translated addresses carry it at their end, 6to4 in front.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        _ => ip,
    }
}

pub(super) fn kind(ip: IpAddr) -> Kind {
    match effective(ip) {
        IpAddr::V4(ip) => kind_v4(ip),
        IpAddr::V6(ip) => kind_v6(ip),
    }
}

fn kind_v4(ip: Ipv4Addr) -> Kind {
    let [a, b, c, _] = ip.octets();
    match (a, b, c) {
        _ if METADATA_V4.contains(&ip) => Kind::Never(METADATA),
        (169, 254, _) => Kind::Never(LINK_LOCAL),
        (127, ..) => Kind::Loopback,
        (0 | 224.., ..) | (192, 0, 0) | (192, 88, 99) => Kind::Never(RESERVED),
        _ if ip.is_documentation() => Kind::Never(RESERVED),
        (100, 64..128, _) | (198, 18..20, _) => Kind::Private,
        _ if ip.is_private() => Kind::Private,
        _ => Kind::Public,
    }
}

fn kind_v6(ip: Ipv6Addr) -> Kind {
    match ip.segments() {
        _ if METADATA_V6.contains(&ip) => Kind::Never(METADATA),
        [0, 0, 0, 0, 0, 0, 0, 1] => Kind::Loopback,
        [0xfe80..=0xfeff, ..] => Kind::Never(LINK_LOCAL),
        [0xfc00..=0xfdff, ..] => Kind::Private,
        // Tunnels carry an address that nobody here can judge.
        [0x2001, 0 | 0xdb8, ..] => Kind::Never(RESERVED),
        // Only this block is handed out.
        [0x2000..=0x3fff, ..] => Kind::Public,
        _ => Kind::Never(RESERVED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_the_kind_that_they_lead_to() {
        let of = |text: &str| kind(text.parse().unwrap());
        for text in [
            "8.8.8.8",
            "2606:4700::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert_eq!(of(text), Kind::Public, "{text}");
        }
        for text in [
            "10.0.0.1",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "fd12::1",
            "::ffff:10.0.0.1",
        ] {
            assert_eq!(of(text), Kind::Private, "{text}");
        }
        for text in [
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "::127.0.0.1",
        ] {
            assert_eq!(of(text), Kind::Loopback, "{text}");
        }
        for text in [
            "169.254.169.254",
            "169.254.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
            "fe80::1",
            "fec0::1",
            "0.0.0.0",
            "0.1.2.3",
            "::",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "ff02::1",
            "192.0.2.1",
            "2001:db8::1",
            "2001::1",
            "64:ff9b:1::1",
            "4000::1",
        ] {
            assert!(matches!(of(text), Kind::Never(_)), "{text}");
        }
    }
}
