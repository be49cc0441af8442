use std::time::Duration;

use qlrf_connectors::feed::{Kind, find_kind};

/// Feeds: how often they are fetched, and from where.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct FeedConfig {
    /// How often feeds are fetched: `24h`, `off` (never: nothing calls out), or for one of them: `osv=12h,epss=off`.
    #[arg(
        long = "feed-interval", env = "QLRF_FEED_INTERVAL", value_delimiter = ',', default_value = "24h",
        value_parser = parse_interval
    )]
    pub intervals: Vec<Interval>,
    /// A mirror instead of the publisher: `kev=https://mirror.example.org/kev.json`. In that of OSV, `{ecosystem}` stands
    /// for the name of each one that is wanted. It may lie inside your network.
    #[arg(long = "feed-url", env = "QLRF_FEED_URL", value_delimiter = ',', value_parser = parse_mirror)]
    pub mirrors: Vec<Mirror>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// `None`: of every feed that is not named.
    pub feed: Option<&'static str>,
    /// `None`: by hand only.
    pub every: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    pub feed: &'static str,
    pub url: String,
}

/// A publisher renews nothing more often than that, and none of them wants to be asked more often.
const INTERVAL_MIN: Duration = Duration::from_secs(15 * 60);
const INTERVAL_MAX: Duration = Duration::from_secs(31 * 24 * 3600);
const INTERVAL_DEFAULT: Duration = Duration::from_secs(24 * 3600);

impl FeedConfig {
    /// `None`: by hand only. The last word on a feed counts.
    pub fn interval(&self, kind: &Kind) -> Option<Duration> {
        let last = |feed: Option<&str>| self.intervals.iter().rfind(|interval| interval.feed == feed);
        last(Some(kind.name))
            .or_else(|| last(None))
            .map_or(Some(INTERVAL_DEFAULT), |interval| interval.every)
    }

    pub fn mirror(&self, kind: &Kind) -> Option<&str> {
        let mirror = self.mirrors.iter().rfind(|mirror| mirror.feed == kind.name)?;
        Some(&mirror.url)
    }
}

fn parse_interval(text: &str) -> Result<Interval, String> {
    let (feed, time) = match text.split_once('=') {
        Some((feed, time)) => (Some(known(feed)?), time),
        None => (None, text),
    };
    let every = match time {
        "off" => None,
        time => Some(parse_time(time)?),
    };
    Ok(Interval { feed, every })
}

fn parse_time(text: &str) -> Result<Duration, String> {
    let wrong = || "it takes `off`, or a time such as `30m`, `24h` or `7d`".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    let time = Duration::from_secs(number.saturating_mul(seconds));
    match time {
        time if time < INTERVAL_MIN => Err("a feed is fetched every 15 minutes at most".to_owned()),
        time if time > INTERVAL_MAX => Err("a feed is fetched every 31 days at least; or `off`".to_owned()),
        time => Ok(time),
    }
}

fn parse_mirror(text: &str) -> Result<Mirror, String> {
    let (feed, url) = text.split_once('=').ok_or("it takes FEED=URL")?;
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err("a mirror begins with http:// or https://".to_owned());
    }
    Ok(Mirror {
        feed: known(feed)?,
        url: url.to_owned(),
    })
}

fn known(feed: &str) -> Result<&'static str, String> {
    let known =
        find_kind(feed).ok_or_else(|| format!("there is no feed \"{feed}\"; known are osv, kev and epss"))?;
    Ok(known.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(texts: &[&str]) -> FeedConfig {
        FeedConfig {
            intervals: texts.iter().map(|text| parse_interval(text).unwrap()).collect(),
            mirrors: Vec::new(),
        }
    }

    #[test]
    fn the_last_word_on_a_feed_counts() {
        let of = |config: &FeedConfig, feed: &str| config.interval(find_kind(feed).unwrap());
        let hours = |n: u64| Some(Duration::from_secs(n * 3600));
        let named = config(&["osv=12h", "off", "kev=1h"]);
        assert_eq!(
            [of(&named, "osv"), of(&named, "kev"), of(&named, "epss")],
            [hours(12), hours(1), None]
        );
        assert_eq!(of(&config(&["epss=off"]), "osv"), hours(24));
        for wrong in ["", "h", "1", "5m", "99d", "nvd=1h", "osv=", "-1h", "1µ"] {
            assert!(parse_interval(wrong).is_err(), "{wrong}");
        }
        for wrong in ["kev", "kev=file:///x", "nvd=https://x"] {
            assert!(parse_mirror(wrong).is_err(), "{wrong}");
        }
    }
}
