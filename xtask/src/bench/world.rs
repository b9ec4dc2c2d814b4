//! The little world that generated records come from: accounts, people, roles, addresses.

use crate::random::{Random, Zipf};

/// AWS regions, the busiest first.
pub(super) const REGIONS: [&str; 8] = [
    "us-east-1",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "us-east-2",
    "ap-southeast-1",
    "ap-northeast-1",
    "ca-central-1",
];

const NAMES: [&str; 20] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory",
    "niaj", "olivia", "peggy", "rupert", "sybil", "trent", "victor", "walter", "zoe",
];

const PURPOSES: [&str; 10] = [
    "deploy",
    "ci",
    "readonly",
    "admin",
    "lambda",
    "ecs-task",
    "eks-node",
    "backup",
    "audit",
    "data-pipeline",
];

const STAGES: [&str; 5] = ["prod", "stage", "dev", "shared", "sec"];

/// Someone with a long-lived key.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) principal: String,
    pub(super) key: String,
    pub(super) account: usize,
}

/// A role that others put on.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) principal: String,
    pub(super) account: usize,
}

/// Everything that stays the same from record to record.
#[derive(Debug)]
pub(super) struct World {
    pub(super) accounts: Vec<String>,
    pub(super) users: Vec<User>,
    pub(super) roles: Vec<Role>,
    pub(super) addresses: Vec<String>,
    pub(super) buckets: Vec<String>,
    pub(super) user_rank: Zipf,
    pub(super) role_rank: Zipf,
    pub(super) address_rank: Zipf,
    pub(super) bucket_rank: Zipf,
    pub(super) region_rank: Zipf,
}

const ACCOUNTS: usize = 12;
const USERS: u32 = 200;
const ROLES: u32 = 150;
const ADDRESSES: u32 = 5_000;
const BUCKETS: u32 = 400;

impl World {
    /// The world of a seed.
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, u64::MAX);
        Self {
            accounts: (0..ACCOUNTS).map(|_| digits(&mut random, 12)).collect(),
            users: (0..USERS).map(|n| user(&mut random, n)).collect(),
            roles: (0..ROLES).map(|n| role(&mut random, n)).collect(),
            addresses: (0..ADDRESSES).map(|_| address(&mut random)).collect(),
            buckets: (0..BUCKETS).map(|n| bucket(&mut random, n)).collect(),
            user_rank: Zipf::new(USERS, 1.05),
            role_rank: Zipf::new(ROLES, 1.05),
            address_rank: Zipf::new(ADDRESSES, 0.95),
            bucket_rank: Zipf::new(BUCKETS, 1.0),
            region_rank: Zipf::new(8, 1.0),
        }
    }
}

fn name<'a>(names: &[&'a str], at: usize) -> &'a str {
    names.get(at % names.len().max(1)).copied().unwrap_or("x")
}

fn digits(random: &mut Random, count: usize) -> String {
    let mut text = (1 + random.below(9)).to_string();
    (1..count).for_each(|_| text.push_str(&random.below(10).to_string()));
    text
}

fn user(random: &mut Random, n: u32) -> User {
    let n = n as usize;
    User {
        name: format!("{}.{}", name(&NAMES, n), name(&PURPOSES, n / NAMES.len())),
        principal: format!("AIDA{}", random.base32(17)),
        key: format!("AKIA{}", random.base32(16)),
        account: random.below(ACCOUNTS),
    }
}

fn role(random: &mut Random, n: u32) -> Role {
    let n = n as usize;
    Role {
        name: format!("{}-{}-{n}", name(&PURPOSES, n), name(&STAGES, n / PURPOSES.len())),
        principal: format!("AROA{}", random.base32(17)),
        account: random.below(ACCOUNTS),
    }
}

fn address(random: &mut Random) -> String {
    let first = ["3", "13", "18", "34", "52", "54", "81", "91", "103", "185", "203"];
    let (a, b) = (random.below(256), random.below(256));
    format!("{}.{a}.{b}.{}", random.pick(&first).unwrap_or("3"), 1 + random.below(254))
}

fn bucket(random: &mut Random, n: u32) -> String {
    let owners = ["acme", "corp", "data", "logs", "prod", "backup"];
    let contents = ["lake", "assets", "artifacts", "exports", "uploads", "tf-state"];
    let content = random.pick(&contents).unwrap_or("lake");
    format!("{}-{content}-{}", name(&owners, n as usize), random.hex(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_for_the_same_seed() {
        let (a, b) = (World::new(7), World::new(7));
        assert_eq!(a.accounts, b.accounts);
        assert_eq!(a.addresses, b.addresses);
        assert_ne!(a.accounts, World::new(8).accounts);
    }

    #[test]
    fn has_accounts_of_twelve_digits() {
        let world = World::new(1);
        assert_eq!(world.accounts.len(), 12);
        assert!(world.accounts.iter().all(|account| account.len() == 12));
    }
}
