//! `pugmark env`: the shell exports that point AWS tools here.

use crate::complaint::{Complaint, Exit};
use crate::config::Settings;
use crate::credentials::{Credentials, REGION};
use crate::endpoint::Endpoint;
use crate::output;
use crate::talk::{quoted, say};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

/// How long a server may take to accept a connection before it counts as absent.
const CONNECT_WAIT_MAX: Duration = Duration::from_millis(500);

/// Prints the exports.
pub(crate) fn run(settings: &Settings) -> Result<Exit, Complaint> {
    let data = &settings.data;
    let key = Credentials::read(data)?.ok_or_else(|| no_key(data))?;
    let endpoint = endpoint(settings)?;
    output::print(exports(data, endpoint, &key).as_bytes())?;
    Ok(Exit::Ok)
}

fn no_key(data: &Path) -> Complaint {
    Complaint::failed(
        "there is no key yet",
        format!("reading `{}`", crate::credentials::path(data).display()),
        format!("start the server: pugmark up --data {}", shown(data)),
    )
}

/// Where the server is, or would be.
fn endpoint(settings: &Settings) -> Result<Endpoint, Complaint> {
    let data = &settings.data;
    let written = Endpoint::read(data).map_err(|error| {
        let tried = format!("reading `{}`", data.join("endpoint").display());
        let next = "give this user permission to the data directory";
        Complaint::failed(format!("cannot read where the server is: {error}"), tried, next)
    })?;
    let endpoint = written.unwrap_or(Endpoint::of(settings.listen, settings.tls.is_some()));
    if TcpStream::connect_timeout(&endpoint.address, CONNECT_WAIT_MAX).is_err() {
        say(format!(
            "no server answers at {endpoint}; start it: pugmark up --data {}",
            shown(data)
        ));
    }
    Ok(endpoint)
}

fn exports(data: &Path, endpoint: Endpoint, key: &Credentials) -> String {
    let export = |name: &str, value: &str| format!("export {name}={}\n", quoted(value));
    let mut text = String::new();
    text += &export("AWS_ENDPOINT_URL", &endpoint.to_string());
    text += &export("AWS_ACCESS_KEY_ID", &key.id);
    text += &export("AWS_SECRET_ACCESS_KEY", &key.secret);
    text += &export("AWS_REGION", REGION);
    text += &export("AWS_DEFAULT_REGION", REGION);
    text += "unset AWS_SESSION_TOKEN AWS_PROFILE\n";
    text += "# without this, live tail dials a host name that does not exist\n";
    text += &export("AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    text += "# further pugmark commands in this shell ask the same lake\n";
    text += &export("PUGMARK_DATA", &data.to_string_lossy());
    if endpoint.tls {
        text += "# for a certificate that no public authority signed, set AWS_CA_BUNDLE to it\n";
    }
    text += "# the id of the event data store is shown here once Lake queries are built\n";
    text
}

fn shown(data: &Path) -> String {
    quoted(&data.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_every_value() {
        let key = Credentials { id: "AKIA".to_owned(), secret: "a/b+'c $(x)".to_owned() };
        let endpoint = Endpoint::of("127.0.0.1:4610".parse().unwrap(), false);
        let text = exports(Path::new("/tmp/my data"), endpoint, &key);
        let shell =
            "echo \"$AWS_SECRET_ACCESS_KEY|$PUGMARK_DATA|$AWS_ENDPOINT_URL|${AWS_PROFILE-}\"";
        let out = std::process::Command::new("sh")
            .args(["-euc", &format!("AWS_PROFILE=x\n{text}{shell}")])
            .output()
            .unwrap();
        let want = "a/b+'c $(x)|/tmp/my data|http://127.0.0.1:4610|\n";
        assert_eq!(String::from_utf8_lossy(&out.stdout), want);
    }
}
