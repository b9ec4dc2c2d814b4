//! Who is at work in the background, when, and as whom their calls are recorded.

use super::actor::{Actor, Session};
use super::cast::{
    ALICE, ALICE_CONSOLE_KEY, BOB, BROWSER, CAROL, CAROL_KEY, CLI, CONFIGS, DEVELOPER, JAVA,
    MONITOR_ADDRESS, MONITORS, OFFICE_ADDRESS, PAYMENTS_ADDRESS, PAYMENTS_API, PYTHON, SCALING,
    TERRAFORM, User,
};
use super::clock::{DAY_S, HOUR_S, hms, midnight};
use super::containment::SIGN_IN_S;
use super::ids::{Draw, Ids, What};
use super::pipeline::Run;

/// How many containers the payments service has at a time.
pub(super) const TASKS: u64 = 4;
/// How long a container lives.
pub(super) const TASK_S: i64 = 6 * HOUR_S;
/// New containers have started this long after the old ones began to go.
const TASK_START_S: i64 = 300;
/// Days are numbered from before the story's first, so that numbers are never negative.
const DAYS_BEFORE: i64 = 100;

const DEVELOPERS: [&str; 3] = ["erin", "frank", "grace"];

/// A part that somebody plays in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// A run of the pipeline, in its role.
    Release,
    /// On call; at the console.
    Alice,
    /// Administers the organization; at the console.
    Bob,
    /// Builds with Terraform.
    Carol,
    /// Three developers, who may look and not touch.
    Developer,
    /// The payments service.
    PaymentsApi,
    /// Dashboards, in all accounts.
    Monitor,
    /// The service that keeps the payments service at its size.
    Scaling,
    /// The service that watches configuration, in all accounts.
    Config,
}

impl Who {
    /// Everybody.
    pub(super) const ALL: [Self; 9] = [
        Self::Release,
        Self::Alice,
        Self::Bob,
        Self::Carol,
        Self::Developer,
        Self::PaymentsApi,
        Self::Monitor,
        Self::Scaling,
        Self::Config,
    ];

    /// How much they do in an hour of a day, compared with others and other hours.
    pub(super) const fn weight(self, weekend: bool, hour: i64) -> u64 {
        let office = !weekend && hour >= 8 && hour < 18;
        let awake = hour >= 7 && hour < 22;
        match (self, office, awake) {
            (Self::Release, true, _) => 14,
            (Self::Release, false, _) => 6,
            (Self::Alice, true, _) => 4,
            (Self::Bob, true, _) => 3,
            (Self::Carol, true, _) => 6,
            (Self::Developer, true, _) => 16,
            (Self::Alice | Self::Bob | Self::Carol | Self::Developer, false, _) => 0,
            (Self::PaymentsApi, true, _) => 14,
            (Self::PaymentsApi, false, true) => 9,
            (Self::PaymentsApi, false, false) => 5,
            (Self::Monitor, ..) => 10,
            (Self::Scaling, ..) => 4,
            (Self::Config, ..) => 5,
        }
    }
}

/// The stage the background plays on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage {
    /// Midnight of the story's first day.
    pub(super) start_s: i64,
    /// Midnight of the day of the intrusion.
    pub(super) t0_s: i64,
    pub(super) ids: Ids,
}

impl Stage {
    /// `who` at about `at_s`: the caller, and the second of the call.
    pub(super) fn enter(&self, who: Who, at_s: i64, draw: &mut Draw) -> (i64, Actor) {
        let actor = match who {
            Who::Release => {
                let run = Run::at(at_s, self.start_s, self.t0_s, &self.ids);
                return run.at_work(&self.ids, draw.next());
            }
            Who::Alice => self.at_console(&ALICE, at_s),
            Who::Bob => self.at_console(&BOB, at_s),
            Who::Carol => Actor::by_key(&CAROL, CAROL_KEY).from(OFFICE_ADDRESS, TERRAFORM),
            Who::Developer => self.developer(at_s, draw),
            Who::PaymentsApi => self.task(at_s, draw.below(TASKS)),
            Who::Monitor => monitor(draw),
            Who::Scaling => scaling(at_s),
            Who::Config => config(at_s, draw),
        };
        (at_s, actor)
    }

    /// When a user signs in at the console on the day of `at_s`: before the office opens, and on
    /// the day of the intrusion alice much before.
    pub(super) fn sign_in_s(&self, user: &User, at_s: i64) -> i64 {
        let day_s = midnight(at_s);
        if *user == ALICE && day_s == self.t0_s {
            return day_s + SIGN_IN_S;
        }
        let ordinal = self.person_of_day(user.name, day_s);
        day_s + hms(7, 40, 0) + self.ids.draw(What::Start, ordinal).seconds(1_200)
    }

    /// The session of container `task` that began in the stretch of `at_s`: its role session's
    /// name, key and first second.
    pub(super) fn task_session(&self, at_s: i64, task: u64) -> (String, String, i64) {
        let stretch = at_s.div_euclid(TASK_S);
        let ordinal = stretch.unsigned_abs() * TASKS + task;
        let name = self.ids.uuid(What::Task, ordinal).replace('-', "");
        let delay_s = self.ids.draw(What::Start, ordinal).seconds(TASK_START_S);
        (name, self.ids.key(What::Task, ordinal), stretch * TASK_S + delay_s)
    }

    fn at_console(&self, user: &User, at_s: i64) -> Actor {
        let day_s = midnight(at_s);
        let key = match *user == ALICE && day_s == self.t0_s {
            true => ALICE_CONSOLE_KEY.to_owned(),
            false => self.ids.key(What::Console, self.person_of_day(user.name, day_s)),
        };
        let since_s = self.sign_in_s(user, at_s);
        Actor::at_console(user, &key, since_s).from(OFFICE_ADDRESS, BROWSER)
    }

    fn developer(&self, at_s: i64, draw: &mut Draw) -> Actor {
        let name = draw.one_of(&DEVELOPERS).copied().unwrap_or_default();
        let day_s = midnight(at_s);
        let ordinal = self.person_of_day(name, day_s);
        let key = self.ids.key(What::Developer, ordinal);
        let since_s = day_s + hms(7, 0, 0) + self.ids.draw(What::Start, ordinal).seconds(HOUR_S);
        Actor::in_session(&Session::new(&DEVELOPER, name, &key, since_s)).from(OFFICE_ADDRESS, CLI)
    }

    fn task(&self, at_s: i64, task: u64) -> Actor {
        let (name, key, since_s) = self.task_session(at_s - TASK_START_S, task);
        let session = Session::new(&PAYMENTS_API, &name, &key, since_s);
        Actor::in_session(&session).from(PAYMENTS_ADDRESS, JAVA)
    }

    /// One number for one person on one day.
    fn person_of_day(&self, name: &str, day_s: i64) -> u64 {
        let day = DAYS_BEFORE + (day_s - self.t0_s).div_euclid(DAY_S);
        let letters = name.bytes().fold(0_u64, |sum, letter| sum * 31 + u64::from(letter));
        letters * 1_000 + day.unsigned_abs()
    }
}

fn monitor(draw: &mut Draw) -> Actor {
    let (user, key) = draw.one_of(&MONITORS).copied().unwrap_or(MONITORS[0]);
    Actor::by_key(&user, key).from(MONITOR_ADDRESS, PYTHON)
}

fn scaling(at_s: i64) -> Actor {
    let hour_s = at_s.div_euclid(HOUR_S) * HOUR_S;
    let service = "autoscaling.amazonaws.com";
    Actor::in_session(&Session::of_service(&SCALING, "AutoScaling", service, hour_s))
}

fn config(at_s: i64, draw: &mut Draw) -> Actor {
    let role = draw.one_of(&CONFIGS).copied().unwrap_or(CONFIGS[0]);
    let hour_s = at_s.div_euclid(HOUR_S) * HOUR_S;
    let service = "config.amazonaws.com";
    Actor::in_session(&Session::of_service(&role, "AWSConfig-Describe", service, hour_s))
}
