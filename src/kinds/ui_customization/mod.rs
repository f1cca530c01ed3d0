//! The look of the classic hosted pages: CSS and a logo, for all clients or for one.
//!
//! One call writes both, and clears what it is not given; AWS shows the CSS again, and of the logo only an address
//! (ui.md 2). So a logo is known by its digest, and is fetched and sent again when only the CSS changes.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::UiCustomizationType;
use aws_smithy_types::Blob;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app_client::AppClient;
use super::busy::when_free;
use super::digest::sha256;
use super::domain::{Domain, DomainOutputs};
use super::user_pool::UserPool;
use crate::aws::download::{Download, download};
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Use, Wait, Waiting, grants};

/// The look of the classic pages for one scope. Its id is `<pool id>/ALL` or `<pool id>/<client id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UiCustomization {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The domain that must exist first; the first in the order of addresses where the pool has two.
    /// AWS knows nothing of this: it is here for the order of steps.
    #[schemars(extend("x-order-only" = true))]
    pub domain: Ref<Domain>,
    /// The client whose pages these are; left out, all clients without a look of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub app_client: Option<Ref<AppClient>>,
    /// The style sheet itself, with line ends as `\n`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-text" = "css"))]
    pub css: Option<String>,
    /// The logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<FileDigest>,
}

/// A file that AWS does not show again, known by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// How many bytes the file has.
    pub size: u64,
}

impl FileDigest {
    /// The digest of a file's content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self { sha256: sha256(content), size: content.len() as u64 }
    }
}

/// What AWS decided of a look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UiCustomizationOutputs {
    /// Where the logo is served; it changes with the logo.
    pub image_url: Option<String>,
    /// Changes with each write.
    pub css_version: Option<String>,
}

/// What AWS calls the scope of all clients.
const ALL: &str = "ALL";

impl Kind for UiCustomization {
    const NAME: &'static str = "ui_customization";
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = UiCustomizationOutputs;

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let scope = Scope::read(id)?;
        let Some(found) = scope.look(ctx).await? else { return Ok(None) };
        let (image, waiting) = image(ctx, found.image_url(), last).await?;
        let spec = Self {
            user_pool: ctx.named(scope.pool, |pool, _| pool == scope.pool),
            domain: domain(ctx, scope.pool),
            app_client: (scope.client != ALL).then(|| ctx.named(id, |client, _| client == id)),
            css: found.css().map(with_plain_line_ends).filter(|css| !css.is_empty()),
            image,
        };
        let outputs = UiCustomizationOutputs { image_url: found.image_url, css_version: found.css_version };
        Ok(Some(Observed { waiting, ..Observed::ready(spec, outputs) }))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(id) = self.id(ctx) else { return Ok(None) };
        Ok(Scope::read(&id)?.look(ctx).await?.map(|_| id))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let id = self.id(ctx)?;
        let scope = Scope::read(&id)?;
        let there = scope.look(ctx).await?;
        // What nobody declares and somebody has put there stays, here as everywhere.
        let css = self.css.clone().or_else(|| there.as_ref().and_then(|there| there.css().map(str::to_owned)));
        let logo = match (&self.image, there.as_ref().and_then(UiCustomizationType::image_url)) {
            (Some(image), _) => Some(ctx.blob(&image.sha256)?.to_vec()),
            (None, Some(url)) => Some(fetched(ctx, url).await?),
            (None, None) => None,
        };
        scope.write(ctx, css.as_deref(), logo).await?;
        Ok(id)
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        let Self { user_pool: _, domain: _, app_client: _, css, image } = self;
        if (css, image) == (&before.css, &before.image) {
            return Ok(());
        }
        let scope = Scope::read(id)?;
        let logo = match image {
            Some(image) => Some(scope.logo(ctx, image).await?),
            None => None,
        };
        scope.write(ctx, css.as_deref(), logo).await
    }

    fn grants(&self) -> Vec<Grant> {
        let mut found = grants(Use::Reading, &On::Pool, &["cognito-idp:GetUICustomization"]);
        // Taking a look away is setting it to nothing.
        for used in [Use::Making, Use::Changing, Use::Deleting] {
            found.extend(grants(used, &On::Pool, &["cognito-idp:SetUICustomization"]));
        }
        found
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let scope = Scope::read(id)?;
        if scope.look(ctx).await?.is_none() {
            return Ok(());
        }
        // ui.md 2: a call with neither CSS nor image clears the scope.
        match scope.write(ctx, None, None).await {
            Err(error) if error.is_not_found() || has_no_domain(&error) => Ok(()),
            other => other,
        }
    }
}

impl UiCustomization {
    fn id(&self, ctx: &Ctx) -> Result<String> {
        match &self.app_client {
            Some(client) => ctx.id(client),
            None => Ok(format!("{}/{ALL}", ctx.id(&self.user_pool)?)),
        }
    }
}

/// Whose pages a look is for.
#[derive(Debug, Clone, Copy)]
struct Scope<'a> {
    pool: &'a str,
    client: &'a str,
}

impl<'a> Scope<'a> {
    fn read(id: &'a str) -> Result<Self> {
        let scope = id.split_once('/').map(|(pool, client)| Self { pool, client });
        scope.ok_or_else(|| {
            Error::usage(format!("`{id}` is not the id of a look"))
                .hinted("one looks like eu-west-1_abc/ALL, or has a client's id for ALL")
        })
    }

    /// What the scope has of its own; None when it has nothing, or the pool has no pages at all.
    async fn look(self, ctx: &Ctx) -> Result<Option<UiCustomizationType>> {
        let call = ctx.aws.cognito.get_ui_customization().user_pool_id(self.pool).client_id(self.client);
        let found = match call.send().await.map_err(refused("GetUICustomization")) {
            Ok(answer) => answer.ui_customization,
            Err(error) if error.is_not_found() || has_no_domain(&error) => None,
            Err(error) => return Err(error),
        };
        // ui.md 2: for a client without a look AWS answers with the look of all.
        let is_own = |found: &UiCustomizationType| found.client_id().unwrap_or(ALL) == self.client;
        let is_something = |found: &UiCustomizationType| {
            found.css().is_some_and(|css| !css.is_empty()) || found.image_url().is_some_and(|url| !url.is_empty())
        };
        Ok(found.filter(|found| is_own(found) && is_something(found)))
    }

    async fn write(self, ctx: &Ctx, css: Option<&str>, logo: Option<Vec<u8>>) -> Result<()> {
        let (css, logo) = (css.map(with_plain_line_ends), logo.map(Blob::new));
        let written = when_free(ctx, async || {
            let call = ctx.aws.cognito.set_ui_customization().user_pool_id(self.pool).client_id(self.client);
            let answer = call.set_css(css.clone()).set_image_file(logo.clone()).send().await;
            answer.map(drop).map_err(refused("SetUICustomization"))
        });
        written.await.map_err(hinted)
    }

    /// The bytes of a logo: the stack's own file, or the one that AWS has.
    async fn logo(self, ctx: &Ctx, image: &FileDigest) -> Result<Vec<u8>> {
        if let Ok(own) = ctx.blob(&image.sha256) {
            return Ok(own.to_vec());
        }
        let there = self.look(ctx).await?.and_then(|there| there.image_url);
        let there = there.ok_or_else(|| Error::aws_state("the logo that AWS had is gone").hinted("plan again"))?;
        let bytes = fetched(ctx, &there).await?;
        if FileDigest::of(&bytes) != *image {
            return Err(Error::aws_state("the logo in AWS has changed since the plan was made").hinted("plan again"));
        }
        Ok(bytes)
    }
}

/// A logo from where AWS serves it, which it may do only some time after it was set (ui.md 2: up to a minute).
async fn fetched(ctx: &Ctx, url: &str) -> Result<Vec<u8>> {
    ctx.until(&SERVED, async || match download(&ctx.aws, url).await? {
        Download::File(bytes) => Ok(Some(bytes)),
        Download::Refused(_) => Ok(None),
    })
    .await
}

const SERVED: Wait<'static> = Wait { what: SERVED_WHAT, every: Duration::from_secs(5), at_most: SERVED_AT_MOST };
const SERVED_WHAT: &str = "for AWS to serve the logo";
const SERVED_AT_MOST: Duration = Duration::from_mins(3);

/// The logo's digest: the recorded one while AWS serves it from the same address, else that of what is served now.
async fn image(
    ctx: &Ctx,
    url: Option<&str>,
    last: Option<&Last<UiCustomization>>,
) -> Result<(Option<FileDigest>, Option<Waiting>)> {
    let Some(url) = url.filter(|url| !url.is_empty()) else { return Ok((None, None)) };
    let served = |last: &Last<UiCustomization>| last.outputs.as_ref().and_then(|outputs| outputs.image_url.clone());
    if let Some(last) = last.filter(|last| last.spec.image.is_some() && served(last).as_deref() == Some(url)) {
        return Ok((last.spec.image.clone(), None));
    }
    Ok(match download(&ctx.aws, url).await? {
        Download::File(bytes) => (Some(FileDigest::of(&bytes)), None),
        Download::Refused(_) => {
            let what = SERVED_WHAT.to_owned();
            (None, Some(Waiting { what, by_hand: Vec::new(), every: Duration::from_secs(5), at_most: SERVED_AT_MOST }))
        }
    })
}

/// The domain of the pool that the stack holds.
fn domain(ctx: &Ctx, pool: &str) -> Ref<Domain> {
    ctx.named(&format!("a domain of {pool}"), |_, outputs: &DomainOutputs| outputs.user_pool_id == pool)
}

fn with_plain_line_ends(css: &str) -> String {
    css.replace("\r\n", "\n").replace('\r', "\n")
}

/// ui.md 2: both calls are refused while the pool has no domain.
fn has_no_domain(error: &Error) -> bool {
    error.aws_says("existing domain associated") || error.aws_says("A domain must be associated")
}

fn hinted(error: Error) -> Error {
    if has_no_domain(&error) {
        error.explained("the look of the pages needs a domain: give the stack one under `domain`")
    } else if error.aws_says("request parameters too large") {
        error.explained(
            "CSS and logo travel in one request of at most 135 KB, in which the logo grows by a third: make it smaller",
        )
    } else if error.aws_says("is not in the list of allowed classes") {
        error.explained(
            "only AWS's own classes can be styled: .banner-customizable, .submitButton-customizable and so on",
        )
    } else {
        error
    }
}

/// The logo of [`example`]: one pixel, as PNG.
#[must_use]
pub fn example_image() -> Vec<u8> {
    let pixel: [u8; 70] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1F, 0x15, 0xC4, 0x89, 0x00, 0x00, 0x00,
        0x0D, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0x64, 0x60, 0xF8, 0x5F, 0x0F, 0x00, 0x02, 0x87, 0x01, 0x80,
        0xEB, 0x47, 0xBA, 0x92, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ];
    pixel.to_vec()
}

/// The look of all clients, with CSS and logo; [`example_image`] must be among the stack's files.
#[must_use]
pub fn example() -> UiCustomization {
    UiCustomization {
        user_pool: Ref::one(),
        domain: Ref::named("custom"),
        app_client: None,
        css: Some(".banner-customizable {\n  background-color: #1a2b3c;\n}\n".to_owned()),
        image: Some(FileDigest::of(&example_image())),
    }
}

/// [`example`], with another style sheet.
#[must_use]
pub fn example_changed() -> UiCustomization {
    UiCustomization { css: Some(".label-customizable {\n  font-weight: 400;\n}\n".to_owned()), ..example() }
}

#[cfg(test)]
mod tests;
