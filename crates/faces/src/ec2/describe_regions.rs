//! `DescribeRegions`:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html>
//!
//! Clients ask it to find out what there is. The answer is that of an AWS account which opted in
//! to nothing; calls may be signed for any region all the same.

use super::prelude::*;
use super::region::{OptIn, REGIONS, Region};
use super::wildcard;
use serde::Serializer;

/// What to tell about.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename(deserialize = "RegionName", serialize = "RegionSet"))]
    #[serde(serialize_with = "region_set")]
    region_names: Vec<String>,
    all_regions: Option<bool>,
    #[serde(default, rename(deserialize = "Filter", serialize = "FilterSet"))]
    #[serde(serialize_with = "filter_set", skip_serializing_if = "Vec::is_empty")]
    filters: Vec<Filter>,
    dry_run: Option<bool>,
}

/// One condition; all must hold.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    name: String,
    #[serde(default, rename = "Value")]
    values: Vec<String>,
}

/// What there is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    region_info: Vec<Described>,
}

/// One region.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    region_name: &'static str,
    region_endpoint: String,
    opt_in_status: &'static str,
}

/// Lists regions.
pub fn handle(_snapshot: &Snapshot, _caller: &Caller, input: Input) -> Result<Output, Error> {
    check(&input)?;
    if input.dry_run == Some(true) {
        return Err(Error::DryRunOperation);
    }
    let asked = REGIONS.iter().filter(|region| is_asked(region, &input));
    let region_info = asked.map(describe).filter(|it| passes(it, &input.filters));
    Ok(Output {
        region_info: region_info.collect(),
    })
}

fn check(input: &Input) -> Result<(), Error> {
    let is_known = |name: &str| REGIONS.iter().any(|region| region.name == name);
    let names = input.region_names.iter().map(String::as_str);
    let unknown: Vec<&str> = names.filter(|name| !is_known(name)).collect();
    if !unknown.is_empty() {
        let message = format!("Invalid region: [{}]", unknown.join(", "));
        return Err(Error::InvalidParameterValue(message));
    }
    match input.filters.iter().find(|filter| !filter.is_known()) {
        Some(Filter { name, .. }) => {
            let message = format!("The filter '{name}' is invalid");
            Err(Error::InvalidParameterValue(message))
        }
        None => Ok(()),
    }
}

/// By name any region; otherwise those the account has, unless it wants to see all.
fn is_asked(region: &Region, input: &Input) -> bool {
    match input.region_names.is_empty() {
        true => input.all_regions == Some(true) || region.opt_in == OptIn::NotRequired,
        false => input.region_names.iter().any(|name| name == region.name),
    }
}

fn describe(region: &Region) -> Described {
    Described {
        region_name: region.name,
        region_endpoint: format!("ec2.{}.amazonaws.com", region.name),
        opt_in_status: region.opt_in.as_str(),
    }
}

fn passes(region: &Described, filters: &[Filter]) -> bool {
    filters.iter().all(|filter| filter.admits(region))
}

impl Filter {
    fn is_known(&self) -> bool {
        ["endpoint", "opt-in-status", "region-name"].contains(&self.name.as_str())
    }

    fn admits(&self, region: &Described) -> bool {
        let text = match self.name.as_str() {
            "endpoint" => region.region_endpoint.as_str(),
            "opt-in-status" => region.opt_in_status,
            _ => region.region_name,
        };
        self.values.iter().any(|value| wildcard::matches(value, text))
    }
}

/// EC2's records spell a list as a set of items, and this one always.
fn region_set<S: Serializer>(names: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    let items: Vec<_> = names.iter().map(|name| json!({ "regionName": name })).collect();
    match items.is_empty() {
        true => json!({}).serialize(serializer),
        false => json!({ "items": items }).serialize(serializer),
    }
}

fn filter_set<S: Serializer>(filters: &[Filter], serializer: S) -> Result<S::Ok, S::Error> {
    let item = |filter: &Filter| {
        let values: Vec<_> = filter.values.iter().map(|it| json!({ "value": it })).collect();
        json!({ "name": filter.name, "valueSet": { "items": values } })
    };
    let items: Vec<_> = filters.iter().map(item).collect();
    json!({ "items": items }).serialize(serializer)
}
