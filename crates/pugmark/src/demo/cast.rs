//! Who takes part: accounts, users, roles, addresses and tools. All of it is invented; addresses
//! are of the ranges reserved for documentation.

/// The region of everything but the intruder's search for instances.
pub(super) const REGION: &str = "us-east-1";

/// The account of the pipeline; the printed key belongs to it.
pub(super) const BUILD: &str = "123456789012";
/// The account that holds what the intruder is after.
pub(super) const PAYMENTS: &str = "444455556666";
/// The account that manages the organization.
pub(super) const MANAGEMENT: &str = "111122223333";
/// The account the snapshot is shared with; not one of ours.
pub(super) const STRANGER: &str = "777788889999";

/// Where the pipeline runs.
pub(super) const PIPELINE_ADDRESS: &str = "192.0.2.20";
/// Where containers of the payments account leave its network.
pub(super) const PAYMENTS_ADDRESS: &str = "192.0.2.30";
/// Where dashboards are drawn.
pub(super) const MONITOR_ADDRESS: &str = "192.0.2.40";
/// Where the weekly audit runs.
pub(super) const AUDIT_ADDRESS: &str = "192.0.2.50";
/// The office.
pub(super) const OFFICE_ADDRESS: &str = "198.51.100.10";
/// Carol's home, never seen before the night of the story.
pub(super) const CAROL_ADDRESS: &str = "198.51.100.77";
/// The intruder's first address.
pub(super) const INTRUDER_ADDRESS: &str = "203.0.113.66";
/// The intruder's second address, used from the theft on.
pub(super) const SECOND_ADDRESS: &str = "203.0.113.77";

/// The key that leaks.
pub(super) const LEAKED_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// The pipeline's second key, which takes over when the leaked one is disabled.
pub(super) const STANDBY_KEY: &str = "AKIADEMOSTANDBYAAAAA";
/// The key of the intruder's session in the build account.
pub(super) const RELEASE_KEY: &str = "ASIADEMORELEASEAAAAA";
/// The key of the intruder's session in the payments account.
pub(super) const PAYMENTS_KEY: &str = "ASIADEMOPAYMENTSAAAA";
/// The key of the user the intruder creates.
pub(super) const METRICS_KEY: &str = "AKIADEMOMETRICSAAAAA";
/// Carol's own key.
pub(super) const CAROL_KEY: &str = "AKIADEMOCAROLAAAAAAA";
/// The key of carol's session in the payments account.
pub(super) const CAROL_SESSION_KEY: &str = "ASIADEMOINCIDENTAAAA";
/// The key of alice's console session during containment.
pub(super) const ALICE_CONSOLE_KEY: &str = "ASIADEMOALICEAAAAAAA";
/// The key of alice's session in the payments account during containment.
pub(super) const ALICE_SESSION_KEY: &str = "ASIADEMORESPONSEAAAA";
/// The key of the user that starts the weekly audit.
pub(super) const AUDITOR_KEY: &str = "AKIADEMOAUDITORAAAAA";

/// The bucket the theft is from.
pub(super) const EXPORTS_BUCKET: &str = "payments-exports-prod";

/// The AWS command line, as the intruder, carol and developers use it.
pub(super) const CLI: &str = "aws-cli/2.31.12 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0-79-generic \
    md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe";
/// The copying tool of the theft.
pub(super) const COPIER: &str = "aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.25.1 \
    md/GOOS#linux md/GOARCH#amd64 api/s3#1.88.4";
/// A browser.
pub(super) const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
/// The pipeline's tool.
pub(super) const PIPELINE: &str = "aws-sdk-js/3.914.0 ua/2.1 os/linux#6.11.0-1018 lang/js \
    md/nodejs#22.20.0 api/sts#3.914.0 configure-aws-credentials-for-github-actions";
/// Terraform.
pub(super) const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.13.4 \
    (+https://www.terraform.io) terraform-provider-aws/6.17.0 aws-sdk-go-v2/1.39.2";
/// A Python program.
pub(super) const PYTHON: &str = "Boto3/1.40.55 md/Botocore#1.40.55 ua/2.1 os/linux#6.1.153 \
    md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.40.55";
/// A Java service.
pub(super) const JAVA: &str = "aws-sdk-java/2.35.7 md/io#async md/http#NettyNio ua/2.1 \
    os/Linux#6.1.153 lang/java#25 md/OpenJDK_64-Bit_Server_VM#25+36 exec-env/AWS_ECS_FARGATE";

/// A user with keys or a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    pub(super) account: &'static str,
}

const fn user(name: &'static str, id: &'static str, account: &'static str) -> User {
    User { name, id, account }
}

/// The pipeline's user, whose key leaks.
pub(super) const CI_DEPLOYER: User = user("ci-deployer", "AIDADEMODEPLOYERAAAAA", BUILD);
/// On call; contains the intrusion.
pub(super) const ALICE: User = user("alice", "AIDADEMOALICEAAAAAAAA", BUILD);
/// Administers the organization.
pub(super) const BOB: User = user("bob", "AIDADEMOBOBAAAAAAAAAA", MANAGEMENT);
/// Works on an incident of her own that night.
pub(super) const CAROL: User = user("carol", "AIDADEMOCAROLAAAAAAAA", BUILD);
/// Created by the intruder.
pub(super) const SVC_METRICS: User = user("svc-metrics", "AIDADEMOMETRICSAAAAAA", PAYMENTS);
/// Starts the weekly audit.
pub(super) const AUDITOR: User = user("auditor", "AIDADEMOAUDITORAAAAAA", MANAGEMENT);
/// Draws dashboards: a user and its key in each account.
pub(super) const MONITORS: [(User, &str); 3] = [
    (user("grafana", "AIDADEMOMONITORBUILDA", BUILD), "AKIADEMOMONITORBUILD"),
    (user("grafana", "AIDADEMOMONITORPAYAAA", PAYMENTS), "AKIADEMOMONITORPAYAA"),
    (user("grafana", "AIDADEMOMONITORMGMTAA", MANAGEMENT), "AKIADEMOMONITORMGMTA"),
];

/// A role that is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    pub(super) account: &'static str,
    /// With its slashes, as in the ARN; sessions leave it out.
    pub(super) path: &'static str,
}

const fn role(name: &'static str, id: &'static str, account: &'static str) -> Role {
    Role { name, id, account, path: "/" }
}

const fn service_role(
    name: &'static str,
    id: &'static str,
    account: &'static str,
    path: &'static str,
) -> Role {
    Role { name, id, account, path }
}

/// What the pipeline becomes in the build account.
pub(super) const RELEASE: Role = role("ReleaseRole", "AROADEMORELEASEAAAAAA", BUILD);
/// What it becomes in the payments account.
pub(super) const PAYMENTS_DEPLOY: Role = role("PaymentsDeploy", "AROADEMOPAYMENTSAAAAA", PAYMENTS);
/// What alice becomes in the payments account.
pub(super) const RESPONSE: Role = role("IncidentResponse", "AROADEMORESPONSEAAAAA", PAYMENTS);
/// The role the intruder may not assume.
pub(super) const ORGANIZATION_ACCESS: Role =
    role("OrganizationAccountAccessRole", "AROADEMOORGACCESSAAAA", PAYMENTS);
/// The payments service.
pub(super) const PAYMENTS_API: Role = role("payments-api", "AROADEMOPAYAPIAAAAAAA", PAYMENTS);
/// Writes the settlement files.
pub(super) const EXPORTER: Role = role("payments-exporter", "AROADEMOEXPORTERAAAAA", PAYMENTS);
/// The weekly audit, in each account.
pub(super) const AUDITS: [Role; 3] = [
    role("prowler-audit", "AROADEMOAUDITMGMTAAAA", MANAGEMENT),
    role("prowler-audit", "AROADEMOAUDITBUILDAAA", BUILD),
    role("prowler-audit", "AROADEMOAUDITPAYAAAAA", PAYMENTS),
];
/// Takes the nightly snapshots.
pub(super) const LIFECYCLE: Role = service_role(
    "AWSDataLifecycleManagerDefaultRole",
    "AROADEMOLIFECYCLEAAAA",
    PAYMENTS,
    "/service-role/",
);
/// Keeps the payments service at its size.
pub(super) const SCALING: Role = service_role(
    "AWSServiceRoleForAutoScaling",
    "AROADEMOSCALINGAAAAAA",
    PAYMENTS,
    "/aws-service-role/autoscaling.amazonaws.com/",
);
/// What developers become.
pub(super) const DEVELOPER: Role = service_role(
    "AWSReservedSSO_DeveloperReadOnly_0a1b2c3d4e5f6071",
    "AROADEMODEVELOPERAAAA",
    BUILD,
    "/aws-reserved/sso.amazonaws.com/",
);
/// Watches configuration, in each account.
pub(super) const CONFIGS: [Role; 3] = [
    config("AROADEMOCONFIGBUILDAA", BUILD),
    config("AROADEMOCONFIGPAYAAAA", PAYMENTS),
    config("AROADEMOCONFIGMGMTAAA", MANAGEMENT),
];

const fn config(id: &'static str, account: &'static str) -> Role {
    let path = "/aws-service-role/config.amazonaws.com/";
    service_role("AWSServiceRoleForConfig", id, account, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_length_of_real_ones() {
        let users = [CI_DEPLOYER, ALICE, BOB, CAROL, SVC_METRICS, AUDITOR];
        let users = users.iter().chain(MONITORS.iter().map(|(user, _)| user));
        assert!(users.clone().all(|u| u.id.len() == 21 && u.id.starts_with("AIDA")));
        let roles = [RELEASE, PAYMENTS_DEPLOY, RESPONSE, ORGANIZATION_ACCESS, PAYMENTS_API];
        let more = [EXPORTER, LIFECYCLE, SCALING, DEVELOPER];
        let roles = roles.iter().chain(&more).chain(&AUDITS).chain(&CONFIGS);
        for role in roles {
            assert!(role.id.len() == 21 && role.id.starts_with("AROA"), "{}", role.id);
        }
        let keys = [LEAKED_KEY, STANDBY_KEY, RELEASE_KEY, PAYMENTS_KEY, METRICS_KEY, CAROL_KEY];
        let more = [CAROL_SESSION_KEY, ALICE_CONSOLE_KEY, ALICE_SESSION_KEY, AUDITOR_KEY];
        let keys = keys.iter().chain(&more).chain(MONITORS.iter().map(|(_, key)| key));
        for key in keys {
            assert_eq!(key.len(), 20, "{key}");
        }
    }
}
