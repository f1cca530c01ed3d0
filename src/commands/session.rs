//! What the commands about one stack have in common: its file, its state, AWS, and a plan made of them.

use std::cell::OnceCell;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};

use super::signals::Heed;
use crate::address::Address;
use crate::aws::dns::Dns;
use crate::aws::role::Role;
use crate::aws::{self, Aws, Carrier, Reach, Roles, profile};
use crate::clock::Clock;
use crate::engine::decide::{self, Actual, Options};
use crate::engine::plan::{Action, Desired, Plan};
use crate::engine::run::{Run, Watch, new_token};
use crate::engine::{Kinds, moved, observe, recover, secrets, twins};
use crate::error::{Error, ErrorKind, Outcome, Problem, Result};
use crate::kind::{Blobs, Cancel};
use crate::kinds::{KINDS, facts};
use crate::preflight::{self, Found, Input, Objections};
use crate::sandbox::Sandbox;
use crate::stack::load::Texts;
use crate::stack::{AssumeRole, Composed, Loaded, compose, load, unknown_region};
use crate::state::State;
use crate::state::store::Store;
use crate::ui::{Ui, ask_mfa_code};

/// Where and how the program works, as its global options say.
#[derive(Debug, Clone)]
pub struct House {
    /// The directory that holds `stacks/` and `state/`.
    pub root: PathBuf,
    /// Whether AWS is played in this process.
    pub is_sandbox: bool,
    /// The profile of the shared configuration files.
    pub profile: Option<String>,
    /// The Region, where the stack file names none.
    pub region: Option<String>,
    /// The DNS server to ask instead of the system's.
    pub dns_server: Option<SocketAddr>,
    /// The time.
    pub clock: Clock,
    /// What carries requests, once something has been asked, where several stacks share it.
    pub carried: Option<Rc<OnceCell<Carrier>>>,
    /// Whose business signals are.
    pub heed: Heed,
}

/// One stack, read and ready to be worked on.
pub struct Session {
    /// The stack file.
    pub loaded: Loaded,
    /// What it asks for.
    pub composed: Composed,
    /// The directory that its files are relative to.
    pub root: PathBuf,
    /// Where its state is kept.
    pub store: Rc<dyn Store>,
    /// AWS.
    pub aws: Rc<Aws>,
    /// The kinds.
    pub kinds: Kinds,
    /// Whether AWS is played in this process.
    pub is_sandbox: bool,
    /// Whose business signals are.
    pub heed: Heed,
}

impl House {
    /// The same, for work on several stacks: their calls take turns at one rate limiter, since AWS counts them together.
    #[must_use]
    pub fn sharing(&self) -> Self {
        Self { carried: Some(Rc::default()), ..self.clone() }
    }

    /// Where local state is kept. The sandbox's stands apart, so that it can never be taken for that of live objects.
    pub fn state_dir(&self) -> PathBuf {
        if self.is_sandbox { self.sandbox_dir() } else { self.root.join("state") }
    }

    /// Where the sandbox's world is kept between runs.
    pub fn sandbox_dir(&self) -> PathBuf {
        self.root.join("state").join("sandbox")
    }

    /// A command as the person would write it here: `stack up dev --sandbox`.
    pub fn command(&self, words: &[&str]) -> String {
        format!("stack {}{}", words.join(" "), if self.is_sandbox { " --sandbox" } else { "" })
    }

    /// Reads the stack file with all that it leaves to others, and reaches for AWS.
    ///
    /// # Errors
    /// Every problem of the stack file at once.
    pub async fn open(&self, stack: &str) -> Result<Session> {
        self.open_for(stack, true).await
    }

    /// The same, for work that what is desired does not matter to: a value that stands elsewhere need not be there any
    /// more.
    ///
    /// # Errors
    /// Every problem of the stack file at once.
    pub async fn open_as_it_is(&self, stack: &str) -> Result<Session> {
        self.open_for(stack, false).await
    }

    async fn open_for(&self, stack: &str, needs_values: bool) -> Result<Session> {
        let whole = |texts: &Texts| {
            load::read(&self.root, stack, texts)?.whole().map_err(|error| match load::extended(&self.root).get(stack) {
                Some(by) if !error.all_problems().is_empty() => {
                    error.hinted(format!("it is a part of {}, and need not be a whole stack", by.join(" and ")))
                }
                _ => error,
            })
        };
        let mut loaded = whole(&Texts::default())?;
        let mut reached = None;
        if needs_values && !loaded.references.is_empty() {
            let aws = self.reach_as(loaded.file.region.as_deref(), roles(&loaded)).await?;
            let texts = Texts::of_values(self.values(&aws, &loaded).await?);
            loaded = whole(&texts)?;
            reached = Some(aws);
        }
        let mut composed = compose(&loaded)?;
        let remote = loaded.file.state.as_ref().and_then(|state| state.s3.as_ref());
        if remote.is_some() && self.is_sandbox {
            composed
                .notes
                .push("`state.s3` is left aside: the sandbox keeps its states under state/sandbox/".to_owned());
        }
        let store = self.store_of(&loaded.name, remote, loaded.file.region.as_deref()).await?;
        let aws = match reached {
            Some(aws) => aws,
            None => self.reach_as(loaded.file.region.as_deref(), roles(&loaded)).await?,
        };
        if composed.names_functions() {
            // The sandbox has one account of its own, whatever a stack file that is meant for AWS says.
            let account = match loaded.file.account.as_ref().filter(|_| !self.is_sandbox) {
                Some(account) => account.clone(),
                None => aws.account().await.map_err(|error| {
                    error
                        .during("cannot tell whose the functions are that the triggers name")
                        .hinted("write `account:` into the stack file, or name each function by its ARN")
                })?,
            };
            composed.name_functions(&aws.region, &account);
        }
        let root = self.root.clone();
        let (aws, kinds) = (Rc::new(aws), Kinds::written(KINDS, facts::written));
        let (is_sandbox, heed) = (self.is_sandbox, self.heed.clone());
        Ok(Session { loaded, composed, root, store, aws, kinds, is_sandbox, heed })
    }

    /// The Region that the stack file names; else the options, the environment or the profile do.
    pub async fn region_of(&self, of_file: Option<&str>) -> Option<String> {
        let from_env = || ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| std::env::var(name).ok());
        match of_file.map(str::to_owned).or_else(|| self.region.clone()).or_else(from_env) {
            None if !self.is_sandbox => aws::region_of(self.profile.as_deref()).await,
            named => named,
        }
    }

    /// Reaches for AWS as the stack's file says, as far as it can be read, in this Region.
    ///
    /// # Errors
    /// As [`House::reach`]; when a role cannot be taken on.
    pub async fn reach_for(&self, stack: &str, region: Option<&str>) -> Result<Aws> {
        let roles = load::load(&self.root, stack).map(|loaded| roles(&loaded)).unwrap_or_default();
        self.reach_as(region, roles).await
    }

    /// Reaches for AWS in the Region that the stack file names; else the options, the environment or the profile do.
    ///
    /// # Errors
    /// When no Region is named anywhere, or the sandbox's world cannot be read.
    pub async fn reach(&self, region: Option<&str>) -> Result<Aws> {
        self.reach_as(region, (None, None)).await
    }

    /// The same in these roles: one for everything, and one for Route 53. The sandbox has one account and no roles.
    async fn reach_as(&self, region: Option<&str>, roles: (Option<Role>, Option<Role>)) -> Result<Aws> {
        if let (Some(asked), Some(own)) = (self.region.as_deref(), region)
            && asked != own
        {
            return Err(Error::usage(format!("--region {asked}, and this stack is in {own}"))
                .hinted("leave --region out: it is for stacks whose file names no Region"));
        }
        let is_of_file = region.is_some();
        let region = self.region_or(region).await?;
        // The file's own has been checked with the file.
        if let Some(Problem { message, hint, .. }) = unknown_region(&region).filter(|_| !is_of_file) {
            return Err(hint.into_iter().fold(Error::usage(message), Error::hinted));
        }
        if !self.is_sandbox {
            profile::must_exist(self.profile.as_deref()).await?;
        }
        let sandbox =
            if self.is_sandbox { Some(Sandbox::open(&self.sandbox_dir(), self.clock.clone())?) } else { None };
        let dns = match (&sandbox, self.dns_server) {
            (_, Some(server)) => Dns::server(server),
            (Some(sandbox), None) => {
                let sandbox = sandbox.clone();
                Dns::Answers(Rc::new(move |name, kind| sandbox.records(name, kind).unwrap_or_default()))
            }
            (None, None) => Dns::public(),
        };
        let played = sandbox.map(|sandbox| sandbox.http_client());
        let how = Reach { region, profile: self.profile.clone(), played, clock: self.clock.clone(), dns };
        let shared = self.carried.as_ref().and_then(|carried| carried.get().cloned());
        let aws = if self.is_sandbox {
            Aws::reach_through(how, shared).await
        } else {
            let (main, hosted_zone) = roles;
            Aws::reach_as(how, Roles { main, hosted_zone, ask_code: ask_mfa_code }, shared).await?
        };
        if let Some(carried) = &self.carried {
            carried.get_or_init(|| aws.carrier());
        }
        Ok(aws)
    }
}

impl House {
    /// The Region that the stack file names; else that of the options, the environment or the profile.
    ///
    /// # Errors
    /// When none is named anywhere.
    pub async fn region_or(&self, region: Option<&str>) -> Result<String> {
        let region = self.region_of(region).await;
        region.ok_or_else(|| {
            Error::stack("no Region is named").hinted("write `region: eu-west-1` (or another) into the stack file")
        })
    }
}

impl Session {
    /// The state, or that of a stack that has never been applied.
    ///
    /// # Errors
    /// When the state cannot be read or trusted, or belongs to another Region.
    pub async fn state(&self) -> Result<State> {
        let Some(state) = self.store.load().await? else {
            return Ok(State::new(&self.loaded.name, new_token()?));
        };
        for address in state.resources.keys().chain(state.pending.keys()) {
            self.kinds.check(address)?;
        }
        if let Some(region) = state.region.as_ref().filter(|region| **region != self.aws.region && !state.is_empty()) {
            let error = Error::state(format!(
                "the objects of {} are in {region}, and the stack file says {}",
                self.loaded.name, self.aws.region
            ))
            .hinted(format!(
                "a pool cannot move: put `region: {region}` back, or give the new Region a stack of its own"
            ));
            return Err(self.at(error, "region", "the objects of this stack are in another Region"));
        }
        Ok(state)
    }

    /// The error with the line of the stack file that it is about, where there is one.
    fn at(&self, mut error: Error, path: &str, message: &str) -> Error {
        let mut problem = Problem::new(path, message);
        self.loaded.locate(std::slice::from_mut(&mut problem));
        if problem.place.is_some() {
            error.problems_mut().push(problem);
        }
        error
    }

    /// A run over `state`; it may write only when it is given the store.
    pub fn run(&self, mut state: State, may_write: bool, cancel: Cancel, watch: Rc<dyn Watch>) -> Run<'_> {
        let relabelled = moved::relabel(&mut state, &self.composed.desired, &self.kinds);
        let blobs: Blobs = Rc::new(self.composed.blobs.clone());
        let store = may_write.then_some(&*self.store);
        let mut run = Run::new(&self.kinds, Rc::clone(&self.aws), blobs, cancel, state, store, watch);
        run.relabelled = relabelled;
        run
    }

    /// Refuses any account but the stack's own.
    ///
    /// # Errors
    /// When the credentials are another account's, or there are none.
    pub async fn guard_account(&self, state: &State, must_know: bool) -> Result<Option<String>> {
        self.guard(state.account.clone().filter(|_| !state.is_empty()), must_know).await
    }

    /// The same for a run that only reads, which it does meanwhile: what is read of another account is thrown away.
    ///
    /// # Errors
    /// As [`Session::guard_account`], whatever came of `reading`; else as `reading`.
    pub async fn guarded<T>(
        &self,
        recorded: Option<String>,
        must_know: bool,
        reading: impl Future<Output = Result<T>>,
    ) -> Result<(Option<String>, T)> {
        let (guard, reading) = (pin!(self.guard(recorded, must_know)), pin!(reading));
        match select(guard, reading).await {
            Either::Left((account, reading)) => Ok((account?, reading.await?)),
            Either::Right((read, guard)) => Ok((guard.await?, read?)),
        }
    }

    async fn guard(&self, recorded: Option<String>, must_know: bool) -> Result<Option<String>> {
        let declared = self.loaded.file.account.as_ref();
        let recorded = recorded.as_ref();
        if declared.is_none() && recorded.is_none() && !must_know {
            return Ok(None);
        }
        let account = self.aws.account().await;
        let account = account.map_err(|error| untouched(error.during("cannot tell whose account this is")))?;
        let (expected, whence) = match (declared, recorded) {
            (Some(declared), _) => (declared, "the stack file says"),
            (None, Some(recorded)) => (recorded, "the state was made in"),
            (None, None) => return Ok(Some(account)),
        };
        // The sandbox has one account of its own, whatever a stack file that is meant for AWS says.
        if *expected != account && !self.is_sandbox {
            let error = Error::stack(format!("the credentials are those of account {account}; {whence} {expected}"))
                .hinted("choose the right profile with --profile or AWS_PROFILE; nothing was changed");
            let is_declared = declared.is_some();
            return Err(if is_declared {
                self.at(error, "account", "the credentials are another account's")
            } else {
                error
            });
        }
        Ok(Some(account))
    }

    /// What AWS holds, once what an earlier run left in doubt is settled; or what the state says, where that is to do.
    ///
    /// # Errors
    /// When AWS cannot be read, with the line of the stack file that asked for what could not be.
    pub async fn observe(&self, run: &Run<'_>, options: &Options) -> Result<Actual> {
        let located = |error| self.located(untouched(error), None);
        recover::recover(run).await.map_err(located)?;
        let seen = if options.trust_state { observe::remembered(run).await } else { observe::observe(run).await };
        seen.map_err(located)
    }

    /// Observes AWS and makes the plan; with what the checks found of it.
    ///
    /// # Errors
    /// When AWS cannot be read; every reason why there can be no plan, each with its place in the stack file.
    pub async fn plan(&self, run: &Run<'_>, options: &Options) -> Result<(Plan, Vec<Found>)> {
        let (desired, actual) = futures_util::join!(self.read_secrets(run, options), self.observe(run, options));
        let (desired, actual) = (desired?, actual?);
        let planned = {
            let state = run.state.borrow();
            decide::plan(&self.kinds, &desired, &state, &actual, options)
        };
        let mut plan = planned.map_err(|problems| self.refused("this plan cannot be carried out", problems))?;
        plan.relabelled.clone_from(&run.relabelled);
        let (twins, objections) = futures_util::join!(
            twins::twins(run, &plan, &self.composed.desired, options),
            preflight::run(Input::of_plan(&plan, &self.aws))
        );
        let twins = twins.map_err(|error| self.located(untouched(error), Some(&plan)))?;
        if !twins.is_empty() {
            return Err(self.refused("this plan cannot be carried out", twins));
        }
        let Objections { problems, mut found } = objections.map_err(untouched)?;
        if !problems.is_empty() {
            return Err(self.refused("AWS would refuse this plan", problems));
        }
        self.locate(&mut found);
        Ok((plan, found))
    }

    /// What the stack file asks for, with each secret read and known by its fingerprint. What is only taken away needs
    /// none.
    async fn read_secrets(&self, run: &Run<'_>, options: &Options) -> Result<Desired> {
        let mut desired = self.composed.desired.clone();
        if !options.destroy {
            let problems = secrets::resolve(run, &mut desired, &self.root).await?;
            if !problems.is_empty() {
                return Err(self.refused("a secret cannot be read", problems));
            }
        }
        Ok(desired)
    }

    /// The command that shows all that the checks find.
    pub fn preflight_command(&self) -> String {
        format!("stack preflight {}{}", self.loaded.name, if self.is_sandbox { " --sandbox" } else { "" })
    }

    /// Gives each finding its place in the stack file.
    pub fn locate(&self, found: &mut [Found]) {
        for finding in found.iter_mut().flat_map(|found| &mut found.findings) {
            self.loaded.locate(std::slice::from_mut(&mut finding.problem));
        }
    }

    /// The account that the stack belongs to, as its file says, or its state. The sandbox has one of its own, and asks
    /// for no other.
    pub fn own_account<'a>(&'a self, state: &'a State) -> Option<&'a str> {
        let recorded = state.account.as_deref().filter(|_| !state.is_empty());
        self.loaded.file.account.as_deref().or(recorded).filter(|_| !self.is_sandbox)
    }

    /// The same error, with the line of the stack file that asked for what AWS refused or could not do.
    #[must_use]
    pub fn located(&self, mut error: Error, plan: Option<&Plan>) -> Error {
        let address = error.address().and_then(|text| text.parse::<Address>().ok());
        let Some(address) = address.filter(|_| error.kind() == ErrorKind::Aws) else { return error };
        // What is taken away is asked for nowhere.
        let is_leaving = plan.is_some_and(|plan| plan.destroy);
        let asked = self.composed.desired.resources.get(&address).filter(|_| !is_leaving);
        let Some(asked) = asked else { return error };
        let planned = plan.and_then(|plan| plan.resources.get(&address));
        let planned = planned.filter(|one| one.action == Action::Update).map(|one| one.changes.as_slice());
        let changed: Vec<&str> = planned.unwrap_or_default().iter().map(|change| change.path.as_str()).collect();
        let said = error.aws_failure().map_or_else(|| error.message().to_owned(), |failure| failure.message.clone());
        let is_read = error.aws_failure().is_some_and(|failure| aws::error::is_read(&failure.operation));
        let is_of_value =
            error.aws_failure().is_none() || error.outcome() == Outcome::Refused && !error.is_of_the_caller();
        let what = match error.code() {
            Some(_) if is_read => "what is asked for here could not be read",
            Some(_) if !is_of_value => "what is asked for here could not be done",
            Some(_) if error.outcome() == Outcome::Refused => "AWS refuses what is asked for here",
            _ => "what is asked for here could not be done",
        };
        // What nobody may ask for now is asked for by the object as a whole, and no value of it is wrong.
        let at = if is_of_value { self.loaded.blamed(&asked.at, &said, &changed) } else { asked.at.clone() };
        let mut problem = Problem::new(at, what);
        self.loaded.locate(std::slice::from_mut(&mut problem));
        error.problems_mut().push(problem);
        error
    }

    fn refused(&self, what: &str, mut problems: Vec<Problem>) -> Error {
        self.loaded.locate(&mut problems);
        Error::problems(what, problems).hinted("nothing was changed")
    }
}

/// The roles that a stack file names: for everything, and for Route 53.
fn roles(loaded: &Loaded) -> (Option<Role>, Option<Role>) {
    let role = |role: &Option<AssumeRole>| role.as_ref().map(AssumeRole::role);
    (role(&loaded.file.assume_role), role(&loaded.file.hosted_zone_role))
}

/// What fails before there is a plan has only read.
fn untouched(error: Error) -> Error {
    if error.kind() == ErrorKind::Aws { error.hinted("nothing was changed") } else { error }
}

/// An error of a state or its lock before anything is begun, which says so where AWS is the cause.
pub fn unbegun(error: Error) -> Error {
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<Error>());
    let is_of_aws = cause.is_some_and(|cause| cause.kind() == ErrorKind::Aws);
    if is_of_aws { error.hinted("nothing was changed") } else { error }
}

/// Tells the notes of a run without steps, and nothing else.
pub struct Notes(pub Rc<Ui>);

impl Watch for Notes {
    fn started(&self, _: &crate::engine::plan::Step, _: Option<&str>) {}
    fn says(&self, _: &crate::engine::plan::Step, _: &str) {}
    fn done(&self, _: &crate::engine::plan::Step, _: Option<&str>) {}
    fn failed(&self, _: &crate::engine::plan::Step, _: &Error) {}
    fn reads(&self, address: &Address, id: &str) {
        self.0.refreshing(address, id);
    }
    fn has_read(&self, address: &Address, id: &str) {
        self.0.refreshed(address, id);
    }
    fn note(&self, text: &str) {
        self.0.say(text);
    }
}
