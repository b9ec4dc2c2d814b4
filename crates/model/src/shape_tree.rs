//! Shapes of records that were met, as a tree. A record of a known shape is read by comparing what
//! stands between its values; nothing of it needs to be parsed but the values.
//!
//! INVARIANT (no difference): what the tree finds is what parsing finds. A path through it holds
//! all of a record's structure, so two records on one path differ in values only; a value that
//! could change the structure (an array that is short enough to be opened) ends the walk.

use crate::field::{Field, Tree};
use crate::json::{self, Items};
use crate::scan::{ARRAY_ELEMENTS_MAX, Leaf, LeafKind, RECORD_LEN_MAX, Scan, Span, kind_of};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::LazyLock;

/// Most nodes, and most bytes between leaves. When it is full it begins anew.
const NODES_MAX: usize = 1 << 16;
const TEXT_MAX: usize = 4 << 20;
/// Most leaves of a shape that is remembered.
const LEAVES_MAX: usize = 1_024;
/// Most ways on from one node: where keys are names or ids, remembering them is of no use.
const CHILDREN_MAX: usize = 64;
/// How deep a long array may lie, as the walk, which does not count, takes it.
const DEPTH_TAKEN: usize = json::DEPTH_MAX - 24;

const ROOT: usize = 0;

/// Other numbers in every process: shapes come from strangers.
static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct ShapeTree {
    nodes: Vec<Node>,
    /// What stands between leaves, of all nodes.
    text: Vec<u8>,
}

/// Some structure and what follows it.
#[derive(Clone, Debug)]
struct Node {
    /// Where the structure stands in the tree's text.
    literal: Span,
    next: Next,
    /// Whole members that begin or end within.
    marks: Box<[Mark]>,
    /// The ways on, those that were taken last first.
    children: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// A value.
    Leaf(Class, LeafKind, Option<Field>),
    /// The end of the record, whose shape has this number.
    End(u64),
}

/// What a leaf is in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    Text,
    Number,
    /// An array that is one leaf.
    LongArray,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    tree: Tree,
    /// In bytes from the start of the literal.
    at: u32,
    begins: bool,
}

/// A literal with what follows it, on its way into the tree.
struct Piece<'a> {
    literal: &'a [u8],
    next: Next,
    marks: Vec<Mark>,
}

impl Default for ShapeTree {
    fn default() -> Self {
        let (marks, children) = (Box::default(), Vec::new());
        let root = Node { literal: Span::default(), next: Next::End(0), marks, children };
        Self { nodes: vec![root], text: Vec::new() }
    }
}

impl ShapeTree {
    /// Reads the record at `at` into an empty scan, and gives the offset behind it. `None` where
    /// its shape is not known; what the scan holds is then of no use.
    pub(crate) fn read(&mut self, text: &[u8], at: usize, scan: &mut Scan) -> Option<usize> {
        let (mut node, mut from) = (ROOT, at);
        loop {
            let (child, leaf, end) = self.step(node, text, from)?;
            if end - at > RECORD_LEN_MAX {
                return None;
            }
            let next = self.nodes.get(child)?;
            for mark in &next.marks {
                mark.note((from - at) as u32 + mark.at, scan);
            }
            match next.next {
                Next::End(shape) => {
                    (scan.shape, scan.len) = (shape, (end - at) as u32);
                    return Some(end);
                }
                Next::Leaf(_, kind, field) => {
                    let span = Span { start: (leaf - at) as u32, end: (end - at) as u32 };
                    scan.leaves.push(Leaf { span, kind, field });
                    let slot = field.and_then(|field| scan.fields.get_mut(field as usize));
                    slot.into_iter().for_each(|slot| *slot = scan.leaves.len() as u16);
                }
            }
            (node, from) = (child, end);
        }
    }

    /// The way on that fits: the child, where its leaf begins, and where it ends.
    fn step(&mut self, node: usize, text: &[u8], from: usize) -> Option<(usize, usize, usize)> {
        let children = &self.nodes.get(node)?.children;
        let fits = |child: &u32| {
            let child = *child as usize;
            self.fit(self.nodes.get(child)?, text, from).map(|(leaf, end)| (child, leaf, end))
        };
        let (place, found) =
            children.iter().enumerate().find_map(|(place, child)| Some((place, fits(child)?)))?;
        if place > 0 {
            self.nodes.get_mut(node)?.children.swap(0, place);
        }
        Some(found)
    }

    fn fit(&self, node: &Node, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let literal = node.literal.of(&self.text);
        let leaf = from + literal.len();
        if text.get(from..leaf)? != literal {
            return None;
        }
        let Next::Leaf(class, kind, _) = node.next else {
            return Some((leaf, leaf));
        };
        let end = class.end(text, leaf)?;
        let is_kind = class != Class::Text || kind_of(text.get(leaf..end)?) == kind;
        is_kind.then_some((leaf, end))
    }

    /// Remembers the shape of a record and its scan.
    pub(crate) fn learn(&mut self, record: &[u8], scan: &Scan) {
        let Some(pieces) = pieces(record, scan) else { return };
        if self.nodes.len() + pieces.len() > NODES_MAX || self.text.len() > TEXT_MAX {
            *self = Self::default();
        }
        let mut node = ROOT;
        for piece in &pieces {
            match self.child(node, piece) {
                Some(child) => node = child,
                None => return,
            }
        }
    }

    /// The way on that is this piece, made where there is none; `None` where there are too many,
    /// or one is alike but says otherwise.
    fn child(&mut self, node: usize, piece: &Piece<'_>) -> Option<usize> {
        let children = &self.nodes.get(node)?.children;
        for child in children {
            let known = self.nodes.get(*child as usize)?;
            if known.next == piece.next && known.literal.of(&self.text) == piece.literal {
                // A key that comes twice later on: members are marked where they stand last.
                return (*known.marks == *piece.marks).then_some(*child as usize);
            }
        }
        if children.len() >= CHILDREN_MAX {
            return None;
        }
        let (start, made) = (self.text.len() as u32, self.nodes.len());
        self.text.extend_from_slice(piece.literal);
        self.nodes.get_mut(node)?.children.push(made as u32);
        self.nodes.push(Node {
            literal: Span { start, end: self.text.len() as u32 },
            next: piece.next,
            marks: piece.marks.clone().into(),
            children: Vec::new(),
        });
        Some(made)
    }
}

impl Class {
    /// What the leaf is; `None` for what shapes do not hold.
    fn of(record: &[u8], leaf: Span) -> Option<Self> {
        let start = leaf.start as usize;
        match (record.get(start.checked_sub(1)?)?, record.get(start)?) {
            (b'"', _) => Some(Self::Text),
            (_, b'-' | b'0'..=b'9') => Some(Self::Number),
            (_, b'[') => Some(Self::LongArray),
            _ => None,
        }
    }

    /// Where the leaf of this class that begins at `at` ends, if one does.
    fn end(self, text: &[u8], at: usize) -> Option<usize> {
        match self {
            Self::Text => json::string_end(text, at).ok(),
            Self::Number => match text.get(at)? {
                b'-' | b'0'..=b'9' => json::number_end(text, at).ok(),
                _ => None,
            },
            Self::LongArray => long_array_end(text, at),
        }
    }
}

fn long_array_end(text: &[u8], at: usize) -> Option<usize> {
    let mut items = Items::new(text, at, DEPTH_TAKEN).ok()?;
    let mut count = 0;
    while items.next().ok()?.is_some() {
        count += 1;
    }
    (count > ARRAY_ELEMENTS_MAX).then_some(items.at)
}

impl Mark {
    fn note(self, at: u32, scan: &mut Scan) {
        if let Some(span) = scan.trees.get_mut(self.tree as usize) {
            *if self.begins { &mut span.start } else { &mut span.end } = at;
        }
    }
}

/// Takes a record apart; `None` where it has what shapes do not hold.
fn pieces<'a>(record: &'a [u8], scan: &Scan) -> Option<Vec<Piece<'a>>> {
    if scan.leaves.len() > LEAVES_MAX {
        return None;
    }
    let mut hasher = HASHER.build_hasher();
    let (mut pieces, mut from) = (Vec::with_capacity(scan.leaves.len() + 1), 0);
    for leaf in &scan.leaves {
        let class = Class::of(record, leaf.span)?;
        let next = Next::Leaf(class, leaf.kind, leaf.field);
        pieces.push(piece(record, from, leaf.span.start, next, scan)?);
        (class, leaf.kind as u8).hash(&mut hasher);
        from = leaf.span.end;
    }
    pieces.push(piece(record, from, record.len() as u32, Next::End(0), scan)?);
    pieces.iter().for_each(|piece| piece.literal.hash(&mut hasher));
    let openings =
        |piece: &Piece<'_>| piece.literal.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
    if pieces.iter().map(openings).sum::<usize>() > DEPTH_TAKEN {
        return None;
    }
    // 0 says that it is not known.
    pieces.last_mut()?.next = Next::End(hasher.finish().max(1));
    Some(pieces)
}

fn piece<'a>(record: &'a [u8], from: u32, to: u32, next: Next, scan: &Scan) -> Option<Piece<'a>> {
    let literal = record.get(from as usize..to as usize)?;
    Some(Piece { literal, next, marks: marks(from, to, scan) })
}

/// The ends of members that lie behind `from`, or at it, up to `to`.
fn marks(from: u32, to: u32, scan: &Scan) -> Vec<Mark> {
    let mut marks = Vec::new();
    for tree in &Tree::ALL {
        let span = scan.trees.get(*tree as usize).copied().unwrap_or_default();
        if span.is_empty() {
            continue;
        }
        for (place, begins) in [(span.start, true), (span.end, false)] {
            if (from..=to).contains(&place) {
                marks.push(Mark { tree: *tree, at: place - from, begins });
            }
        }
    }
    marks
}

#[cfg(test)]
mod tests;
