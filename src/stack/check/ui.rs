//! The look of the classic sign-in pages.

use super::{Check, css};
use crate::error::{Place, Problem};
use crate::near::did_you_mean;
use crate::stack::files::Css;
use crate::stack::{ClientUi, UiSettings, at};

/// A whole request has at most 135 KB (`ui.md` 2).
const MAX_REQUEST: u64 = 135 * 1024;
/// The ids and names in a request, generously.
const REST_OF_REQUEST: u64 = 300;

impl Check<'_> {
    pub(super) fn ui(&mut self) {
        let file = self.file;
        let Some(UiSettings { css, image_file, app_clients }) = &file.ui_customization else { return };
        let base = "ui_customization";
        if css.is_none() && image_file.is_none() && app_clients.is_empty() {
            self.advise(base, "nothing is set", "name a `css` file, an `image_file`, or looks of `app_clients`");
        }
        if file.domain.is_none() && !self.is_broken("domain") {
            // `ui.md` 2: There has to be an existing domain associated with this user pool.
            let hint = "add `domain: { prefix: … }` or `domain: { name: … }`";
            self.advise(base, "AWS takes the look of the sign-in pages only where there is a domain", hint);
        }
        if file.domain.as_ref().is_some_and(|domain| domain.managed_login_version == Some(2)) {
            // `ui.md` 1: setting the other system is accepted and has no visible effect.
            let hint = "take `ui_customization` away, or write `managed_login_version: 1`";
            self.advise(base, "this is the look of the classic pages, and version 2 shows managed login instead", hint);
        }
        self.look(base);
        for (client, ClientUi { css, image_file }) in app_clients {
            let at = at::key(&format!("{base}.app_clients"), client);
            if !file.app_clients.contains_key(client) && !self.is_broken(&at::key("app_clients", client)) {
                let message = format!("there is no app client `{client}`");
                match did_you_mean(client, file.app_clients.keys().map(String::as_str)) {
                    Some(word) => self.advise(&at, message, format!("did you mean `{word}`?")),
                    None => self.advise(&at, message, "the names are those under `app_clients`"),
                }
            }
            if css.is_none() && image_file.is_none() {
                self.advise(&at, "nothing is set", "name a `css` file or an `image_file`");
            }
            self.look(&at);
        }
    }

    /// One scope's style sheet and logo.
    fn look(&mut self, base: &str) {
        let files = self.files;
        let (css_at, image_at) = (at::key(base, "css"), at::key(base, "image_file"));
        let (css, image) = (files.css.get(&css_at), files.images.get(&image_at));
        if let Some(css) = css {
            self.style_sheet(&css_at, css);
        }
        let of_css = css.map_or(0, |css| serde_json::Value::from(css.text()).to_string().len() as u64);
        let of_image = image.map_or(0, |image| image.size.div_ceil(3) * 4);
        let size = of_css + of_image + REST_OF_REQUEST;
        if size > MAX_REQUEST {
            let message =
                format!("style sheet and logo make a request of {size} bytes; AWS takes at most {MAX_REQUEST}");
            self.advise(if image.is_some() { image_at } else { css_at }, message, "a logo grows by a third on its way");
        }
    }

    fn style_sheet(&mut self, at: &str, Css { name, raw }: &Css) {
        for css::Finding { span, message, hint, is_harmless } in css::findings(raw) {
            let (line, column) = Place::after(&raw[..span.0]);
            let place = Some(Place { file: name.clone(), line, column, span });
            let problem = Problem { hint, place, ..Problem::new(at, message) };
            if is_harmless { &mut self.warnings } else { &mut self.problems }.push(problem);
        }
    }
}
