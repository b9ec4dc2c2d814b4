//! The Rust file of a new operation: AWS's page, the shapes to cut down, a `handle` to write.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::Result;

use super::model::{Model, Shape};
use super::{Access, name};

/// What is known of the operation without any model.
#[derive(Debug)]
pub(super) struct Skeleton<'a> {
    service: &'a str,
    operation: &'a str,
    access: Access,
}

/// The two directions a shape may go; they differ in what serde must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Input,
    Output,
}

const READ: &str = "\
/// Answers from the snapshot; nothing is changed.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let _ = (snapshot, caller, input);
    Err(Error::NotBuilt(NAME))
}
";

const WRITE: &str = "\
/// Proposes the change; the door makes it durable together with the record of this call.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let _ = (state, caller, input);
    Err(Error::NotBuilt(NAME))
}
";

const ACT: &str = "\
/// Does what is no change of state.
pub fn handle(hands: &Hands, caller: &Caller, input: Input) -> Result<Output, Error> {
    let _ = (hands, caller, input);
    Err(Error::NotBuilt(NAME))
}
";

impl<'a> Skeleton<'a> {
    /// A skeleton of one operation of one service.
    pub(super) fn new(service: &'a str, operation: &'a str, access: Access) -> Self {
        Self { service, operation, access }
    }

    /// The whole file.
    pub(super) fn text(&self, model: Option<&Model>) -> Result<String> {
        let mut text = self.head();
        text.push_str(&self.shapes(model)?);
        let handle = match self.access {
            Access::Read | Access::Search => READ,
            Access::Write => WRITE,
            Access::Act => ACT,
        };
        text.push_str(&handle.replace("NAME", &format!("\"{}\"", self.operation)));
        Ok(text)
    }

    fn head(&self) -> String {
        let (operation, page) = (self.operation, self.page());
        format!("//! `{operation}`: <{page}>\n\nuse super::prelude::*;\n\n")
    }

    /// AWS's page of the operation.
    fn page(&self) -> String {
        let folder = match self.service {
            "cloudtrail" => "awscloudtrail/latest/APIReference",
            "cloudtrail-data" => "awscloudtraildata/latest/APIReference",
            "config" => "config/latest/APIReference",
            "ec2" => "AWSEC2/latest/APIReference",
            "events" => "eventbridge/latest/APIReference",
            "iam" => "IAM/latest/APIReference",
            "logs" => "AmazonCloudWatchLogs/latest/APIReference",
            "monitoring" => "AmazonCloudWatch/latest/APIReference",
            "s3" => "AmazonS3/latest/API",
            "sts" => "STS/latest/APIReference",
            "xray" => "xray/latest/api",
            other => {
                return format!(
                    "https://docs.aws.amazon.com/{other}/latest/APIReference/API_{}.html",
                    self.operation
                );
            }
        };
        format!("https://docs.aws.amazon.com/{folder}/API_{}.html", self.operation)
    }

    fn shapes(&self, model: Option<&Model>) -> Result<String> {
        let Some(model) = model else {
            return Ok(empty(Direction::Input) + &empty(Direction::Output));
        };
        let operation = model.operation(self.operation)?;
        let mut text = String::new();
        let mut written = BTreeSet::new();
        for (direction, reference) in
            [(Direction::Input, &operation.input), (Direction::Output, &operation.output)]
        {
            let shape = reference.as_ref().and_then(|reference| model.shape(&reference.shape));
            text.push_str(&match shape {
                Some(shape) => Writer::new(model, direction, &mut written).all(shape),
                None => empty(direction),
            });
        }
        Ok(text)
    }
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Self::Input => "Input",
            Self::Output => "Output",
        }
    }

    fn derive(self) -> &'static str {
        match self {
            Self::Input => "#[derive(Debug, Deserialize, Serialize)]",
            Self::Output => "#[derive(Debug, Serialize)]",
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Input => "What is asked.",
            Self::Output => "What is answered.",
        }
    }
}

fn empty(direction: Direction) -> String {
    format!(
        "/// {}\n{}\npub struct {} {{}}\n\n",
        direction.says(),
        direction.derive(),
        direction.name()
    )
}

/// Writes a structure and the structures it needs, each once.
#[derive(Debug)]
struct Writer<'a> {
    model: &'a Model,
    direction: Direction,
    written: &'a mut BTreeSet<String>,
    waiting: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(model: &'a Model, direction: Direction, written: &'a mut BTreeSet<String>) -> Self {
        Self { model, direction, written, waiting: Vec::new() }
    }

    fn all(&mut self, shape: &Shape) -> String {
        let mut text = self.structure(self.direction.name(), shape);
        while let Some(next) = self.waiting.pop() {
            if let Some(shape) =
                self.model.shape(&next).filter(|_| self.written.insert(next.clone()))
            {
                text.push_str(&self.structure(&next, shape));
            }
        }
        text
    }

    fn structure(&mut self, name: &str, shape: &Shape) -> String {
        let is_pascal = shape.members().all(|(member, _)| member.starts_with(char::is_uppercase));
        let case = if is_pascal { "PascalCase" } else { "camelCase" };
        let says = match name == self.direction.name() {
            true => self.direction.says().to_owned(),
            false => format!("AWS's `{name}`."),
        };
        let mut text = format!("/// {says}\n{}\n", self.direction.derive());
        let _ = writeln!(text, "#[serde(rename_all = \"{case}\")]\npub struct {name} {{");
        for (member, target) in shape.members() {
            text.push_str(&self.member((name, shape), (member, target), is_pascal));
        }
        text.push_str("}\n\n");
        text
    }

    fn member(
        &mut self,
        (name, parent): (&str, &Shape),
        (member, target): (&str, &str),
        is_pascal: bool,
    ) -> String {
        let field = name::snake(member);
        let usual = if is_pascal { name::pascal(&field) } else { name::camel(&field) };
        let is_required = parent.required.iter().any(|required| required == member);
        let mut text = self.remarks(target);
        if usual != member {
            let _ = writeln!(text, "    #[serde(rename = \"{member}\")]");
        }
        let rust = match target == name {
            true => format!("Box<{target}>"),
            false => self.rust_type(target),
        };
        let rust = if is_required { rust } else { format!("Option<{rust}>") };
        if !is_required && self.direction == Direction::Output {
            text.push_str("    #[serde(skip_serializing_if = \"Option::is_none\")]\n");
        }
        let _ = writeln!(text, "    {}: {rust},", escaped(&field));
        text
    }

    /// What the type alone does not say: enums and secrets.
    fn remarks(&self, target: &str) -> String {
        let Some(shape) = self.model.shape(target) else {
            return String::new();
        };
        let mut text = String::new();
        if !shape.allowed.is_empty() {
            let _ = writeln!(text, "    // One of {}: make it an enum.", shape.allowed.join(", "));
        }
        if shape.sensitive {
            text.push_str("    // Sensitive: hidden in the record.\n");
        }
        text
    }

    fn rust_type(&mut self, name: &str) -> String {
        let Some(shape) = self.model.shape(name) else {
            return "serde_json::Value".to_owned();
        };
        match (shape.kind.as_str(), &shape.member, &shape.value) {
            ("structure", ..) => {
                self.waiting.push(name.to_owned());
                name.to_owned()
            }
            ("list", Some(item), _) => format!("Vec<{}>", self.rust_type(&item.shape)),
            ("map", _, Some(value)) => {
                format!("BTreeMap<String, {}>", self.rust_type(&value.shape))
            }
            (kind, ..) if shape.sensitive && self.direction == Direction::Input => {
                format!("Hidden<{}>", scalar(kind))
            }
            (kind, ..) => scalar(kind).to_owned(),
        }
    }
}

fn scalar(kind: &str) -> &'static str {
    match kind {
        "boolean" => "bool",
        "integer" | "long" => "i64",
        "float" | "double" | "timestamp" => "f64",
        "string" | "character" | "blob" => "String",
        _ => "serde_json::Value",
    }
}

/// Words of Rust become fields with `r#`, which serde leaves out again.
fn escaped(field: &str) -> String {
    match field {
        "type" | "match" | "ref" | "use" | "where" | "enum" | "move" | "in" => format!("r#{field}"),
        field => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = r#"{
        "operations": {
            "StopWatch": {"input": {"shape": "StopWatchRequest"}, "output": {"shape": "StopWatchResponse"}},
            "Ping": {}
        },
        "shapes": {
            "StopWatchRequest": {"type": "structure", "required": ["Name"], "members": {
                "Name": {"shape": "Name"}, "KMSKey": {"shape": "Secret"}, "Tags": {"shape": "Tags"},
                "Mode": {"shape": "Mode"}, "Limits": {"shape": "Limits"}}},
            "StopWatchResponse": {"type": "structure", "members": {
                "stoppedAt": {"shape": "Time"}, "type": {"shape": "Name"}}},
            "Name": {"type": "string"},
            "Secret": {"type": "string", "sensitive": true},
            "Mode": {"type": "string", "enum": ["Fast", "Slow"]},
            "Time": {"type": "timestamp"},
            "Count": {"type": "integer"},
            "Limits": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Count"}},
            "Tags": {"type": "list", "member": {"shape": "Tag"}},
            "Tag": {"type": "structure", "required": ["Key"], "members": {
                "Key": {"shape": "Name"}, "Inner": {"shape": "Tag"}}}
        }
    }"#;

    fn text(operation: &str, access: Access) -> String {
        let model = Model::parse(MODEL).unwrap();
        Skeleton::new("cloudtrail", operation, access).text(Some(&model)).unwrap()
    }

    #[test]
    fn maps_members_to_fields() {
        let text = text("StopWatch", Access::Write);
        for line in [
            "//! `StopWatch`: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopWatch.html>",
            "#[serde(rename_all = \"PascalCase\")]",
            "    name: String,",
            "    #[serde(rename = \"KMSKey\")]",
            "    kms_key: Option<Hidden<String>>,",
            "    tags: Option<Vec<Tag>>,",
            "    limits: Option<BTreeMap<String, i64>>,",
            "    // One of Fast, Slow: make it an enum.",
            "    // Sensitive: hidden in the record.",
            "#[serde(rename_all = \"camelCase\")]",
            "    stopped_at: Option<f64>,",
            "    r#type: Option<String>,",
        ] {
            assert!(text.lines().any(|l| l == line), "`{line}` is missing in\n{text}");
        }
    }

    #[test]
    fn writes_a_nested_structure_once_even_when_it_holds_itself() {
        let text = text("StopWatch", Access::Write);
        assert_eq!(text.matches("pub struct Tag {").count(), 1, "{text}");
        assert!(text.contains("    inner: Option<Box<Tag>>,"), "{text}");
    }

    #[test]
    fn gives_reads_a_snapshot_and_writes_an_effect() {
        assert!(text("Ping", Access::Read).contains("snapshot: &Snapshot"));
        assert!(text("Ping", Access::Write).contains("Result<(Output, Effect), Error>"));
    }

    #[test]
    fn leaves_the_shapes_empty_without_a_model() {
        let text = Skeleton::new("sts", "Ping", Access::Read).text(None).unwrap();
        assert!(text.contains("pub struct Input {}") && text.contains("pub struct Output {}"));
    }

    #[test]
    fn refuses_an_operation_aws_does_not_have() {
        let model = Model::parse(MODEL).unwrap();
        let made = Skeleton::new("cloudtrail", "NoSuch", Access::Read).text(Some(&model));
        assert!(made.unwrap_err().to_string().contains("no operation `NoSuch`"));
    }
}
