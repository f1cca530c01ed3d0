//! Both directions, against the SDK's own types.

use serde_json::{Value, json};

use super::super::AppClient;
use super::*;
use crate::aws::cognito::operation::create_user_pool_client::builders::CreateUserPoolClientInputBuilder;
use crate::aws::cognito::operation::update_user_pool_client::builders::UpdateUserPoolClientInputBuilder;
use crate::aws::cognito::types::builders::UserPoolClientTypeBuilder;
use crate::aws::cognito::{Client, Config};
use crate::kind::kind;

fn client() -> Client {
    let config = Config::builder().behavior_version(crate::aws::cognito::config::BehaviorVersion::latest());
    Client::from_conf(config.build())
}

fn create(settings: &ClientSettings) -> CreateUserPoolClientInputBuilder {
    let call = create_call(client().create_user_pool_client(), "pool", settings, None).unwrap();
    call.as_input().clone()
}

fn update(target: &ClientSettings, now: &UserPoolClientType) -> UpdateUserPoolClientInputBuilder {
    update_call(client().update_user_pool_client(), target, now).unwrap().as_input().clone()
}

/// What AWS answers of a client that was made with a name alone ("Minimal client reads back", app_client.md 1).
fn minimal() -> UserPoolClientTypeBuilder {
    UserPoolClientType::builder()
        .client_name("web")
        .client_id("1example")
        .refresh_token_validity(30)
        .auth_session_validity(3)
        .enable_token_revocation(true)
        .enable_propagate_additional_user_context_data(false)
        .allowed_o_auth_flows_user_pool_client(false)
}

/// A client that AWS answers as it was asked to be.
macro_rules! echo {
    ($input:expr) => {{
        let input = $input;
        UserPoolClientType::builder()
            .set_client_name(input.get_client_name().clone())
            .set_refresh_token_validity(*input.get_refresh_token_validity())
            .set_access_token_validity(*input.get_access_token_validity())
            .set_id_token_validity(*input.get_id_token_validity())
            .set_token_validity_units(input.get_token_validity_units().clone())
            .set_read_attributes(input.get_read_attributes().clone())
            .set_write_attributes(input.get_write_attributes().clone())
            .set_explicit_auth_flows(input.get_explicit_auth_flows().clone())
            .set_supported_identity_providers(input.get_supported_identity_providers().clone())
            .set_callback_urls(input.get_callback_urls().clone())
            .set_logout_urls(input.get_logout_urls().clone())
            .set_default_redirect_uri(input.get_default_redirect_uri().clone())
            .set_allowed_o_auth_flows(input.get_allowed_o_auth_flows().clone())
            .set_allowed_o_auth_scopes(input.get_allowed_o_auth_scopes().clone())
            .set_allowed_o_auth_flows_user_pool_client(*input.get_allowed_o_auth_flows_user_pool_client())
            .set_analytics_configuration(input.get_analytics_configuration().clone())
            .set_prevent_user_existence_errors(input.get_prevent_user_existence_errors().clone())
            .set_enable_token_revocation(*input.get_enable_token_revocation())
            .set_enable_propagate_additional_user_context_data(
                *input.get_enable_propagate_additional_user_context_data(),
            )
            .set_auth_session_validity(*input.get_auth_session_validity())
            .set_refresh_token_rotation(input.get_refresh_token_rotation().clone())
    }};
}

#[test]
fn a_minimal_client_reads_back_as_the_defaults_that_the_schema_states() {
    let read = serde_json::to_value(settings(&minimal().build(), None).unwrap()).unwrap();
    let schema = kind::<AppClient>().schema();
    let mut defaults = serde_json::Map::new();
    for (field, facts) in schema["properties"].as_object().unwrap() {
        assert!(facts.get("x-on-change").is_some(), "{field} does not say what changing it asks");
        assert!(facts.get("description").is_some(), "{field} has no words");
        if let Some(default) = facts.get("x-aws-default") {
            defaults.insert(field.clone(), default.clone());
        }
    }
    defaults.insert("name".to_owned(), json!("web"));
    assert_eq!(read, Value::Object(defaults));
}

#[test]
fn every_field_survives_the_way_to_aws_and_back() {
    for example in [AppClient::example(), AppClient::example_changed()] {
        let wanted = example.settings;
        let created = echo!(create(&wanted)).client_secret("x").build();
        assert_eq!(settings(&created, None).unwrap(), wanted);
        let updated = echo!(update(&wanted, &minimal().build())).client_secret("x").build();
        assert_eq!(settings(&updated, None).unwrap(), wanted);
    }
}

#[test]
fn a_client_survives_json_as_one_object() {
    for example in [AppClient::example(), AppClient::example_changed()] {
        let json = serde_json::to_value(&example).unwrap();
        assert_eq!(json["user_pool"], "user_pool");
        assert!(json["callback_urls"].is_array());
        assert_eq!(serde_json::from_value::<AppClient>(json).unwrap(), example);
    }
    let unknown = json!({ "user_pool": "user_pool", "name": "web", "colour": "red" });
    assert!(serde_json::from_value::<ClientSettings>(unknown).is_err());
}

#[test]
fn the_examples_differ_in_every_field_that_changes_in_place() {
    let [one, other] = [AppClient::example(), AppClient::example_changed()].map(|e| serde_json::to_value(e).unwrap());
    let schema = kind::<AppClient>().schema();
    for (field, facts) in schema["properties"].as_object().unwrap() {
        let differs = one.get(field) != other.get(field);
        assert_eq!(differs, facts["x-on-change"] == "in_place", "{field}");
    }
}

#[test]
fn creating_sends_what_is_declared_and_nothing_else() {
    let declared = ClientSettings { name: Some("web".to_owned()), ..ClientSettings::default() };
    let expected = CreateUserPoolClientInputBuilder::default().user_pool_id("pool").client_name("web");
    assert_eq!(format!("{:?}", create(&declared)), format!("{expected:?}"));
    let declared = ClientSettings { access_token_validity: Validity::new(90, Unit::Minutes), ..declared };
    let input = create(&declared);
    assert_eq!(*input.get_access_token_validity(), Some(90));
    let units = input.get_token_validity_units().clone().unwrap();
    assert_eq!(units.access_token(), Some(&TimeUnitsType::Minutes));
    assert_eq!((units.id_token(), units.refresh_token()), (None, None));
}

#[test]
fn an_update_sends_every_field_so_that_nothing_is_reset() {
    let target = settings(&minimal().build(), None).unwrap();
    let input = update(&target, &minimal().build());
    assert_eq!(*input.get_access_token_validity(), Some(1));
    assert_eq!(*input.get_refresh_token_validity(), Some(30));
    let units = input.get_token_validity_units().clone().unwrap();
    assert_eq!(units.access_token(), Some(&TimeUnitsType::Hours));
    assert_eq!(units.id_token(), Some(&TimeUnitsType::Hours));
    assert_eq!(units.refresh_token(), Some(&TimeUnitsType::Days));
    assert_eq!(*input.get_callback_urls(), Some(vec![]));
    assert_eq!(*input.get_allowed_o_auth_scopes(), Some(vec![]));
    assert_eq!(*input.get_enable_token_revocation(), Some(true));
    // The lists whose absence means something of its own.
    assert_eq!(*input.get_read_attributes(), None);
    assert_eq!(*input.get_write_attributes(), None);
    let off = input.get_refresh_token_rotation().clone().unwrap();
    assert_eq!((off.feature, off.retry_grace_period_seconds), (FeatureType::Disabled, None));
}

#[test]
fn what_this_program_has_no_name_for_survives_an_update() {
    let now = minimal()
        .explicit_auth_flows("ALLOW_TELEPATHY_AUTH".into())
        .explicit_auth_flows("ALLOW_USER_SRP_AUTH".into())
        .allowed_o_auth_flows("device".into())
        .build();
    let target = settings(&now, None).unwrap();
    assert_eq!(target.explicit_auth_flows, Some(BTreeSet::from([AuthFlow::AllowUserSrpAuth])));
    let input = update(&target, &now);
    let flows: Vec<_> = input.get_explicit_auth_flows().iter().flatten().map(|flow| flow.as_str().to_owned()).collect();
    assert_eq!(flows, ["ALLOW_USER_SRP_AUTH", "ALLOW_TELEPATHY_AUTH"]);
    assert_eq!(*input.get_allowed_o_auth_flows(), Some(vec!["device".into()]));
}

#[test]
fn one_length_of_time_however_aws_counts_it() {
    let units = |unit: &str| TokenValidityUnitsType::builder().access_token(unit.into()).refresh_token(unit.into());
    for (count, unit, expected) in
        [(60, "minutes", "1h"), (3600, "seconds", "1h"), (1, "hours", "1h"), (1, "days", "1d")]
    {
        let read =
            settings(&minimal().access_token_validity(count).token_validity_units(units(unit).build()).build(), None);
        assert_eq!(read.unwrap().access_token_validity.unwrap().to_string(), expected);
    }
    // `0 → 30 days`, in whatever unit; and units by themselves are no validity.
    let none = minimal().refresh_token_validity(0).token_validity_units(units("minutes").build()).build();
    let read = settings(&none, None).unwrap();
    assert_eq!(read.refresh_token_validity.unwrap().to_string(), "30d");
    assert_eq!(read.access_token_validity.unwrap().to_string(), "1h");
    let strange = minimal().access_token_validity(1).token_validity_units(units("fortnights").build()).build();
    assert!(settings(&strange, None).unwrap_err().message().contains("fortnights"));
    assert!(settings(&minimal().refresh_token_validity(-1).build(), None).is_err());
}

#[test]
fn where_a_chosen_secret_is_found_is_remembered_and_what_it_is_never() {
    let place = SecretRef::env("SECRET");
    let with = minimal().client_secret("hunter2hunter2hunter2hunter2").build();
    let chosen = settings(&with, Some(&place)).unwrap();
    assert_eq!((chosen.generate_secret, &chosen.client_secret), (Some(false), &Some(place.clone())));
    assert!(!format!("{chosen:?}").contains("hunter2"));
    let made = settings(&with, None).unwrap();
    assert_eq!((made.generate_secret, made.client_secret), (Some(true), None));
    let without = settings(&minimal().build(), Some(&place)).unwrap();
    assert_eq!((without.generate_secret, without.client_secret), (Some(false), None));
}

#[test]
fn the_role_that_the_service_fills_in_is_nobodys_wish() {
    let analytics = AnalyticsConfigurationType::builder().application_arn("arn:a").role_arn("arn:service-role").build();
    let read = settings(&minimal().analytics_configuration(analytics).build(), None).unwrap();
    let expected =
        AnalyticsConfiguration { application_arn: Some("arn:a".to_owned()), ..AnalyticsConfiguration::default() };
    assert_eq!(read.analytics_configuration, Some(expected));
    let empty = AnalyticsConfigurationType::builder().build();
    assert_eq!(
        settings(&minimal().analytics_configuration(empty).build(), None).unwrap().analytics_configuration,
        None
    );
}

#[test]
fn rotation_that_is_off_is_the_same_as_none() {
    let off = RefreshTokenRotationType::builder().feature(FeatureType::Disabled).retry_grace_period_seconds(0);
    let [off, none] = [minimal().refresh_token_rotation(off.build().unwrap()), minimal()]
        .map(|client| settings(&client.build(), None).unwrap().refresh_token_rotation);
    assert_eq!(off, none);
}

#[test]
fn what_follows_from_what_is_declared_is_filled_in() {
    let set = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>());
    let scopes = ClientSettings { allowed_oauth_scopes: set(&["openid"]), ..ClientSettings::default() };
    assert_eq!(scopes.clone().completed().allowed_oauth_flows_user_pool_client, Some(true));
    let no = ClientSettings { allowed_oauth_flows_user_pool_client: Some(false), ..scopes };
    assert_eq!(no.completed().allowed_oauth_flows_user_pool_client, Some(false));
    let empty = ClientSettings { allowed_oauth_scopes: set(&[]), ..ClientSettings::default() };
    assert_eq!(empty.completed().allowed_oauth_flows_user_pool_client, None);
    let named =
        ClientSettings { read_attributes: set(&["email", "tenant", "custom:role"]), ..ClientSettings::default() };
    assert_eq!(named.completed().read_attributes, set(&["email", "custom:tenant", "custom:role"]));
    let off = RefreshTokenRotation { feature: Feature::Disabled, retry_grace_period_seconds: None };
    let off = ClientSettings { refresh_token_rotation: Some(off), ..ClientSettings::default() }.completed();
    assert_eq!(off.refresh_token_rotation.unwrap().retry_grace_period_seconds, Some(0));
}
