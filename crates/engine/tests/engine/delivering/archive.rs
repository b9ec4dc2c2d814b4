//! An archive outside of the engine: what it has, it keeps over every crash.

use engine::sim::SimDisk;
use engine::{Archive, Engine, Listing, Outgoing, Put, PutRefusal, State};
use model::Effect;
use model::resource::Object;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex};

/// An object as it lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) bytes: Vec<u8>,
    pub(super) metadata: Vec<(&'static str, String)>,
}

impl Stored {
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&self.bytes[..]).read_to_end(&mut text).unwrap();
        text
    }
}

#[derive(Debug, Default)]
struct Inner {
    /// By bucket and key.
    objects: BTreeMap<(String, String), Stored>,
    puts: u64,
    refusal: Option<&'static str>,
    /// The power goes with the next put: before the object lies there, or behind it.
    cut: Option<(SimDisk, bool)>,
    rewritten: Vec<String>,
}

/// Clones are the same archive.
#[derive(Clone, Debug, Default)]
pub(super) struct Outside(Arc<Mutex<Inner>>);

impl Outside {
    pub(super) fn objects(&self) -> BTreeMap<(String, String), Stored> {
        self.0.lock().unwrap().objects.clone()
    }

    /// Objects whose keys have `part` in them, by key.
    pub(super) fn with(&self, part: &str) -> Vec<(String, Stored)> {
        let objects = self.objects().into_iter().map(|((_, key), stored)| (key, stored));
        objects.filter(|(key, _)| key.contains(part)).collect()
    }

    pub(super) fn logs(&self) -> Vec<(String, Stored)> {
        self.with("/CloudTrail/")
    }

    pub(super) fn digests(&self) -> Vec<(String, Stored)> {
        self.with("/CloudTrail-Digest/")
    }

    /// What lies in a bucket of our own: all versions of all objects.
    pub(super) fn of_bucket(engine: &Engine, bucket: &str) -> Self {
        let (outside, mut after) = (Self::default(), None::<(String, Option<String>)>);
        loop {
            let key = after.as_ref().map_or("", |(key, _)| key.as_str());
            let version = after.as_ref().and_then(|(_, version)| version.clone());
            let listing = Listing { bucket, after: key, limit: 100, ..Listing::default() };
            let page = engine.state().list_versions(&listing, version.as_deref()).unwrap();
            page.versions.iter().for_each(|(object, _)| outside.take(engine, object));
            after = page.next;
            if after.is_none() {
                return outside;
            }
        }
    }

    fn take(&self, engine: &Engine, object: &Object) {
        let chunks = engine.body(object, None).unwrap();
        let bytes = chunks.flat_map(|chunk| chunk.unwrap().to_vec()).collect();
        let metadata = ["signature", "signature-algorithm"].into_iter();
        let metadata =
            metadata.filter_map(|name| Some((name, object.metadata.get(name)?.clone()))).collect();
        let mut inner = self.0.lock().unwrap();
        let place = (object.bucket.clone(), object.key.clone());
        if inner.objects.insert(place, Stored { bytes, metadata }).is_some() {
            inner.rewritten.push(object.key.clone());
        }
        inner.puts += 1;
    }

    /// Refuses everything from now on, or nothing.
    pub(super) fn refuse(&self, code: Option<&'static str>) {
        self.0.lock().unwrap().refusal = code;
    }

    pub(super) fn cut(&self, disk: &SimDisk, is_behind: bool) {
        self.0.lock().unwrap().cut = Some((disk.clone(), is_behind));
    }

    /// No power is cut any more.
    pub(super) fn spare(&self) {
        self.0.lock().unwrap().cut = None;
    }

    /// How often something was put.
    pub(super) fn puts(&self) -> u64 {
        self.0.lock().unwrap().puts
    }

    /// Keys that were put with other bytes than before.
    pub(super) fn rewritten(&self) -> Vec<String> {
        self.0.lock().unwrap().rewritten.clone()
    }
}

impl Archive for Outside {
    fn put(&self, _: &State, file: &Outgoing<'_>) -> Result<Put, PutRefusal> {
        let mut inner = self.0.lock().unwrap();
        if let Some(code) = inner.refusal {
            return Err(PutRefusal { code: code.to_owned(), message: "not now".to_owned() });
        }
        let cut = inner.cut.take();
        if let Some((disk, false)) = cut {
            disk.cut_power_at(1);
            return Err(PutRefusal { code: "SlowDown".to_owned(), message: "cut".to_owned() });
        }
        let stored = Stored { bytes: file.bytes.to_vec(), metadata: file.metadata.clone() };
        let place = (file.file.bucket.clone(), file.file.object.clone());
        let before = inner.objects.insert(place, stored.clone());
        if before.is_some_and(|before| before != stored) {
            inner.rewritten.push(file.file.object.clone());
        }
        inner.puts += 1;
        if let Some((disk, true)) = cut {
            disk.cut_power_at(1);
        }
        Ok(Box::new(|_| Ok(Effect::default())))
    }
}
