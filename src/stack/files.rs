//! The files that a stack file names: style sheets and logos, and the settings and images of managed login.

use std::collections::BTreeMap;
use std::path::Path;

use super::extends::{Unreadable, beside, is_absolute, tidy};
use super::node::{Node, Source};
use super::{AssetSettings, BrandingSettings, ClientUi, StackFile, UiSettings, at, settings};
use crate::error::{Place, Problem};
use crate::kinds::identity_provider::metadata::{self, Ending};
use crate::kinds::managed_login_branding::{Asset, Category, Extension};
use crate::kinds::ui_customization::FileDigest;

/// A logo has at most 100 KB (`ui.md` 2).
pub(super) const MAX_IMAGE: u64 = 100 * 1024;
/// A style sheet has at most 131,072 characters (`ui.md` 2).
pub(super) const MAX_CSS: u64 = 131_072;
/// A detail of a provider has at most 131,072 characters (`other_resources.md` 1.1, `ProviderDetails`).
const MAX_DOCUMENT: u64 = 131_072;

/// An image of managed login has at most 1,000,000 bytes (`ui.md` 3.2).
const MAX_ASSET: u64 = 1_000_000;

/// A text that a stack file names: a style sheet, or metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Css {
    /// As the person would name it: `stacks/ui/login.css`.
    pub name: String,
    /// Its text, as it is in the file.
    pub raw: String,
}

impl Css {
    /// The text as AWS is given it: with line ends as `\n`, and without a byte order mark.
    pub fn text(&self) -> String {
        self.raw.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n")
    }
}

/// The files that a stack file names, each by the path of the key that names it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Files {
    /// Style sheets.
    pub css: BTreeMap<String, Css>,
    /// Metadata of SAML providers.
    pub documents: BTreeMap<String, Css>,
    /// Logos.
    pub images: BTreeMap<String, FileDigest>,
    /// The names of logos and images, as the person would name them: `stacks/ui/logo.png`.
    pub image_names: BTreeMap<String, String>,
    /// Settings of managed login.
    pub settings: BTreeMap<String, settings::File>,
    /// Images of managed login.
    pub assets: BTreeMap<String, Asset>,
    /// The contents of logos and images, by their SHA-256 in lower-case hex.
    pub blobs: BTreeMap<String, Vec<u8>>,
}

impl Files {
    /// Reads every file that the stack file names, relative to the file in which it is named.
    pub(super) fn read(file: &StackFile, tree: &Node, sources: &[Source], problems: &mut Vec<Problem>) -> Self {
        let mut files = Self::default();
        let mut reader = Reader { tree, sources, files: &mut files, problems };
        for (client, BrandingSettings { use_cognito_provided_values: _, settings, assets }) in
            &file.managed_login_branding
        {
            reader.style(&at::key("managed_login_branding", client), settings.as_deref(), assets);
        }
        for (key, provider) in &file.identity_providers {
            let Some(wanted) = provider.saml.as_ref().and_then(|saml| saml.metadata_file.as_deref()) else { continue };
            let at = at::key(&at::key(&at::key("identity_providers", key), "saml"), "metadata_file");
            if let Some(document) = reader.document(&at, wanted) {
                reader.files.documents.insert(at, document);
            }
        }
        let Some(UiSettings { css, image_file, app_clients }) = &file.ui_customization else { return files };
        let base = "ui_customization";
        reader.take(base, css.as_deref(), image_file.as_deref());
        for (client, ClientUi { css, image_file }) in app_clients {
            let base = at::key(&format!("{base}.app_clients"), client);
            reader.take(&base, css.as_deref(), image_file.as_deref());
        }
        files
    }
}

impl Files {
    /// The SAML providers whose certificates end soon, or have ended, as far as their metadata are in a file: each with the
    /// path of the key that names it.
    pub fn endings(&self, now: i64) -> impl Iterator<Item = (String, Ending)> {
        let read = move |document: &Css| metadata::read(&document.text())?.ending(now);
        self.documents.iter().filter_map(move |(at, document)| Some((at.clone(), read(document)?)))
    }
}

struct Reader<'a> {
    tree: &'a Node,
    sources: &'a [Source],
    files: &'a mut Files,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn take(&mut self, base: &str, css: Option<&str>, image: Option<&str>) {
        if let Some(wanted) = css {
            let at = at::key(base, "css");
            if let Some(css) = self.css(&at, wanted) {
                self.files.css.insert(at, css);
            }
        }
        if let Some(wanted) = image {
            let at = at::key(base, "image_file");
            if let Some((name, digest, bytes)) = self.image(&at, wanted) {
                self.files.blobs.insert(digest.sha256.clone(), bytes);
                self.files.image_names.insert(at.clone(), name);
                self.files.images.insert(at, digest);
            }
        }
    }

    fn style(&mut self, base: &str, settings: Option<&str>, assets: &[AssetSettings]) {
        if let Some(wanted) = settings {
            let at = at::key(base, "settings");
            if wanted.contains(['{', '\n']) {
                let problem = Problem::new(&at, "the settings are named, not written here");
                self.problems.push(problem.hint("write the path of a JSON file: `settings: ui/web.json`"));
            } else if let Some((name, bytes)) = self.read(&at, wanted, settings::MAX_BYTES) {
                match settings::read(name, &bytes) {
                    Ok(file) => drop(self.files.settings.insert(at, file)),
                    Err(problem) => self.problems.push(Problem { at, ..*problem }),
                }
            }
        }
        for (index, AssetSettings { category, file, resource_id, color_mode: _ }) in assets.iter().enumerate() {
            let at = format!("{base}.assets[{index}].file");
            let Some((name, bytes)) = self.read(&at, file, MAX_ASSET) else { continue };
            let hint = "AWS takes PNG, JPEG, SVG, WebP and ICO; the file's content counts, not its name";
            let Some(extension) = Extension::of(&bytes) else {
                let what = kind_of(&bytes).map_or_else(String::new, |kind| format!(", but {kind}"));
                self.problems.push(Problem::new(at, format!("{name} is no image that AWS takes{what}")).hint(hint));
                continue;
            };
            // `ui.md` 3.2.
            if extension == Extension::Ico && *category != Category::FaviconIco {
                let problem = Problem::new(at, format!("{name} is ICO, which AWS takes for FAVICON_ICO alone"));
                self.problems.push(problem.hint("take a PNG or SVG file"));
                continue;
            }
            let image = Asset { resource_id: resource_id.clone(), ..Asset::of(&bytes, extension) };
            self.files.blobs.insert(image.sha256.clone(), bytes);
            self.files.image_names.insert(at.clone(), name);
            self.files.assets.insert(at, image);
        }
    }

    fn css(&mut self, at: &str, wanted: &str) -> Option<Css> {
        if wanted.contains(['{', '\n']) {
            let problem = Problem::new(at, "a style sheet is named, not written here");
            self.problems.push(problem.hint("write the path of a file: `css: ui/login.css`"));
            return None;
        }
        self.text(at, wanted, MAX_CSS, "the style sheet")
    }

    /// A SAML provider's metadata; that it is some is for AWS to say, but for what is plainly no metadata.
    fn document(&mut self, at: &str, wanted: &str) -> Option<Css> {
        if wanted.contains(['<', '\n']) {
            let problem = Problem::new(at, "metadata is named, not written here");
            self.problems.push(problem.hint("write the path of a file: `metadata_file: idp.xml`"));
            return None;
        }
        let document = self.text(at, wanted, MAX_DOCUMENT, "the metadata")?;
        if !document.raw.contains("EntityDescriptor") {
            let problem =
                Problem::new(at, format!("{} is no SAML metadata: it has no EntityDescriptor", document.name));
            self.problems.push(problem.hint("the provider's administrator has it, mostly under an address of its own"));
            return None;
        }
        Some(document)
    }

    fn text(&mut self, at: &str, wanted: &str, most: u64, what: &str) -> Option<Css> {
        let (name, bytes) = self.read(at, wanted, most)?;
        match String::from_utf8(bytes) {
            Ok(raw) => Some(Css { name, raw }),
            Err(error) => {
                let bad = error.utf8_error().valid_up_to();
                let (line, column) = Place::after(&String::from_utf8_lossy(&error.as_bytes()[..bad]));
                let place = Some(Place { file: name, line, column, span: (bad, bad) });
                let problem = Problem::new(at, format!("{what} is not UTF-8 from here on")).hint("save it as UTF-8");
                self.problems.push(Problem { place, ..problem });
                None
            }
        }
    }

    fn image(&mut self, at: &str, wanted: &str) -> Option<(String, FileDigest, Vec<u8>)> {
        let (name, bytes) = self.read(at, wanted, MAX_IMAGE)?;
        if !is_png(&bytes) && !is_jpeg(&bytes) {
            let what = kind_of(&bytes).map_or_else(String::new, |kind| format!(", but {kind}"));
            let problem = Problem::new(at, format!("{name} is neither PNG nor JPEG{what}"));
            self.problems.push(problem.hint("AWS takes PNG and JPEG; the file's content counts, not its name"));
            return None;
        }
        Some((name, FileDigest::of(&bytes), bytes))
    }

    fn read(&mut self, at: &str, wanted: &str, most: u64) -> Option<(String, Vec<u8>)> {
        let source = self.sources.get(self.tree.file_of(at))?;
        if is_absolute(wanted) {
            let problem = Problem::new(at, "an absolute path holds on one machine only");
            self.problems.push(problem.hint("write it relative to the stack file"));
            return None;
        }
        let path = beside(&source.path, wanted);
        let name = tidy(&beside(Path::new(&source.name), wanted));
        match bounded(&path, most) {
            Ok(bytes) => Some((name, bytes)),
            Err((why, hint)) => {
                self.problems.push(Problem::new(at, format!("{name} {why}")).hint(hint));
                None
            }
        }
    }
}

fn bounded(path: &Path, most: u64) -> Result<Vec<u8>, (String, &'static str)> {
    let cannot = |error: &std::io::Error| {
        let Unreadable { why, remedy } = Unreadable::of(error);
        (format!("cannot be read: {why}"), remedy)
    };
    let meta = std::fs::metadata(path).map_err(|error| cannot(&error))?;
    if !meta.is_file() {
        return Err(("is not a file".to_owned(), "name a file"));
    }
    if meta.len() > most {
        return Err((format!("has {} bytes; AWS takes at most {most}", meta.len()), "make it smaller"));
    }
    if meta.len() == 0 {
        return Err(("is empty".to_owned(), "fill it, or take this line out"));
    }
    std::fs::read(path).map_err(|error| cannot(&error))
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xd8\xff")
}

/// What a file is that is often taken for a logo.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    match bytes {
        [b'G', b'I', b'F', b'8', ..] => Some("GIF"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("WebP"),
        [0, 0, 1, 0, ..] => Some("ICO"),
        [b'B', b'M', ..] => Some("BMP"),
        _ if text.contains("<svg") => Some("SVG"),
        _ => None,
    }
}
