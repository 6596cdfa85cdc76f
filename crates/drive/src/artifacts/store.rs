//! Which object store an address means, and with what keys it is spoken to.
//!
//! Keys come from the operator and nowhere else: without them the stores' clients would ask the cloud's metadata address,
//! which on a machine that is not in that cloud is somebody else's. So an address without keys is refused.

use std::path::Path as FilePath;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use object_store::BackoffConfig;
use object_store::Certificate;
use object_store::ClientOptions;
use object_store::ObjectStore;
use object_store::RetryConfig;
use object_store::aws::AmazonS3Builder;
use object_store::aws::AmazonS3ConfigKey;
use object_store::azure::AzureConfigKey;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::gcp::GoogleConfigKey;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::signer::Signer;
use reqwest::Url;
use skillzdrive_wire::Secret;

use crate::config::ArtifactStore;
use crate::error::DriveError;
use crate::private_file;

/// How long a store may take to accept a connection, and to send the next piece of an answer.
const CONNECT: Duration = Duration::from_secs(5);
const READ: Duration = Duration::from_secs(30);

/// A whole request, with the largest package over a slow line.
const REQUEST: Duration = Duration::from_secs(120);

/// How often, and within what time, a request is sent again that a store answered with 5xx. Everything that is sent is
/// the same each time.
const RETRIES: usize = 4;
const RETRYING: Duration = Duration::from_secs(20);

/// A store, opened.
pub(super) struct Opened {
    pub(super) store: Arc<dyn ObjectStore>,
    /// Who signs addresses that the store itself answers.
    pub(super) signer: Option<Arc<dyn Signer>>,
    /// What every name begins with.
    pub(super) prefix: Path,
    /// The folder that it is.
    pub(super) folder: Option<Arc<FilePath>>,
}

/// The store in a folder, which is made.
pub(super) fn folder(folder: &FilePath) -> Result<Opened, DriveError> {
    private_file::folder(folder)?;
    let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
    Ok(Opened { store: Arc::new(store), signer: None, prefix: Path::default(), folder: Some(folder.into()) })
}

/// The store of an address: `s3://BUCKET/PREFIX`, `gs://…`, `az://CONTAINER/PREFIX` or `file:///FOLDER`.
pub(super) fn address(given: &ArtifactStore, certificates: Option<&PathBuf>) -> Result<Opened, DriveError> {
    let refused = |why: String| DriveError::Config(format!("the artifacts' address {why}"));
    let url = Url::parse(given.url.trim()).map_err(|error| refused(format!("cannot be read: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(refused("has more than a bucket and a path; keys are set apart from it".to_owned()));
    }
    if url.scheme() == "file" {
        let path = url.to_file_path().map_err(|()| refused("names no folder of this machine".to_owned()))?;
        return folder(&path);
    }
    let bucket = url.host_str().filter(|host| !host.is_empty());
    let bucket = bucket.ok_or_else(|| refused("names no bucket: `s3://BUCKET/PREFIX`".to_owned()))?.to_owned();
    let prefix = Path::parse(url.path().trim_matches('/')).map_err(|error| refused(error.to_string()))?;
    // The clients below panic where there is no provider. One that is installed already is just as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = client(certificates)?;
    let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRYING, backoff: BackoffConfig::default() };
    let mut opened = match url.scheme() {
        "s3" => {
            need(given, &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])?;
            let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_retry(retry);
            for (name, value) in &given.settings {
                if let Some(key) = s3_key(name) {
                    builder = builder.with_config(key, value.expose());
                }
            }
            both(Arc::new(builder.with_client_options(client.with_allow_http(http(given)?)).build()?))
        }
        "gs" => {
            let one = ["GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_SERVICE_ACCOUNT"];
            if one.iter().all(|name| value(given, name).is_none()) {
                return Err(no_keys(one[0]));
            }
            let mut builder = GoogleCloudStorageBuilder::new().with_bucket_name(bucket).with_retry(retry);
            for (name, key) in [(one[0], GoogleConfigKey::ServiceAccountKey), (one[1], GoogleConfigKey::ServiceAccount)]
            {
                if let Some(value) = value(given, name) {
                    builder = builder.with_config(key, value);
                }
            }
            both(Arc::new(builder.with_client_options(client).build()?))
        }
        "az" => {
            need(given, &["AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY"])?;
            let mut builder = MicrosoftAzureBuilder::new().with_container_name(bucket).with_retry(retry);
            for (name, key) in [
                ("AZURE_STORAGE_ACCOUNT_NAME", AzureConfigKey::AccountName),
                ("AZURE_STORAGE_ACCOUNT_KEY", AzureConfigKey::AccessKey),
            ] {
                builder = builder.with_config(key, value(given, name).unwrap_or_default());
            }
            both(Arc::new(builder.with_client_options(client).build()?))
        }
        other => return Err(refused(format!("begins with `{other}:`; what is known is s3, gs, az and file"))),
    };
    opened.prefix = prefix;
    Ok(opened)
}

fn both<S: ObjectStore + Signer>(store: Arc<S>) -> Opened {
    Opened { store: store.clone(), signer: Some(store), prefix: Path::default(), folder: None }
}

/// What a variable is to the client of S3. Nothing else that the client knows is taken from anybody: some of it would
/// send keys elsewhere, or none.
fn s3_key(name: &str) -> Option<AmazonS3ConfigKey> {
    match name {
        "AWS_ACCESS_KEY_ID" => Some(AmazonS3ConfigKey::AccessKeyId),
        "AWS_SECRET_ACCESS_KEY" => Some(AmazonS3ConfigKey::SecretAccessKey),
        "AWS_SESSION_TOKEN" => Some(AmazonS3ConfigKey::Token),
        "AWS_REGION" => Some(AmazonS3ConfigKey::Region),
        "AWS_ENDPOINT_URL" => Some(AmazonS3ConfigKey::Endpoint),
        _ => None,
    }
}

fn value<'a>(given: &'a ArtifactStore, name: &str) -> Option<&'a str> {
    let found = given.settings.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| Secret::expose(value)).filter(|value| !value.trim().is_empty())
}

fn need(given: &ArtifactStore, names: &[&str]) -> Result<(), DriveError> {
    names.iter().try_for_each(|name| value(given, name).map(|_| ()).ok_or_else(|| no_keys(name)))
}

fn no_keys(name: &str) -> DriveError {
    DriveError::Config(format!("there are no keys for the artifacts' store: {name} is not set"))
}

/// Whether the store is spoken to without TLS, which is allowed where nothing leaves the machine.
fn http(given: &ArtifactStore) -> Result<bool, DriveError> {
    let Some(endpoint) = value(given, "AWS_ENDPOINT_URL") else { return Ok(false) };
    let here = |url: &Url| match url.host_str() {
        Some(host) => {
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    };
    match Url::parse(endpoint) {
        Ok(url) if url.scheme() == "https" => Ok(false),
        Ok(url) if url.scheme() == "http" && here(&url) => Ok(true),
        _ => Err(DriveError::Config(
            "AWS_ENDPOINT_URL is no `https://` address (`http://` is allowed on this machine)".to_owned(),
        )),
    }
}

fn client(certificates: Option<&PathBuf>) -> Result<ClientOptions, DriveError> {
    let mut client = ClientOptions::new().with_connect_timeout(CONNECT).with_read_timeout(READ).with_timeout(REQUEST);
    if let Some(path) = certificates {
        let pem = std::fs::read(path).map_err(DriveError::io(path))?;
        for certificate in Certificate::from_pem_bundle(&pem)? {
            client = client.with_root_certificate(certificate);
        }
    }
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str, settings: &[(&str, &str)]) -> String {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
        match address(&ArtifactStore { url: url.to_owned(), settings }, None) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn no_store_is_spoken_to_without_keys_or_in_the_open() {
        let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_REGION", "eu-central-1")];
        assert_eq!(refusal("s3://bucket/some/prefix", &keys), "");
        assert!(refusal("s3://bucket", &keys[..1]).contains("AWS_SECRET_ACCESS_KEY is not set"));
        assert!(refusal("s3://bucket", &[keys[0], ("AWS_SECRET_ACCESS_KEY", " ")]).contains("is not set"));
        assert!(refusal("gs://bucket", &keys).contains("GOOGLE_SERVICE_ACCOUNT_KEY is not set"));
        assert!(refusal("az://container", &keys).contains("AZURE_STORAGE_ACCOUNT_NAME is not set"));
        for (endpoint, allowed) in [
            ("http://127.0.0.1:9000", true),
            ("http://localhost:9000", true),
            ("https://store.example", true),
            ("http://store.example", false),
            ("store.example", false),
        ] {
            let answer = refusal("s3://b", &[&keys[..], &[("AWS_ENDPOINT_URL", endpoint)]].concat());
            assert_eq!(answer.is_empty(), allowed, "{endpoint}: {answer}");
        }
        for (url, why) in [
            ("s3:///prefix", "names no bucket"),
            ("s3://key:secret@bucket", "keys are set apart"),
            ("s3://bucket/a//b", ""),
            ("ftp://bucket", "what is known is"),
            ("bucket", "cannot be read"),
            ("file://host/folder", "names no folder"),
        ] {
            let answer = refusal(url, &keys);
            assert!(!answer.is_empty() && answer.contains(why) && !answer.contains("secret"), "{url}: {answer}");
        }
    }
}
