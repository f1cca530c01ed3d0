//! An app client to the SDK's inputs, and from what AWS answers.

use std::collections::BTreeSet;

use super::values::{AuthFlow, Feature, OAuthFlow, PreventUserExistenceErrors};
use super::{AnalyticsConfiguration, ClientSettings, RefreshTokenRotation};
use crate::aws::cognito::operation::create_user_pool_client::builders::CreateUserPoolClientFluentBuilder;
use crate::aws::cognito::operation::update_user_pool_client::builders::UpdateUserPoolClientFluentBuilder;
use crate::aws::cognito::types::{
    AnalyticsConfigurationType, ExplicitAuthFlowsType, FeatureType, OAuthFlowType, PreventUserExistenceErrorTypes,
    RefreshTokenRotationType, TimeUnitsType, TokenValidityUnitsType, UserPoolClientType,
};
use crate::error::{Error, Result};
use crate::kinds::duration::{Unit, Validity};
use crate::secret::SecretRef;

/// The call that makes a client, with what is declared and nothing else.
pub(super) fn create_call(
    call: CreateUserPoolClientFluentBuilder,
    pool: &str,
    settings: &ClientSettings,
    revealed: Option<String>,
) -> Result<CreateUserPoolClientFluentBuilder> {
    let ClientSettings {
        name,
        generate_secret,
        client_secret: _,
        callback_urls,
        logout_urls,
        default_redirect_uri,
        allowed_oauth_flows,
        allowed_oauth_scopes,
        allowed_oauth_flows_user_pool_client,
        access_token_validity,
        id_token_validity,
        refresh_token_validity,
        read_attributes,
        write_attributes,
        explicit_auth_flows,
        supported_identity_providers,
        analytics_configuration,
        prevent_user_existence_errors,
        enable_token_revocation,
        enable_propagate_additional_user_context_data,
        auth_session_validity,
        refresh_token_rotation,
    } = settings;
    Ok(call
        .user_pool_id(pool)
        .set_client_name(name.clone())
        // False is what AWS does unasked, and is not said beside a chosen secret.
        .set_generate_secret(generate_secret.filter(|generate| *generate))
        .set_client_secret(revealed)
        .set_access_token_validity(count(*access_token_validity))
        .set_id_token_validity(count(*id_token_validity))
        .set_refresh_token_validity(count(*refresh_token_validity))
        .set_token_validity_units(units(*access_token_validity, *id_token_validity, *refresh_token_validity))
        .set_read_attributes(some_of(read_attributes.as_ref()))
        .set_write_attributes(some_of(write_attributes.as_ref()))
        .set_explicit_auth_flows(some(flow_list(explicit_auth_flows.as_ref())))
        .set_supported_identity_providers(some_of(supported_identity_providers.as_ref()))
        .set_callback_urls(some_of(callback_urls.as_ref()))
        .set_logout_urls(some_of(logout_urls.as_ref()))
        .set_default_redirect_uri(default_redirect_uri.clone())
        .set_allowed_o_auth_flows(some(grant_list(allowed_oauth_flows.as_ref())))
        .set_allowed_o_auth_scopes(some_of(allowed_oauth_scopes.as_ref()))
        .set_allowed_o_auth_flows_user_pool_client(*allowed_oauth_flows_user_pool_client)
        .set_analytics_configuration(analytics_configuration.as_ref().map(analytics))
        .set_prevent_user_existence_errors(prevent_user_existence_errors.map(prevent))
        .set_enable_token_revocation(*enable_token_revocation)
        .set_enable_propagate_additional_user_context_data(*enable_propagate_additional_user_context_data)
        .set_auth_session_validity(minutes(*auth_session_validity)?)
        .set_refresh_token_rotation(refresh_token_rotation.as_ref().map(rotation).transpose()?))
}

/// The call that makes a client hold `target`, which is total.
///
/// AWS resets what it is not sent (`app_client.md` 1), so everything is sent; a list that a client may be without is
/// sent empty. `now` is the client as AWS shows it: what it holds and this program has no name for goes back as it is.
pub(super) fn update_call(
    call: UpdateUserPoolClientFluentBuilder,
    target: &ClientSettings,
    now: &UserPoolClientType,
) -> Result<UpdateUserPoolClientFluentBuilder> {
    let ClientSettings {
        name,
        generate_secret: _,
        client_secret: _,
        callback_urls,
        logout_urls,
        default_redirect_uri,
        allowed_oauth_flows,
        allowed_oauth_scopes,
        allowed_oauth_flows_user_pool_client,
        access_token_validity,
        id_token_validity,
        refresh_token_validity,
        read_attributes,
        write_attributes,
        explicit_auth_flows,
        supported_identity_providers,
        analytics_configuration,
        prevent_user_existence_errors,
        enable_token_revocation,
        enable_propagate_additional_user_context_data,
        auth_session_validity,
        refresh_token_rotation,
    } = target;
    let mut flows = flow_list(explicit_auth_flows.as_ref());
    flows.extend(now.explicit_auth_flows().iter().filter(|flow| known_flow(flow).is_none()).cloned());
    let mut grants = grant_list(allowed_oauth_flows.as_ref());
    grants.extend(now.allowed_o_auth_flows().iter().filter(|grant| known_grant(grant).is_none()).cloned());
    Ok(call
        .set_client_name(name.clone())
        .set_access_token_validity(count(*access_token_validity))
        .set_id_token_validity(count(*id_token_validity))
        .set_refresh_token_validity(count(*refresh_token_validity))
        .set_token_validity_units(units(*access_token_validity, *id_token_validity, *refresh_token_validity))
        .set_read_attributes(some_of(read_attributes.as_ref()))
        .set_write_attributes(some_of(write_attributes.as_ref()))
        .set_explicit_auth_flows(some(flows))
        .set_supported_identity_providers(Some(all_of(supported_identity_providers.as_ref())))
        .set_callback_urls(Some(all_of(callback_urls.as_ref())))
        .set_logout_urls(Some(all_of(logout_urls.as_ref())))
        .set_default_redirect_uri(default_redirect_uri.clone())
        .set_allowed_o_auth_flows(Some(grants))
        .set_allowed_o_auth_scopes(Some(all_of(allowed_oauth_scopes.as_ref())))
        .set_allowed_o_auth_flows_user_pool_client(*allowed_oauth_flows_user_pool_client)
        .set_analytics_configuration(analytics_configuration.as_ref().map(analytics))
        .set_prevent_user_existence_errors(prevent_user_existence_errors.map(prevent))
        .set_enable_token_revocation(*enable_token_revocation)
        .set_enable_propagate_additional_user_context_data(*enable_propagate_additional_user_context_data)
        .set_auth_session_validity(minutes(*auth_session_validity)?)
        .set_refresh_token_rotation(refresh_token_rotation.as_ref().map(rotation).transpose()?))
}

/// What AWS answered, total: each default that AWS leaves unsaid is said (`app_client.md` 1, "Minimal client reads
/// back").
///
/// `chosen` is where the client's secret was found, if it was not AWS that made it; AWS does not tell.
pub(super) fn settings(client: &UserPoolClientType, chosen: Option<&SecretRef>) -> Result<ClientSettings> {
    let units = client.token_validity_units();
    let has_secret = has_secret(client);
    let chosen = chosen.filter(|_| has_secret).cloned();
    let known_flows: BTreeSet<AuthFlow> = client.explicit_auth_flows().iter().filter_map(known_flow).collect();
    Ok(ClientSettings {
        name: client.client_name.clone(),
        generate_secret: Some(has_secret && chosen.is_none()),
        client_secret: chosen,
        callback_urls: Some(set(client.callback_urls())),
        logout_urls: Some(set(client.logout_urls())),
        default_redirect_uri: client.default_redirect_uri.clone().filter(|uri| !uri.is_empty()),
        allowed_oauth_flows: Some(client.allowed_o_auth_flows().iter().filter_map(known_grant).collect()),
        allowed_oauth_scopes: Some(set(client.allowed_o_auth_scopes())),
        allowed_oauth_flows_user_pool_client: Some(client.allowed_o_auth_flows_user_pool_client.unwrap_or(false)),
        access_token_validity: Some(validity(
            client.access_token_validity.unwrap_or(0),
            units.and_then(TokenValidityUnitsType::access_token),
            (1, Unit::Hours),
        )?),
        id_token_validity: Some(validity(
            client.id_token_validity.unwrap_or(0),
            units.and_then(TokenValidityUnitsType::id_token),
            (1, Unit::Hours),
        )?),
        refresh_token_validity: Some(validity(
            client.refresh_token_validity,
            units.and_then(TokenValidityUnitsType::refresh_token),
            (30, Unit::Days),
        )?),
        read_attributes: Some(set(client.read_attributes())).filter(|names| !names.is_empty()),
        write_attributes: Some(set(client.write_attributes())).filter(|names| !names.is_empty()),
        explicit_auth_flows: Some(if client.explicit_auth_flows().is_empty() {
            BTreeSet::from(AuthFlow::DEFAULT)
        } else {
            known_flows
        }),
        supported_identity_providers: Some(set(client.supported_identity_providers())),
        analytics_configuration: client
            .analytics_configuration()
            .map(analytics_back)
            .filter(|analytics| *analytics != AnalyticsConfiguration::default()),
        prevent_user_existence_errors: Some(match client.prevent_user_existence_errors() {
            None | Some(PreventUserExistenceErrorTypes::Legacy) => PreventUserExistenceErrors::Legacy,
            Some(PreventUserExistenceErrorTypes::Enabled) => PreventUserExistenceErrors::Enabled,
            Some(other) => return Err(unknown("PreventUserExistenceErrors", other.as_str())),
        }),
        enable_token_revocation: Some(client.enable_token_revocation.unwrap_or(true)),
        enable_propagate_additional_user_context_data: Some(
            client.enable_propagate_additional_user_context_data.unwrap_or(false),
        ),
        auth_session_validity: Some(validity(
            client.auth_session_validity.unwrap_or(0),
            Some(&TimeUnitsType::Minutes),
            (3, Unit::Minutes),
        )?),
        refresh_token_rotation: Some(rotation_back(client.refresh_token_rotation())?),
    })
}

/// Whether the client has a secret; the secret itself is looked at no further.
pub(super) fn has_secret(client: &UserPoolClientType) -> bool {
    client.client_secret().is_some_and(|secret| !secret.is_empty())
}

fn count(validity: Option<Validity>) -> Option<i32> {
    validity.map(|validity| validity.parts().0)
}

/// The units of those that are said; AWS fills in the others' defaults (`app_client.md` 1, TokenValidityUnits).
fn units(access: Option<Validity>, id: Option<Validity>, refresh: Option<Validity>) -> Option<TokenValidityUnitsType> {
    if access.is_none() && id.is_none() && refresh.is_none() {
        return None;
    }
    let unit = |validity: Option<Validity>| {
        validity.map(|validity| match validity.parts().1 {
            Unit::Seconds => TimeUnitsType::Seconds,
            Unit::Minutes => TimeUnitsType::Minutes,
            Unit::Hours => TimeUnitsType::Hours,
            Unit::Days => TimeUnitsType::Days,
        })
    };
    let units = TokenValidityUnitsType::builder()
        .set_access_token(unit(access))
        .set_id_token(unit(id))
        .set_refresh_token(unit(refresh));
    Some(units.build())
}

/// A number of AWS's in its unit. None at all is the default: `0 → 30 days`, and so is a unit by itself.
fn validity(count: i32, unit: Option<&TimeUnitsType>, (default, default_unit): (i64, Unit)) -> Result<Validity> {
    let unit = match unit {
        None => default_unit,
        Some(TimeUnitsType::Seconds) => Unit::Seconds,
        Some(TimeUnitsType::Minutes) => Unit::Minutes,
        Some(TimeUnitsType::Hours) => Unit::Hours,
        Some(TimeUnitsType::Days) => Unit::Days,
        Some(other) => return Err(unknown("TokenValidityUnits", other.as_str())),
    };
    let found = if count == 0 { Validity::new(default, default_unit) } else { Validity::new(count.into(), unit) };
    found.ok_or_else(|| Error::aws_state(format!("AWS answered {count} {unit:?} for how long a token is good")))
}

fn minutes(validity: Option<Validity>) -> Result<Option<i32>> {
    validity
        .map(|validity| {
            validity
                .whole(Unit::Minutes)
                .ok_or_else(|| Error::stack(format!("auth_session_validity is {validity}, and must be whole minutes")))
        })
        .transpose()
}

fn all_of(set: Option<&BTreeSet<String>>) -> Vec<String> {
    set.into_iter().flatten().cloned().collect()
}

fn some_of(set: Option<&BTreeSet<String>>) -> Option<Vec<String>> {
    some(all_of(set))
}

/// An empty list is what AWS takes an absent one for.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

fn set(list: &[String]) -> BTreeSet<String> {
    list.iter().cloned().collect()
}

fn flow_list(flows: Option<&BTreeSet<AuthFlow>>) -> Vec<ExplicitAuthFlowsType> {
    flows.into_iter().flatten().map(|flow| ExplicitAuthFlowsType::from(flow.as_str())).collect()
}

fn known_flow(flow: &ExplicitAuthFlowsType) -> Option<AuthFlow> {
    AuthFlow::ALL.into_iter().find(|known| known.as_str() == flow.as_str())
}

fn grant_list(grants: Option<&BTreeSet<OAuthFlow>>) -> Vec<OAuthFlowType> {
    grants.into_iter().flatten().map(|grant| OAuthFlowType::from(grant.as_str())).collect()
}

fn known_grant(grant: &OAuthFlowType) -> Option<OAuthFlow> {
    OAuthFlow::ALL.into_iter().find(|known| known.as_str() == grant.as_str())
}

fn prevent(errors: PreventUserExistenceErrors) -> PreventUserExistenceErrorTypes {
    match errors {
        PreventUserExistenceErrors::Enabled => PreventUserExistenceErrorTypes::Enabled,
        PreventUserExistenceErrors::Legacy => PreventUserExistenceErrorTypes::Legacy,
    }
}

fn analytics(configuration: &AnalyticsConfiguration) -> AnalyticsConfigurationType {
    let AnalyticsConfiguration { application_arn, application_id, external_id, role_arn, user_data_shared } =
        configuration;
    AnalyticsConfigurationType::builder()
        .set_application_arn(application_arn.clone())
        .set_application_id(application_id.clone())
        .set_external_id(external_id.clone())
        .set_role_arn(role_arn.clone())
        .user_data_shared(*user_data_shared)
        .build()
}

/// With a project's ARN the service names its own role (`app_client.md` 1, AnalyticsConfiguration), which nobody asked
/// for and nobody may send.
fn analytics_back(configuration: &AnalyticsConfigurationType) -> AnalyticsConfiguration {
    AnalyticsConfiguration {
        application_arn: configuration.application_arn.clone(),
        application_id: configuration.application_id.clone(),
        external_id: configuration.external_id.clone(),
        role_arn: configuration.role_arn.clone().filter(|_| configuration.application_arn.is_none()),
        user_data_shared: configuration.user_data_shared,
    }
}

fn rotation(rotation: &RefreshTokenRotation) -> Result<RefreshTokenRotationType> {
    let RefreshTokenRotation { feature, retry_grace_period_seconds } = rotation;
    let builder = match feature {
        // Off has no grace period (`app_client.md` 2), and leaving the whole out would keep it on.
        Feature::Disabled => RefreshTokenRotationType::builder().feature(FeatureType::Disabled),
        Feature::Enabled => RefreshTokenRotationType::builder()
            .feature(FeatureType::Enabled)
            .set_retry_grace_period_seconds(retry_grace_period_seconds.map(u32::cast_signed)),
    };
    builder.build().map_err(|error| Error::bug("a RefreshTokenRotation is incomplete").caused_by(error))
}

fn rotation_back(rotation: Option<&RefreshTokenRotationType>) -> Result<RefreshTokenRotation> {
    let feature = match rotation.map(RefreshTokenRotationType::feature) {
        None | Some(FeatureType::Disabled) => Feature::Disabled,
        Some(FeatureType::Enabled) => Feature::Enabled,
        Some(other) => return Err(unknown("RefreshTokenRotation", other.as_str())),
    };
    let grace = rotation.and_then(RefreshTokenRotationType::retry_grace_period_seconds).unwrap_or(0);
    let grace = if feature == Feature::Disabled { 0 } else { u32::try_from(grace).unwrap_or(0) };
    Ok(RefreshTokenRotation { feature, retry_grace_period_seconds: Some(grace) })
}

fn unknown(field: &str, value: &str) -> Error {
    Error::aws_state(format!("AWS answered `{value}` for {field}, which this version of stack does not know"))
        .hinted("use a newer stack")
}

#[cfg(test)]
mod tests;
