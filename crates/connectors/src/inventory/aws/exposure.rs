//! Which security groups let the whole internet in.

use std::collections::HashSet;

use qlrf_core::asset::Exposure;
use serde::Deserialize;

use super::api::{EC2, Request};
use super::cell::Cell;
use super::error::AwsError;
use super::page::{Items, Page};

#[derive(Default)]
pub struct OpenGroups {
    v4: HashSet<String>,
    v6: HashSet<String>,
}

/// The groups that one network interface is in, and how it can be reached.
pub struct Door<'a> {
    pub groups: Vec<&'a str>,
    pub public_v4: bool,
    pub v6: bool,
}

pub fn request() -> Request {
    Request::new(&EC2, "DescribeSecurityGroups").with("MaxResults", 1000)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Groups {
    #[serde(default)]
    security_group_info: Items<Group>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    group_id: String,
    #[serde(default)]
    ip_permissions: Items<Permission>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Permission {
    #[serde(default)]
    ip_ranges: Items<Range>,
    #[serde(default)]
    ipv6_ranges: Items<Range6>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    cidr_ip: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Range6 {
    cidr_ipv6: String,
}

impl Page for Groups {
    fn next(&mut self) -> Option<String> {
        self.next_token.take()
    }
}

impl OpenGroups {
    /// Of all groups of a region only those that are open are kept.
    pub async fn list(cell: &Cell) -> Result<OpenGroups, AwsError> {
        let mut open = OpenGroups::default();
        let mut pages = cell.pages(request());
        while let Some(page) = pages.next::<Groups>().await? {
            for group in page.security_group_info.list {
                let rules = &group.ip_permissions.list;
                let v4 = |rule: &Permission| {
                    rule.ip_ranges
                        .list
                        .iter()
                        .any(|range| range.cidr_ip == "0.0.0.0/0")
                };
                let v6 = |rule: &Permission| {
                    rule.ipv6_ranges
                        .list
                        .iter()
                        .any(|range| range.cidr_ipv6 == "::/0")
                };
                if rules.iter().any(v6) {
                    open.v6.insert(group.group_id.clone());
                }
                if rules.iter().any(v4) {
                    open.v4.insert(group.group_id);
                }
            }
        }
        Ok(open)
    }

    pub fn judge(&self, doors: &[Door<'_>]) -> Exposure {
        let reached = doors.iter().any(|door| {
            let any_of = |open: &HashSet<String>| door.groups.iter().any(|group| open.contains(*group));
            (door.public_v4 && any_of(&self.v4)) || (door.v6 && any_of(&self.v6))
        });
        match reached {
            true => Exposure::Internet,
            false => Exposure::Internal,
        }
    }
}
