//! What each emulator is known to lose or to lack: the program has to notice each, and say so in these words.
//!
//! An emulator that gets better fails its test here; then the feature moves into that emulator's stack.

use super::setup::{Emulator, REGION, house};

/// A stack that asks for one thing too many.
struct Fault {
    name: &'static str,
    /// Below `region` and the pool's name; with [`super::setup::Neighbours`] by their words.
    file: &'static str,
    act: Act,
    /// What is said of it.
    says: &'static [&'static str],
    /// What the next plan says: that it is still to be done, or that it never can be.
    then: &'static str,
}

/// What it takes for the fault to show.
#[derive(Clone, Copy)]
enum Act {
    /// The first apply.
    Apply,
    /// A first apply that goes well, and another with this in the file changed into that.
    Change(&'static str, &'static str),
    /// A first apply that goes well, and then a command.
    Run(&'static str),
}

const CLIENT: &str = "  web: { callback_urls: ['https://app.example.com/'], allowed_oauth_flows: [code], \
                      allowed_oauth_scopes: [openid], supported_identity_providers: [COGNITO] }\n";

const SERVER: &str = "resource_servers: { orders: { scopes: { read: Read orders } } }\n";
const REPLICA: &str = "  key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: 'A_KEY' }
  issuer_configuration: { type: UPDATED }
replica: { region: ap-southeast-1, status: ACTIVE }\n";
const RISKS: &str = "  user_pool_tier: PLUS
  user_pool_add_ons: { advanced_security_mode: AUDIT }
risk_configuration: { risk_exception_configuration: { blocked_ip_range_list: [192.0.2.0/24] } }\n";
const LOGS: &str = "log_delivery: { user_notification: \
                    'arn:aws:logs:ap-southeast-2:000000000000:log-group:/aws/vendedlogs/sample' }\n";

/// How the program says that an operation is lacking, where it is answered with a page of HTML.
const NO_JSON: &str = "the answer could not be read (HTTP 500)";

const MOTO: &[Fault] = &[
    Fault {
        name: "settled",
        file: "  username_attributes: [email]\n  username_configuration: { case_sensitive: false }\n",
        act: Act::Change("deletion_protection: INACTIVE", "deletion_protection: INACTIVE\n  user_pool_tier: LITE"),
        says: &[
            "Error: cannot update user_pool",
            // UsernameConfiguration is lost too; but not to show it is what some Regions of AWS have done for long, so
            // what is remembered counts.
            "Caused by: AWS has taken the change to user_pool, and does not show it: username_attributes\n",
        ],
        then: "user_pool.username_attributes: cannot be changed once user_pool exists",
    },
    Fault {
        name: "tags",
        file: "tags: { app: shop }\n",
        act: Act::Change("app: shop", "app: till"),
        says: &["Error: cannot update user_pool", "Caused by: TagResource: ", NO_JSON],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "email-mfa",
        file:
            "  email_configuration: { email_sending_account: DEVELOPER, from_email_address: a@example.com, source_arn: \
               'arn:aws:ses:ap-southeast-2:111122223333:identity/example.com' }
  mfa: { mode: OPTIONAL, email: { message: 'Code {####}', subject: Hello } }\n",
        act: Act::Apply,
        says: &["AWS has taken the change to user_pool, and does not show it: mfa.email.message, mfa.email.subject"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "passkeys",
        file: "  web_authn_configuration: { relying_party_id: auth.example.com }\n",
        act: Act::Apply,
        says: &[
            "AWS has taken the change to user_pool, and does not show it: web_authn_configuration.relying_party_id",
        ],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "own-domain",
        file: "domain: { name: auth.example.com, hosted_zone: example.com }\n",
        act: Act::Apply,
        says: &["AWS has taken the change to domain.custom, and does not show it: custom.certificate"],
        then: "3 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "look",
        file: "domain: { prefix: look-login }\nui_customization: { css: ui/login.css }\n",
        act: Act::Apply,
        says: &["Error: cannot create ui_customization", "Caused by: GetUICustomization: ", NO_JSON],
        then: "1 to create, 0 to update, 0 to delete",
    },
    Fault {
        name: "managed-login",
        file: "domain: { prefix: managed-login, managed_login_version: 2 }\n",
        act: Act::Apply,
        says: &["AWS has taken the change to domain.prefix, and does not show it: managed_login_version"],
        then: "1 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "terms",
        file: "terms: { web: { terms_of_use: { default: 'https://example.com/terms' } } }\napp_clients:\n",
        act: Act::Apply,
        says: &["Error: cannot create terms.web-terms-of-use", "Caused by: CreateTerms: ", NO_JSON],
        then: "cannot find out whether terms.web-terms-of-use was made",
    },
    Fault {
        name: "server-changed",
        file: SERVER,
        act: Act::Change("Read orders", "Look at orders"),
        says: &["Error: cannot update resource_server.orders", "Caused by: UpdateResourceServer: ", NO_JSON],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "server-deleted",
        file: SERVER,
        act: Act::Change(SERVER, ""),
        says: &["Error: cannot delete resource_server.orders", "Caused by: DeleteResourceServer: ", NO_JSON],
        then: "0 to create, 0 to update, 1 to delete",
    },
    Fault {
        name: "identities",
        file: "identity_pool: { allow_unauthenticated_identities: true }\n",
        act: Act::Apply,
        says: &["Error: cannot create identity_pool", "Caused by: GetIdentityPoolRoles: HTTP 500"],
        then: "cannot read identity_pool",
    },
    Fault {
        name: "replica",
        file: REPLICA,
        act: Act::Apply,
        says: &["Error: cannot create replica", "Caused by: ListUserPoolReplicas: ", NO_JSON],
        then: "cannot find out whether replica is there already",
    },
    Fault {
        name: "risks",
        file: RISKS,
        act: Act::Apply,
        says: &["Error: cannot create risk_configuration", "Caused by: DescribeRiskConfiguration: ", NO_JSON],
        then: "1 to create, 0 to update, 0 to delete",
    },
    Fault {
        name: "logs",
        file: LOGS,
        act: Act::Apply,
        says: &["Error: cannot create log_delivery", "Caused by: GetLogDeliveryConfiguration: ", NO_JSON],
        then: "1 to create, 0 to update, 0 to delete",
    },
    Fault {
        name: "second-secret",
        file: "app_clients: { server: { generate_secret: true } }\n",
        act: Act::Run("secret rotate STACK server"),
        says: &["Error: ListUserPoolClientSecrets: ", NO_JSON, "Hint: nothing was changed"],
        then: "No changes",
    },
    Fault {
        name: "other-web-acl",
        file: "web_acl_arn: A_WEB_ACL\n",
        act: Act::Change("A_WEB_ACL", "ANOTHER_WEB_ACL"),
        says: &["AWS has taken the change to web_acl_association, and does not show it: web_acl_arn"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "late-authorizer",
        file: "app_clients: { web: {} }\n",
        act: Act::Change(
            "app_clients:",
            "api_authorizers: { late: { api_id: AN_API, app_clients: [web] } }\napp_clients:",
        ),
        says: &[
            "Error: cannot find out whether api_authorizer.late is there already",
            "Caused by: GetAuthorizers: HTTP 500",
        ],
        then: "cannot find out whether api_authorizer.late is there already",
    },
];

const MINISTACK: &[Fault] = &[
    Fault {
        name: "issuer",
        file: "  issuer_configuration: { type: UPDATED }\n",
        act: Act::Apply,
        says: &["AWS has taken the change to user_pool, and does not show it: issuer_configuration.type"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "levels",
        file: "  acr_configuration: { level1: 'urn:one' }\n",
        act: Act::Apply,
        says: &["AWS has taken the change to user_pool, and does not show it: acr_configuration"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "rotation",
        file: "app_clients: { web: { refresh_token_rotation: { feature: ENABLED, retry_grace_period_seconds: 10 }, \
               explicit_auth_flows: [ALLOW_USER_SRP_AUTH] } }\n",
        act: Act::Apply,
        says: &["AWS has taken the change to app_client.web, and does not show it: refresh_token_rotation.feature, \
             refresh_token_rotation.retry_grace_period_seconds"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "logo",
        file: "domain: { prefix: logo-login }\nui_customization: { css: ui/login.css, image_file: ui/logo.png }\n",
        act: Act::Apply,
        says: &["AWS has taken the change to ui_customization, and does not show it: image.sha256, image.size"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "managed-login",
        file: "domain: { prefix: managed-login, managed_login_version: 2 }\napp_clients:\n",
        act: Act::Apply,
        says: &[
            "Error: cannot create managed_login_branding.web",
            "Caused by: CreateManagedLoginBranding: InvalidAction: Unknown Cognito IDP action",
        ],
        then: "1 to create, 0 to update, 0 to delete",
    },
    Fault {
        name: "terms",
        file: "terms: { web: { terms_of_use: { default: 'https://example.com/terms' } } }\napp_clients:\n",
        act: Act::Apply,
        says: &["Error: cannot create terms.web-terms-of-use", "Caused by: CreateTerms: InvalidAction: "],
        then: "1 to create, 0 to update, 0 to delete",
    },
    Fault {
        name: "replica",
        file: REPLICA,
        act: Act::Apply,
        says: &["AWS has taken the change to user_pool, and does not show it: key_configuration.key_type, \
             key_configuration.kms_key_arn, issuer_configuration.type"],
        then: "Caused by: ListUserPoolReplicas: InvalidAction: ",
    },
    Fault {
        name: "risks",
        file: RISKS,
        act: Act::Apply,
        says: &["Error: cannot create risk_configuration", "Caused by: DescribeRiskConfiguration: InvalidAction: "],
        then: "1 to create, 0 to update, 0 to delete",
    },
    Fault {
        name: "logs",
        file: LOGS,
        act: Act::Apply,
        says: &["Error: cannot create log_delivery", "Caused by: GetLogDeliveryConfiguration: InvalidAction: "],
        then: "1 to create, 0 to update, 0 to delete",
    },
    Fault {
        name: "own-secret",
        file: "app_clients: { server: { client_secret: { file: stacks/secret.txt } } }\n",
        act: Act::Apply,
        says: &["AWS has taken the change to app_client.server, and does not show it: client_secret"],
        then: "app_clients.server.client_secret: cannot be changed once app_client.server exists",
    },
    Fault {
        name: "second-secret",
        file: "app_clients: { server: { generate_secret: true } }\n",
        act: Act::Run("secret rotate STACK server"),
        says: &["Error: ListUserPoolClientSecrets: InvalidAction: ", "Hint: nothing was changed"],
        then: "No changes",
    },
    Fault {
        name: "group",
        file: "groups: { staff: { precedence: 5 } }\n",
        act: Act::Change("precedence: 5", "precedence: 6"),
        says: &["Error: cannot update group.staff", "Caused by: UpdateGroup: InvalidAction: "],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "user",
        file: "users: { ann: { attributes: { email: ann@example.com, name: Ann } } }\n",
        act: Act::Change(", name: Ann", ""),
        says: &["Error: cannot update user.ann", "Caused by: AdminDeleteUserAttributes: InvalidAction: "],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "identity-tags",
        file: "identity_pool: { allow_unauthenticated_identities: true, tags: { tier: one } }\n",
        act: Act::Change("tier: one", "tier: two"),
        says: &["AWS has taken the change to identity_pool, and does not show it: tags.tier"],
        then: "0 to create, 1 to update, 0 to delete",
    },
];

fn file(fault: &Fault) -> String {
    let clients = if fault.file.ends_with("app_clients:\n") { CLIENT } else { "" };
    format!(
        "region: {REGION}\nuser_pool:\n  name: {}\n  deletion_protection: INACTIVE\n{}{clients}",
        fault.name, fault.file
    )
}

/// Sees each fault come, be said in these words, and go with the stack.
#[track_caller]
fn are_noticed(emulator: &Emulator, faults: &[Fault]) {
    let ((_, dns), there) = (emulator.zone(), emulator.neighbours());
    let files: Vec<(&str, String)> = faults.iter().map(|fault| (fault.name, there.named_in(&file(fault)))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, file)| (*name, file.as_str())).collect();
    let house = house(&files);
    for fault in faults {
        let run = |words: &str| emulator.run_held(&house, &dns.address, &words.replace("STACK", fault.name));
        let mut ended = run("apply STACK --auto-approve");
        match fault.act {
            Act::Apply => {}
            Act::Change(from, to) => {
                ended.ok();
                let path = house.path(&format!("stacks/{}.yaml", fault.name));
                let (text, from) = (std::fs::read_to_string(&path).unwrap(), there.named_in(from));
                assert_eq!(text.matches(&from).count(), 1, "{text}");
                std::fs::write(&path, text.replace(&from, &there.named_in(to))).unwrap();
                ended = run("apply STACK --auto-approve");
            }
            Act::Run(words) => {
                ended.ok();
                ended = run(words);
            }
        }
        assert!(!fault.says.is_empty(), "{}: a fault that nobody notices is none", fault.name);
        ended = ended.failed();
        for said in fault.says {
            assert!(ended.err.contains(said), "{}: `{said}` is not in:\n{}", fault.name, ended.err);
        }
        let plan = run("plan STACK");
        let all = format!("{}\n{}", plan.out, plan.err);
        assert!(all.contains(fault.then), "{}: `{}` is not in:\n{all}", fault.name, fault.then);
        assert!(!all.contains("outside this stack"), "{}: nobody else was there:\n{all}", fault.name);
    }
}

pub fn of_moto() -> usize {
    are_noticed(&Emulator::moto(0), MOTO);
    MOTO.len()
}

pub fn of_ministack() -> usize {
    are_noticed(&Emulator::ministack(), MINISTACK);
    MINISTACK.len()
}

#[test]
fn what_moto_loses_is_noticed() {
    of_moto();
}

#[test]
fn what_ministack_loses_is_noticed() {
    of_ministack();
}
