//! What each emulator is known to lose or to lack: the program has to notice each, and say so in these words.
//!
//! An emulator that gets better fails its test here; then the feature moves into that emulator's stack.

use super::setup::{Emulator, REGION};
use crate::setup::House;

/// A stack that asks for one thing too many.
struct Fault {
    name: &'static str,
    /// Below `region` and the pool's name.
    file: &'static str,
    /// What is changed in the file after a first apply that goes well, where the fault is one of updates.
    change: Option<(&'static str, &'static str)>,
    /// What apply says of it.
    says: &'static [&'static str],
    /// What the next plan says: that it is still to be done, or that it never can be.
    then: &'static str,
}

const CLIENT: &str = "  web: { callback_urls: ['https://app.example.com/'], allowed_oauth_flows: [code], \
                      allowed_oauth_scopes: [openid], supported_identity_providers: [COGNITO] }\n";

/// How the program says that an operation is lacking, where it is answered with a page of HTML.
const NO_JSON: &str = "the answer could not be read (HTTP 500)";

const MOTO: &[Fault] = &[
    Fault {
        name: "settled",
        file: "  username_attributes: [email]\n  username_configuration: { case_sensitive: false }\n",
        change: Some(("deletion_protection: INACTIVE", "deletion_protection: INACTIVE\n  user_pool_tier: LITE")),
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
        change: Some(("app: shop", "app: till")),
        says: &["Error: cannot update user_pool", "Caused by: TagResource: ", NO_JSON],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "email-mfa",
        file:
            "  email_configuration: { email_sending_account: DEVELOPER, from_email_address: a@example.com, source_arn: \
               'arn:aws:ses:ap-southeast-2:111122223333:identity/example.com' }
  mfa: { mode: OPTIONAL, email: { message: 'Code {####}', subject: Hello } }\n",
        change: None,
        says: &["AWS has taken the change to user_pool, and does not show it: mfa.email.message, mfa.email.subject"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "passkeys",
        file: "  web_authn_configuration: { relying_party_id: auth.example.com }\n",
        change: None,
        says: &[
            "AWS has taken the change to user_pool, and does not show it: web_authn_configuration.relying_party_id",
        ],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "own-domain",
        file: "domain: { name: auth.example.com, hosted_zone: example.com }\n",
        change: None,
        says: &["AWS has taken the change to domain.custom, and does not show it: custom.certificate"],
        then: "3 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "look",
        file: "domain: { prefix: look-login }\nui_customization: { css: ui/login.css }\n",
        change: None,
        says: &["Error: cannot create ui_customization", "Caused by: GetUICustomization: ", NO_JSON],
        then: "1 to create, 0 to update, 0 to delete",
    },
    Fault {
        name: "managed-login",
        file: "domain: { prefix: managed-login, managed_login_version: 2 }\n",
        change: None,
        says: &["AWS has taken the change to domain.prefix, and does not show it: managed_login_version"],
        then: "1 to create, 1 to update, 0 to delete",
    },
];

const MINISTACK: &[Fault] = &[
    Fault {
        name: "issuer",
        file: "  issuer_configuration: { type: UPDATED }\n",
        change: None,
        says: &["AWS has taken the change to user_pool, and does not show it: issuer_configuration.type"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "levels",
        file: "  acr_configuration: { level1: 'urn:one' }\n",
        change: None,
        says: &["AWS has taken the change to user_pool, and does not show it: acr_configuration"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "rotation",
        file: "app_clients: { web: { refresh_token_rotation: { feature: ENABLED, retry_grace_period_seconds: 10 }, \
               explicit_auth_flows: [ALLOW_USER_SRP_AUTH] } }\n",
        change: None,
        says: &["AWS has taken the change to app_client.web, and does not show it: refresh_token_rotation.feature, \
             refresh_token_rotation.retry_grace_period_seconds"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "logo",
        file: "domain: { prefix: logo-login }\nui_customization: { css: ui/login.css, image_file: ui/logo.png }\n",
        change: None,
        says: &["AWS has taken the change to ui_customization, and does not show it: image.sha256, image.size"],
        then: "0 to create, 1 to update, 0 to delete",
    },
    Fault {
        name: "managed-login",
        file: "domain: { prefix: managed-login, managed_login_version: 2 }\napp_clients:\n",
        change: None,
        says: &[
            "Error: cannot create managed_login_branding.web",
            "Caused by: CreateManagedLoginBranding: InvalidAction: Unknown Cognito IDP action",
        ],
        then: "1 to create, 0 to update, 0 to delete",
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
    let (_, dns) = emulator.zone();
    let files: Vec<(&str, String)> = faults.iter().map(|fault| (fault.name, file(fault))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, file)| (*name, file.as_str())).collect();
    let house = House::new(&files);
    for fault in faults {
        let run = |words: &str| emulator.run_held(&house, &dns.address, &words.replace("STACK", fault.name));
        let mut ended = run("apply STACK --auto-approve");
        if let Some((from, to)) = fault.change {
            ended.ok();
            let path = house.path(&format!("stacks/{}.yaml", fault.name));
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(text.matches(from).count(), 1, "{text}");
            std::fs::write(&path, text.replace(from, to)).unwrap();
            ended = run("apply STACK --auto-approve");
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
