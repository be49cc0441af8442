//! A block of addresses: `10.20.0.0/16`, `fd12::/32`, `192.168.7.4`.

use std::fmt;
use std::net::IpAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

impl Network {
    pub fn parse(text: &str) -> Option<Network> {
        let (base, prefix) = match text.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().ok()?;
        let prefix = prefix.unwrap_or(width(base));
        let network = Network { base, prefix };
        // Bits behind the prefix are a mistake: somebody meant another block.
        let sound = prefix <= width(base) && bits(base) & !network.mask() == 0;
        sound.then_some(network)
    }

    pub fn holds(&self, ip: IpAddr) -> bool {
        width(ip) == width(self.base) && bits(ip) & self.mask() == bits(self.base)
    }

    /// It names nothing but this machine.
    pub(super) fn is_loopback(&self) -> bool {
        match self.base {
            IpAddr::V4(base) => base.is_loopback() && self.prefix >= 8,
            IpAddr::V6(base) => base.is_loopback(),
        }
    }

    fn mask(&self) -> u128 {
        let free = u32::from(width(self.base) - self.prefix);
        u128::MAX.checked_shl(free).unwrap_or(0)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

fn width(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_their_addresses_and_no_others() {
        let holds = |network: &str, ip: &str| Network::parse(network).unwrap().holds(ip.parse().unwrap());
        assert!(holds("10.20.0.0/16", "10.20.255.1") && !holds("10.20.0.0/16", "10.21.0.1"));
        assert!(holds("192.168.7.4", "192.168.7.4") && !holds("192.168.7.4", "192.168.7.5"));
        assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("fd12::/32", "fd12:0:1::1") && !holds("fd12::/32", "fd13::1"));
        assert!(holds("::/0", "2606::1") && !holds("::/0", "8.8.8.8"));
        for wrong in [
            "10.20.0.1/16",
            "10.0.0.0/33",
            "10.0.0.0/",
            "fd12::/129",
            "example.org",
            "",
            "10/8",
        ] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}
