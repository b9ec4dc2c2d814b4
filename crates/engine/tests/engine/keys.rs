//! Keys and sessions: whose they are, when they end, and that their secrets stay secret.

use crate::home::{Home, quiet, record};
use crate::lab::Lab;
use engine::{Engine, KeyError, SessionCredentials, Settings};
use journal::{Frame, Journal, Options, RealDisk, snapshot};
use model::resource::{AccessKey, KeyStatus, Sealed, User};
use model::{Change, Effect, Identity, Timestamp};
use std::path::Path;

fn change(engine: &Engine, change: Change) {
    let effect = Effect::from(change);
    let _ = engine.commit(move |_| ((), effect)).wait().unwrap();
}

fn admin(engine: &Engine) -> AccessKey {
    engine.state().access_keys().next().unwrap().clone()
}

fn identity(engine: &Engine) -> Identity {
    engine.resolve_key(&admin(engine).id, None).unwrap().identity
}

fn resolve(
    engine: &Engine,
    session: &SessionCredentials,
    token: Option<&str>,
) -> Result<(String, Identity), KeyError> {
    let resolved = engine.resolve_key(&session.access_key_id, token)?;
    Ok((resolved.secret.expose().to_owned(), resolved.identity))
}

#[test]
fn the_administrators_key_is_known_and_others_are_not() {
    let home = Home::new();
    let opened = home.try_open(quiet()).unwrap();
    let resolved = opened.engine.resolve_key(&opened.admin.id, None).unwrap();
    assert_eq!(resolved.secret, opened.admin.secret);
    assert_eq!(resolved.identity.user_name.as_deref(), Some("admin"));
    assert_eq!(resolved.identity.access_key_id, opened.admin.id);
    for id in ["AKIAIOSFODNN7EXAMPLE", "", "AKIA"] {
        assert_eq!(opened.engine.resolve_key(id, None).unwrap_err(), KeyError::Unknown, "{id}");
    }
    let with_token = opened.engine.resolve_key(&opened.admin.id, Some("token"));
    assert_eq!(with_token.unwrap_err(), KeyError::TokenInvalid);
}

#[test]
fn a_session_is_taken_with_its_own_token_only() {
    let lab = Lab::new();
    let engine = lab.open();
    let parent = identity(&engine);
    let [one, two] = [3_600, 900].map(|seconds| engine.issue_session(&parent, seconds));
    assert!(one.access_key_id.starts_with("ASIA") && one.access_key_id != two.access_key_id);
    assert_eq!(one.expires, Timestamp::from_seconds(lab.env.now().seconds() + 3_600));

    let (secret, found) = resolve(&engine, &one, Some(&one.token)).unwrap();
    assert_eq!(secret, one.secret.expose());
    let session = found.session.clone().unwrap();
    assert_eq!((&session.parent_key, session.expires), (&parent.access_key_id, one.expires));
    let same = Identity { session: None, access_key_id: parent.access_key_id.clone(), ..found };
    assert_eq!(same, parent);

    let mut wrong = one.token.clone().into_bytes();
    let middle = wrong.len() / 2;
    wrong[middle] = if wrong[middle] == b'A' { b'B' } else { b'A' };
    let wrong = String::from_utf8(wrong).unwrap();
    for token in [&*two.token, &*wrong, "", "token", &one.token[..middle]] {
        let refused = resolve(&engine, &one, Some(token)).unwrap_err();
        assert_eq!(refused, KeyError::TokenInvalid, "{token}");
    }
    assert_eq!(resolve(&engine, &one, None).unwrap_err(), KeyError::TokenMissing);
    // The token of a session does nothing for a key that lasts.
    let refused = engine.resolve_key(&parent.access_key_id, Some(&one.token)).unwrap_err();
    assert_eq!(refused, KeyError::TokenInvalid);
}

#[test]
fn a_session_ends_to_the_second_and_outlives_a_crash_until_then() {
    let mut lab = Lab::new();
    let engine = lab.open();
    let session = engine.issue_session(&identity(&engine), 900);
    lab.env.advance(899_000);
    let engine = lab.crash(engine);
    assert!(resolve(&engine, &session, Some(&session.token)).is_ok());
    lab.env.advance(1_000);
    let refused = resolve(&engine, &session, Some(&session.token)).unwrap_err();
    assert_eq!(refused, KeyError::TokenExpired);
}

#[test]
fn a_key_that_is_switched_off_takes_its_sessions_along() {
    let lab = Lab::new();
    let engine = lab.open();
    let (key, session) = (admin(&engine), engine.issue_session(&identity(&engine), 900));
    change(&engine, Change::AccessKeyPut(AccessKey { status: KeyStatus::Inactive, ..key.clone() }));
    assert_eq!(engine.resolve_key(&key.id, None).unwrap_err(), KeyError::Inactive);
    let refused = resolve(&engine, &session, Some(&session.token)).unwrap_err();
    assert_eq!(refused, KeyError::Inactive);
    change(&engine, Change::AccessKeyPut(key.clone()));
    assert!(engine.resolve_key(&key.id, None).is_ok());
    assert!(resolve(&engine, &session, Some(&session.token)).is_ok());
}

#[test]
fn a_session_of_another_directory_is_worth_nothing() {
    let [one, other] = [1, 2].map(|seed| {
        let env = engine::Env::simulated(crate::call::MARCH, seed);
        Lab { env, ..Lab::new() }.open()
    });
    let session = one.issue_session(&identity(&one), 900);
    let refused = resolve(&other, &session, Some(&session.token)).unwrap_err();
    assert_eq!(refused, KeyError::TokenInvalid);
}

#[test]
fn a_sealed_secret_cannot_be_moved_to_another_key() {
    let lab = Lab::new();
    let engine = lab.open();
    let key = admin(&engine);
    change(&engine, Change::AccessKeyPut(AccessKey { id: "AKIAOTHER".into(), ..key.clone() }));
    assert_eq!(engine.resolve_key("AKIAOTHER", None).unwrap_err(), KeyError::Unknown);
    let orphan = AccessKey { user: "nobody".into(), ..key.clone() };
    change(&engine, Change::AccessKeyPut(orphan));
    assert_eq!(engine.resolve_key(&key.id, None).unwrap_err(), KeyError::Unknown);
}

#[test]
fn an_admin_of_another_account_is_not_the_administrator() {
    let mut lab = Lab::new();
    let engine = lab.open();
    let first = admin(&engine);
    let account = crate::call::account("999900001111");
    let created = lab.env.now();
    let user = User { account: account.clone(), name: "admin".into(), ..user(created) };
    change(&engine, Change::UserPut(user));
    let sealed = Sealed("AAAA".into());
    // By its id it stands before the administrator's.
    let id = "AKIA000000000000".to_owned();
    change(
        &engine,
        Change::AccessKeyPut(AccessKey { id, account, secret: sealed, ..first.clone() }),
    );
    let engine = lab.crash(engine);
    drop(engine);
    let disk = std::sync::Arc::new(lab.disk.clone());
    let opened = Engine::simulated(disk, lab.settings.clone(), lab.env.clone()).unwrap();
    assert_eq!(opened.admin.id, first.id);
}

fn user(created: Timestamp) -> User {
    let account = crate::call::somebody();
    User { account, name: "other".into(), id: "AIDAOTHER".into(), created, admin: true }
}

/// Every file below a directory.
fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

/// What lies compressed in journal and State, as text.
fn unpacked(data: &Path) -> Vec<String> {
    let disk = RealDisk::new(data.to_owned());
    let id = Journal::directory(&disk, Path::new("journal")).unwrap().unwrap();
    let mut texts = Vec::new();
    let mut visit = |_, frame: Frame| {
        texts.push(format!("{frame:?}"));
        Ok(())
    };
    Journal::inspect(&disk, Path::new("journal"), id, &Options::default(), &mut visit).unwrap();
    let state = snapshot::load_newest(&disk, Path::new("state"), &id).unwrap().unwrap();
    texts.push(String::from_utf8(state.snapshot.payload).unwrap());
    texts
}

#[test]
fn no_secret_lies_in_any_file() {
    let home = Home::new();
    let opened = home.try_open(Settings { snapshot_bytes: 1, ..quiet() }).unwrap();
    let engine = opened.engine;
    let session = engine.issue_session(&identity(&engine), 900);
    record(&engine, 0..50);
    engine.seal().unwrap();
    record(&engine, 50..60);
    assert!(resolve(&engine, &session, Some(&session.token)).is_ok());
    assert!(!format!("{opened:?}", opened = opened.admin).contains(opened.admin.secret.expose()));
    assert!(!format!("{session:?}").contains(session.secret.expose()));
    engine.close();

    let key = std::fs::read(home.data().join("root.key")).unwrap();
    let secrets = [opened.admin.secret.expose(), session.secret.expose()];
    let all = files(&home.data());
    assert!(all.len() >= 6, "{all:?}");
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        let holds = |secret: &[u8]| bytes.windows(secret.len()).any(|bytes| bytes == secret);
        assert!(!secrets.iter().any(|secret| holds(secret.as_bytes())), "{}", path.display());
        let is_key_file = path.ends_with("root.key");
        assert_eq!(holds(&key[..32]) || holds(&key[32..]), is_key_file, "{}", path.display());
    }
    let texts = unpacked(&home.data());
    assert!(texts.iter().any(|text| text.contains(&opened.admin.id)));
    for text in texts {
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
    }
}
