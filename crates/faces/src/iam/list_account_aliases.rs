//! `ListAccountAliases`:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html>
//!
//! Clients ask it for a name to show beside an account's number. Accounts have none here: an alias
//! is for the address of AWS's console.

use super::prelude::*;

const ITEMS_MAX: i64 = 1_000;

/// Which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    marker: Option<String>,
    max_items: Option<i64>,
}

/// The only page there is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    account_aliases: Vec<String>,
    is_truncated: bool,
}

/// Lists the aliases of the caller's account.
pub fn handle(_snapshot: &Snapshot, _caller: &Caller, input: Input) -> Result<Output, Error> {
    check(&input)?;
    Ok(Output { account_aliases: Vec::new(), is_truncated: false })
}

fn check(input: &Input) -> Result<(), Error> {
    let refuse = |why: String| Err(Error::ValidationError(why));
    match (input.max_items, &input.marker) {
        (Some(items), _) if !(1..=ITEMS_MAX).contains(&items) => {
            refuse(format!("`MaxItems` is {items}: ask for 1 to {ITEMS_MAX}"))
        }
        (_, Some(_)) => refuse("`Marker` is none of this list's, which has one page".to_owned()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_pages_that_there_are_not() {
        let checked = |max_items, marker: Option<&str>| {
            check(&Input { max_items, marker: marker.map(str::to_owned) })
        };
        assert_eq!(checked(None, None), Ok(()));
        assert_eq!(checked(Some(1_000), None), Ok(()));
        for (items, marker) in [(Some(0), None), (Some(1_001), None), (None, Some("next"))] {
            assert!(checked(items, marker).is_err(), "{items:?} {marker:?}");
        }
    }
}
