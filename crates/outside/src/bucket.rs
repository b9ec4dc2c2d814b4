//! Buckets of others, as the configuration has them, checked.

use crate::archive::OutsideArchive;
use crate::client;
use crate::credentials::Source;
use crate::endpoint::Endpoint;
use crate::limits::{ACCOUNTS_MAX, BUCKETS_MAX, TEXT_BYTES_MAX};
use crate::problem::Problem;
use crate::table::Table;
use engine::Outside;
use model::AccountId;
use model::resource::OutsideBucket;
use std::collections::BTreeMap;
use std::sync::Arc;

const WHO: &str = "name the accounts whose trails may deliver there, each with its twelve digits";
const WHERE: &str = "write it as https://s3.example.org:9000, or leave it out for AWS's own";
const KEY: &str = "name a file with credentials_file, or two environment variables with \
                   access_key_id_env and secret_access_key_env";

/// All buckets of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buckets(Vec<Bucket>);

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    /// `None`: AWS's own.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) region: String,
    pub(crate) accounts: Vec<AccountId>,
    pub(crate) source: Source,
    pub(crate) table: Table,
}

impl Buckets {
    /// Checks the tables, by the names of their buckets. Nothing is read or asked yet.
    ///
    /// # Errors
    /// What is wrong with the first that is wrong.
    pub fn check(tables: BTreeMap<String, Table>) -> Result<Self, Problem> {
        if tables.len() > BUCKETS_MAX {
            return Err(Problem {
                cause: format!("{} buckets outside are more than {BUCKETS_MAX}", tables.len()),
                tried: "reading [outside_buckets]".to_owned(),
                next: "leave some out: trails may share a bucket",
            });
        }
        tables.into_iter().map(Bucket::check).collect::<Result<_, _>>().map(Self)
    }

    /// The tables that these came from.
    pub fn tables(&self) -> BTreeMap<String, Table> {
        self.0.iter().map(|bucket| (bucket.name.clone(), bucket.table.clone())).collect()
    }

    /// Reads keys and certificates, and makes ready what puts files. Nobody is asked yet.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn open(&self) -> Result<Outside, Problem> {
        let buckets = self.0.iter().map(Bucket::told).collect();
        let mut clients = BTreeMap::new();
        for bucket in &self.0 {
            let next = "see what the cause names, then: pugmark config check";
            let of = |cause: String| Problem::of(&bucket.name, cause, next);
            bucket.source.read().map_err(of)?;
            let client = client::make(bucket).map_err(of)?;
            clients.insert(bucket.name.clone(), (bucket.clone(), client));
        }
        Ok(Outside { buckets, archive: Arc::new(OutsideArchive::new(clients)) })
    }
}

impl Bucket {
    fn check((name, table): (String, Table)) -> Result<Self, Problem> {
        let of = |cause: String, next: &'static str| Problem::of(&name, cause, next);
        check_name(&name).map_err(|cause| of(cause, "name it as its owner does"))?;
        check_region(&table.region).map_err(|cause| of(cause, "write it as us-east-1"))?;
        let accounts = accounts(&table.accounts).map_err(|cause| of(cause, WHO))?;
        let endpoint = table.endpoint.as_deref().map(Endpoint::parse).transpose();
        let endpoint = endpoint.map_err(|cause| of(cause, WHERE))?;
        let source = Source::of(&table).map_err(|cause| of(cause, KEY))?;
        Ok(Self { name, endpoint, region: table.region.clone(), accounts, source, table })
    }

    /// What the engine is told.
    fn told(&self) -> OutsideBucket {
        let (name, region) = (self.name.clone(), self.region.clone());
        OutsideBucket { name, region, accounts: self.accounts.clone() }
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b);
    match (3..=63).contains(&name.len()) && name.bytes().all(plain) && !name.contains("..") {
        true => Ok(()),
        false => Err(format!("`{}` is no name of a bucket", name.escape_debug())),
    }
}

fn check_region(region: &str) -> Result<(), String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let fits = (1..=TEXT_BYTES_MAX).contains(&region.len()) && region.bytes().all(plain);
    match fits {
        true => Ok(()),
        false => Err(format!("`{}` is no region", region.escape_debug())),
    }
}

fn accounts(texts: &[String]) -> Result<Vec<AccountId>, String> {
    if texts.is_empty() {
        return Err("`accounts` is empty, so that no trail may deliver there".to_owned());
    }
    if texts.len() > ACCOUNTS_MAX {
        return Err(format!("`accounts` has more than {ACCOUNTS_MAX} accounts"));
    }
    let account = |text: &String| {
        let id = AccountId::parse(text).filter(AccountId::is_standard);
        id.ok_or_else(|| format!("`{}` is no account id", text.escape_debug()))
    };
    texts.iter().map(account).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Buckets, String> {
        let tables = toml::from_str(text).map_err(|error| error.to_string())?;
        Buckets::check(tables).map_err(|problem| problem.to_string())
    }

    const KEY_LINE: &str = "credentials_file = \"/key\"";

    fn table(lines: &str) -> Result<Buckets, String> {
        check(&format!("[my-audit]\n{lines}"))
    }

    #[test]
    fn a_table_is_read_and_printed_as_it_was() {
        let text = format!(
            "[my-audit]\nendpoint = \"https://s3.example.org\"\nregion = \"eu-west-1\"\n\
             accounts = [\"111122223333\"]\n{KEY_LINE}\nprofile = \"audit\"\n"
        );
        let buckets = check(&text).unwrap();
        assert_eq!(toml::to_string(&buckets.tables()).unwrap(), text);
        assert_eq!(Buckets::check(buckets.tables()).unwrap(), buckets);
        assert_eq!(check("").unwrap(), Buckets::default());
    }

    #[test]
    fn what_is_missing_wrong_or_too_much_is_refused_by_name() {
        let accounts = "accounts = [\"111122223333\"]";
        let region = "region = \"us-east-1\"";
        for (lines, word) in [
            (format!("{accounts}\n{KEY_LINE}"), "region"),
            (format!("{region}\n{KEY_LINE}"), "accounts"),
            (format!("{region}\naccounts = []\n{KEY_LINE}"), "twelve digits"),
            (format!("{region}\naccounts = [\"*\"]\n{KEY_LINE}"), "`*` is no account"),
            (format!("{region}\n{accounts}"), "where its key is found"),
            (format!("{region}\n{accounts}\n{KEY_LINE}\nsecret = \"x\""), "secret"),
            (format!("{region}\n{accounts}\n{KEY_LINE}\nendpoint = \"http://a.org\""), "https"),
            (format!("region = \"a/b\"\n{accounts}\n{KEY_LINE}"), "no region"),
        ] {
            let said = table(&lines).unwrap_err();
            assert!(said.contains(word), "{lines}: {said}");
        }
        let good = format!("{region}\n{accounts}\n{KEY_LINE}\n");
        assert!(check(&format!("[\"A_b\"]\n{good}")).unwrap_err().contains("no name"));
        let many: String = (0..17).map(|n| format!("[audit-{n}]\n{good}")).collect();
        assert!(check(&many).unwrap_err().contains("17 buckets"));
    }

    #[test]
    fn keys_are_read_before_anything_starts() {
        let said = table(
            "region = \"r\"\naccounts = [\"111122223333\"]\n\
             credentials_file = \"/nowhere/key\"",
        );
        let said = said.unwrap().open().unwrap_err().to_string();
        assert!(said.contains("/nowhere/key") && said.contains("outside_buckets.my-audit"));
    }
}
