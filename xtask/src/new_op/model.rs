//! The part of botocore's service model that a skeleton needs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use serde::Deserialize;

/// A service's operations and shapes.
#[derive(Debug, Deserialize)]
pub(super) struct Model {
    operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

/// What an operation takes and answers.
#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    pub(super) input: Option<Reference>,
    pub(super) output: Option<Reference>,
}

/// The name of a shape.
#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    pub(super) shape: String,
}

/// One shape; which fields are filled depends on its kind.
#[derive(Debug, Deserialize)]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) required: Vec<String>,
    #[serde(default)]
    pub(super) members: serde_json::Map<String, serde_json::Value>,
    pub(super) member: Option<Reference>,
    pub(super) value: Option<Reference>,
    #[serde(default, rename = "enum")]
    pub(super) allowed: Vec<String>,
    #[serde(default)]
    pub(super) sensitive: bool,
}

impl Model {
    /// The newest model below botocore's directory of a service.
    pub(super) fn find(directory: &Path) -> Result<Self> {
        let Some(version) = newest_version(directory) else {
            bail!(
                "botocore has no service `{}`; its names are the folders beside that one",
                directory.display()
            );
        };
        let packed = version.join("service-2.json.gz");
        let plain = version.join("service-2.json");
        let text = match packed.is_file() {
            true => unpack(&packed),
            false => fs::read_to_string(&plain).map_err(Into::into),
        };
        Self::parse(
            &text.with_context(|| format!("cannot read the model in `{}`", version.display()))?,
        )
    }

    /// A model from its JSON.
    pub(super) fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).context("the service model is not as expected")
    }

    /// The operation of that name.
    pub(super) fn operation(&self, name: &str) -> Result<&Operation> {
        self.operations.get(name).with_context(|| {
            let names: Vec<&str> = self.operations.keys().map(String::as_str).collect();
            format!("AWS's model has no operation `{name}`, only {}", names.join(", "))
        })
    }

    /// The shape of that name.
    pub(super) fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }
}

impl Shape {
    /// Members in the model's order, each with the name of its shape.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members
            .iter()
            .filter_map(|(name, member)| Some((name.as_str(), member.get("shape")?.as_str()?)))
    }
}

/// Versions are dates, so the last in the alphabet is the newest.
fn newest_version(directory: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(directory).ok()?;
    entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).max()
}

fn unpack(path: &Path) -> Result<String> {
    let mut text = String::new();
    GzDecoder::new(File::open(path)?).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_newest_version() {
        let directory = tempfile::tempdir().unwrap();
        for (version, operation) in [("2011-06-15", "Old"), ("2013-11-01", "New")] {
            let path = directory.path().join(version);
            fs::create_dir(&path).unwrap();
            let json = format!(r#"{{"operations": {{"{operation}": {{}}}}, "shapes": {{}}}}"#);
            fs::write(path.join("service-2.json"), json).unwrap();
        }
        let model = Model::find(directory.path()).unwrap();
        assert!(model.operation("New").is_ok());
        let error = model.operation("Old").unwrap_err();
        assert!(error.to_string().contains("only New"), "{error}");
    }

    #[test]
    fn says_where_it_looked_for_a_service() {
        let error = Model::find(Path::new("no-such-place/nothing")).unwrap_err();
        assert!(error.to_string().contains("no-such-place/nothing"), "{error}");
    }
}
