//! The values one record draws, and the templates they go into.

use std::fmt::Write;

use super::world::World;
use crate::random::Random;

/// Values by name, drawn when first asked for and then the same for the whole record.
#[derive(Debug)]
pub(super) struct Draw<'a> {
    world: &'a World,
    random: &'a mut Random,
    known: Vec<(&'static str, String)>,
}

const WORDS: [&str; 12] = [
    "billing", "checkout", "search", "orders", "ingest", "metrics", "reports", "gateway",
    "profile", "catalog", "pricing", "audit",
];

const DRAWN: [&str; 14] = [
    "word", "table", "bucket", "key", "hex8", "hex16", "uuid", "base32", "base64", "number",
    "byte", "port", "token", "issued",
];

impl<'a> Draw<'a> {
    /// Nothing drawn yet.
    pub(super) fn new(world: &'a World, random: &'a mut Random) -> Self {
        Self { world, random, known: Vec::new() }
    }

    /// Says a value that the record has from elsewhere.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.known.push((name, value.into()));
    }

    /// The value of a name, drawn if it must be; `fresh` is another one each time.
    pub(super) fn value(&mut self, name: &str) -> String {
        if name == "fresh" {
            return self.random.hex(16);
        }
        if let Some((_, value)) = self.known.iter().find(|(known, _)| *known == name) {
            return value.clone();
        }
        let Some(name) = DRAWN.into_iter().find(|drawn| *drawn == name) else {
            return String::new();
        };
        let value = self.draw(name);
        self.set(name, value.clone());
        value
    }

    fn draw(&mut self, name: &str) -> String {
        match name {
            "word" => self.random.pick(&WORDS).unwrap_or("x").to_owned(),
            "table" => self.random.pick(&["events", "state", "locks"]).unwrap_or("x").to_owned(),
            "bucket" => {
                let rank = self.world.bucket_rank.draw(self.random);
                self.world.buckets.get(rank).cloned().unwrap_or_default()
            }
            "key" => self.key(),
            "hex8" => self.random.hex(8),
            "hex16" => self.random.hex(16),
            "uuid" => self.random.uuid(),
            "base32" => self.random.base32(16),
            "base64" => self.random.base64(76),
            "number" => (10_000 + self.random.below(90_000_000)).to_string(),
            "byte" => self.random.below(256).to_string(),
            "port" => (1 + self.random.below(9_000)).to_string(),
            "issued" => format!("ASIA{}", self.random.base32(16)),
            _ => format!("IQoJb3JpZ2luX2VjE{}", self.random.base64(560)),
        }
    }

    fn key(&mut self) -> String {
        let (day, part) = (1 + self.random.below(28), self.random.below(900));
        format!(
            "{}/2026/10/{day:02}/part-{part:05}-{}.parquet",
            self.value("word"),
            self.random.hex(8)
        )
    }

    /// A UUID that no template names.
    pub(super) fn uuid(&mut self) -> String {
        self.random.uuid()
    }

    /// Writes a template; what stands between `<` and `>` is a value's name.
    pub(super) fn fill(&mut self, template: &str, into: &mut String) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('<') {
            let Some((name, tail)) = after.split_once('>') else {
                break;
            };
            let value = self.value(name);
            let _ = write!(into, "{before}{value}");
            rest = tail;
        }
        into.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> String {
        let (world, mut random) = (World::new(1), Random::new(1, 1));
        let mut draw = Draw::new(&world, &mut random);
        draw.set("account", "111122223333");
        let mut text = String::new();
        draw.fill(template, &mut text);
        text
    }

    #[test]
    fn gives_one_name_one_value() {
        let text = filled("<uuid> <uuid>");
        let (a, b) = text.split_once(' ').unwrap();
        assert_eq!(a, b);
        assert_eq!(a.len(), 36);
        let text = filled("<fresh> <fresh>");
        let (a, b) = text.split_once(' ').unwrap();
        assert_ne!(a, b);
    }

    #[test]
    fn knows_every_name_it_draws() {
        for name in DRAWN {
            assert_ne!(filled(&format!("<{name}>")), "", "{name}");
        }
        assert_eq!(filled("a<account>b"), "a111122223333b");
    }
}
