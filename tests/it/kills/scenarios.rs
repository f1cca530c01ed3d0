//! What is cut: the changes that a stack goes through in its life, each from a world of its own.

use crate::setup::House;

/// A run that ends, and one that is cut.
pub struct Scenario {
    pub name: &'static str,
    /// What has happened before.
    pub before: &'static [Before],
    /// Writes the stack file of the run that is cut.
    pub stack: fn(&House),
    /// The command that is cut, and run again.
    pub words: &'static str,
    /// A command that finds nothing to do afterwards.
    pub again: &'static str,
}

/// A command that was run before.
pub struct Before {
    pub stack: fn(&House),
    pub words: &'static str,
    /// It was killed when it said this.
    pub stop: Option<&'static str>,
}

/// Every scenario is one of this stack.
pub const STACK: &str = "prod";

const UP: &str = "up prod --auto-approve";
const PLAN: &str = "plan prod --detailed-exitcode";
const DESTROY: &str = "destroy prod --auto-approve --allow-loss user_pool";

const fn applied(stack: fn(&House)) -> Before {
    Before { stack, words: UP, stop: None }
}

const fn up(name: &'static str, before: &'static [Before], stack: fn(&House)) -> Scenario {
    Scenario { name, before, stack, words: UP, again: PLAN }
}

const fn destroy(name: &'static str, before: &'static [Before], stack: fn(&House)) -> Scenario {
    Scenario { name, before, stack, words: DESTROY, again: DESTROY }
}

pub static SCENARIOS: [Scenario; 8] = [
    up("first apply of prod.yaml", &[], prod),
    up("an update of pool, MFA, client, CSS and tags", &[applied(prod)], changed),
    up("a certificate swapped under a live domain", &[applied(prod)], swapped),
    up("a client, an attribute and a client's own look are added", &[applied(prod)], more),
    up("a client and a client's own look are taken away", &[applied(more)], less),
    up("a prefix becomes a domain", &[applied(prefixed)], prod),
    destroy("destroy", &[applied(unprotected)], unprotected),
    destroy(
        "destroy while a swapped certificate is still in use",
        &[
            applied(unprotected),
            Before {
                stack: unprotected_and_swapped,
                words: UP,
                stop: Some("for CloudFront to release the certificate"),
            },
        ],
        unprotected_and_swapped,
    ),
];

/// The first apply, with the state in S3.
pub static IN_S3: Scenario = up("first apply of prod.yaml with the state in S3", &[MADE], prod_in_s3);

/// The bucket has been made.
const MADE: Before = Before { stack: prod_in_s3, words: "state init prod", stop: None };

/// `stacks/prod.yaml` with these changes, each of something that stands there once.
fn written(house: &House, changes: &[(&str, &str)]) {
    let original = concat!(env!("CARGO_MANIFEST_DIR"), "/stacks/prod.yaml");
    let mut text = std::fs::read_to_string(original).unwrap();
    // AWS as `sandbox serve` plays it is that of another account.
    let account = ("account: \"111122223333\"", "account: \"000000000000\"");
    for (from, to) in [account].iter().chain(changes) {
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in prod.yaml");
        text = text.replace(from, to);
    }
    std::fs::write(house.path("stacks/prod.yaml"), text).unwrap();
}

fn prod(house: &House) {
    written(house, &[]);
}

fn prod_in_s3(house: &House) {
    written(
        house,
        &[("\nuser_pool:\n", "\nstate: { s3: { bucket: shop-stacks, key: auth/prod.json } }\nuser_pool:\n")],
    );
}

fn changed(house: &House) {
    written(
        house,
        &[
            ("minimum_length: 12", "minimum_length: 14"),
            ("mode: OPTIONAL", "mode: 'ON'"),
            ("access_token_validity: 15m", "access_token_validity: 10m"),
            ("logout_urls: [https://app.example.com/]", "logout_urls: [https://app.example.com/bye]"),
            ("  environment: prod\n", "  environment: live\n  team: identity\n"),
        ],
    );
    std::fs::write(house.path("stacks/ui/login.css"), ".logo-customizable { max-width: 50%; }\n").unwrap();
}

const CERTIFICATE: (&str, &str) = ("domain_name: login.example.com", "domain_name: '*.example.com'");

fn swapped(house: &House) {
    written(house, &[CERTIFICATE]);
}

fn more(house: &House) {
    written(
        house,
        &[
            (
                "    role: { type: String, mutable: true, min_length: 1, max_length: 32 }\n",
                "    role: { type: String, mutable: true, min_length: 1, max_length: 32 }\n    \
                 plan: { type: String, mutable: true, min_length: 1, max_length: 8 }\n",
            ),
            (
                "domain:\n",
                "  phone:\n    callback_urls: [https://m.example.com/callback]\n    allowed_oauth_flows: [code]\n    \
                 allowed_oauth_scopes: [openid]\n    generate_secret: true\nui_customization:\n  app_clients: \
                 { web: { css: ui/web.css } }\ndomain:\n",
            ),
        ],
    );
    std::fs::write(house.path("stacks/ui/web.css"), ".banner-customizable { background-color: #1a2b3c; }\n").unwrap();
}

/// What [`more`] has added is taken away again, but for the attribute: AWS takes none away, and the plan refuses it.
fn less(house: &House) {
    written(
        house,
        &[(
            "    role: { type: String, mutable: true, min_length: 1, max_length: 32 }\n",
            "    role: { type: String, mutable: true, min_length: 1, max_length: 32 }\n    \
             plan: { type: String, mutable: true, min_length: 1, max_length: 8 }\n",
        )],
    );
}

fn prefixed(house: &House) {
    written(
        house,
        &[
            ("  name: login.example.com\n  hosted_zone: example.com\n", "  prefix: shop-prod\n"),
            (
                "  # For this name alone, instead of the wildcard *.example.com that is made when nothing is said.\n  \
                 certificate: { domain_name: login.example.com }\n",
                "",
            ),
        ],
    );
}

const UNPROTECTED: (&str, &str) = ("deletion_protection: ACTIVE", "deletion_protection: INACTIVE");

fn unprotected(house: &House) {
    written(house, &[UNPROTECTED]);
}

fn unprotected_and_swapped(house: &House) {
    written(house, &[UNPROTECTED, CERTIFICATE]);
}
