//! Policies of resources and identities: read, and asked about a request.
//!
//! Claims: reading and evaluating are total; a text that was read can be read again alike; what is
//! said does not depend on the order of policies, nor on hearing one twice; whoever is denied
//! everything is denied.

use model::{AccountId, Timestamp};
use policy::{Context, Decision, Fact, Global, Kind, Policy, Principal, Request, ServiceKey};
use policy::{Verdict, authorize, evaluate};

const DENY_ALL: &str =
    r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#;
const SEEDS: &str = include_str!("../../seeds/policies.txt");

/// A policy, and behind the first line feed the resource that is asked for.
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let (document, asked) = text.split_once('\n').unwrap_or((text, "arn:aws:s3:::b/k"));
    for kind in [Kind::Resource, Kind::Identity] {
        match Policy::parse(document, kind) {
            Ok(policy) => check(&policy, asked),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    SEEDS.lines().map(|line| format!("{line}\narn:aws:s3:::b/k").into()).collect()
}

fn check(policy: &Policy, asked: &str) {
    let again = Policy::parse(policy.text(), policy.kind()).expect("it was read before");
    assert_eq!(&again, policy);
    let other = Policy::parse(DENY_ALL, Kind::Resource).expect("a sound policy");
    for request in requests(asked) {
        let said = class(&evaluate(&[policy], &request));
        assert_eq!(class(&evaluate(&[policy, &again], &request)), said);
        assert_eq!(class(&evaluate(&[policy, &other], &request)), "denied");
        assert_eq!(class(&evaluate(&[&other, policy], &request)), "denied");
        let verdict = authorize(&[], Some(policy), &request);
        assert!(said != "denied" || !verdict.is_allowed());
        assert!(matches!(authorize(&[policy], Some(&other), &request), Verdict::Denied(_)));
    }
    policy.is_public();
    policy.is_about(asked);
}

fn class(decision: &Decision) -> &'static str {
    match decision {
        Decision::Denied(_) => "denied",
        Decision::Allowed(..) => "allowed",
        Decision::Unmentioned => "unmentioned",
    }
}

fn requests(asked: &str) -> [Request; 3] {
    let account = AccountId::parse("111111111111").expect("an account");
    let key = |name| ServiceKey::new("s3", name).expect("a key");
    let context = Context::default()
        .global(Global::SourceIp, Fact::Ip([192, 0, 2, 1].into()))
        .global(Global::CurrentTime, Timestamp(0))
        .global(Global::SecureTransport, true)
        .global(Global::TagKeys, ["a", "b"].map(str::to_owned).into_iter().collect::<Fact>())
        .service(key("prefix"), asked)
        .service(key("max-keys"), Fact::Number(7.0));
    let user = Principal::User {
        account: account.clone(),
        arn: "arn:aws:iam::111111111111:user/ann".to_owned(),
        id: "AIDAEXAMPLEEXAMPLE01".to_owned(),
        name: "ann".to_owned(),
    };
    let service = Principal::Service { name: "cloudtrail.amazonaws.com".to_owned() };
    [user, service, Principal::Anonymous]
        .map(|who| Request::new(who, "s3:PutObject", asked, &account, context.clone()))
}
