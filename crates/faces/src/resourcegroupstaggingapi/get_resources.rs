//! `GetResources`:
//! <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html>
//!
//! What bears tags now is told; what once did and no longer does is not remembered. There are no
//! tag policies, so there is nothing to comply with.

use super::prelude::*;
use super::tag_filter::TagFilter;
use super::told::Told;
use super::type_filter;
use crate::name_token;

const ARNS_MAX: usize = 100;
const TYPES_MAX: usize = 100;
/// As many resources as one gets unasked.
const USUAL: usize = 50;
const RESOURCES_MAX: i64 = 100;
const TAGS_MIN: i64 = 100;
const TAGS_MAX: i64 = 500;

/// Of what, and which page.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(rename = "ResourceARNList")]
    arns: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resource_type_filters: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tag_filters: Vec<TagFilter>,
    resources_per_page: Option<i64>,
    tags_per_page: Option<i64>,
    pagination_token: Option<String>,
    include_compliance_details: Option<bool>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    pagination_token: String,
    resource_tag_mapping_list: Vec<Told>,
}

/// How much fits on a page.
#[derive(Debug, PartialEq, Eq)]
struct Room {
    resources: usize,
    tags: usize,
}

/// Lists the tags of what the caller's account has in the region.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let room = input.room()?;
    let after = input.after()?;
    let state = snapshot.state();
    let all = state.tagged(caller.account(), caller.region(), caller.at());
    let asked = all.into_iter().filter(|(arn, tags)| input.admits(arn, tags));
    let rest = asked.filter(|(arn, _)| after.as_ref().is_none_or(|after| arn > after));
    Ok(page(rest.map(|(arn, tags)| Told::of(arn, tags)), &room))
}

fn page(mut all: impl Iterator<Item = Told>, room: &Room) -> Output {
    let mut told: Vec<Told> = Vec::new();
    let mut tags = 0_usize;
    let more = all.find_map(|next| {
        tags = tags.saturating_add(next.weight());
        let is_full = told.len() == room.resources || (tags > room.tags && !told.is_empty());
        match is_full {
            true => Some(next),
            false => {
                told.push(next);
                None
            }
        }
    });
    let last = told.last().filter(|_| more.is_some());
    let token = last.map(|last| name_token::write(&last.arn));
    Output { pagination_token: token.unwrap_or_default(), resource_tag_mapping_list: told }
}

impl Input {
    fn admits(&self, arn: &str, tags: &BTreeMap<String, String>) -> bool {
        let types = &self.resource_type_filters;
        self.arns.as_ref().is_none_or(|arns| arns.iter().any(|asked| asked == arn))
            && (types.is_empty() || types.iter().any(|filter| type_filter::admits(filter, arn)))
            && self.tag_filters.iter().all(|filter| filter.admits(tags))
    }

    /// Checks what is asked for; all that is named fits on one page.
    fn room(&self) -> Result<Room, Error> {
        if self.include_compliance_details == Some(true) {
            return refuse("there are no tag policies: leave out `IncludeComplianceDetails`");
        }
        TagFilter::check(&self.tag_filters)?;
        if self.resource_type_filters.len() > TYPES_MAX {
            return refuse(&format!("`ResourceTypeFilters` has more than {TYPES_MAX} items"));
        }
        if let Some(arns) = &self.arns {
            self.check_alone(arns.len())?;
            return Ok(Room { resources: ARNS_MAX, tags: usize::MAX });
        }
        let within = |name: &str, asked: Option<i64>, min, max| match asked {
            Some(n) if !(min..=max).contains(&n) => {
                refuse(&format!("`{name}` is {n}: ask for {min} to {max}"))
            }
            n => Ok(n.and_then(|n| usize::try_from(n).ok())),
        };
        let resources = within("ResourcesPerPage", self.resources_per_page, 1, RESOURCES_MAX)?;
        let tags = within("TagsPerPage", self.tags_per_page, TAGS_MIN, TAGS_MAX)?;
        let (resources, tags) = (resources.unwrap_or(USUAL), tags.unwrap_or(usize::MAX));
        Ok(Room { resources, tags })
    }

    /// A list of ARNs goes with nothing else.
    fn check_alone(&self, arns: usize) -> Result<(), Error> {
        if !(1..=ARNS_MAX).contains(&arns) {
            return refuse(&format!("`ResourceARNList` has {arns} items: give 1 to {ARNS_MAX}"));
        }
        let token = self.pagination_token.as_deref().unwrap_or_default();
        let is_alone = self.resource_type_filters.is_empty()
            && self.tag_filters.is_empty()
            && self.resources_per_page.is_none()
            && self.tags_per_page.is_none()
            && token.is_empty();
        match is_alone {
            true => Ok(()),
            false => refuse(
                "`ResourceARNList` goes without filters and pages: leave out either it or those",
            ),
        }
    }

    /// Where the page before ended.
    fn after(&self) -> Result<Option<String>, Error> {
        match self.pagination_token.as_deref() {
            None | Some("") => Ok(None),
            Some(token) => name_token::read(token).map(Some).ok_or(Error::PaginationTokenExpired),
        }
    }
}

fn refuse<T>(why: &str) -> Result<T, Error> {
    Err(Error::InvalidParameter(why.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(arn: &str, tags: usize) -> Told {
        let tags = (0..tags).map(|n| (n.to_string(), String::new())).collect();
        Told::of(arn.to_owned(), &tags)
    }

    fn page(resources: usize, tags: usize) -> (usize, Option<String>) {
        let all = [told("a", 2), told("b", 2), told("c", 1)];
        let Output { pagination_token, resource_tag_mapping_list } =
            super::page(all.into_iter(), &Room { resources, tags });
        (resource_tag_mapping_list.len(), name_token::read(&pagination_token))
    }

    #[test]
    fn a_page_ends_where_resources_or_tags_are_enough() {
        assert_eq!(page(3, 9), (3, None));
        assert_eq!(page(2, 9), (2, Some("b".to_owned())));
        assert_eq!(page(9, 3), (1, Some("a".to_owned())));
        assert_eq!(page(9, 5), (3, None));
        assert_eq!(page(9, 1), (1, Some("a".to_owned())), "a page is never empty");
    }

    fn input(text: &str) -> Input {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn refuses_what_does_not_go_together_and_what_is_too_much() {
        for bad in [
            r#"{"ResourceARNList":[]}"#,
            r#"{"ResourceARNList":["a"],"ResourcesPerPage":1}"#,
            r#"{"ResourceARNList":["a"],"ResourceTypeFilters":["s3"]}"#,
            r#"{"ResourceARNList":["a"],"TagFilters":[{"Key":"k"}]}"#,
            r#"{"ResourceARNList":["a"],"PaginationToken":"t"}"#,
            r#"{"ResourcesPerPage":0}"#,
            r#"{"ResourcesPerPage":101}"#,
            r#"{"TagsPerPage":99}"#,
            r#"{"TagsPerPage":501}"#,
            r#"{"IncludeComplianceDetails":true}"#,
            r#"{"TagFilters":[{}]}"#,
        ] {
            assert!(matches!(input(bad).room(), Err(Error::InvalidParameter(_))), "{bad}");
        }
        let usual = Room { resources: USUAL, tags: usize::MAX };
        assert_eq!(input(r#"{"IncludeComplianceDetails":false}"#).room(), Ok(usual));
    }

    #[test]
    fn refuses_tokens_that_are_not_ours() {
        assert_eq!(input(r#"{"PaginationToken":""}"#).after(), Ok(None));
        for bad in ["x", "!", "AAAA"] {
            let asked = Input { pagination_token: Some(bad.to_owned()), ..Input::default() };
            assert_eq!(asked.after(), Err(Error::PaginationTokenExpired), "{bad}");
        }
    }

    #[test]
    fn all_that_is_asked_must_fit() {
        let tags = BTreeMap::from([("team".to_owned(), "pugs".to_owned())]);
        let arn = "arn:aws:s3:::den";
        for (text, expected) in [
            ("{}", true),
            (r#"{"ResourceARNList":["arn:aws:s3:::den"]}"#, true),
            (r#"{"ResourceARNList":["arn:aws:s3:::de"]}"#, false),
            (r#"{"ResourceTypeFilters":["kms","s3"]}"#, true),
            (r#"{"ResourceTypeFilters":["kms"]}"#, false),
            (r#"{"TagFilters":[{"Key":"team","Values":["pugs"]}]}"#, true),
            (r#"{"TagFilters":[{"Key":"team"},{"Key":"cost"}]}"#, false),
        ] {
            assert_eq!(input(text).admits(arn, &tags), expected, "{text}");
        }
    }
}
