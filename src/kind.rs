//! What a kind of AWS object is: one typed struct, and five things that can be done with it.
//!
//! A kind's fields carry their own facts: what changing them asks ([`OnChange`]), what AWS decides when they
//! are left out (`x-aws-default`), what they refer to ([`Ref`]). The engine reads those facts from the
//! struct's JSON schema and works on JSON values, so that it knows no kind by name; [`AnyKind`] is the
//! door between the two.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};

mod ctx;
mod grant;
mod reference;
mod secrets;
pub use ctx::{Blobs, Cancel, Ctx, Known, Wait, Wave};
pub use grant::{Grant, On, Use, grants};
pub use reference::Ref;
pub use secrets::Secrets;

/// One kind of AWS object that a stack can hold.
///
/// The implementing struct is the object's spec. A desired spec leaves out what the person does not declare;
/// a spec that is read is total: it holds AWS's value, or AWS's default, for every field that has one.
#[expect(async_fn_in_trait, reason = "the program runs on one thread, so no future needs to be Send")]
pub trait Kind: Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + JsonSchema + 'static {
    /// The word for this kind in addresses and in the state.
    const NAME: &'static str;
    /// Which goes first when an object must be replaced.
    const REPLACE: ReplaceOrder = ReplaceOrder::DeleteFirst;
    /// What is lost for good, and so needs the person's word.
    const LOSES: Loss = Loss::Nothing;
    /// Whether one that comes takes over from one that goes, which then stays until the new one is there.
    const TAKES_OVER: bool = false;
    /// When it comes and goes, beside a change of what it needs.
    const TURN: Turn = Turn::After;
    /// How [`Kind::find`] looks.
    const FOUND_BY: FoundBy = FoundBy::Listing;
    /// What AWS decides when it makes the object, and other objects need. No secret.
    type Outputs: Clone + fmt::Debug + PartialEq + Serialize + DeserializeOwned + 'static;

    /// The object as it is now; None when it is gone. What AWS will not show again is taken from `last`.
    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>>;

    /// The id of an object like this one that an earlier run made under `token`, if it did.
    async fn find(&self, ctx: &Ctx, token: &str) -> Result<Option<String>>;

    /// The object that is this one by all that can be seen, and that the state does not hold: one that a lost state
    /// knew. None where making it again would change nothing, or where AWS refuses a second one.
    async fn twin(&self, _ctx: &Ctx) -> Result<Option<Twin>> {
        Ok(None)
    }

    /// Makes the object with exactly one call that creates, and returns its id.
    ///
    /// `self` is what is desired. Whatever else the object needs, `update` does.
    async fn create(&self, ctx: &Ctx, token: &str) -> Result<String>;

    /// Makes the object hold `self`, which is total, in as many calls as it takes; may be repeated.
    ///
    /// `before` is what was read a moment ago: calls whose fields do not differ are not made.
    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()>;

    /// The spec without what its own choices leave no room for: a second factor while there is none. A target
    /// is what is desired, laid over what is there; what nobody declares may be left over from another choice.
    #[must_use]
    fn pruned(self) -> Self {
        self
    }

    /// What a person should hear before this object, as it is now, becomes something else: each in a sentence without its
    /// full stop, for it stands in the plan.
    fn warns(&self, _becomes: Becomes<&Self>) -> Vec<String> {
        Vec::new()
    }

    /// Whether becoming `after`, or going, lets go of what a change of an object that it needs takes away: it comes first then.
    fn lets_go(_before: &Self, _after: Option<&Self>) -> bool {
        false
    }

    /// Deletes the object, and waits until it is gone. One that is gone already is deleted. `last` is what was asked for.
    async fn delete(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<()>;

    /// What IAM must allow for all this, where AWS is called at all.
    fn grants(&self) -> Vec<Grant> {
        Vec::new()
    }
}

/// When an object comes and goes, beside a change of what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is made and changed afterwards; when it goes does not matter.
    After,
    /// What it needs is about to lean on it: it is made before that is changed, and goes after that is changed or gone.
    Around,
    /// It stands on how what it needs is set: it is made afterwards, and goes before.
    Within,
}

/// What a plan makes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Becomes<T> {
    /// The same object, holding this.
    Changed(T),
    /// Another object, holding this; it goes.
    Anew(T),
    /// Nothing.
    Gone,
}

/// An object that looks like one that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// What AWS calls it.
    pub id: String,
    /// What to do when it is another's after all: `if it is not this stack's, …`.
    pub otherwise: &'static str,
}

/// What the state remembers of an object.
#[derive(Debug, Clone)]
pub struct Last<K: Kind> {
    /// The object as it was when last settled; one that was never settled, as it was asked for.
    pub spec: K,
    /// What AWS had decided; None until the object was first read.
    pub outputs: Option<K::Outputs>,
}

/// An object as AWS shows it now.
#[derive(Debug, Clone)]
pub struct Observed<S, O> {
    /// Its fields, total.
    pub spec: S,
    /// What AWS decided.
    pub outputs: O,
    /// What it is still busy with, if it is.
    pub waiting: Option<Waiting>,
    /// What would be lost with it now, counted: `3 user accounts`.
    pub holds: Option<String>,
    /// Why AWS would refuse to delete it now, and what to do: `deletion protection is ACTIVE`.
    pub protected: Option<String>,
}

impl<S, O> Observed<S, O> {
    /// An object that is ready and holds nothing.
    pub fn ready(spec: S, outputs: O) -> Self {
        Self { spec, outputs, waiting: None, holds: None, protected: None }
    }
}

/// What an object is busy with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// `for ACM to issue the certificate`.
    pub what: String,
    /// DNS records that a person makes meanwhile, each as `NAME TYPE VALUE`; mostly none.
    pub by_hand: Vec<String>,
    /// How long between looks; the second look comes after a shorter time.
    pub every: Duration,
    /// When to give up, counted from the start of the step.
    pub at_most: Duration,
}

/// Which goes first when an object must be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceOrder {
    /// The old one goes before the new one comes: their names would collide.
    DeleteFirst,
    /// The new one comes, what depends on it moves over, then the old one goes.
    CreateFirst,
}

/// How an object that an earlier run may have made is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// In a list, which may lag behind the creating call: one look is not enough.
    Listing,
    /// In such a list by this field alone, of which AWS allows several: none is made that has it in common with another.
    Name(&'static str),
    /// By a name that AWS allows once: one look tells.
    Key,
}

/// What is lost for good when an object goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Nothing that cannot be made again.
    Nothing,
    /// This, whether the object is deleted or replaced.
    WhenGone(&'static str),
    /// This, when the object is replaced.
    WhenReplaced(&'static str),
}

/// What changing a field asks for. Said of a struct, it holds for all below it unless said again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnChange {
    /// AWS changes it on the living object.
    #[default]
    InPlace,
    /// The object must be made anew.
    Replace,
    /// AWS changes one value for another on the living object; where it comes or goes, the object must be made anew.
    Exchange,
    /// Keys may be added, and never changed or taken away.
    AddOnly,
    /// AWS has no way to change it, and making the object anew is no way out.
    Refuse,
}

/// A [`Kind`] with JSON values for its types: what the engine sees.
pub trait AnyKind: Sync {
    /// [`Kind::NAME`].
    fn name(&self) -> &'static str;
    /// [`Kind::REPLACE`].
    fn replace_order(&self) -> ReplaceOrder;
    /// [`Kind::LOSES`].
    fn loses(&self) -> Loss;
    /// [`Kind::FOUND_BY`].
    fn found_by(&self) -> FoundBy;
    /// [`Kind::TAKES_OVER`].
    fn takes_over(&self) -> bool;
    /// [`Kind::TURN`].
    fn turn(&self) -> Turn;
    /// [`Kind::lets_go`]; not of a spec that is not of this kind's type.
    fn lets_go(&self, before: &Value, after: Option<&Value>) -> bool;
    /// The schema of the spec, with every subschema in place.
    fn schema(&self) -> Value;
    /// [`Kind::grants`].
    ///
    /// # Errors
    /// When the spec is not of this kind's type.
    fn grants(&self, spec: &Value) -> Result<Vec<Grant>>;
    /// [`Kind::pruned`]; what does not fit the kind's type is left to fail where it is used.
    fn pruned(&self, target: Value) -> Value;
    /// [`Kind::warns`]; what does not fit the kind's type warns of nothing.
    fn warns(&self, actual: &Value, becomes: Becomes<&Value>) -> Vec<String>;
    /// [`Kind::read`].
    fn read<'a>(
        &'a self,
        ctx: &'a Ctx,
        id: &'a str,
        last: Option<(&'a Value, &'a Value)>,
    ) -> LocalBoxFuture<'a, Result<Option<Observed<Value, Value>>>>;
    /// [`Kind::find`].
    fn find<'a>(
        &'a self,
        ctx: &'a Ctx,
        desired: &'a Value,
        token: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<String>>>;
    /// [`Kind::twin`].
    fn twin<'a>(&'a self, ctx: &'a Ctx, desired: &'a Value) -> LocalBoxFuture<'a, Result<Option<Twin>>>;
    /// [`Kind::create`].
    fn create<'a>(&'a self, ctx: &'a Ctx, desired: &'a Value, token: &'a str) -> LocalBoxFuture<'a, Result<String>>;
    /// [`Kind::update`].
    fn update<'a>(
        &'a self,
        ctx: &'a Ctx,
        id: &'a str,
        target: &'a Value,
        before: &'a Value,
    ) -> LocalBoxFuture<'a, Result<()>>;
    /// [`Kind::delete`].
    fn delete<'a>(
        &'a self,
        ctx: &'a Ctx,
        id: &'a str,
        last: Option<(&'a Value, &'a Value)>,
    ) -> LocalBoxFuture<'a, Result<()>>;
}

struct Erased<K>(PhantomData<fn() -> K>);

/// `K`, as the engine sees it.
#[must_use]
pub const fn kind<K: Kind>() -> &'static dyn AnyKind {
    &const { Erased::<K>(PhantomData) }
}

fn typed<T: DeserializeOwned>(kind: &str, value: &Value) -> Result<T> {
    serde_json::from_value(value.clone())
        .map_err(|error| Error::bug(format!("a {kind} does not fit its own type")).caused_by(error))
}

fn untyped<T: Serialize>(kind: &str, value: &T) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::bug(format!("a {kind} cannot be written")).caused_by(error))
}

/// What the state remembers, typed; a form that an older program wrote and this one cannot read counts as forgotten.
fn remembered<K: Kind>(last: Option<(&Value, &Value)>) -> Option<Last<K>> {
    let (spec, outputs) = last?;
    Some(Last {
        spec: serde_json::from_value(spec.clone()).ok()?,
        outputs: if outputs.is_null() { None } else { Some(serde_json::from_value(outputs.clone()).ok()?) },
    })
}

impl<K: Kind> AnyKind for Erased<K> {
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn replace_order(&self) -> ReplaceOrder {
        K::REPLACE
    }

    fn loses(&self) -> Loss {
        K::LOSES
    }

    fn found_by(&self) -> FoundBy {
        K::FOUND_BY
    }

    fn takes_over(&self) -> bool {
        K::TAKES_OVER
    }

    fn turn(&self) -> Turn {
        K::TURN
    }

    fn lets_go(&self, before: &Value, after: Option<&Value>) -> bool {
        let of = |spec: &Value| serde_json::from_value::<K>(spec.clone()).ok();
        of(before).is_some_and(|before| K::lets_go(&before, after.and_then(of).as_ref()))
    }

    fn schema(&self) -> Value {
        schemars::generate::SchemaSettings::draft2020_12()
            .with(|settings| settings.inline_subschemas = true)
            .into_generator()
            .into_root_schema_for::<K>()
            .into()
    }

    fn grants(&self, spec: &Value) -> Result<Vec<Grant>> {
        Ok(typed::<K>(K::NAME, spec)?.grants())
    }

    fn pruned(&self, target: Value) -> Value {
        let pruned = serde_json::from_value::<K>(target.clone()).map(|spec| serde_json::to_value(spec.pruned()));
        pruned.ok().and_then(std::result::Result::ok).unwrap_or(target)
    }

    fn warns(&self, actual: &Value, becomes: Becomes<&Value>) -> Vec<String> {
        let of = |value: &Value| serde_json::from_value::<K>(value.clone()).ok();
        let becomes = match becomes {
            Becomes::Changed(target) => of(target).map(Becomes::Changed),
            Becomes::Anew(target) => of(target).map(Becomes::Anew),
            Becomes::Gone => Some(Becomes::Gone),
        };
        let Some((now, becomes)) = of(actual).zip(becomes) else { return Vec::new() };
        now.warns(match &becomes {
            Becomes::Changed(target) => Becomes::Changed(target),
            Becomes::Anew(target) => Becomes::Anew(target),
            Becomes::Gone => Becomes::Gone,
        })
    }

    fn read<'a>(
        &'a self,
        ctx: &'a Ctx,
        id: &'a str,
        last: Option<(&'a Value, &'a Value)>,
    ) -> LocalBoxFuture<'a, Result<Option<Observed<Value, Value>>>> {
        async move {
            let last = remembered::<K>(last);
            let Some(Observed { spec, outputs, waiting, holds, protected }) = K::read(ctx, id, last.as_ref()).await?
            else {
                return Ok(None);
            };
            let (spec, outputs) = (untyped(K::NAME, &spec)?, untyped(K::NAME, &outputs)?);
            Ok(Some(Observed { spec, outputs, waiting, holds, protected }))
        }
        .boxed_local()
    }

    fn find<'a>(
        &'a self,
        ctx: &'a Ctx,
        desired: &'a Value,
        token: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<String>>> {
        async move { typed::<K>(K::NAME, desired)?.find(ctx, token).await }.boxed_local()
    }

    fn twin<'a>(&'a self, ctx: &'a Ctx, desired: &'a Value) -> LocalBoxFuture<'a, Result<Option<Twin>>> {
        async move { typed::<K>(K::NAME, desired)?.twin(ctx).await }.boxed_local()
    }

    fn create<'a>(&'a self, ctx: &'a Ctx, desired: &'a Value, token: &'a str) -> LocalBoxFuture<'a, Result<String>> {
        async move { typed::<K>(K::NAME, desired)?.create(ctx, token).await }.boxed_local()
    }

    fn update<'a>(
        &'a self,
        ctx: &'a Ctx,
        id: &'a str,
        target: &'a Value,
        before: &'a Value,
    ) -> LocalBoxFuture<'a, Result<()>> {
        async move { typed::<K>(K::NAME, target)?.update(ctx, id, &typed::<K>(K::NAME, before)?).await }.boxed_local()
    }

    fn delete<'a>(
        &'a self,
        ctx: &'a Ctx,
        id: &'a str,
        last: Option<(&'a Value, &'a Value)>,
    ) -> LocalBoxFuture<'a, Result<()>> {
        async move { K::delete(ctx, id, remembered::<K>(last).as_ref()).await }.boxed_local()
    }
}
