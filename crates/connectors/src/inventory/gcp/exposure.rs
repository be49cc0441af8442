//! Which machines the firewall rules of their networks leave open to the whole internet
//! (<https://cloud.google.com/firewall/docs/firewalls>).

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::Mutex;

use super::super::rest::Question;
use super::api::{Api, Listed, path_of};
use super::error::GcpError;
use super::machine::{Door, Instance};

const ACTION: &str = "compute.firewalls.list";
const WHOLE_V4: &str = "0.0.0.0/0";
const WHOLE_V6: &str = "::/0";
/// Rules apply to protocols by name or number (RFC 790 and after it).
const PROTOCOLS: [(&str, &str); 7] = [
    ("1", "icmp"),
    ("6", "tcp"),
    ("17", "udp"),
    ("50", "esp"),
    ("51", "ah"),
    ("94", "ipip"),
    ("132", "sctp"),
];

pub fn question(api: &Api, project: &str) -> Question {
    api.compute(
        ACTION,
        project,
        &["global", "firewalls"],
        &[("maxResults", "500")],
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    #[serde(default)]
    network: String,
    #[serde(default = "default_priority")]
    priority: u32,
    #[serde(default)]
    direction: String,
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    source_ranges: Vec<String>,
    #[serde(default)]
    source_tags: Vec<String>,
    #[serde(default)]
    source_service_accounts: Vec<String>,
    #[serde(default)]
    destination_ranges: Vec<String>,
    #[serde(default)]
    target_tags: Vec<String>,
    #[serde(default)]
    target_service_accounts: Vec<String>,
    #[serde(default)]
    allowed: Vec<Traffic>,
    #[serde(default)]
    denied: Vec<Traffic>,
}

const fn default_priority() -> u32 {
    1000
}

#[derive(Deserialize)]
struct Traffic {
    #[serde(rename = "IPProtocol")]
    protocol: String,
    #[serde(default)]
    ports: Vec<String>,
}

/// The rules of all networks of one project that speak of the whole internet, the strongest first.
#[derive(Default)]
pub struct Rules(Vec<Rule>);

/// By project, for networks may be shared between several. Each is asked once.
#[derive(Default)]
pub struct Firewalls(Mutex<HashMap<String, Arc<Result<Rules, GcpError>>>>);

impl Firewalls {
    pub async fn of(&self, api: &Api, project: &str) -> Arc<Result<Rules, GcpError>> {
        let mut known = self.0.lock().await;
        if let Some(rules) = known.get(project) {
            return rules.clone();
        }
        let rules = Arc::new(Rules::list(api, project).await);
        known.insert(project.to_owned(), rules.clone());
        rules
    }
}

/// The project of a network, `None` when it is not named as networks are.
pub fn project_of(network: &str) -> Option<&str> {
    path_of(network)?
        .split('/')
        .nth(1)
        .filter(|project| !project.is_empty())
}

impl Rules {
    async fn list(api: &Api, project: &str) -> Result<Rules, GcpError> {
        let mut rules = Vec::new();
        let mut pages = api.pages(question(api, project));
        while let Some(page) = pages.next::<Listed<Rule>>().await? {
            if let Some(reason) = page.gap() {
                return Err(GcpError::LeftOut {
                    action: ACTION,
                    place: format!("rules of {project}"),
                    reason,
                });
            }
            rules.extend(page.items.into_iter().filter(Rule::counts));
        }
        // At the same priority a rule that denies wins.
        rules.sort_by_key(|rule: &Rule| (rule.priority, rule.denied.is_empty()));
        Ok(Rules(rules))
    }

    /// Whether one interface of a machine lets anything in from everywhere.
    fn lets_in(&self, machine: &Instance, network: &str, v6: bool) -> bool {
        let mut denied: Vec<&Traffic> = Vec::new();
        for rule in &self.0 {
            if !rule.is_about(machine, network) || !rule.is_from_everywhere(v6) {
                continue;
            }
            if rule.allowed.iter().any(|traffic| !is_covered(traffic, &denied)) {
                return true;
            }
            // One that denies some destinations only leaves the others.
            if rule.destination_ranges.is_empty() {
                denied.extend(&rule.denied);
            }
        }
        false
    }

    pub fn is_open(&self, machine: &Instance, door: &Door<'_>) -> bool {
        (door.v4 && self.lets_in(machine, door.network, false))
            || (door.v6 && self.lets_in(machine, door.network, true))
    }
}

impl Rule {
    fn counts(&self) -> bool {
        let inward = self.direction != "EGRESS" && !self.disabled;
        inward && (self.is_from_everywhere(false) || self.is_from_everywhere(true))
    }

    fn is_from_everywhere(&self, v6: bool) -> bool {
        let whole = if v6 { WHOLE_V6 } else { WHOLE_V4 };
        // One that names no source at all means any.
        let any = self.source_ranges.is_empty()
            && self.source_tags.is_empty()
            && self.source_service_accounts.is_empty();
        any || self.source_ranges.iter().any(|range| range == whole)
    }

    fn is_about(&self, machine: &Instance, network: &str) -> bool {
        let everyone = self.target_tags.is_empty() && self.target_service_accounts.is_empty();
        let tagged = || self.target_tags.iter().any(|tag| machine.has_tag(tag));
        let acts_as = |account: &String| machine.acts_as(account);
        path_of(&self.network) == path_of(network)
            && (everyone || tagged() || self.target_service_accounts.iter().any(acts_as))
    }
}

/// All that is allowed was denied by something stronger.
fn is_covered(allowed: &Traffic, denied: &[&Traffic]) -> bool {
    let of = |traffic: &Traffic| protocol(&traffic.protocol).to_owned();
    let wanted = of(allowed);
    let stronger = || {
        denied
            .iter()
            .filter(|traffic| matches!(of(traffic).as_str(), "all") || of(traffic) == wanted)
    };
    if stronger().any(|traffic| traffic.ports.is_empty()) {
        return true;
    }
    let mut closed: Vec<(u16, u16)> = stronger().flat_map(|traffic| ports(traffic)).collect();
    closed.sort_unstable();
    !allowed.ports.is_empty()
        && ports(allowed).len() == allowed.ports.len()
        && ports(allowed).into_iter().all(|range| is_within(range, &closed))
}

/// `closed` is sorted, and may overlap.
fn is_within((from, to): (u16, u16), closed: &[(u16, u16)]) -> bool {
    let mut next = u32::from(from);
    for (first, last) in closed {
        if u32::from(*first) <= next {
            next = next.max(u32::from(*last) + 1);
        }
    }
    next > u32::from(to)
}

/// Ports and ranges of them; what is neither is left out.
fn ports(traffic: &Traffic) -> Vec<(u16, u16)> {
    let range = |text: &String| {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    traffic.ports.iter().filter_map(range).collect()
}

fn protocol(text: &str) -> String {
    let named = PROTOCOLS.iter().find(|(number, _)| *number == text);
    named.map_or_else(|| text.to_ascii_lowercase(), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NETWORK: &str = "https://www.googleapis.com/compute/v1/projects/p/global/networks/default";

    fn machine(more: Value) -> Instance {
        let mut machine = json!({
            "name": "m", "tags": {"items": ["web"]}, "serviceAccounts": [{"email": "a@p.iam.gserviceaccount.com"}],
            "networkInterfaces": [{"network": NETWORK, "accessConfigs": [{"natIP": "203.0.113.7"}]}],
        });
        machine
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        serde_json::from_value(machine).unwrap()
    }

    fn rule(more: Value) -> Value {
        let mut rule = json!({
            "network": NETWORK, "direction": "INGRESS", "priority": 1000, "sourceRanges": [WHOLE_V4],
        });
        rule.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        rule
    }

    fn is_open(rules: &[Value], machine: &Instance) -> bool {
        let rules = rules
            .iter()
            .map(|rule| serde_json::from_value(rule.clone()).unwrap());
        let mut rules: Vec<Rule> = rules.filter(Rule::counts).collect();
        rules.sort_by_key(|rule: &Rule| (rule.priority, rule.denied.is_empty()));
        let rules = Rules(rules);
        machine.doors().any(|door| rules.is_open(machine, &door))
    }

    fn tcp(ports: &[&str]) -> Value {
        json!([{"IPProtocol": "tcp", "ports": ports}])
    }

    fn web() -> Value {
        rule(json!({"allowed": tcp(&["443"])}))
    }

    #[test]
    fn a_rule_opens_what_it_is_about() {
        for (more, open) in [
            (json!({}), true),
            (json!({"disabled": true}), false),
            (json!({"direction": "EGRESS"}), false),
            (json!({"sourceRanges": ["10.0.0.0/8"]}), false),
            (json!({"sourceRanges": ["10.0.0.0/8", WHOLE_V4]}), true),
            (json!({"sourceRanges": []}), true),
            (json!({"sourceRanges": [], "sourceTags": ["x"]}), false),
            (json!({"network": "projects/p/global/networks/default"}), true),
            (json!({"network": "projects/p/global/networks/other"}), false),
            (json!({"targetTags": ["db"]}), false),
            (json!({"targetTags": ["db", "web"]}), true),
            (
                json!({"targetServiceAccounts": ["a@p.iam.gserviceaccount.com"]}),
                true,
            ),
            (
                json!({"targetServiceAccounts": ["b@p.iam.gserviceaccount.com"]}),
                false,
            ),
        ] {
            let mut rule = web();
            rule.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            assert_eq!(is_open(&[rule], &machine(json!({}))), open, "{more}");
        }
        assert!(!is_open(&[], &machine(json!({}))));
    }

    #[test]
    fn what_a_stronger_rule_denies_a_weaker_one_does_not_open() {
        let deny = |priority: u32, denied: Value| rule(json!({"priority": priority, "denied": denied}));
        let all = || json!([{"IPProtocol": "all"}]);
        let first = |more: Value| {
            let mut rule = deny(1, all());
            rule.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            rule
        };
        let ports = |ports: &[&str]| rule(json!({"allowed": tcp(ports)}));
        for (allow, deny, open) in [
            (web(), deny(900, all()), false),
            (web(), deny(1000, all()), false),
            (web(), deny(1100, all()), true),
            (web(), deny(900, json!([{"IPProtocol": "6"}])), false),
            (web(), deny(900, json!([{"IPProtocol": "udp"}])), true),
            (web(), deny(900, tcp(&["1-400", "401-1000"])), false),
            (web(), deny(900, tcp(&["80"])), true),
            (ports(&["80-90"]), deny(900, tcp(&["80-85", "87-90"])), true),
            (ports(&[]), deny(900, tcp(&["1-400"])), true),
            (web(), first(json!({"destinationRanges": ["10.0.0.1/32"]})), true),
            (web(), first(json!({"sourceRanges": ["10.0.0.0/8"]})), true),
            (web(), first(json!({"targetTags": ["db"]})), true),
        ] {
            let said = format!("{allow} {deny}");
            assert_eq!(is_open(&[allow, deny], &machine(json!({}))), open, "{said}");
        }
    }

    #[test]
    fn each_family_of_addresses_has_its_own_rules() {
        let v6 = machine(json!({"networkInterfaces": [{
            "network": NETWORK, "ipv6AccessConfigs": [{"externalIpv6": "2001:db8::1"}],
        }]}));
        let inside = machine(json!({"networkInterfaces": [{"network": NETWORK, "accessConfigs": [{}]}]}));
        let v4_rule = rule(json!({"allowed": tcp(&["443"])}));
        let v6_rule = rule(json!({"allowed": tcp(&["443"]), "sourceRanges": [WHOLE_V6]}));
        for (rule, machine, open) in [
            (&v4_rule, &v6, false),
            (&v6_rule, &v6, true),
            (&v6_rule, &machine(json!({})), false),
            (&v4_rule, &inside, false),
        ] {
            assert_eq!(is_open(std::slice::from_ref(rule), machine), open, "{rule}");
        }
    }
}
