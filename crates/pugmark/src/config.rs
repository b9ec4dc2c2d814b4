//! Configuration: one TOML file, environment variables and flags become [`Settings`].
//!
//! Flags win over `PUGMARK_…` variables, those over the file, the file over the defaults. The rest
//! of the program sees nothing but the validated settings.

use crate::capacity::Capacity;
use crate::complaint::Complaint;
use crate::interval::Interval;
use crate::network::Network;
use model::AccountId;
use outside::{Buckets, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The configuration file's version that this program writes and reads.
const VERSION: u32 = 1;

/// Every default, in one place.
mod defaults {
    /// Where the server listens.
    pub(super) const LISTEN: &str = "127.0.0.1:4610";
    /// The account of callers that name no other.
    pub(super) const ACCOUNT_ID: &str = "123456789012";
    /// How long after a call its trails deliver it.
    pub(super) const DELIVERY: &str = "60s";
    /// How often trails sign what they delivered.
    pub(super) const DIGEST: &str = "1h";
    pub(super) const LIFECYCLE: &str = "1h";
    /// What is logged.
    pub(super) const LOG: &str = "info";
    /// The name of our directory below the platform's data directory.
    pub(super) const DIRECTORY: &str = "pugmark";
}

/// The configuration file as it stands. Every key but `version` may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Version of this file's format: 1
    #[arg(skip)]
    pub(crate) version: u32,
    /// Data directory [default: `pugmark` in the platform's data directory]
    #[arg(skip)]
    pub(crate) data: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:4610]
    #[arg(long, env = "PUGMARK_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// Account of callers that name no other [default: 123456789012]
    #[arg(long, env = "PUGMARK_ACCOUNT_ID", value_name = "ID")]
    pub(crate) account_id: Option<String>,
    /// For tests and laptops: any access key is accepted; loopback only
    #[arg(long, env = "PUGMARK_DEV", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", value_parser = boolean(),
          hide_possible_values = true)]
    pub(crate) dev: Option<bool>,
    /// LookupEvents beyond AWS: more attributes, all accounts, all time
    #[arg(long, env = "PUGMARK_EXTENDED", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", value_parser = boolean(),
          hide_possible_values = true)]
    pub(crate) extended: Option<bool>,
    /// Keep AWS's rate limits, not only its size limits
    #[arg(long, env = "PUGMARK_EMULATE_LIMITS", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", value_parser = boolean(),
          hide_possible_values = true)]
    pub(crate) emulate_limits: Option<bool>,
    /// How long after a call its trails deliver it, from 1s [default: 60s]
    #[arg(long, env = "PUGMARK_DELIVERY_INTERVAL", value_name = "TIME")]
    pub(crate) delivery_interval: Option<String>,
    /// How often trails sign what they delivered, from 1s [default: 1h]
    #[arg(long, env = "PUGMARK_DIGEST_INTERVAL", value_name = "TIME")]
    pub(crate) digest_interval: Option<String>,
    /// From one walk through buckets with lifecycle rules to the next, from 1s [default: 1h]
    #[arg(long, env = "PUGMARK_LIFECYCLE_INTERVAL", value_name = "TIME")]
    pub(crate) lifecycle_interval: Option<String>,
    /// Encrypt the data directory; the key lies in the file that --key-file names
    #[arg(long, env = "PUGMARK_ENCRYPT", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", value_parser = boolean(),
          hide_possible_values = true)]
    pub(crate) encrypt: Option<bool>,
    /// File with the key of an encrypted data directory
    #[arg(skip)]
    pub(crate) key_file: Option<PathBuf>,
    /// Certificate chain for TLS, in PEM
    #[arg(long, env = "PUGMARK_TLS_CERT", value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Private key for TLS, in PEM
    #[arg(long, env = "PUGMARK_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Network of a proxy whose X-Forwarded-For is believed; may be repeated
    #[arg(
        long = "trusted-proxy",
        env = "PUGMARK_TRUSTED_PROXIES",
        value_name = "CIDR",
        value_delimiter = ','
    )]
    pub(crate) trusted_proxies: Option<Vec<String>>,
    /// Connections at a time; half of them may be requests of accounts, a quarter of strangers
    /// [default: 1024]
    #[arg(long, env = "PUGMARK_CONNECTIONS_MAX", value_name = "COUNT")]
    pub(crate) connections_max: Option<u32>,
    /// Memory in MiB for requests, records not sealed yet and caches [default: 2048]
    #[arg(long, env = "PUGMARK_MEMORY_MB", value_name = "MB")]
    pub(crate) memory_mb: Option<u32>,
    /// What is logged, as `info` or `pugmark=debug,warn` [default: info]
    #[arg(skip)]
    pub(crate) log: Option<String>,
    /// Buckets of others into which trails may deliver, by name
    #[arg(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outside_buckets: Option<BTreeMap<String, Table>>,
}

fn boolean() -> impl clap::builder::TypedValueParser<Value = bool> {
    clap::builder::BoolishValueParser::new()
}

/// The validated configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The data directory.
    pub(crate) data: PathBuf,
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// The account of callers that name no other.
    pub(crate) account: AccountId,
    /// Any access key is accepted.
    pub(crate) dev: bool,
    /// LookupEvents beyond AWS.
    pub(crate) extended: bool,
    /// AWS's rate limits too.
    pub(crate) emulate_limits: bool,
    /// How long after a call its trails deliver it.
    pub(crate) delivery_interval: Interval,
    /// How often trails sign what they delivered.
    pub(crate) digest_interval: Interval,
    /// From one walk through buckets with lifecycle rules to the next.
    pub(crate) lifecycle_interval: Interval,
    /// The data directory is to be encrypted.
    pub(crate) encrypt: bool,
    /// Where the key of an encrypted data directory lies.
    pub(crate) key_file: Option<PathBuf>,
    /// Certificate and key, where TLS is spoken.
    pub(crate) tls: Option<TlsFiles>,
    /// Proxies whose word on the client's address counts.
    pub(crate) trusted_proxies: Vec<Network>,
    /// How much the server takes on.
    pub(crate) capacity: Capacity,
    /// What is logged.
    pub(crate) log: String,
    /// Buckets of others into which trails may deliver.
    pub(crate) outside_buckets: Buckets,
}

/// Where certificate and key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The certificate chain, PEM.
    pub(crate) cert: PathBuf,
    /// The private key, PEM.
    pub(crate) key: PathBuf,
}

impl File {
    /// Reads a configuration file.
    pub(crate) fn read(path: &Path) -> Result<Self, Complaint> {
        let tried = format!("reading the configuration `{}`", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| {
            let next = "name another file with --config, or leave it out";
            Complaint::usage(format!("cannot read the file: {error}"), &tried, next)
        })?;
        Self::parse(&text).map_err(|cause| {
            let next = "mend the file, then: pugmark config check";
            Complaint::usage(cause, &tried, next)
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            version: Option<u32>,
        }
        // The version first: an unknown key of a newer version must not hide that it is newer.
        let head: Head = toml::from_str(text).map_err(|error| error.to_string())?;
        match head.version {
            Some(VERSION) => toml::from_str(text).map_err(|error| error.to_string()),
            Some(other) => Err(format!(
                "version {other} of the configuration is not known here, only {VERSION}"
            )),
            None => Err(format!("the line `version = {VERSION}` is missing")),
        }
    }

    /// This layer where it says something, else the one below.
    pub(crate) fn over(self, below: Self) -> Self {
        Self {
            version: VERSION,
            data: self.data.or(below.data),
            listen: self.listen.or(below.listen),
            account_id: self.account_id.or(below.account_id),
            dev: self.dev.or(below.dev),
            extended: self.extended.or(below.extended),
            emulate_limits: self.emulate_limits.or(below.emulate_limits),
            delivery_interval: self.delivery_interval.or(below.delivery_interval),
            digest_interval: self.digest_interval.or(below.digest_interval),
            lifecycle_interval: self.lifecycle_interval.or(below.lifecycle_interval),
            encrypt: self.encrypt.or(below.encrypt),
            key_file: self.key_file.or(below.key_file),
            tls_cert: self.tls_cert.or(below.tls_cert),
            tls_key: self.tls_key.or(below.tls_key),
            trusted_proxies: self.trusted_proxies.or(below.trusted_proxies),
            connections_max: self.connections_max.or(below.connections_max),
            memory_mb: self.memory_mb.or(below.memory_mb),
            log: self.log.or(below.log),
            outside_buckets: self.outside_buckets.or(below.outside_buckets),
        }
    }

    /// Every key with its value, as a file that may be read again.
    pub(crate) fn print(settings: &Settings) -> Result<String, Complaint> {
        toml::to_string(&Self::from(settings)).map_err(|error| {
            let next = "use paths of valid UTF-8";
            Complaint::failed(error.to_string(), "writing the settings as TOML", next)
        })
    }
}

impl From<&Settings> for File {
    fn from(settings: &Settings) -> Self {
        let proxies = settings.trusted_proxies.iter().map(ToString::to_string);
        Self {
            version: VERSION,
            data: Some(settings.data.clone()),
            listen: Some(settings.listen.to_string()),
            account_id: Some(settings.account.to_string()),
            dev: Some(settings.dev),
            extended: Some(settings.extended),
            emulate_limits: Some(settings.emulate_limits),
            delivery_interval: Some(settings.delivery_interval.to_string()),
            digest_interval: Some(settings.digest_interval.to_string()),
            lifecycle_interval: Some(settings.lifecycle_interval.to_string()),
            encrypt: Some(settings.encrypt),
            key_file: settings.key_file.clone(),
            tls_cert: settings.tls.as_ref().map(|tls| tls.cert.clone()),
            tls_key: settings.tls.as_ref().map(|tls| tls.key.clone()),
            trusted_proxies: Some(proxies.collect()),
            connections_max: Some(settings.capacity.connections_max()),
            memory_mb: Some(settings.capacity.memory_mb()),
            log: Some(settings.log.clone()),
            outside_buckets: Some(settings.outside_buckets.tables())
                .filter(|tables| !tables.is_empty()),
        }
    }
}

impl Settings {
    /// Checks all keys together. `default_data` stands in where none names the directory.
    pub(crate) fn new(file: File, default_data: Option<PathBuf>) -> Result<Self, Complaint> {
        let settings = Self {
            data: file.data.or(default_data).ok_or_else(no_directory)?,
            listen: address(file.listen.as_deref().unwrap_or(defaults::LISTEN))?,
            account: account(file.account_id.as_deref().unwrap_or(defaults::ACCOUNT_ID))?,
            dev: file.dev.unwrap_or(false),
            extended: file.extended.unwrap_or(false),
            emulate_limits: file.emulate_limits.unwrap_or(false),
            delivery_interval: interval(
                "delivery_interval",
                file.delivery_interval,
                defaults::DELIVERY,
            )?,
            digest_interval: interval("digest_interval", file.digest_interval, defaults::DIGEST)?,
            lifecycle_interval: interval(
                "lifecycle_interval",
                file.lifecycle_interval,
                defaults::LIFECYCLE,
            )?,
            encrypt: file.encrypt.unwrap_or(false),
            key_file: file.key_file,
            tls: tls(file.tls_cert, file.tls_key)?,
            trusted_proxies: proxies(&file.trusted_proxies.unwrap_or_default())?,
            capacity: capacity(file.connections_max, file.memory_mb)?,
            log: file.log.unwrap_or_else(|| defaults::LOG.to_owned()),
            outside_buckets: outside_buckets(file.outside_buckets)?,
        };
        settings.exposed()?;
        Ok(settings)
    }

    /// Refuses what would lay the server open to the network.
    fn exposed(&self) -> Result<(), Complaint> {
        let listen = self.listen;
        if listen.ip().to_canonical().is_loopback() {
            return Ok(());
        }
        let tried = format!("listening on {listen}, which others can reach");
        if self.dev {
            return Err(Complaint::usage(
                "--dev accepts any access key, so it listens on loopback only",
                tried,
                "listen on 127.0.0.1, or leave --dev out",
            ));
        }
        if self.tls.is_none() {
            return Err(Complaint::usage(
                "beyond loopback the server speaks TLS only",
                tried,
                "add --tls-cert FILE and --tls-key FILE, or listen on 127.0.0.1",
            ));
        }
        Ok(())
    }
}

fn no_directory() -> Complaint {
    Complaint::usage(
        "there is no data directory",
        "looking for XDG_DATA_HOME and HOME",
        "name one with --data DIR or PUGMARK_DATA",
    )
}

fn address(text: &str) -> Result<SocketAddr, Complaint> {
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric.parse().map_err(|_| {
        let cause = format!("`{text}` is no address and port");
        let next = "write it as 127.0.0.1:4610 or [::1]:4610";
        Complaint::usage(cause, "reading `listen`", next)
    })
}

fn account(text: &str) -> Result<AccountId, Complaint> {
    let id = AccountId::parse(text).filter(AccountId::is_standard);
    id.ok_or_else(|| {
        let cause = format!("`{text}` is no account id");
        Complaint::usage(cause, "reading `account_id`", "write twelve digits")
    })
}

fn tls(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsFiles>, Complaint> {
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (None, None) => Ok(None),
        (_, None) => Err(half_of_tls("--tls-cert", "--tls-key")),
        (None, _) => Err(half_of_tls("--tls-key", "--tls-cert")),
    }
}

fn half_of_tls(there: &str, missing: &str) -> Complaint {
    let cause = format!("{there} needs {missing} beside it");
    Complaint::usage(cause, "reading the TLS files", format!("add {missing} FILE"))
}

fn interval(name: &str, text: Option<String>, default: &str) -> Result<Interval, Complaint> {
    let text = text.unwrap_or_else(|| default.to_owned());
    text.parse().map_err(|cause: String| {
        let next = "write it as 1s, 90s, 15m or 1h";
        Complaint::usage(cause, format!("reading `{name}`"), next)
    })
}

fn outside_buckets(tables: Option<BTreeMap<String, Table>>) -> Result<Buckets, Complaint> {
    Buckets::check(tables.unwrap_or_default()).map_err(Complaint::from)
}

fn proxies(texts: &[String]) -> Result<Vec<Network>, Complaint> {
    let parsed: Result<Vec<Network>, String> = texts.iter().map(|text| text.parse()).collect();
    parsed.map_err(|cause| {
        let next = "name the proxy's network, or leave it out: then the socket's peer counts";
        Complaint::usage(cause, "reading `trusted_proxies`", next)
    })
}

fn capacity(connections: Option<u32>, memory_mb: Option<u32>) -> Result<Capacity, Complaint> {
    Capacity::new(connections, memory_mb).map_err(|cause| {
        let next = "choose a number in between, or leave it out";
        Complaint::usage(cause, "reading how much the server takes on", next)
    })
}

/// `pugmark` in the platform's data directory (XDG).
pub(crate) fn default_directory() -> Option<PathBuf> {
    in_home("XDG_DATA_HOME", ".local/share")
}

/// The configuration file that is read without being named, where it exists.
pub(crate) fn default_file() -> Option<PathBuf> {
    let path = in_home("XDG_CONFIG_HOME", ".config")?.join("config.toml");
    path.exists().then_some(path)
}

/// XDG says that a relative path in these variables is to be ignored.
fn in_home(variable: &str, fallback: &str) -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let base = absolute(variable).or_else(|| Some(absolute("HOME")?.join(fallback)))?;
    Some(base.join(defaults::DIRECTORY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<Settings, String> {
        let file = File::parse(text)?;
        Settings::new(file, Some("/data".into())).map_err(|complaint| complaint.to_string())
    }

    #[test]
    fn defaults_are_safe() {
        let settings = settings("version = 1").unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:4610");
        assert_eq!(settings.account.as_str(), "123456789012");
        assert!(!settings.dev && settings.tls.is_none() && settings.trusted_proxies.is_empty());
    }

    #[test]
    fn unknown_keys_and_versions_are_refused() {
        for (text, word) in [
            ("", "version = 1"),
            ("version = 2\nnovelty = 1", "version 2"),
            ("version = 1\nlisten_on = \"x\"", "listen_on"),
            ("version = 1\ndev = \"maybe\"", "dev"),
            ("version =", "version"),
        ] {
            let error = settings(text).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn nothing_is_laid_open_by_mistake() {
        for (keys, word) in [
            ("listen = \"0.0.0.0:4610\"", "TLS"),
            ("listen = \"[::]:4610\"", "TLS"),
            ("listen = \"192.0.2.1:1\"\ndev = true\ntls_cert=\"c\"\ntls_key=\"k\"", "loopback"),
            ("tls_cert = \"c\"", "--tls-key"),
            ("tls_key = \"k\"", "--tls-cert"),
            ("listen = \"4610\"", "no address"),
            ("account_id = \"12\"", "twelve digits"),
            ("delivery_interval = \"0s\"", "1 second"),
            ("digest_interval = \"soon\"", "no time"),
            ("lifecycle_interval = \"0s\"", "1 second"),
            ("trusted_proxies = [\"proxy\"]", "no network"),
            ("[outside_buckets.audit]\nregion = \"r\"\naccounts = [\"*\"]", "no account id"),
            ("connections_max = 3", "connections_max"),
            ("memory_mb = 3", "memory_mb"),
        ] {
            let error = settings(&format!("version = 1\n{keys}")).unwrap_err();
            assert!(error.contains(word), "{keys}: {error}");
        }
        let tls = "listen = \"0.0.0.0:4610\"\ntls_cert = \"c\"\ntls_key = \"k\"";
        assert!(settings(&format!("version = 1\n{tls}")).is_ok());
        assert!(settings("version = 1\nlisten = \"localhost:0\"\ndev = true").is_ok());
    }

    #[test]
    fn the_upper_layer_wins_where_it_speaks() {
        let below = File::parse("version = 1\ndev = true\nlog = \"warn\"").unwrap();
        let above = File { dev: Some(false), ..File::default() };
        let both = above.over(below);
        assert_eq!((both.dev, both.log.as_deref()), (Some(false), Some("warn")));
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let text = "version = 1\nlisten = \"[::1]:1\"\ntrusted_proxies = [\"10.0.0.0/8\"]";
        let audit = "[outside_buckets.audit]\nregion = \"us-east-1\"\n\
                     accounts = [\"111122223333\"]\ncredentials_file = \"/key\"";
        let first = settings(&format!("{text}\n{audit}")).unwrap();
        assert!(File::print(&first).unwrap().contains("[outside_buckets.audit]"));
        assert_eq!(settings(&File::print(&first).unwrap()).unwrap(), first);
    }
}
