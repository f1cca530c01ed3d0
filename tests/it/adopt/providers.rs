//! Identity providers that are there.

use super::made::{from_stack, imported, rebuilds, written};
use crate::world::repository;

#[test]
fn providers_come_back_with_their_pool() {
    let samples = repository().join("tests/it/samples/valid");
    let text = std::fs::read_to_string(samples.join("providers.yaml")).unwrap();
    let world = from_stack("shop", &text, &samples);
    imported(&world, "shop", "").ok();
    let file = written(&world, "shop");
    assert!(file.contains("client_secret: { env: GOOGLE_CLIENT_SECRET }") && !file.contains("the secret of"), "{file}");
    assert!(file.contains("metadata_file: idp/shop.Staff.xml"), "{file}");
    rebuilds(&world, "shop");
}

#[test]
fn providers_that_cannot_be_looked_for_are_told() {
    let world = super::made::with_clients("shop", &["web"]);
    let ran = imported(&world, "shop", "ListIdentityProviders=denied");
    assert!(format!("{ran}").contains("identity providers, if there are any"), "{ran}");
}
