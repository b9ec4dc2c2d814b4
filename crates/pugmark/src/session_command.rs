//! `pugmark session VALUE`: who became whom, across accounts, and what each did.

use crate::cli::SessionArgs;
use crate::complaint::Complaint;
use crate::entity_command::open_end;
use crate::output::{self, Column, Format, Printer, Row, safe};
use crate::reach::Reach;
use crate::spelling;
use crate::talk::{again, bytes, count, grouped, quoted, say};
use engine::{Edge, Engine, Node, Session, SessionAsk, Transfer, Value};
use std::borrow::Cow;

const COLUMNS: &[Column] = &[
    Column::number("depth", 5, 0),
    Column::text("who", 10, 0),
    Column::text("account", 12, 0),
    Column::whole("key", 20, 0),
    Column::text("how", 10, 0),
    Column::whole("at", 20, 0),
    Column::text("inferred", 8, 0),
    Column::text("root", 10, 0),
    Column::number("calls", 5, 0),
    Column::number("failed", 6, 0),
    Column::number("denied", 6, 0),
    Column::whole("first", 20, 0),
    Column::whole("last", 20, 0),
    Column::text("actions", 10, 0),
    Column::text("from", 11, 0),
    Column::text("resources", 9, 0),
    Column::text("events", 36, 0),
];

/// Values of a kind in one line of the tree.
const SHOWN: usize = 6;

/// Shows the tree; returns how many sessions are in it.
pub(crate) fn run(reach: &Reach, args: &SessionArgs, format: Format) -> Result<u64, Complaint> {
    let ask = SessionAsk {
        value: args.value.clone(),
        owner: args.account.clone(),
        nodes: Some(args.limit),
    };
    let session: Session = reach.ask("Session", &ask, Engine::session)?;
    if format == Format::Table {
        output::print(tree(&session.nodes).as_bytes())?;
    } else {
        let mut printer = Printer::new(format, COLUMNS);
        for node in &session.nodes {
            printer.row(&Line(node))?;
        }
        printer.finish()?;
    }
    tell(reach, args, &session);
    Ok(session.nodes.len() as u64)
}

fn tell(reach: &Reach, args: &SessionArgs, session: &Session) {
    if session.nodes.is_empty() {
        say(format!("no record here knows a session {}", quoted(&args.value)));
        say("ask by key, by name as gh-run-5003 or ReleaseRole/gh-run-5003, ARN or eventID");
        return;
    }
    say(count(session.nodes.len() as u64, "session"));
    for node in session.nodes.iter().filter(|node| node.asked && !node.root.is_empty()) {
        let inferred = if node.inferred { ", partly inferred" } else { "" };
        let chain = node.chain.join(" -> ");
        say(format!("{chain}: {}{}{inferred}", node.root, open_end(node.ending)));
    }
    if session.nodes.iter().any(|node| node.edge.as_ref().is_some_and(|edge| edge.disputed)) {
        say("disputed: records of one key name different callers; compare them: pugmark event ID");
    }
    if session.more {
        let limit = args.limit.saturating_mul(5).min(1_000).to_string();
        say(format!("there are more: {}", again("--limit", &limit)));
    }
    if let Some(key) = session.nodes.iter().find(|node| node.asked).and_then(|it| it.key.as_ref()) {
        say(format!("each call: {}", reach.command(&format!("events --key {}", quoted(key)))));
    }
}

/// The tree, drawn.
fn tree(nodes: &[Node]) -> String {
    let mut text = String::new();
    for (place, node) in nodes.iter().enumerate() {
        let (first, further) = branches(nodes, place);
        for (nth, line) in lines(node).iter().enumerate() {
            let branch = if nth == 0 { &first } else { &further };
            text += branch;
            text += &safe(line);
            text.push('\n');
        }
    }
    text
}

/// What stands before the first line of a node, and before its further ones.
fn branches(nodes: &[Node], place: usize) -> (String, String) {
    let Some(node) = nodes.get(place) else { return Default::default() };
    // At each depth: does somebody of that depth still follow below the same node?
    let follows = |depth: usize| {
        let below = nodes.iter().skip(place + 1);
        let mut near = below.take_while(|other| other.depth >= depth);
        near.any(|other| other.depth == depth)
    };
    let bar = |depth| if follows(depth) { "│  " } else { "   " };
    let above: String = (1..node.depth).map(bar).collect();
    let further: String = (1..=node.depth).map(bar).collect();
    let own = match (node.depth, follows(node.depth)) {
        (0, _) => "",
        (_, true) => "├─ ",
        (_, false) => "└─ ",
    };
    let below = nodes.get(place + 1).is_some_and(|next| next.depth > node.depth);
    (above + own, further + if below { "│  " } else { "   " })
}

fn lines(node: &Node) -> Vec<String> {
    let mark = if node.asked { "  <- asked" } else { "" };
    let account = &node.actor.account;
    let of = |what: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{what}{text}"),
    };
    let key = node.key.as_deref().unwrap_or_default();
    let mut lines = vec![format!("{}{}{}{mark}", node.name, of("  ", account), of("  ", key))];
    lines.extend(node.edge.as_ref().map(came_to_be));
    lines.extend(node.made.as_ref().map(|made| {
        format!("key made by {} ({}) at {}, event {}", made.by, made.by_key, made.at, made.event_id)
    }));
    let also = [
        of("source identity ", &node.actor.source_identity),
        of("invoked by ", &node.actor.invoked_by),
        of("on behalf of ", &node.actor.on_behalf_of),
        of("in scope of ", &node.actor.in_scope_of),
    ];
    lines.push(also.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "));
    let did = node.did;
    if did.records > 0 {
        let (first, last) = (spelling::time(did.first), spelling::time(did.last));
        let calls = count(did.records, "call");
        let (denied, failed) = (grouped(did.denied), grouped(did.failed));
        lines.push(format!("{calls}, {denied} denied, {failed} failed, {first} to {last}"));
    }
    lines.push(of("did ", &listed(&node.actions, node.actions_distinct)));
    lines.push(of("errors ", &listed(&node.errors, node.errors.len() as u64)));
    let regions = count(node.regions, "region");
    let addresses = listed(&node.addresses, node.addresses.len() as u64);
    lines.push(of("from ", &addresses).replace("from ", &format!("in {regions} from ")));
    let of_newest = if node.read < did.records { ", of the newest calls" } else { "" };
    let touched = listed(&node.resources, node.resources_distinct);
    lines.push(of("touched ", &touched) + if touched.is_empty() { "" } else { of_newest });
    lines.extend(node.transfers.iter().map(moved));
    lines.retain(|line| !line.is_empty());
    lines
}

fn came_to_be(edge: &Edge) -> String {
    let events: Vec<&str> = edge.records.iter().map(|it| it.event_id.as_str()).collect();
    let inferred = edge.inferred.as_ref().map(|why| format!("INFERRED from {why}: "));
    let disputed = if edge.disputed { ", DISPUTED" } else { "" };
    let (how, at) = (&edge.how, edge.at);
    let inferred = inferred.unwrap_or_default();
    format!("{inferred}by {how} at {at}, event {}{disputed}", events.join(" and "))
}

fn moved(it: &Transfer) -> String {
    let name = &it.event_name;
    let mut text = format!("{} of {name} moved", count(it.records, "call"));
    for (size, way) in [(it.bytes_out, "out"), (it.bytes_in, "in")] {
        if size > 0 {
            text += &format!(" {} {way} ({})", bytes(size), count(size, "byte"));
        }
    }
    text
}

fn listed(values: &[Value], distinct: u64) -> String {
    let shown = values.iter().take(SHOWN);
    let shown: Vec<String> =
        shown.map(|it| format!("{} {}", it.value, grouped(it.figures.records))).collect();
    match distinct.saturating_sub(shown.len() as u64) {
        0 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), grouped(more)),
    }
}

struct Line<'a>(&'a Node);

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        let node = self.0;
        let edge = node.edge.clone().unwrap_or_default();
        let events: Vec<&str> = edge.records.iter().map(|it| it.event_id.as_str()).collect();
        vec![
            node.depth.to_string(),
            node.name.clone(),
            node.actor.account.clone(),
            node.key.clone().unwrap_or_default(),
            edge.how.clone(),
            node.edge.as_ref().map(|edge| edge.at.to_string()).unwrap_or_default(),
            edge.inferred.clone().unwrap_or_default(),
            node.root.clone(),
            node.did.records.to_string(),
            node.did.failed.to_string(),
            node.did.denied.to_string(),
            spelling::time(node.did.first),
            spelling::time(node.did.last),
            listed(&node.actions, node.actions_distinct),
            listed(&node.addresses, node.addresses.len() as u64),
            listed(&node.resources, node.resources_distinct),
            events.join(" "),
        ]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Owned(spelling::json(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(depth: usize, name: &str) -> Node {
        Node { depth, name: name.to_owned(), ..Node::default() }
    }

    #[test]
    fn draws_who_stands_below_whom() {
        let nodes = [node(0, "a"), node(1, "b"), node(2, "c"), node(1, "d"), node(0, "e")];
        assert_eq!(tree(&nodes), "a\n├─ b\n│  └─ c\n└─ d\ne\n");
    }

    #[test]
    fn what_was_inferred_says_so_and_nothing_acts_on_the_terminal() {
        let edge = Edge {
            how: "Switch\u{1b}[2J".to_owned(),
            inferred: Some("time".to_owned()),
            ..Edge::default()
        };
        let drawn = tree(&[Node { edge: Some(edge), ..node(0, "x\u{202e}\ny") }]);
        assert!(drawn.contains("INFERRED from time: by Switch\\u{1b}[2J"), "{drawn}");
        assert!(drawn.starts_with("x\\u{202e}\\u{a}y\n"), "{drawn}");
    }
}
