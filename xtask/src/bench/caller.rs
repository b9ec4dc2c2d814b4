//! Who makes the call of one generated record: a service, a user, or a role's session.

use std::collections::VecDeque;

use super::draw::Draw;
use super::kinds::{self, AGENTS, Kind};
use super::world::{REGIONS, Role, World};
use crate::random::Random;

/// Sessions a file remembers.
const SESSIONS_MAX: usize = 500;
/// Callers mostly use one of the sessions issued last.
const SESSIONS_LIVELY: f64 = 40.0;

/// A key issued by `AssumeRole`, and what its records say of it.
#[derive(Debug, Clone)]
pub(super) struct Session {
    role: usize,
    label: String,
    key: String,
    created: String,
}

/// The sessions of one file, the newest first.
#[derive(Debug, Default)]
pub(super) struct Sessions(VecDeque<Session>);

impl Sessions {
    /// Remembers a session that was just issued.
    pub(super) fn issue(&mut self, session: Session) {
        self.0.truncate(SESSIONS_MAX - 1);
        self.0.push_front(session);
    }

    /// One of the newest; where there are too few, one from before the file began.
    fn pick(&mut self, world: &World, random: &mut Random, time: &str) -> Session {
        let spread = random.fraction() * random.fraction() * SESSIONS_LIVELY;
        let rank = (0..40).find(|rank| f64::from(rank + 1) > spread).unwrap_or(0);
        if let Some(session) = usize::try_from(rank).ok().and_then(|rank| self.0.get(rank)) {
            return session.clone();
        }
        let session = Session {
            role: world.role_rank.draw(random),
            label: format!("session-{}", random.hex(8)),
            key: format!("ASIA{}", random.base32(16)),
            created: time.to_owned(),
        };
        self.0.push_back(session.clone());
        session
    }
}

/// Who calls, from where, with which program.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) account: String,
    /// The template of `userIdentity`.
    pub(super) identity: &'static str,
    pub(super) is_service: bool,
    values: Vec<(&'static str, String)>,
}

impl Caller {
    /// Draws who makes a call of this kind.
    pub(super) fn draw(
        world: &World,
        random: &mut Random,
        sessions: &mut Sessions,
        kind: &Kind,
        time: &str,
    ) -> Self {
        let share = random.fraction();
        let session = sessions.pick(world, random, time);
        let is_sign_in = kind.service == "signin";
        let mut caller = match share {
            _ if is_sign_in => Self::user(world, random),
            share if share < 0.08 => Self::service(world, random),
            share if share < 0.42 => Self::user(world, random),
            _ => Self::session(world, random, &session),
        };
        caller.place(world, random);
        caller
    }

    fn new(account: &str, identity: &'static str, values: Vec<(&'static str, String)>) -> Self {
        let is_service = identity == kinds::SERVICE;
        Self { account: account.to_owned(), identity, is_service, values }
    }

    fn service(world: &World, random: &mut Random) -> Self {
        let account = text(&world.accounts, random.below(world.accounts.len()));
        let service = random.pick(&["lambda", "autoscaling", "config", "ecs-tasks"]);
        let name = format!("{}.amazonaws.com", service.unwrap_or("lambda"));
        let values = vec![("arn", name.clone()), ("agent", name.clone()), ("address", name)];
        Self::new(account, kinds::SERVICE, values)
    }

    fn user(world: &World, random: &mut Random) -> Self {
        let Some(user) = world.users.get(world.user_rank.draw(random)) else {
            return Self::service(world, random);
        };
        let account = text(&world.accounts, user.account);
        let values = vec![
            ("arn", format!("arn:aws:iam::{account}:user/{}", user.name)),
            ("name", user.name.clone()),
            ("principal", user.principal.clone()),
            ("access-key", user.key.clone()),
        ];
        Self::new(account, kinds::USER, values)
    }

    fn session(world: &World, random: &mut Random, session: &Session) -> Self {
        let Some(role) = world.roles.get(session.role) else {
            return Self::service(world, random);
        };
        let account = text(&world.accounts, role.account);
        let values = vec![
            ("arn", session_arn(account, role, &session.label)),
            ("name", role.name.clone()),
            ("principal", role.principal.clone()),
            ("label", session.label.clone()),
            ("access-key", session.key.clone()),
            ("created", session.created.clone()),
        ];
        Self::new(account, kinds::SESSION, values)
    }

    /// Region, address and program; a service has the last two already.
    fn place(&mut self, world: &World, random: &mut Random) {
        let region = REGIONS.get(world.region_rank.draw(random)).copied();
        let address = text(&world.addresses, world.address_rank.draw(random));
        let agent = random.pick(&AGENTS).unwrap_or_default();
        self.values.push(("region", region.unwrap_or("us-east-1").to_owned()));
        self.values.push(("address", address.to_owned()));
        self.values.push(("agent", agent.to_owned()));
    }

    /// Says everything of the caller and of the kind of call; the first value of a name counts.
    pub(super) fn describe(self, draw: &mut Draw<'_>, kind: &Kind) {
        let (request, event) = (draw.uuid(), draw.uuid());
        let is_sign_in = kind.service == "signin";
        self.values.into_iter().for_each(|(name, value)| draw.set(name, value));
        draw.set("account", self.account);
        draw.set("prefix", kind.service);
        draw.set("event", kind.name);
        draw.set("action", format!("{}:{}", kind.service, kind.name));
        draw.set("request", request);
        draw.set("event-id", event);
        draw.set("readonly", kind.read_only.to_string());
        draw.set("management", (!kind.is_data).to_string());
        draw.set("category", if kind.is_data { "Data" } else { "Management" });
        draw.set("type", if is_sign_in { "AwsConsoleSignIn" } else { "AwsApiCall" });
    }
}

/// The session that an `AssumeRole` answers with; its values go into the answer.
pub(super) fn lend(draw: &mut Draw<'_>, world: &World, role: usize, time: &str) -> Option<Session> {
    let worn = world.roles.get(role)?;
    let account = text(&world.accounts, worn.account);
    let label = format!("session-{}", draw.value("hex8"));
    draw.set("session", &label);
    draw.set("rolearn", format!("arn:aws:iam::{account}:role/{}", worn.name));
    draw.set("roleid", &worn.principal);
    draw.set("sessionarn", session_arn(account, worn, &label));
    let key = draw.value("issued");
    Some(Session { role, label, key, created: time.to_owned() })
}

fn session_arn(account: &str, role: &Role, label: &str) -> String {
    format!("arn:aws:sts::{account}:assumed-role/{}/{label}", role.name)
}

fn text(all: &[String], at: usize) -> &str {
    all.get(at).map_or("", String::as_str)
}
