//! `stack branding pull`: a style that was designed in the console, into files that the stack file names.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use super::import::put;
use super::session::{House, Session};
use crate::address::Address;
use crate::cli::BrandingPull;
use crate::error::{Error, Result};
use crate::kind::Kind as _;
use crate::kinds::app_client::AppClient;
use crate::kinds::managed_login_branding::{Design, Image, design, plain};
use crate::near::did_you_mean;
use crate::stack::{AssetSettings, BrandingSettings, path_key};
use crate::ui::{Exit, Ui};

/// Writes the settings and the images of a client's style into files, and shows the lines that name them.
///
/// # Errors
/// When the stack holds no such client, when the client has AWS's own style, when a file is there with another content.
pub async fn pull(house: &House, ui: &Ui, asked: &BrandingPull) -> Result<Exit> {
    let BrandingPull { stack, client, overwrite } = asked;
    let session = house.open(&stack.stack).await?;
    let state = session.state().await?;
    session.guard_account(&state, false).await?;
    let Some(record) = state.resources.get(&Address::named(AppClient::NAME, client)) else {
        let clients = state.resources.keys().filter(|address| address.kind == AppClient::NAME);
        let known: Vec<&str> = clients.filter_map(|address| address.name.as_deref()).collect();
        let error = Error::usage(format!("{} has made no app client `{client}`", session.loaded.name));
        return Err(match did_you_mean(client, known) {
            Some(word) => error.hinted(format!("did you mean `{word}`?")),
            None => error.hinted("the names are those under `app_clients`; `stack up` makes them"),
        });
    };
    let Some(found) = design(&session.aws, &record.id).await? else {
        return Err(Error::usage(format!("{client} has AWS's own style, or none: there is nothing to pull"))
            .hinted("design one in the Cognito console, under Managed login, and pull it then"));
    };
    for left in &found.unknown {
        ui.warn(&format!("the image {left} is of a kind that this program does not know; it stays in AWS"));
    }
    let stem = format!("{}.{client}", session.loaded.name);
    let (mut settings, mut files) = written(&found, &stem);
    as_declared(&house.root, &session, client, &mut settings, &mut files);
    for name in place(&house.root, &files, *overwrite)? {
        ui.status("Wrote", name);
    }
    let declared = session.loaded.file.managed_login_branding.get(client);
    if declared != Some(&settings) {
        ui.hint(&format!("the stack file names the files so; `stack plan {}` is empty then", session.loaded.name));
        ui.out(&lines(client, &settings));
    }
    Ok(Exit::Done)
}

/// What a stack file says of a design, and its files, by their paths below the project.
pub(super) fn written(design: &Design, stem: &str) -> (BrandingSettings, put::Files) {
    let mut files = put::Files::new();
    let name = format!("ui/{stem}.json");
    // What has been read as JSON can be written as JSON.
    let text = serde_json::to_string_pretty(&design.settings).unwrap_or_default() + "\n";
    files.push((format!("stacks/{name}"), text.into_bytes()));
    let mut settings = BrandingSettings { settings: Some(name), ..BrandingSettings::default() };
    for Image { category, color_mode, extension, resource_id, content } in &design.images {
        let (what, mode) = (category.word().to_lowercase(), color_mode.word().to_lowercase());
        let file = format!("ui/{stem}.{what}.{mode}.{}", extension.ending());
        files.push((format!("stacks/{file}"), content.clone()));
        let resource_id = resource_id.clone();
        settings.assets.push(AssetSettings { category: *category, color_mode: *color_mode, file, resource_id });
    }
    (settings, files)
}

/// Files that the stack file names already are written where it names them.
fn as_declared(root: &Path, session: &Session, client: &str, settings: &mut BrandingSettings, files: &mut put::Files) {
    let Some(declared) = session.loaded.file.managed_login_branding.get(client) else { return };
    let base = path_key("managed_login_branding", client);
    let loaded = &session.loaded.files;
    // What something else of the stack is shown with too stays as it is, unless this is that already.
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    let named = loaded.image_names.values().map(String::as_str);
    for name in named.chain(loaded.settings.values().map(|file| file.name.as_str())) {
        *uses.entry(name).or_default() += 1;
    }
    let is_free =
        |name: &str, content: &[u8]| uses.get(name).is_none_or(|uses| *uses < 2) || is_there(&root.join(name), content);
    let own = declared.settings.clone().zip(loaded.settings.get(&path_key(&base, "settings")));
    if let (Some((named, file)), Some(first)) = (own, files.first_mut())
        && is_free(&file.name, &first.1)
    {
        first.0.clone_from(&file.name);
        settings.settings = Some(named);
    }
    for (asset, file) in settings.assets.iter_mut().zip(files.iter_mut().skip(1)) {
        let is_same = |other: &AssetSettings| (other.category, other.color_mode) == (asset.category, asset.color_mode);
        let Some(index) = declared.assets.iter().position(is_same) else { continue };
        let at = format!("{base}.assets[{index}].file");
        let ending = |name: &str| Path::new(name).extension().map(|end| end.to_string_lossy().to_lowercase());
        // Another format needs another name.
        let fits = |name: &&String| ending(name) == ending(&file.0) && is_free(name, &file.1);
        if let Some(name) = loaded.image_names.get(&at).filter(fits) {
            file.0.clone_from(name);
            asset.file.clone_from(&declared.assets[index].file);
        }
    }
    // The order of images says nothing; the stack file's stays.
    settings.assets.sort_by_key(|asset| {
        let is_same = |other: &AssetSettings| (other.category, other.color_mode) == (asset.category, asset.color_mode);
        declared.assets.iter().position(is_same).unwrap_or(usize::MAX)
    });
}

/// Whether a file holds this already: to the letter, or, where it is JSON, as a value, however it is laid out.
fn is_there(path: &Path, content: &[u8]) -> bool {
    let value = |text: &[u8]| serde_json::from_slice(text).ok().map(plain);
    let is_json = path.extension().is_some_and(|end| end == "json");
    std::fs::read(path).is_ok_and(|there| there == content || is_json && value(&there) == value(content))
}

/// Puts each file in its place, once it is known that all may be; the names of those that were not there already.
fn place<'a>(root: &Path, files: &'a put::Files, overwrite: bool) -> Result<Vec<&'a str>> {
    let mut wrote = Vec::new();
    for (name, content) in files {
        let path = root.join(name);
        if path.symlink_metadata().is_ok() && !overwrite && !is_there(&path, content) {
            return Err(Error::usage(format!("{name} is there already, with another content; nothing was written"))
                .hinted("--overwrite puts what AWS has in its place"));
        }
    }
    for (name, content) in files {
        let path = root.join(name);
        let cannot = |error: std::io::Error| Error::stack(format!("cannot write {name}")).caused_by(error);
        if is_there(&path, content) {
            continue;
        }
        let directory = path.parent().unwrap_or(root);
        std::fs::create_dir_all(directory).map_err(cannot)?;
        let mut file = put::beside(directory).map_err(cannot)?;
        file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(cannot)?;
        file.persist(&path).map_err(|error| cannot(error.error))?;
        wrote.push(name.as_str());
    }
    Ok(wrote)
}

/// The lines of a stack file.
fn lines(client: &str, settings: &BrandingSettings) -> String {
    let text = |value: &str| serde_json::Value::from(value).to_string();
    let mut lines = vec!["managed_login_branding:".to_owned(), format!("  {client}:")];
    lines.extend(settings.settings.iter().map(|file| format!("    settings: {file}")));
    if !settings.assets.is_empty() {
        lines.push("    assets:".to_owned());
    }
    for AssetSettings { category, color_mode, file, resource_id } in &settings.assets {
        let belongs = resource_id.as_ref().map_or_else(String::new, |id| format!(", resource_id: {}", text(id)));
        let (category, mode) = (category.word(), color_mode.word());
        lines.push(format!("      - {{ category: {category}, color_mode: {mode}, file: {file}{belongs} }}"));
    }
    lines.join("\n")
}
