//! `stack`: infrastructure as code for Amazon Cognito. This page is the map of the program.
//!
//! # What happens
//!
//! A person writes a **stack file**: one user pool and everything round it. *Composing* it gives **resources**, one for
//! each object that AWS is to hold; a `domain:` of two lines becomes seven. A resource has an **address**, its
//! kind and, where there can be several, its name: `user_pool`, `app_client.web`. Plans, states, errors and `--target`
//! speak in addresses.
//!
//! Five acts, in this order:
//!
//! 1. *load* ([`stack`]): the file, what it extends and the files it names, checked, composed into desired resources;
//! 2. *recover and observe* ([`engine::recover`], [`engine::observe`]): what an earlier run left in doubt; what AWS
//!    holds for each record of the state;
//! 3. *plan* ([`engine::decide`]): desired, remembered and actual into a [`engine::plan::Plan`]; and [`preflight`], what
//!    AWS is known to refuse;
//! 4. *show* ([`ui`]);
//! 5. *apply* ([`engine::apply`]): the plan into calls, side by side, the state saved round each.
//!
//! Only the second and the fifth act touch AWS, and preflight's checks, which read, and of what a plan makes or changes
//! alone.
//!
//! # The layers
//!
//! Each imports only from those below it; neighbours on a line are strangers. A test holds this table.
//!
//! | layer | what it is |
//! |---|---|
//! | [`commands`] | one file per verb: gather, call the engine, show |
//! | [`cli`] | every command and flag, as types; no behaviour |
//! | [`ui`] | all that a person sees: plans, progress, errors, tables |
//! | [`lint`] | what AWS takes and a login should not have: rules over the stack file |
//! | [`stack`], [`preflight`] | the stack file; what can be known to fail before AWS is asked to change anything |
//! | [`kinds`], [`engine`] | the kinds of AWS object, one file or folder each; what decides and does |
//! | [`kind`] | what a kind is: the trait, its erased form, and what it is given to work with |
//! | [`state`] | what is remembered, and where: in a file, in S3 |
//! | [`aws`], [`sandbox`] | the SDK; AWS played in this process |
//! | [`address`], [`clock`], [`secret`] | names, time, and where a secret is kept |
//! | [`near`] | "did you mean": the known word that is nearest to the one written |
//! | [`error`] | errors, each with its hints and with what is known of its outcome |
//!
//! `kinds` and `engine` meet in `commands` alone, which hands [`kinds::KINDS`] to the engine. `sandbox` imports nothing of
//! ours but `error` and `clock`: it must not learn AWS from our kinds, or a mistake of theirs would be its own.
//!
//! # What always holds
//!
//! 1. `engine` names no kind and no type of the SDK. It works on [`serde_json::Value`] and on each kind's own JSON
//!    schema, where the fields say what changing them asks (`x-on-change`) and what AWS's default is (`x-aws-default`).
//! 2. A plan is made without a clock, a network or a file, and without waiting: `engine::decide` is not `async`.
//! 3. Nothing outside `ui` prints.
//! 4. One kind, one AWS object, one id. Waiting for something is a kind of its own (`certificate_validation`).
//! 5. `create` makes exactly one call that creates; whatever else the object needs, `update` does, and may be repeated.
//! 6. An id is enough to read an object.
//! 7. A record's `last_applied` is what was *asked for*, never what was sent; `observed` is what AWS last showed.
//! 8. The state is saved before each call that creates, as an *intent*, before an object is changed or deleted, and after
//!    each call that changes AWS. So a run may be cut anywhere, and the next one ends where a whole run would have.
//!    (`tests/it/cuts.rs` does that, at every save.)
//! 9. A plan belongs to one serial of the state. Apply refuses it at any other.
//! 10. No value of a secret is in a plan, the state, a log or an error.
//! 11. What nobody declares is never sent as a default: an update reads the object, lays what is declared over it, sends the
//!     whole, and reads it back until it holds (*settling*).
//!
//! # What lies on disk
//!
//! ```text
//! stacks/<stack>.yaml              what a person writes
//! schemas/stack.schema.json        what editors read; `stack schema --write` makes it
//! schemas/part.schema.json         the same for files that others extend
//! state/<stack>.json               the state: versioned, mode 0600, replaced whole
//! state/<stack>.rescue.json        only after a save has failed; the next run takes it up
//! state/<stack>.latest.json        which state was saved last: an older one in its place is refused
//! state/<stack>.migrated.json      what the state was when it was moved to S3; nobody reads it
//! state/<stack>.lock               locked by the operating system while a run may write
//! state/<stack>.lock.json          who holds the lock, for the message of whoever is refused
//! state/sandbox/.world.json        what the sandbox's AWS holds
//! state/sandbox/<stack>.json, …    the states of stacks that were applied there
//! FILE of `plan --out FILE`        a plan that is kept: what was decided, and what it rests on; nothing of it is ever sent
//! ```
//!
//! With `state.s3`, the state is the object `<key>`, and the lock `<key>.lock` beside it; what could not be saved there, and
//! which state was seen last, is still kept under `state/`.

pub mod address;
pub mod aws;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod engine;
pub mod error;
pub mod kind;
pub mod kinds;
pub mod lint;
pub mod near;
pub mod preflight;
pub mod sandbox;
pub mod secret;
pub mod stack;
pub mod state;
pub mod ui;
