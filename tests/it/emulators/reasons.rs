//! Why an emulator answers differently, and who is right by AWS's documentation. The first that fits counts.

use std::fmt;

use super::compare::{Answer, Difference};

/// Explains differences: in some operations, questions and fields, or in all where none are named.
pub struct Reason {
    emulator: &'static str,
    operations: &'static [&'static str],
    steps: &'static [&'static str],
    fields: &'static [&'static str],
    /// Whether it explains that an operation is not there at all.
    is_lack: bool,
    /// `ours`, `theirs` or `open`.
    pub right: &'static str,
    /// The file and section of the reference that says so.
    pub reference: &'static str,
    pub why: &'static str,
}

impl Reason {
    const fn new(right: &'static str, reference: &'static str, why: &'static str) -> Self {
        Self { emulator: "", operations: &[], steps: &[], fields: &[], is_lack: false, right, reference, why }
    }

    /// What the emulator does not do as this says.
    const fn ours(reference: &'static str, why: &'static str) -> Self {
        Self::new("ours", reference, why)
    }

    /// What AWS's documentation does not say.
    const fn open(why: &'static str) -> Self {
        Self::new("open", "", why)
    }

    /// Only with this emulator.
    const fn by(self, emulator: &'static str) -> Self {
        Self { emulator, ..self }
    }

    /// Only in these operations.
    const fn of(self, operations: &'static [&'static str]) -> Self {
        Self { operations, ..self }
    }

    /// Only in these questions.
    const fn when(self, steps: &'static [&'static str]) -> Self {
        Self { steps, ..self }
    }

    /// Only in fields that begin so, in the answer or in a part of it.
    const fn at(self, fields: &'static [&'static str]) -> Self {
        Self { fields, ..self }
    }

    /// Whether it explains a difference in the answers to a question.
    pub fn explains(&self, emulator: &str, ours: &Answer, is_lacking: bool, difference: &Difference) -> bool {
        let among = |all: &[&str], one: &str| all.is_empty() || all.contains(&one);
        let field = &difference.field;
        let ends = field.match_indices('.').map(|(at, _)| &field[at + 1..]);
        let parts: Vec<&str> = std::iter::once(field.as_str()).chain(ends).collect();
        let begins = |wanted: &&str| parts.iter().any(|part| part.starts_with(wanted));
        (self.emulator.is_empty() || self.emulator == emulator)
            && among(self.operations, &ours.operation)
            && among(self.steps, &ours.step)
            && (self.fields.is_empty() || self.fields.iter().any(begins))
            && self.is_lack == is_lacking
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { emulator, operations, steps, fields, why, .. } = self;
        write!(f, "{emulator} {operations:?} {steps:?} {fields:?}: {why}")
    }
}

const MINISTACK: &str = "ministack";
const MOTO: &str = "moto";

/// What the program asks of services in which it makes nothing.
const OUTSIDE: &[&str] = &[
    "GetFunction",
    "GetPolicy",
    "DescribeKey",
    "GetEmailIdentity",
    "GetAccount",
    "GetRole",
    "SimulatePrincipalPolicy",
    "ListServiceQuotas",
    "ListDistributions",
];

/// The terms that a client's pages link to.
const TERMS: &[&str] = &["CreateTerms", "DescribeTerms", "ListTerms", "UpdateTerms", "DeleteTerms"];

/// The secrets of a client beside its first.
const SECRETS: &[&str] = &["AddUserPoolClientSecret", "ListUserPoolClientSecrets", "DeleteUserPoolClientSecret"];

pub const REASONS: &[Reason] = &[
    // Operations that are not there.
    Reason {
        is_lack: true,
        ..Reason::ours("user_pool.md 2", "a pool's tags have operations of their own").by(MOTO).of(&[
            "TagResource",
            "UntagResource",
            "ListTagsForResource",
        ])
    },
    Reason {
        is_lack: true,
        ..Reason::ours("ui.md 2", "the look of the classic pages is not there")
            .by(MOTO)
            .of(&["SetUICustomization", "GetUICustomization"])
    },
    Reason {
        is_lack: true,
        ..Reason::ours("ui.md 3.1", "managed login's styles are not there").of(&[
            "CreateManagedLoginBranding",
            "DescribeManagedLoginBranding",
            "DescribeManagedLoginBrandingByClient",
            "UpdateManagedLoginBranding",
            "DeleteManagedLoginBranding",
        ])
    },
    Reason { is_lack: true, ..Reason::ours("ui.md 4", "terms are not there").of(TERMS) },
    Reason { is_lack: true, ..Reason::ours("app_client.md 4", "a client has one secret, for good").of(SECRETS) },
    Reason {
        is_lack: true,
        ..Reason::ours("other_resources.md 4 and 5", "threat protection and logs are not there").of(&[
            "DescribeRiskConfiguration",
            "SetRiskConfiguration",
            "GetLogDeliveryConfiguration",
            "SetLogDeliveryConfiguration",
        ])
    },
    Reason {
        is_lack: true,
        ..Reason::ours("AWS's service model", "a pool is in one Region").of(&[
            "CreateUserPoolReplica",
            "ListUserPoolReplicas",
            "UpdateUserPoolReplica",
            "DeleteUserPoolReplica",
        ])
    },
    Reason {
        is_lack: true,
        ..Reason::ours("other_resources.md 2", "a group stays as it was made").by(MINISTACK).of(&["UpdateGroup"])
    },
    Reason {
        is_lack: true,
        ..Reason::ours("other_resources.md 9", "what a user has is not taken away")
            .by(MINISTACK)
            .of(&["AdminDeleteUserAttributes"])
    },
    Reason {
        is_lack: true,
        ..Reason::ours("other_resources.md 3", "a resource server stays as it was made, for good")
            .by(MOTO)
            .of(&["UpdateResourceServer", "DeleteResourceServer"])
    },
    Reason {
        is_lack: true,
        ..Reason::ours("other_resources.md 7", "authorizers are not listed").by(MOTO).of(&["GetAuthorizers"])
    },
    Reason {
        is_lack: true,
        ..Reason::ours(
            "other_resources.md 8",
            "an identity pool has neither roles nor tags of users, and keeps its own tags",
        )
        .by(MOTO)
        .of(&[
            "GetIdentityPoolRoles",
            "SetIdentityPoolRoles",
            "GetPrincipalTagAttributeMap",
            "SetPrincipalTagAttributeMap",
            "cognito-identity:TagResource",
            "cognito-identity:UntagResource",
        ])
    },
    // The account.
    Reason::open("who calls is the emulator's invention, as ours is").of(&["GetCallerIdentity"]),
    // What only checks ask, and where there is no answer, they know nothing.
    Reason { is_lack: true, ..Reason::open("a check of the program's takes this for not known").of(OUTSIDE) },
    Reason::open("not there, which a check takes for not known").by(MINISTACK).of(&["ListServiceQuotas"]),
    Reason::ours("other_resources.md 6", "a function without a policy is answered with ResourceNotFoundException")
        .by(MINISTACK)
        .when(&["no permission yet"]),
    Reason::open("here the sandbox is no model: by choice, whatever a stack names of other services is there")
        .of(OUTSIDE),
    // Groups and users.
    Reason::ours("other_resources.md 2", "it was not updated, for UpdateGroup is not there")
        .by(MINISTACK)
        .of(&["GetGroup", "AdminListGroupsForUser"]),
    Reason::open("what an update leaves out is documented neither to stay nor to go; here it goes").by(MOTO).of(&[
        "UpdateGroup",
        "GetGroup",
        "AdminListGroupsForUser",
    ]),
    Reason::ours("other_resources.md 9", "the address was not taken away, for AdminDeleteUserAttributes is not there")
        .by(MINISTACK)
        .when(&["what that leaves of the user"]),
    Reason::ours("user_pool.md 7", "a user has no attribute that the pool has not")
        .when(&["an attribute that is none", "a user who is disabled"]),
    // Providers.
    Reason::ours("other_resources.md 1.3", "username is mapped to sub where nobody says")
        .at(&["AttributeMapping.username"]),
    Reason::ours("other_resources.md 1.2", "the service adds what it found at the issuer")
        .at(&["IdentityProvider.ProviderDetails"]),
    Reason::ours("other_resources.md 1.1", "a name is taken once").by(MOTO).when(&["that provider again"]),
    Reason::ours("other_resources.md 1.2", "an OIDC provider has four details").when(&["a provider without details"]),
    Reason::ours("other_resources.md 1.1", "what an update leaves out of a provider stays")
        .by(MOTO)
        .at(&["IdentityProvider.IdpIdentifiers"]),
    // Resource servers.
    Reason::ours("other_resources.md 3", "scopes that an update leaves out are taken away")
        .by(MINISTACK)
        .of(&["UpdateResourceServer", "DescribeResourceServer"]),
    Reason::ours("other_resources.md 3", "it was neither updated nor deleted, for both are not there")
        .by(MOTO)
        .of(&["DescribeResourceServer"]),
    // Permissions.
    Reason::ours("AWS's service model", "what is made is answered with 201, what is deleted with 204")
        .at(&["status"])
        .of(&["AddPermission", "CreateAuthorizer", "DeleteAuthorizer"]),
    Reason::ours("other_resources.md 6", "an id is taken once").by(MOTO).when(&["that permission again"]),
    Reason::ours("other_resources.md 6", "a statement that is not there is answered with ResourceNotFoundException")
        .by(MOTO)
        .when(&["the end of it once more"]),
    // Authorizers.
    Reason::open("they are for functions that decide; whether one that reads tokens shows them is not said")
        .by(MINISTACK)
        .at(&["AuthorizerPayloadFormatVersion", "AuthorizerResultTtlInSeconds", "EnableSimpleResponses"]),
    Reason::ours("AWS's service model", "an empty list of scopes is one without any")
        .by(MOTO)
        .when(&["a route that is open"]),
    // Firewalls.
    Reason::ours("WAF's API reference", "a resource without one is answered without one")
        .by(MINISTACK)
        .of(&["GetWebACLForResource"]),
    // Identity pools.
    Reason::open("false where nobody says; whether it is then shown is not said").at(&["AllowClassicFlow"]),
    Reason::ours("other_resources.md 8", "tags are set and taken away by operations of their own")
        .when(&["the identity pool and its tags"]),
    Reason::open("an update is the whole of a pool, and whether its tags are a part of that is not said")
        .at(&["IdentityPoolTags"]),
    // Buckets and secrets.
    Reason::open("newer than the API that the sandbox plays").by(MINISTACK).at(&["BucketArn"]),
    Reason::open("false where nobody says; whether it is then shown is not said")
        .by(MINISTACK)
        .when(&["that encryption"]),
    Reason::ours("S3's guide", "since January 2023 every bucket encrypts").by(MOTO).when(&["encryption, unasked"]),
    Reason::ours("S3's guide", "since April 2023 a new bucket blocks public access").when(&["access, unasked"]),
    Reason::open("S3's guide has 204 in its example, and its model no code").by(MOTO).when(&["a policy"]),
    Reason::open("the code is the same; its HTTP status is not documented").by(MOTO).when(&["no secret value"]),
    // What pools are refused.
    Reason::ours("user_pool.md 7", "only one of the two may be set").when(&["aliases beside user names"]),
    Reason::ours("user_pool.md 2", "6 is the least").when(&["a password of three"]),
    Reason::ours("user_pool.md 2", "OFF, ON and OPTIONAL are all that there is").when(&["an MFA of a wrong word"]),
    Reason::ours("user_pool.md 4", "here AWS looks at SMS alone, and there is none").when(&["MFA without SMS"]),
    Reason::ours("user_pool.md 7", "SMS has to be set up first").when(&["phones without SMS"]),
    Reason::ours("user_pool.md 2", "a name takes no slash").when(&["a name with a slash"]),
    Reason::ours("user_pool.md 7", "PASSWORD has to be among them").when(&["factors without a password"]),
    Reason::ours("user_pool.md 2", "a name is required, and its lack is the caller's error")
        .when(&["a pool without a name"]),
    Reason::ours("quotas_errors.md 5", "60 is the most").when(&["no such page"]),
    Reason::ours("user_pool.md 2", "keys that begin with aws: are refused").when(&["a tag of AWS's"]),
    Reason::ours("user_pool.md 9", "a pool that has a domain is not deleted")
        .when(&["the end of a pool with a domain"]),
    Reason::ours("user_pool.md 9", "deletion protection protects").when(&["the end of a protected pool"]),
    // What UpdateUserPool resets.
    Reason::ours("user_pool.md 2", "settled when the pool is made, and lost here with the first update")
        .by(MOTO)
        .when(&["what that has restored"])
        .at(&["UsernameAttributes", "UsernameConfiguration"]),
    Reason::ours(
        "user_pool.md 3",
        "what cannot be changed is lost, and so is what UpdateUserPool keeps: update settings, tier",
    )
    .by(MOTO)
    .when(&["what that has reset"])
    .at(&["{DeletionProtection, UsernameAttributes, UserAttributeUpdateSettings"]),
    Reason::ours("user_pool.md 3", "AWS resets what an update leaves out; for tags, what it does is not certain")
        .by(MINISTACK)
        .when(&["what that has reset"])
        .at(&["{LambdaConfig", "AdminCreateUserConfig.Allow", "EmailConfiguration", "VerificationMessageTemplate"]),
    Reason::ours("user_pool.md 2", "a pool takes another name; neither emulator hears of it")
        .when(&["what that has restored"])
        .at(&["UserPool.Name"]),
    // What describing a pool shows.
    Reason::ours("user_pool.md 6", "every pool has PASSWORD as its first factor").at(&["Policies.SignInPolicy"]),
    Reason::ours("user_pool.md 6", "the older name of TemporaryPasswordValidityDays, which it follows")
        .at(&["AdminCreateUserConfig.UnusedAccountValidityDays"]),
    Reason::ours("user_pool.md 6", "the template's texts stand under their older names too")
        .by(MINISTACK)
        .at(&["EmailVerificationMessage", "EmailVerificationSubject"]),
    Reason::ours("user_pool.md 6", "CONFIRM_WITH_CODE is the default, and is shown")
        .by(MINISTACK)
        .at(&["VerificationMessageTemplate"]),
    Reason::ours("user_pool.md 8", "texts that nobody has set are absent").by(MOTO).at(&[
        "AdminCreateUserConfig.InviteMessageTemplate",
        "EmailVerification",
        "SmsVerificationMessage",
        "VerificationMessageTemplate",
    ]),
    Reason::ours("user_pool.md 6", "the default is shown")
        .by(MOTO)
        .at(&["UserPool.DeletionProtection", "UserPool.UserPoolTier"]),
    Reason::ours("user_pool.md 5.1", "all standard attributes are there, asked for or not")
        .by(MOTO)
        .at(&["SchemaAttributes"]),
    Reason::open("AWS's model has it in the list, and its samples do not show when")
        .by(MINISTACK)
        .of(&["ListUserPools"]),
    // MFA.
    Reason::ours("user_pool.md 1", "e-mail and passkeys are part of it")
        .by(MOTO)
        .when(&["e-mail and passkeys too", "MFA with all"]),
    Reason::ours("user_pool.md 4", "a call with the pool alone sets everything off")
        .when(&["nothing said", "MFA after nothing"]),
    Reason::ours("user_pool.md 4", "off and a factor together are refused").when(&["off with apps"]),
    Reason::ours("user_pool.md 4", "on needs a factor").when(&["on with nothing"]),
    Reason::ours("user_pool.md 4", "e-mail as a factor needs SES").when(&["e-mail without SES"]),
    // Clients.
    Reason::ours("app_client.md 1", "LEGACY is the default, and the default is absent")
        .by(MINISTACK)
        .when(&[
            "a client with a name alone",
            "that client",
            "a client with a secret, and rotation",
            "the client with a secret",
        ])
        .at(&["PreventUserExistenceErrors"]),
    Reason::ours("app_client.md 1", "rotation is shown as it was set").by(MINISTACK).at(&["RefreshTokenRotation"]),
    Reason::ours("app_client.md 1", "both dates are shown")
        .by(MOTO)
        .at(&["UserPoolClient.CreationDate", "UserPoolClient.LastModifiedDate"]),
    Reason::ours("app_client.md 1", "what an update leaves out is reset")
        .when(&["a validity alone", "what that leaves of the client"]),
    Reason::ours("app_client.md 3", "a scope has to exist").when(&["an unknown scope"]),
    Reason::ours("app_client.md 3", "a provider has to exist").when(&["an unknown provider"]),
    Reason::ours("app_client.md 3", "http is for this machine alone").when(&["a callback over http"]),
    Reason::ours("app_client.md 3", "a callback has no fragment").when(&["a callback with a fragment"]),
    Reason::ours("app_client.md 3", "the code flow needs a callback").when(&["no callback"]),
    Reason::ours("app_client.md 3", "client_credentials needs a secret").when(&["machines without a secret"]),
    Reason::ours("app_client.md 3", "the default has to be one of the callbacks")
        .when(&["a default that is no callback"]),
    Reason::ours("app_client.md 2", "old and new flows do not mix").when(&["old flows and new"]),
    Reason::ours("app_client.md 3", "five minutes are the least").when(&["a token of a minute"]),
    Reason::ours("app_client.md 3", "an attribute has to exist").when(&["an unknown attribute"]),
    Reason::ours("app_client.md 3", "flows and scopes come together").when(&["flows without scopes"]),
    // Domains.
    Reason::ours("domain_certificate_dns.md 4", "the name is taken").when(&["the same prefix for another"]),
    Reason::ours("domain_certificate_dns.md 4", "a pool has one prefix").when(&["a second prefix"]),
    Reason::ours("domain_certificate_dns.md 4", "the word is reserved").when(&["a prefix of a reserved word"]),
    Reason::ours("domain_certificate_dns.md 4", "a prefix is in small letters").when(&["a prefix in capitals"]),
    Reason::ours("domain_certificate_dns.md 4", "the certificate has to exist").when(&["a domain with no certificate"]),
    Reason::ours("domain_certificate_dns.md 3", "the parent needs an A record").when(&["a domain without a parent"]),
    Reason::ours("domain_certificate_dns.md 2", "without its certificate, a domain of one's own cannot be updated")
        .when(&["a version without a certificate"]),
    Reason::ours("domain_certificate_dns.md 2", "DeleteUserPoolDomain needs the pool, which has to be the domain's")
        .when(&["the domain of another pool"]),
    Reason::open("that it fails is certain; with which error is not said").when(&["the end of an unknown domain"]),
    Reason::ours(
        "domain_certificate_dns.md 1",
        "the answer says the version, and a host for domains of one's own alone",
    )
    .by(MOTO)
    .of(&["CreateUserPoolDomain", "UpdateUserPoolDomain"]),
    Reason::ours("domain_certificate_dns.md 2", "the pool's own domain is shown with it")
        .by(MOTO)
        .when(&["the pool with two domains"]),
    Reason::ours(
        "domain_certificate_dns.md 2",
        "describing a domain shows the account, the distribution, the version, and the certificate",
    )
    .of(&["DescribeUserPoolDomain"]),
    // The look of the classic pages.
    Reason::ours("ui.md 2", "there is no look without a domain").when(&["no look without a domain"]),
    Reason::ours("ui.md 2", "the image is somewhere").by(MINISTACK).at(&["ImageUrl"]),
    Reason::ours("ui.md 2", "only AWS's classes are taken").when(&["a class that is not AWS's"]),
    Reason::ours("ui.md 2", "a call with neither CSS nor image takes the look away")
        .when(&["what is left of the look"]),
    // Route 53.
    Reason::open("the names are the same; whether a dot ends them is not said").by(MINISTACK).of(&["GetHostedZone"]),
    Reason::open("it belongs to a reusable set of name servers, and this zone has none")
        .by(MOTO)
        .of(&["GetHostedZone"]),
    Reason::open("the question is said back; how, is not documented").of(&["ListHostedZonesByName"]).at(&["DNSName"]),
    Reason::ours("AWS's service model", "both are required in the answer").by(MOTO).of(&["ListHostedZonesByName"]),
    Reason::ours("domain_certificate_dns.md 7.2", "a change is PENDING first").by(MOTO).at(&["ChangeInfo.Status"]),
    Reason::open("a comment is given back; AWS's model has it").by(MOTO).at(&["ChangeInfo.Comment"]),
    Reason::ours("domain_certificate_dns.md 7.1", "ids come with /change/").by(MOTO).at(&["ChangeInfo.Id"]),
    Reason::ours("domain_certificate_dns.md 7.2", "DELETE has to say every value")
        .by(MOTO)
        .when(&["the end of the old value"]),
    Reason::ours("domain_certificate_dns.md 7.3", "the error is InvalidChangeBatch")
        .by(MOTO)
        .when(&["the end of no record"]),
    Reason::ours("domain_certificate_dns.md 7.1", "`*` comes back as \\052").when(&["the wildcard"]),
    Reason::ours("domain_certificate_dns.md 7.1", "`*` comes back as \\052")
        .by(MINISTACK)
        .when(&["nothing of the good record"]),
    Reason::ours("domain_certificate_dns.md 7.2", "a CNAME cannot be at the apex").when(&["a CNAME at the apex"]),
    Reason::ours("domain_certificate_dns.md 7.2", "a CNAME cannot be beside another record")
        .when(&["a CNAME beside a record"]),
    Reason::ours("RFC 1034, 4.2", "a zone holds the names below it").by(MINISTACK).when(&["a name of another zone"]),
    Reason::ours("RFC 1035, 3.4.1", "an address has four numbers below 256").when(&["an address that is none"]),
    Reason::ours("Route 53's guide", "a text stands in quotation marks").when(&["a text without quotes"]),
    Reason::ours(
        "domain_certificate_dns.md 7.2",
        "CREATE fails where the record is there, and then the whole batch does",
    )
    .by(MOTO)
    .when(&["a good record and a bad", "nothing of the good record"]),
    Reason::ours("domain_certificate_dns.md 9", "an alias is read back with a dot at its end")
        .by(MOTO)
        .when(&["the alias"]),
    Reason::open("whether a dot ends a name server in a value is not said").by(MOTO).when(&["the next record"]),
    Reason::ours("domain_certificate_dns.md 7.2", "StartRecordType needs a name").when(&["a type without a name"]),
    Reason::ours("domain_certificate_dns.md 7.3", "a change that never was is NoSuchChange")
        .by(MOTO)
        .when(&["an unknown change"]),
    // Certificates.
    Reason::ours("domain_certificate_dns.md 5.2", "the same token gives the same certificate")
        .when(&["the same with the same token"]),
    Reason::ours("domain_certificate_dns.md 5.2", "a name has a shape").when(&["a certificate for no name"]),
    Reason::ours("domain_certificate_dns.md 5.3", "a certificate in use stays")
        .when(&["the end of a certificate in use"]),
    Reason::ours("domain_certificate_dns.md 5.3", "the record is `_hash.name CNAME _hash.x.acm-validations.aws`")
        .by(MINISTACK)
        .at(&["ResourceRecord.Name", "ResourceRecord.Value"]),
    Reason::ours("domain_certificate_dns.md 5.3", "a name is PENDING_VALIDATION until its record is found")
        .by(MINISTACK)
        .at(&["ValidationStatus"]),
    Reason::open("it matters for validation by e-mail alone").at(&["ValidationDomain"]),
    Reason::open("RSA_2048 is what is asked with; how it is read back is not said").at(&["Certificate.KeyAlgorithm"]),
    Reason::open("facts of the certificate itself, which the program does not read").of(&["DescribeCertificate"]),
    Reason::ours("domain_certificate_dns.md 5.3", "the summary has the names and whether it is in use")
        .of(&["ListCertificates"]),
];
