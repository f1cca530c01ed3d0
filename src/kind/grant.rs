//! What IAM must allow for an object of a kind: each call that the kind makes, when, and on what.

/// When a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Whenever a plan is made.
    Reading,
    /// When it is not recorded, and one is looked for that an earlier run may have made: by a plan too.
    Looking,
    /// When the object is made.
    Making,
    /// When it is changed, which making it may end with.
    Changing,
    /// When it is deleted.
    Deleting,
}

/// What an action is allowed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// Everything: IAM cannot narrow the action, or the call comes before there is an object.
    Any,
    /// The stack's user pool.
    Pool,
    /// Every user pool: one is looked for among them.
    EveryPool,
    /// The pool that is being made, to give it this stack's tag.
    NewPool,
    /// The stack's user pool, as it is in this other Region.
    Replica(String),
    /// The pool that is being made in this other Region, to give it this stack's tag.
    NewReplica(String),
    /// Every certificate: ACM chooses their names, and one may take over from another.
    EveryCertificate,
    /// Every certificate that has this stack's tag.
    OwnCertificate,
    /// The hosted zone of the record.
    Zone,
    /// Every change of a hosted zone: Route 53 chooses their names.
    Change,
    /// This role, to be handed to Cognito's identity pools.
    IdentityRole(String),
    /// This role, to be handed to Cognito.
    Role(String),
    /// This very thing, in whose ARN `<partition>`, `<region>` and `<account>` stand for the stack's own, and `<id>` for what
    /// AWS calls the object.
    Arn(String),
    /// The role that Cognito makes for itself to send mail.
    MailRole,
    /// The role that CloudWatch Logs makes for itself to deliver logs to Firehose.
    LogRole,
    /// The role that Cognito makes for itself to send analytics.
    AnalyticsRole,
    /// This key, by its ARN.
    Key(String),
}

/// One IAM action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// `cognito-idp:CreateUserPool`
    pub action: &'static str,
    /// What it is needed on.
    pub on: On,
    /// When it is needed.
    pub used: Use,
}

/// These actions, all at such a time and on such a thing.
#[must_use]
pub fn grants(used: Use, on: &On, actions: &[&'static str]) -> Vec<Grant> {
    actions.iter().map(|action| Grant { action, on: on.clone(), used }).collect()
}
