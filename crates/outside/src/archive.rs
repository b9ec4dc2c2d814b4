//! Putting files into buckets of others.

use crate::bucket::Bucket;
use crate::client::{Line, told};
use crate::credentials::Credentials;
use crate::limits::PUT_TIME;
use crate::reply::{Told, refusal};
use engine::{Archive, Outgoing, Put, PutRefusal, State};
use model::Effect;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, ClientOptions, HeaderMap, HeaderValue, ObjectStore, PutOptions,
    PutPayload, RetryConfig,
};
use reqwest::Client;
use std::collections::BTreeMap;
use tokio::runtime;
use tokio::sync::watch;

/// Puts files, one at a time for each thread that asks.
#[derive(Debug)]
pub(crate) struct OutsideArchive {
    clients: BTreeMap<String, (Bucket, Client)>,
    stopping: watch::Sender<bool>,
}

impl OutsideArchive {
    pub(crate) fn new(clients: BTreeMap<String, (Bucket, Client)>) -> Self {
        Self { clients, stopping: watch::Sender::new(false) }
    }
}

impl Archive for OutsideArchive {
    fn put(&self, _: &State, file: &Outgoing<'_>) -> Result<Put, PutRefusal> {
        let name = file.file.bucket.as_str();
        let Some((bucket, client)) = self.clients.get(name) else {
            return Err(refusal("NoSuchBucket", name, "the configuration does not name it"));
        };
        let ours = |why: String| refusal("InternalError", name, &why);
        let credentials =
            bucket.source.read().map_err(|why| refusal("AccessDenied", name, &why))?;
        let line = Line::new(client);
        let store = store(bucket, &credentials, file.trail.kms_key.as_deref(), line.clone());
        let store = store.map_err(|error| ours(told(&error)))?;
        let path = path(&file.file.object).map_err(ours)?;
        let payload = PutPayload::from(file.bytes.to_vec());
        let options = PutOptions { attributes: attributes(file), ..PutOptions::default() };
        match self.within_limits(store.put_opts(&path, payload, options)).map_err(ours)? {
            Some(Ok(_)) => Ok(Box::new(|_| Ok(Effect::default()))),
            Some(Err(error)) => {
                let heard = line.heard().unwrap_or_else(|| Told::Silence(told(&error)));
                Err(heard.refusal(name))
            }
            None => Err(Told::Late.refusal(name)),
        }
    }

    fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

impl OutsideArchive {
    /// Waits for work, on the thread that asks; `None` where it took too long or the engine closes.
    fn within_limits<T>(&self, work: impl Future<Output = T>) -> Result<Option<T>, String> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime to be had: {error}"))?;
        let mut stopping = self.stopping.subscribe();
        let outcome = runtime.block_on(async {
            tokio::select! {
                biased;
                outcome = work => Some(outcome),
                _ = stopping.wait_for(|is_stopping| *is_stopping) => None,
                () = tokio::time::sleep(PUT_TIME) => None,
            }
        });
        // A name that is being looked up is not waited for.
        runtime.shutdown_background();
        Ok(outcome)
    }
}

/// The bucket with a trail's key, for one request.
fn store(
    bucket: &Bucket,
    credentials: &Credentials,
    kms_key: Option<&str>,
    line: Line,
) -> object_store::Result<AmazonS3> {
    let acl = HeaderValue::from_static(Outgoing::ACL);
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-acl", acl);
    // Retries are the follower's, which tells of each.
    let retry =
        RetryConfig { max_retries: 0, retry_timeout: PUT_TIME, backoff: Default::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&credentials.id)
        .with_secret_access_key(credentials.secret.expose())
        // Buckets with a default retention take nothing without a checksum.
        .with_checksum_algorithm(Checksum::SHA256)
        .with_retry(retry)
        .with_client_options(ClientOptions::new().with_default_headers(headers))
        .with_http_connector(line);
    if let Some(token) = &credentials.token {
        builder = builder.with_token(token.expose());
    }
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint.as_str()).with_allow_http(endpoint.is_http());
    }
    if let Some(key) = kms_key {
        builder = builder.with_sse_kms_encryption(key);
    }
    builder.build()
}

/// The name as it is, or why it cannot be said.
fn path(object: &str) -> Result<Path, String> {
    let path = Path::parse(object).map_err(|error| told(&error))?;
    match path.as_ref() == object {
        true => Ok(path),
        false => Err(format!("`{object}` begins or ends with a slash")),
    }
}

fn attributes(file: &Outgoing<'_>) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, Outgoing::CONTENT_TYPE.into());
    attributes.insert(Attribute::ContentEncoding, Outgoing::CONTENT_ENCODING.into());
    for (name, text) in &file.metadata {
        attributes.insert(Attribute::Metadata((*name).into()), text.clone().into());
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Buckets, Table};
    use engine::Outside;
    use model::resource::{FileContent, PlannedFile, Trail};
    use model::{AccountId, Timestamp};
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::os::unix::fs::OpenOptionsExt;
    use std::sync::Arc;
    use std::thread::JoinHandle;

    const OBJECT: &str = "a b/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/02/file=1.json.gz";

    fn named(name: &str, work: impl FnOnce() -> String + Send + 'static) -> JoinHandle<String> {
        std::thread::Builder::new().name(name.to_owned()).spawn(work).unwrap()
    }

    /// Takes one request, gives `answer`, and tells the request.
    fn server(answer: &'static str) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serving = named("server", move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut request, mut chunk) = (Vec::new(), [0; 4_096]);
            while !request.ends_with(b"the bytes") {
                let read = stream.read(&mut chunk).unwrap();
                assert!(read > 0, "the request broke off");
                request.extend_from_slice(&chunk[..read]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(request).unwrap()
        });
        (address, serving)
    }

    /// A bucket `audit` at an endpoint, and the directory in which its key lies.
    fn outside(endpoint: &str) -> (tempfile::TempDir, Outside) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("key");
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&path).unwrap();
        let key = "[default]\naws_access_key_id=AKIAX\naws_secret_access_key=topsecret\n";
        file.write_all(key.as_bytes()).unwrap();
        let table = Table {
            endpoint: Some(endpoint.to_owned()),
            region: "eu-west-1".to_owned(),
            accounts: vec!["111122223333".to_owned()],
            credentials_file: Some(path),
            ..Table::default()
        };
        let buckets = Buckets::check([("audit".to_owned(), table)].into()).unwrap();
        (home, buckets.open().unwrap())
    }

    fn put_into(archive: &dyn Archive, object: &str, kms_key: Option<&str>) -> Option<PutRefusal> {
        let account = AccountId::parse("111122223333").unwrap();
        let (name, region) = ("main".to_owned(), "us-east-1".to_owned());
        let mut trail = Trail::new("t".to_owned(), name, account, region, Timestamp(0));
        trail.kms_key = kms_key.map(str::to_owned);
        let file = PlannedFile {
            number: 0,
            era: 0,
            region: "us-east-1".to_owned(),
            bucket: "audit".to_owned(),
            object: object.to_owned(),
            text_hash: String::new(),
            file_hash: String::new(),
            bytes: 9,
            planned: Timestamp(0),
            content: FileContent::Digest {
                start: Timestamp(0),
                end: Timestamp(1),
                files: 0,
                signature: "ab".to_owned(),
            },
        };
        let metadata =
            vec![("signature", "ab".to_owned()), ("signature-algorithm", "X".to_owned())];
        let bytes = b"the bytes";
        let outgoing = Outgoing { trail: &trail, file: &file, bytes, metadata };
        archive.put(&State::default(), &outgoing).err()
    }

    const GRANTED: &str = "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 0\r\n\r\n";

    #[test]
    fn a_file_goes_out_under_its_name_with_all_that_belongs_to_it() {
        let (endpoint, serving) = server(GRANTED);
        let (_home, outside) = outside(&endpoint);
        let key = "arn:aws:kms:eu-west-1:111122223333:key/k";
        assert_eq!(put_into(&*outside.archive, OBJECT, Some(key)), None);
        let request = serving.join().unwrap().to_lowercase();
        let path = "/audit/a%20b/awslogs/111122223333/cloudtrail/us-east-1/2026/01/02/file%3d1";
        assert!(request.starts_with(&format!("put {path}.json.gz http/1.1")), "{request}");
        for header in [
            "content-type: application/json",
            "content-encoding: gzip",
            "content-length: 9",
            "x-amz-acl: bucket-owner-full-control",
            "x-amz-meta-signature: ab",
            "x-amz-meta-signature-algorithm: x",
            "x-amz-server-side-encryption: aws:kms",
            &format!("x-amz-server-side-encryption-aws-kms-key-id: {key}"),
            "x-amz-checksum-sha256: ",
        ] {
            assert_eq!(request.matches(&format!("\r\n{header}")).count(), 1, "{header}: {request}");
        }
        let signed = request.split("signedheaders=").nth(1).unwrap();
        assert!(signed.contains("x-amz-acl") && request.contains("akiax/"), "{request}");
        assert!(!request.contains("topsecret"));
    }

    #[test]
    fn every_refusal_has_a_code_and_nobody_is_followed_elsewhere() {
        let (elsewhere, _serving) = server(GRANTED);
        let redirect = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere}/audit/x\r\n\
             Content-Length: 0\r\n\r\n"
        );
        let denied = "HTTP/1.1 403 Forbidden\r\nContent-Length: 39\r\n\r\n\
                      <Error><Code>AccessDenied</Code></Error>";
        for (answer, code) in [
            (denied, "AccessDenied"),
            (&*redirect.leak(), "PermanentRedirect"),
            ("HTTP/1.1 503 Slow\r\nContent-Length: 0\r\n\r\n", "ServiceUnavailable"),
            ("HTTP/1.1 200", "ServiceUnavailable"),
        ] {
            let (endpoint, serving) = server(answer);
            let (_home, outside) = outside(&endpoint);
            let refusal = put_into(&*outside.archive, OBJECT, None).unwrap();
            assert_eq!(refusal.code, code, "{refusal}");
            assert!(!format!("{refusal} {outside:?}").contains("topsecret"));
            serving.join().unwrap();
        }
    }

    #[test]
    fn nobody_there_no_key_and_no_such_name_are_told_apart() {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let (home, outside) = outside(&format!("http://{gone}"));
        let put = |object| put_into(&*outside.archive, object, None).unwrap();
        let refusal = put(OBJECT);
        assert_eq!(refusal.code, "ServiceUnavailable", "{refusal}");
        assert!(refusal.message.to_lowercase().contains("refused"), "{refusal}");
        assert!(put("/a").message.contains("slash") && put("a//b").code == "InternalError");
        std::fs::remove_file(home.path().join("key")).unwrap();
        assert_eq!(put(OBJECT).code, "AccessDenied");
    }

    #[test]
    fn a_stop_ends_what_is_under_way() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = silent.local_addr().unwrap();
        let (_home, outside) = outside(&format!("http://{address}"));
        let archive = Arc::clone(&outside.archive);
        let put = named("put", move || put_into(&*archive, OBJECT, None).unwrap().code);
        // It is under way as soon as it is connected; it would last two minutes.
        let _held = silent.accept().unwrap();
        outside.archive.stop();
        assert_eq!(put.join().unwrap(), "RequestTimeout");
        assert_eq!(put_into(&*outside.archive, OBJECT, None).unwrap().code, "RequestTimeout");
    }
}
