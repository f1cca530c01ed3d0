//! `stack secret`: the secrets of a client, of which there is a good one at every moment.
//!
//! Nothing of it is remembered here: a client with two secrets is half-way through a rotation, and AWS says so. So a
//! command that was stopped anywhere is made again, or taken back, by the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::attend::attended;
use super::session::{House, Session};
use super::show::kept;
use super::signals::Ears;
use crate::address::Address;
use crate::aws::outside;
use crate::cli::SecretVerb;
use crate::clock;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::kinds::app_client::secrets::{self, ClientSecret, NewSecret};
use crate::kinds::app_client::{self, AppClient};
use crate::near::did_you_mean;
use crate::secret::{Place, SecretRef};
use crate::state::State;
use crate::ui::{Exit, Ui};

/// Does what was asked with the secrets of clients.
///
/// # Errors
/// When the stack was never applied or has no such client, when AWS refuses, when nobody is there to ask.
pub async fn secret(house: &House, ui: &Ui, verb: &SecretVerb) -> Result<Exit> {
    match verb {
        SecretVerb::List { stack, client, json } => list(house, ui, &stack.stack, client.as_deref(), *json).await,
        SecretVerb::Rotate { stack, client, file, json } => {
            let client = Client::open(house, ui, &stack.stack, client).await?;
            client.rotate(file.as_deref(), *json).await
        }
        SecretVerb::Retire { stack, client, newer, auto_approve, json } => {
            let client = Client::open(house, ui, &stack.stack, client).await?;
            client.retire(*newer, *auto_approve, *json).await
        }
    }
}

async fn list(house: &House, ui: &Ui, stack: &str, client: Option<&str>, as_json: bool) -> Result<Exit> {
    let (session, state) = opened(house, stack).await?;
    let ids = match client {
        Some(client) => BTreeMap::from([(client.to_owned(), id_of(&state, client)?)]),
        None => clients(&state),
    };
    let mut all = BTreeMap::new();
    for (name, id) in ids {
        let secrets = attended(ui, &session.aws, secrets::list(&session.aws, &id)).await?;
        all.insert(name, secrets);
    }
    if as_json {
        let shown = all.iter().map(|(name, secrets)| (name.clone(), secrets.iter().map(shown).collect()));
        ui.json(&Value::Object(shown.collect()));
        return Ok(Exit::Done);
    }
    let longest = all.keys().map(String::len).max().unwrap_or(0);
    for (name, secrets) in &all {
        if secrets.is_empty() {
            ui.out(&format!("{name:longest$}  has no secret"));
        }
        for (index, secret) in secrets.iter().enumerate() {
            let which = match (secrets.len(), index) {
                (1, _) => "",
                (_, 0) => "  the older of two",
                _ => "  the newer of two",
            };
            ui.out(&format!("{name:longest$}  {}  made {}{which}", secret.id, clock::text(secret.created_ms)));
        }
    }
    for name in all.iter().filter(|(_, secrets)| secrets.len() > 1).map(|(name, _)| name) {
        let retire = house.command(&["secret retire", stack, name]);
        ui.hint(&format!("{name} is half-way through a rotation: `{retire}` deletes the older secret"));
    }
    Ok(Exit::Done)
}

/// A client whose secrets are changed.
struct Client<'a> {
    house: &'a House,
    ui: &'a Ui,
    session: Session,
    stack: &'a str,
    name: &'a str,
    id: String,
    /// Where the stack file says that its secret is kept, when somebody has chosen it.
    chosen: Option<SecretRef>,
}

impl<'a> Client<'a> {
    async fn open(house: &'a House, ui: &'a Ui, stack: &'a str, name: &'a str) -> Result<Self> {
        let (session, state) = opened(house, stack).await?;
        let id = id_of(&state, name)?;
        let address = Address::named(AppClient::NAME, name.strip_prefix("app_client.").unwrap_or(name));
        let desired = session.composed.desired.resources.get(&address);
        let chosen =
            desired.and_then(|desired| serde_json::from_value(desired.spec.get("client_secret")?.clone()).ok());
        Ok(Self { house, ui, session, stack, name, id, chosen })
    }

    /// The secrets, of which there is at least one.
    async fn secrets(&self) -> Result<Vec<ClientSecret>> {
        let found = attended(self.ui, &self.session.aws, secrets::list(&self.session.aws, &self.id)).await;
        let found = found.map_err(|error| error.hinted("nothing was changed"))?;
        if found.is_empty() {
            // app_client.md 4: one can be added only to a client that has one.
            return Err(Error::usage(format!(
                "{} has no secret, and AWS gives none to a client that was made without",
                self.name
            ))
            .hinted("`generate_secret: true` in the stack file replaces the client by one that has"));
        }
        Ok(found)
    }

    fn command(&self, verb: &str, option: &str) -> String {
        let words = ["secret", verb, self.stack, self.name, option];
        self.house.command(&words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>())
    }

    async fn rotate(&self, file: Option<&Path>, as_json: bool) -> Result<Exit> {
        if let Some(SecretRef { place, .. }) = &self.chosen {
            if file.is_some() {
                return Err(Error::usage(format!("the secret of {} is one of your own, in {place}", self.name))
                    .hinted("leave --file out: there is none to be handed over; nothing was changed"));
            }
            return self.rotate_own(place, as_json).await;
        }
        let before = self.secrets().await?;
        let older = match before.as_slice() {
            [one] => one.clone(),
            [older, newer, ..] => return Err(self.is_taken(older, newer)),
            [] => return Err(Error::bug("a client without a secret was to be given a second one")),
        };
        let file = file.map(|path| Handover::begin(&self.house.root.join(path), path)).transpose()?;
        // From here until it is handed over, Ctrl-C and SIGTERM wait: a value that nobody got would be lost.
        let _heeding = self.house.heed.begin();
        let mut ears = Ears::new();
        let made = attended(self.ui, &self.session.aws, secrets::add(&self.session.aws, &self.id, &before)).await;
        let made = made.map_err(|error| self.left_as_it_was(error))?;
        if let Err(error) = self.hand_over(&made, file, as_json) {
            return Err(self.never_handed_over(&made, error).await);
        }
        self.tell(&made);
        if as_json || !self.ui.is_interactive() {
            return Ok(Exit::Done);
        }
        self.retire_now(&older, &mut ears).await
    }

    /// Adds the secret that the stack file names beside the one that the client has; the next apply deletes that.
    async fn rotate_own(&self, place: &Place, as_json: bool) -> Result<Exit> {
        let unchanged = |error: Error| error.hinted("nothing was changed");
        let before = self.secrets().await?;
        if let [older, newer, ..] = before.as_slice() {
            return Err(self.is_taken(older, newer));
        }
        let aws = &self.session.aws;
        let mut read = attended(self.ui, aws, async {
            Ok::<_, Error>(outside::read(aws, &self.house.root, BTreeSet::from([place.clone()])).await)
        })
        .await?;
        let value = match read.remove(place) {
            Some(Ok(value)) => app_client::fit(value.reveal().to_owned()).map_err(unchanged)?,
            Some(Err(unread)) => return Err(unchanged(Error::usage(unread.message).hinted(unread.hint))),
            None => return Err(Error::bug(format!("nobody has looked for a secret in {place}"))),
        };
        let held = attended(self.ui, aws, app_client::secret(aws, &self.id)).await?;
        if held.as_deref() == Some(value.as_str()) {
            let error = Error::usage(format!("{} has the secret already that is in {place}", self.name));
            return Err(unchanged(error.hinted("put the new one there first")));
        }
        let added = attended(self.ui, aws, secrets::add_own(aws, &self.id, &value, &before)).await;
        added.map_err(|error| self.left_as_it_was(error))?;
        let apply = self.house.command(&["apply", self.stack]);
        if as_json {
            self.ui.json(&json!({ "client": self.name, "from": place.to_string(), "next": apply }));
            return Ok(Exit::Done);
        }
        self.ui.success(&format!("{} has a second secret, the one in {place}; both are good", self.name));
        self.ui.hint(&format!(
            "give it to everything that signs in as {}; then `{apply}` deletes the older one",
            self.name
        ));
        Ok(Exit::Done)
    }

    /// Asks whether the older secret can go at once.
    async fn retire_now(&self, older: &ClientSecret, ears: &mut Ears) -> Result<Exit> {
        let question =
            format!("Does everything sign in as {} with the new secret, so that the older one can go?", self.name);
        let answer = tokio::select! {
            answer = self.ui.prompt_yes(&question) => answer?,
            () = ears.heard() => return Err(Error::stopped_where("both secrets stay good")),
        };
        if answer {
            self.delete(older).await?;
            self.ui.success(&format!("{} has one secret: the new one", self.name));
        } else {
            self.ui.say("Both stay good.");
        }
        Ok(Exit::Done)
    }

    /// Both places are taken: a rotation is half-way.
    fn is_taken(&self, older: &ClientSecret, newer: &ClientSecret) -> Error {
        Error::usage(format!(
            "{} has two secrets already, the most that AWS keeps: one made {}, and one made {}",
            self.name,
            clock::text(older.created_ms),
            clock::text(newer.created_ms)
        ))
        .hinted(format!("once everything uses the newer one, `{}` deletes the older", self.command("retire", "")))
        .hinted(format!(
            "if nobody has the newer one, `{}` deletes that; then rotate again",
            self.command("retire", "--newer")
        ))
        .hinted("nothing was changed")
    }

    fn left_as_it_was(&self, error: Error) -> Error {
        match error.code() {
            // Somebody was faster.
            Some("LimitExceededException") => error.explained(format!(
                "{} has two secrets by now; `{}` shows them",
                self.name,
                self.command("list", "")
            )),
            _ => error.hinted(format!("the secret that {} had stays good", self.name)),
        }
    }

    /// Gives the value to the person, in one place.
    fn hand_over(&self, made: &NewSecret, file: Option<Handover>, as_json: bool) -> Result<()> {
        let NewSecret { secret, value } = made;
        let path = file.as_ref().map(|file| file.name.clone());
        if let Some(file) = file {
            file.write(value)?;
        }
        if as_json {
            let mut said = json!({
                "client": self.name, "client_secret_id": secret.id, "created": clock::text(secret.created_ms),
                "next": self.command("retire", ""),
            });
            match path {
                Some(path) => said["file"] = json!(path),
                None => said["client_secret"] = json!(value),
            }
            self.ui.json(&said);
        } else if path.is_none() {
            self.ui.out(value);
        }
        self.ui.finished()
    }

    /// A value that nobody got is good for nothing, and its secret goes again.
    async fn never_handed_over(&self, made: &NewSecret, error: Error) -> Error {
        match secrets::delete(&self.session.aws, &self.id, &made.secret).await {
            Ok(()) => error.hinted(format!("the new secret was deleted again: {} is as it was", self.name)),
            Err(also) => error.hinted(format!(
                "the new secret is there, and its value is lost ({}): `{}` deletes it",
                also.message(),
                self.command("retire", "--newer")
            )),
        }
    }

    fn tell(&self, made: &NewSecret) {
        self.ui.success(&format!("{} has a second secret, {}; both are good", self.name, made.secret.id));
        self.ui.hint(&format!(
            "give it to everything that signs in as {}; then `{}` deletes the older one",
            self.name,
            self.command("retire", "")
        ));
    }

    async fn retire(&self, newer: bool, auto_approve: bool, as_json: bool) -> Result<Exit> {
        let secrets = self.secrets().await?;
        let [first, .., last] = secrets.as_slice() else {
            let made = clock::text(secrets[0].created_ms);
            if as_json {
                self.ui.json(&json!({ "client": self.name, "deleted": null, "left": secrets[0].id }));
            } else {
                self.ui.say(&format!("{} has one secret, made {made}: there is none to delete.", self.name));
            }
            return Ok(Exit::Done);
        };
        let (goes, stays) = if newer { (last, first) } else { (first, last) };
        let which = if newer { "newer" } else { "older" };
        let question = format!(
            "Delete the {which} secret of {}, made {}? Whatever signs in with it is refused from then on.",
            self.name,
            clock::text(goes.created_ms)
        );
        if !auto_approve && !self.ui.prompt_yes(&question).await? {
            self.ui.say("Nothing was changed.");
            return Ok(Exit::Failed);
        }
        self.delete(goes).await?;
        if as_json {
            self.ui.json(&json!({ "client": self.name, "deleted": goes.id, "left": stays.id }));
        } else {
            let left = clock::text(stays.created_ms);
            self.ui.success(&format!("the {which} secret of {} is deleted; the one made {left} stays good", self.name));
        }
        Ok(Exit::Done)
    }

    async fn delete(&self, secret: &ClientSecret) -> Result<()> {
        // What was asked for is waited for, whoever presses Ctrl-C: whether the secret is gone would not be known.
        let _heeding = self.house.heed.begin();
        let done = attended(self.ui, &self.session.aws, secrets::delete(&self.session.aws, &self.id, secret)).await;
        done.map_err(|error| error.hinted(format!("`{}` shows what there is", self.command("list", ""))))
    }
}

/// A new file that only its owner can read, which is taken away again unless a secret was written into it.
struct Handover {
    file: File,
    path: PathBuf,
    name: String,
    is_written: bool,
}

impl Handover {
    /// Makes the file, before AWS makes the secret.
    fn begin(path: &Path, name: &Path) -> Result<Self> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let name = name.display().to_string();
        match options.open(path) {
            Ok(file) => Ok(Self { file, path: path.to_owned(), name, is_written: false }),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(Error::usage(format!("{name} is there already, and is left as it is"))
                    .hinted("name a file that is not there yet; nothing was changed"))
            }
            Err(error) => Err(Error::usage(format!("{name} cannot be written"))
                .caused_by(error)
                .hinted("name another file; nothing was changed")),
        }
    }

    fn write(mut self, value: &str) -> Result<()> {
        let written = self.file.write_all(value.as_bytes()).and_then(|()| self.file.sync_all());
        self.is_written = written.is_ok();
        written.map_err(|error| Error::usage(format!("{} cannot be written", self.name)).caused_by(error))
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        if !self.is_written {
            // An empty file that stays says nothing to anybody.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The stack and its state, in the account that they belong to.
async fn opened(house: &House, stack: &str) -> Result<(Session, State)> {
    let session = house.open_as_it_is(stack).await?;
    kept(house, stack, &*session.store).await?;
    let state = session.state().await?;
    session.guard_account(&state, false).await?;
    Ok((session, state))
}

fn clients(state: &State) -> BTreeMap<String, String> {
    let clients = state.resources.iter().filter(|(address, _)| address.kind == "app_client");
    clients.filter_map(|(address, record)| Some((address.name.clone()?, record.id.clone()))).collect()
}

fn id_of(state: &State, client: &str) -> Result<String> {
    let all = clients(state);
    // As an address, it is the same.
    let name = client.parse::<Address>().ok().filter(|address| address.kind == "app_client").and_then(|one| one.name);
    let name = name.as_deref().unwrap_or(client);
    all.get(name).cloned().ok_or_else(|| {
        let error = Error::usage(format!("there is no app client `{name}`"));
        let error = match did_you_mean(name, all.keys().map(String::as_str)) {
            Some(word) => error.hinted(format!("did you mean `{word}`?")),
            None => error,
        };
        let names: Vec<&str> = all.keys().map(String::as_str).collect();
        error.hinted(if names.is_empty() {
            "there are none".to_owned()
        } else {
            format!("there are: {}", names.join(", "))
        })
    })
}

fn shown(secret: &ClientSecret) -> Value {
    json!({ "client_secret_id": secret.id, "created": clock::text(secret.created_ms) })
}
