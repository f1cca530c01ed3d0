"""Asks one server, as any client of AWS's would, everything that the program asks; prints each answer as a line of JSON.

    sequence.py URL

Every server is asked the same in the same order. What each makes up for itself (ids, times, hosts) is given the same name
everywhere; everything else is printed as it came.
"""

import base64
import datetime
import json
import re
import sys
import time

import boto3
import botocore.config
import botocore.exceptions

URL = sys.argv[1]
REGION = "ap-southeast-2"
# No retries, for an error is an answer; and no checks of its own, for the server's are asked for.
CONFIG = botocore.config.Config(
    retries={"total_max_attempts": 1}, parameter_validation=False, read_timeout=60, signature_version="v4"
)
# How long to wait for what takes AWS a while, and its emulators perhaps.
PATIENCE = 60.0
CSS = ".label-customizable { color: #102030; }"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChAGA60e6kgAAAABJRU5ErkJggg=="
)
CLOUDFRONT = "Z2FDTNDATAQYW2"


def client(service, region=REGION):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=URL,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        config=CONFIG,
    )


COGNITO, ROUTE53, STS = client("cognito-idp"), client("route53"), client("sts")
ACM = client("acm", "us-east-1")
# What only checks ask.
LAMBDA, KMS, SES = client("lambda"), client("kms"), client("sesv2")
IAM, QUOTAS, DISTRIBUTIONS = client("iam"), client("service-quotas"), client("cloudfront")

# What was made up, longest first so that none is taken for a part of another.
names = {}
# What is different on each run, and what it is called.
MADE_UP = [
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\bd[0-9a-z]{12,14}\.cloudfront\.net\b"), "<distribution>"),
    (re.compile(r"_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\."), "<proof>"),
    (re.compile(r"_[0-9a-f]{32}\."), "_<hash>."),
    (re.compile(r"/change/C[0-9A-Z]+\b"), "/change/<change>"),
    (re.compile(r"\b[0-9a-z-]+\.awsdns-\d+\.(com|net|org|co\.uk)\b"), "<name server>"),
    (re.compile(r"\b[0-9a-f]{16}\.(amazoncognito|cloudfront)\."), r"<16 digits>.\1."),
    (re.compile(r"/1[78]\d{11}/"), "/<now>/"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "<here>"),
]
# Secrets, and where a page goes on: what they look like is nobody's business.
OPAQUE = {"ClientSecret", "NextToken", "PaginationToken", "CSSVersion", "Version", "UserId", "CallerReference", "NextMarker", "Serial"}


# The errors that no waiting mends.
LASTING = {"ResourceNotFoundException", "NoSuchChange", "InvalidAction"}


def called(value, name):
    """Gives something that a server has made up a name, and gives it back."""
    if isinstance(value, str) and value:
        names[value] = f"<{name}>"
    return value


def plain(value, key=""):
    """An answer without what was made up."""
    if isinstance(value, datetime.datetime):
        return "<time>"
    if isinstance(value, bytes):
        return "<bytes>"
    if isinstance(value, dict):
        return {key: plain(one, key) for key, one in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, str):
        if key in OPAQUE:
            return f"<{key}>"
        for real in sorted(names, key=len, reverse=True):
            value = value.replace(real, names[real])
        for pattern, name in MADE_UP:
            value = pattern.sub(name, value)
    return value


def once(api, operation, given):
    """Asks once: status, error code, answer."""
    try:
        answer = getattr(api, operation)(**given)
        return answer["ResponseMetadata"]["HTTPStatusCode"], None, answer
    except botocore.exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status, error.response["Error"]["Code"], {"Message": error.response["Error"]["Message"]}
    except (botocore.parsers.ResponseParserError, botocore.exceptions.HTTPClientError) as error:
        return 500, type(error).__name__, {}


def ask(step, api, operation, until=None, naming=None, pick=None, undo=None, **given):
    """Asks, prints the answer, and gives it back.

    `until`: asks again until the answer is so. `naming`: what the server makes up, and where it stands in the answer.
    `pick`: the one part of the answer that is of interest. `undo`: what AWS refuses; where it is taken all the same, this
    is called with the answer, so that nothing of it is in the way of what follows.
    """
    late = time.monotonic() + PATIENCE
    while True:
        status, code, answer = once(api, operation, given)
        try:
            is_so = until is None or bool(until(answer))
        except (KeyError, IndexError, TypeError):
            is_so = False
        # An error stays one, but for those that time mends.
        if is_so or time.monotonic() > late or status >= 500 or code in LASTING:
            break
        time.sleep(0.2)
    for name, path in (naming or {}).items():
        called(of(answer, *path, default=""), name)
    shown = {} if code else plain(answer)
    if pick:
        shown = {pick[-1]: of(shown, *pick, default=None)}
    print(
        json.dumps(
            {
                "step": step,
                "operation": api.meta.method_to_api_mapping[operation],
                "status": status,
                "code": code,
                "message": plain(answer.get("Message", "")) if code else "",
                "answer": shown,
                # What was waited for has not come.
                "waited": not is_so,
            }
        ),
        flush=True,
    )
    if undo and not code:
        undo(answer)
    return answer


def of(answer, *path, default="none-was-made"):
    """What an answer holds at a path; something harmless where it holds nothing."""
    for key in path:
        try:
            answer = answer[key]
        except (KeyError, IndexError, TypeError):
            return default
    return answer


# The account and the zone, which the sandbox has from the start.
def who():
    ask("who am I", STS, "get_caller_identity", naming={"account": ["Account"]})


def zone():
    """The zone that everything is in; made where there is none."""
    found = once(ROUTE53, "list_hosted_zones", {})[2]
    if not of(found, "HostedZones", default=[]):
        once(ROUTE53, "create_hosted_zone", {"Name": "example.com", "CallerReference": "first"})
        found = once(ROUTE53, "list_hosted_zones", {})[2]
    id = called(found["HostedZones"][0]["Id"].removeprefix("/hostedzone/"), "zone")
    # What Cognito asks for before it takes a domain below.
    record = {"Name": "example.com", "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    once(ROUTE53, "change_resource_record_sets", {"HostedZoneId": id, "ChangeBatch": change})
    return id


FULL = {
    "AutoVerifiedAttributes": ["email"],
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 12,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": False,
            "TemporaryPasswordValidityDays": 3,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "LambdaConfig": {"PreSignUp": "arn:aws:lambda:ap-southeast-2:111122223333:function:pre-sign-up"},
    "VerificationMessageTemplate": {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "EmailSubject": "Your code",
        "EmailMessage": "It is {####}.",
    },
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:ap-southeast-2:111122223333:identity/example.com",
        "From": "Shop <no-reply@example.com>",
    },
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
    "DeletionProtection": "INACTIVE",
    "UserPoolTags": {"app": "shop"},
    "UserPoolTier": "ESSENTIALS",
}
ONCE = {
    "UsernameAttributes": ["email"],
    "UsernameConfiguration": {"CaseSensitive": False},
    "Schema": [
        {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True,
         "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "100"}},
        {"Name": "tenant", "AttributeDataType": "String", "Mutable": True,
         "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "64"}},
        {"Name": "seats", "AttributeDataType": "Number", "Mutable": True,
         "NumberAttributeConstraints": {"MinValue": "0", "MaxValue": "100"}},
    ],
}  # fmt: skip
NO_POOL = "ap-southeast-2_AAAAAAAAA"


def pools():
    ask("pools, none yet", COGNITO, "list_user_pools", MaxResults=60)
    id = ["UserPool", "Id"]
    made = ask("a pool with a name alone", COGNITO, "create_user_pool", naming={"minimal": id}, PoolName="minimal")
    minimal = of(made, *id)
    ask("that pool", COGNITO, "describe_user_pool", UserPoolId=minimal)
    ask("its MFA", COGNITO, "get_user_pool_mfa_config", UserPoolId=minimal)
    given = {"PoolName": "full", **FULL, **ONCE}
    made = ask("a pool with nearly everything", COGNITO, "create_user_pool", naming={"full": id}, **given)
    full = of(made, *id)
    ask("the full pool", COGNITO, "describe_user_pool", UserPoolId=full)
    pages("both pools", COGNITO, "list_user_pools", "UserPools", 2, MaxResults=1)

    policy = {"PasswordPolicy": {**FULL["Policies"]["PasswordPolicy"], "MinimumLength": 14}}
    alone = {"Policies": policy, "AutoVerifiedAttributes": ["email"]}
    ask("a password policy alone", COGNITO, "update_user_pool", UserPoolId=full, **alone)
    ask("what that has reset", COGNITO, "describe_user_pool", UserPoolId=full)
    ask("everything again", COGNITO, "update_user_pool", UserPoolId=full, PoolName="renamed", **FULL)
    ask("what that has restored", COGNITO, "describe_user_pool", UserPoolId=full)
    extra = [{"Name": "place", "AttributeDataType": "String", "Mutable": True}]
    ask("one more attribute", COGNITO, "add_custom_attributes", UserPoolId=full, CustomAttributes=extra)
    ask("the attribute", COGNITO, "describe_user_pool", pick=["UserPool", "SchemaAttributes"], UserPoolId=full)
    ask("that attribute again", COGNITO, "add_custom_attributes", UserPoolId=full, CustomAttributes=extra)
    needed = [{"Name": "needed", "AttributeDataType": "String", "Required": True}]
    ask("a required attribute", COGNITO, "add_custom_attributes", UserPoolId=full, CustomAttributes=needed)

    refused = {
        "an unknown pool": ("describe_user_pool", {"UserPoolId": NO_POOL}),
        "an update of an unknown pool": ("update_user_pool", {"UserPoolId": NO_POOL}),
        "the MFA of an unknown pool": ("get_user_pool_mfa_config", {"UserPoolId": NO_POOL}),
        "the end of an unknown pool": ("delete_user_pool", {"UserPoolId": NO_POOL}),
        "attributes of an unknown pool": ("add_custom_attributes", {"UserPoolId": NO_POOL, "CustomAttributes": extra}),
        "aliases beside user names": (
            "create_user_pool",
            {"PoolName": "x", "AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
        ),
        "a password of three": ("create_user_pool", {"PoolName": "x", "Policies": {"PasswordPolicy": {"MinimumLength": 3}}}),
        "an MFA of a wrong word": ("create_user_pool", {"PoolName": "x", "MfaConfiguration": "BOGUS"}),
        "MFA without SMS": ("create_user_pool", {"PoolName": "x", "MfaConfiguration": "ON"}),
        "phones without SMS": ("create_user_pool", {"PoolName": "x", "AutoVerifiedAttributes": ["phone_number"]}),
        "a name with a slash": ("create_user_pool", {"PoolName": "a/b"}),
        "factors without a password": (
            "create_user_pool",
            {"PoolName": "x", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["WEB_AUTHN"]}}},
        ),
        "a pool without a name": ("create_user_pool", {}),
        "no such page": ("list_user_pools", {"MaxResults": 61}),
    }
    for step, (operation, given) in refused.items():
        ask(step, COGNITO, operation, undo=drop_pool if operation == "create_user_pool" else None, **given)
    return minimal, full


def drop_pool(made):
    once(COGNITO, "delete_user_pool", {"UserPoolId": made["UserPool"]["Id"]})


def pages(step, api, operation, list, count, **given):
    """All that is listed, page by page, as one answer: how long a page is, is the server's affair."""
    all, turned, more = [], 0, {}
    while turned < 20:
        status, code, answer = once(api, operation, {**given, **more})
        all += of(answer, list, default=[])
        turned += 1
        more = {"NextToken": of(answer, "NextToken", default=None)}
        if code or not more["NextToken"]:
            break
    shown = {list: plain(all), "there are several pages": turned >= count}
    operation = api.meta.method_to_api_mapping[operation]
    line = {"step": step, "operation": operation, "status": status, "code": code, "message": "", "answer": shown}
    print(json.dumps({**line, "waited": False}), flush=True)


def mfa(minimal, full):
    # AWS refuses a pool's factors in the first moments of it (user_pool.md 4), and so does the sandbox.
    time.sleep(1.2)
    totp = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    mail = {"EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Sign in"}}
    keys = {"WebAuthnConfiguration": {"RelyingPartyId": "auth.example.com", "UserVerification": "preferred"}}
    ask("authenticator apps", COGNITO, "set_user_pool_mfa_config", UserPoolId=full, MfaConfiguration="OPTIONAL", **totp)
    ask("MFA with apps", COGNITO, "get_user_pool_mfa_config", UserPoolId=full)
    ask("the pool with MFA", COGNITO, "describe_user_pool", pick=["UserPool", "MfaConfiguration"], UserPoolId=full)
    given = {**totp, **mail, **keys}
    ask("e-mail and passkeys too", COGNITO, "set_user_pool_mfa_config", UserPoolId=full, MfaConfiguration="OPTIONAL", **given)
    ask("MFA with all", COGNITO, "get_user_pool_mfa_config", UserPoolId=full)
    ask("nothing said", COGNITO, "set_user_pool_mfa_config", UserPoolId=full)
    ask("MFA after nothing", COGNITO, "get_user_pool_mfa_config", UserPoolId=full)
    ask("off with apps", COGNITO, "set_user_pool_mfa_config", UserPoolId=full, MfaConfiguration="OFF", **totp)
    ask("on with nothing", COGNITO, "set_user_pool_mfa_config", UserPoolId=full, MfaConfiguration="ON")
    ask("e-mail without SES", COGNITO, "set_user_pool_mfa_config", UserPoolId=minimal, MfaConfiguration="OPTIONAL", **mail)


def tags(pool):
    arn = called(f"arn:aws:cognito-idp:{REGION}:{account()}:userpool/{pool}", "arn of full")
    ask("another tag", COGNITO, "tag_resource", ResourceArn=arn, Tags={"place": "here", "app": "till"})
    ask("the tags", COGNITO, "list_tags_for_resource", ResourceArn=arn)
    ask("a tag less", COGNITO, "untag_resource", ResourceArn=arn, TagKeys=["place"])
    ask("the tags that are left", COGNITO, "list_tags_for_resource", ResourceArn=arn)
    ask("a tag of AWS's", COGNITO, "tag_resource", ResourceArn=arn, Tags={"aws:x": "y"})


def account():
    return next(real for real, name in names.items() if name == "<account>")


WEB = {
    "ClientName": "web",
    "CallbackURLs": ["https://app.example.com/callback", "http://localhost:3000/"],
    "LogoutURLs": ["https://app.example.com/"],
    "DefaultRedirectURI": "https://app.example.com/callback",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "SupportedIdentityProviders": ["COGNITO"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": True,
    "AccessTokenValidity": 30,
    "IdTokenValidity": 30,
    "RefreshTokenValidity": 14,
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
    "AuthSessionValidity": 15,
    "ReadAttributes": ["email", "name"],
    "WriteAttributes": ["email"],
}


def clients(pool):
    given = {"UserPoolId": pool}
    ask("clients, none yet", COGNITO, "list_user_pool_clients", MaxResults=60, **given)
    id = ["UserPoolClient", "ClientId"]
    new = "create_user_pool_client"
    bare = of(ask("a client with a name alone", COGNITO, new, naming={"bare": id}, ClientName="bare", **given), *id)
    ask("that client", COGNITO, "describe_user_pool_client", ClientId=bare, **given)
    web = of(ask("a client with everything", COGNITO, new, naming={"web": id}, **WEB, **given), *id)
    ask("the full client", COGNITO, "describe_user_pool_client", ClientId=web, **given)
    rotating = {
        "ClientName": "server",
        "GenerateSecret": True,
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
        **given,
    }
    server = of(ask("a client with a secret, and rotation", COGNITO, new, naming={"server": id}, **rotating), *id)
    ask("the client with a secret", COGNITO, "describe_user_pool_client", ClientId=server, **given)
    pages("all clients", COGNITO, "list_user_pool_clients", "UserPoolClients", 2, MaxResults=2, **given)
    ask("a validity alone", COGNITO, "update_user_pool_client", ClientId=web, RefreshTokenValidity=20, **given)
    ask("what that leaves of the client", COGNITO, "describe_user_pool_client", ClientId=web, **given)
    whole = {**WEB, "ClientName": "shop"}
    ask("the whole client again", COGNITO, "update_user_pool_client", ClientId=web, **whole, **given)

    oauth = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]}
    back = {"CallbackURLs": ["https://a.example.com/"]}
    refused = {
        "a client of an unknown pool": {"UserPoolId": NO_POOL},
        "an unknown scope": {**oauth, **back, "AllowedOAuthScopes": ["shop/read"]},
        "an unknown provider": {"SupportedIdentityProviders": ["Nobody"]},
        "a callback over http": {**oauth, "CallbackURLs": ["http://a.example.com/"]},
        "a callback with a fragment": {**oauth, "CallbackURLs": ["https://a.example.com/#x"]},
        "no callback": oauth,
        "machines without a secret": {**oauth, "AllowedOAuthFlows": ["client_credentials"]},
        "a default that is no callback": {**oauth, **back, "DefaultRedirectURI": "https://b.example.com/"},
        "old flows and new": {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]},
        "a token of a minute": {"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "minutes"}},
        "an unknown attribute": {"ReadAttributes": ["custom:nothing"]},
        "flows without scopes": {"AllowedOAuthFlowsUserPoolClient": True},
    }
    for step, wrong in refused.items():
        ask(step, COGNITO, new, undo=drop_client, **{"UserPoolId": pool, "ClientName": "x", **wrong})
    unknown = {"ClientId": "a" * 26, **given}
    ask("an unknown client", COGNITO, "describe_user_pool_client", **unknown)
    ask("an update of an unknown client", COGNITO, "update_user_pool_client", **unknown)
    ask("the end of an unknown client", COGNITO, "delete_user_pool_client", **unknown)
    return bare, web, server


def drop_client(made):
    client = made["UserPoolClient"]
    once(COGNITO, "delete_user_pool_client", {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]})


def spare(name, **given):
    """A pool that nothing else depends on, for what must not go well."""
    return once(COGNITO, "create_user_pool", {"PoolName": name, **given})[2]["UserPool"]["Id"]


def drop_domain(domain, *pools):
    """Takes a domain away, whichever of these pools it belongs to."""
    for pool in pools:
        once(COGNITO, "delete_user_pool_domain", {"Domain": domain, "UserPoolId": pool})
    late = time.monotonic() + PATIENCE
    while of(once(COGNITO, "describe_user_pool_domain", {"Domain": domain})[2], "DomainDescription", default={}):
        if time.monotonic() > late:
            break
        time.sleep(0.2)


def prefix_domain(full):
    ask("an unknown domain", COGNITO, "describe_user_pool_domain", Domain="nobody-has-this")
    ask("a look without a domain", COGNITO, "set_ui_customization", UserPoolId=full, CSS=CSS)
    ask("no look without a domain", COGNITO, "get_ui_customization", UserPoolId=full)
    ask("a prefix", COGNITO, "create_user_pool_domain", Domain="shop-login", UserPoolId=full, ManagedLoginVersion=1)
    ask("the prefix", COGNITO, "describe_user_pool_domain", Domain="shop-login",
        until=lambda answer: answer["DomainDescription"]["Status"] == "ACTIVE")  # fmt: skip
    ask("the pool with a prefix", COGNITO, "describe_user_pool", pick=["UserPool", "Domain"], UserPoolId=full)

    one, two = spare("spare"), spare("another")
    new = "create_user_pool_domain"
    once(COGNITO, new, {"Domain": "spare-login", "UserPoolId": one})
    wrong = {"Domain": "spare-login", "UserPoolId": two}
    ask("the same prefix for another", COGNITO, new, undo=lambda _: drop_domain("spare-login", two), **wrong)
    once(COGNITO, new, {"Domain": "spare-login", "UserPoolId": one})
    wrong = {"Domain": "spare-second", "UserPoolId": one}
    ask("a second prefix", COGNITO, new, undo=lambda _: drop_domain("spare-second", one), **wrong)
    wrong = {"Domain": "my-cognito", "UserPoolId": two}
    ask("a prefix of a reserved word", COGNITO, new, undo=lambda _: drop_domain("my-cognito", two), **wrong)
    wrong = {"Domain": "Shop", "UserPoolId": two}
    ask("a prefix in capitals", COGNITO, new, undo=lambda _: drop_domain("Shop", two), **wrong)
    ask("a prefix for an unknown pool", COGNITO, new, Domain="shop-x", UserPoolId=NO_POOL)
    ask("the end of a pool with a domain", COGNITO, "delete_user_pool", UserPoolId=one)
    drop_domain("spare-login", one)
    for pool in (one, two):
        once(COGNITO, "delete_user_pool", {"UserPoolId": pool})

    ask("managed login", COGNITO, "update_user_pool_domain", Domain="shop-login", UserPoolId=full, ManagedLoginVersion=2)
    ask("the prefix with managed login", COGNITO, "describe_user_pool_domain", Domain="shop-login",
        until=lambda answer: answer["DomainDescription"]["Status"] == "ACTIVE")  # fmt: skip


def looks(pool, web):
    given = {"UserPoolId": pool}
    ask("no look yet", COGNITO, "get_ui_customization", **given)
    ask("a look for all", COGNITO, "set_ui_customization", CSS=CSS, ImageFile=PIXEL, **given)
    ask("the look of all", COGNITO, "get_ui_customization", ClientId="ALL", **given)
    ask("the look of a client that has none", COGNITO, "get_ui_customization", ClientId=web, **given)
    ask("a look for one", COGNITO, "set_ui_customization", ClientId=web, CSS=CSS.replace("1", "2"), **given)
    ask("the look of one", COGNITO, "get_ui_customization", ClientId=web, **given)
    ask("a look for nobody", COGNITO, "set_ui_customization", ClientId="a" * 26, CSS=CSS, **given)
    ask("a class that is not AWS's", COGNITO, "set_ui_customization", CSS=".shop { color: red; }", **given)
    ask("no look again", COGNITO, "set_ui_customization", **given)
    ask("what is left of the look", COGNITO, "get_ui_customization", **given)


def branding(pool, client):
    given = {"UserPoolId": pool}
    made = ask("a style", COGNITO, "create_managed_login_branding", ClientId=client, UseCognitoProvidedValues=True, **given)
    style = of(made, "ManagedLoginBranding", "ManagedLoginBrandingId", default="00000000-0000-4000-8000-000000000000")
    ask("the style", COGNITO, "describe_managed_login_branding", ManagedLoginBrandingId=style, **given)
    ask("the style of a client", COGNITO, "describe_managed_login_branding_by_client", ClientId=client, **given)
    ask("a second style", COGNITO, "create_managed_login_branding", ClientId=client, UseCognitoProvidedValues=True, **given)
    settings = {"categories": {"global": {"colorSchemeMode": "DARK"}}}
    ask("a darker style", COGNITO, "update_managed_login_branding", ManagedLoginBrandingId=style, Settings=settings, **given)
    ask("the darker style", COGNITO, "describe_managed_login_branding", ManagedLoginBrandingId=style, **given)
    ask("the end of the style", COGNITO, "delete_managed_login_branding", ManagedLoginBrandingId=style, **given)
    ask("no style", COGNITO, "describe_managed_login_branding_by_client", ClientId=client, **given)


def certificate(zone):
    wanted = {
        "DomainName": "*.example.com",
        "SubjectAlternativeNames": ["example.com", "*.nowhere.example.com"],
        "ValidationMethod": "DNS",
        "Tags": [{"Key": "app", "Value": "shop"}],
    }
    ask("certificates, none yet", ACM, "list_certificates")
    naming = {"certificate": ["CertificateArn"]}
    arn = of(ask("a certificate", ACM, "request_certificate", naming=naming, IdempotencyToken="first", **wanted), "CertificateArn")
    again = ask("the same with the same token", ACM, "request_certificate", IdempotencyToken="first", **wanted)
    if of(again, "CertificateArn") != arn:
        # Where tokens are not heard, there are now two.
        once(ACM, "delete_certificate", {"CertificateArn": of(again, "CertificateArn")})
    options = ["Certificate", "DomainValidationOptions"]
    shown = ask("the certificate, with its proof", ACM, "describe_certificate", pick=options, CertificateArn=arn,
        until=lambda answer: [one["ResourceRecord"] for one in answer["Certificate"]["DomainValidationOptions"]])  # fmt: skip
    proofs = {}
    for option in of(shown, *options, default=[]):
        proof = option.get("ResourceRecord")
        if proof:
            # A name and the wildcard below it have the same.
            proofs[proof["Name"]] = record(proof["Name"], "CNAME", proof["Value"])
    change("the proofs", zone, "UPSERT", *proofs.values())
    ask("the certificate, issued", ACM, "describe_certificate", CertificateArn=arn,
        until=lambda answer: answer["Certificate"]["Status"] == "ISSUED")  # fmt: skip
    ask("all certificates", ACM, "list_certificates", CertificateStatuses=["ISSUED"])
    ask("its tags", ACM, "list_tags_for_certificate", CertificateArn=arn)
    ask("a tag more for it", ACM, "add_tags_to_certificate", CertificateArn=arn, Tags=[{"Key": "place", "Value": "here"}])
    ask("a tag less for it", ACM, "remove_tags_from_certificate", CertificateArn=arn, Tags=[{"Key": "app"}])
    ask("the tags it has then", ACM, "list_tags_for_certificate", CertificateArn=arn)
    wrong = {"DomainName": "not a name", "ValidationMethod": "DNS"}
    ask("a certificate for no name", ACM, "request_certificate", undo=drop_certificate, **wrong)
    nobody = f"arn:aws:acm:us-east-1:{account()}:certificate/00000000-0000-4000-8000-000000000000"
    ask("an unknown certificate", ACM, "describe_certificate", CertificateArn=nobody)
    ask("the end of an unknown certificate", ACM, "delete_certificate", CertificateArn=nobody)
    ask("the tags of an unknown certificate", ACM, "list_tags_for_certificate", CertificateArn=nobody)
    return arn, list(proofs.values())


def drop_certificate(made):
    once(ACM, "delete_certificate", {"CertificateArn": made["CertificateArn"]})


def change(step, zone, action, *records, refused=False, **more):
    """Changes records; what AWS refuses and a server takes is taken back."""
    batch = lambda action: {"Changes": [{"Action": action, "ResourceRecordSet": one} for one in records], **more}
    back = lambda _: once(ROUTE53, "change_resource_record_sets", {"HostedZoneId": zone, "ChangeBatch": batch("DELETE")})
    undo = back if refused else None
    made = ask(step, ROUTE53, "change_resource_record_sets", undo=undo, HostedZoneId=zone, ChangeBatch=batch(action))
    return of(made, "ChangeInfo", "Id").removeprefix("/change/")


def record(name, kind, *values, ttl=300):
    return {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values]}


def records(zone):
    ask("the zones", ROUTE53, "list_hosted_zones")
    ask("the zone", ROUTE53, "get_hosted_zone", Id=zone)
    ask("zones by name", ROUTE53, "list_hosted_zones_by_name", DNSName="example.com")
    a = record("app.example.com", "A", "192.0.2.7")
    id = change("a record", zone, "CREATE", a, Comment="shop")
    ask("the change, carried out", ROUTE53, "get_change", Id=id,
        until=lambda answer: answer["ChangeInfo"]["Status"] == "INSYNC")  # fmt: skip
    listed = {"HostedZoneId": zone, "StartRecordName": "app.example.com", "StartRecordType": "A", "MaxItems": "1"}
    listed["pick"] = ["ResourceRecordSets"]
    ask("the record", ROUTE53, "list_resource_record_sets", **listed)
    change("the record again", zone, "CREATE", a)
    change("another value", zone, "UPSERT", record("app.example.com", "A", "192.0.2.8", ttl=60))
    ask("the record with another value", ROUTE53, "list_resource_record_sets", **listed)
    change("the end of the old value", zone, "DELETE", a)
    change("the end of no record", zone, "DELETE", record("none.example.com", "A", "192.0.2.7"))
    change("a wildcard", zone, "UPSERT", record("*.wild.example.com", "TXT", '"a b"', '"c"'))
    ask("the wildcard", ROUTE53, "list_resource_record_sets",
        **{**listed, "StartRecordName": "*.wild.example.com", "StartRecordType": "TXT"})  # fmt: skip
    change("a CNAME at the apex", zone, "UPSERT", record("example.com", "CNAME", "www.example.com"), refused=True)
    change("a CNAME beside a record", zone, "CREATE", record("app.example.com", "CNAME", "www.example.com"), refused=True)
    change("a name of another zone", zone, "CREATE", record("app.example.net", "A", "192.0.2.7"), refused=True)
    change("an address that is none", zone, "CREATE", record("bad.example.com", "A", "192.0.2.777"), refused=True)
    change("a text without quotes", zone, "CREATE", record("bad.example.com", "TXT", "plain"), refused=True)
    good = record("good.example.com", "A", "192.0.2.9")
    change("a good record and a bad", zone, "CREATE", good, record("app.example.com", "A", "192.0.2.9"))
    ask("nothing of the good record", ROUTE53, "list_resource_record_sets",
        **{**listed, "StartRecordName": "good.example.com"})  # fmt: skip
    batch = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": good}]}
    once(ROUTE53, "change_resource_record_sets", {"HostedZoneId": zone, "ChangeBatch": batch})
    alias = {"HostedZoneId": CLOUDFRONT, "DNSName": "d111111abcdef8.cloudfront.net", "EvaluateTargetHealth": False}
    change("an alias", zone, "CREATE", {"Name": "cdn.example.com", "Type": "A", "AliasTarget": alias})
    ask("the alias", ROUTE53, "list_resource_record_sets", **{**listed, "StartRecordName": "cdn.example.com"})
    first = ask("a page of one record", ROUTE53, "list_resource_record_sets", HostedZoneId=zone, MaxItems="1")
    start = {"StartRecordName": of(first, "NextRecordName"), "StartRecordType": of(first, "NextRecordType", default="A")}
    ask("the next record", ROUTE53, "list_resource_record_sets", HostedZoneId=zone, MaxItems="1", **start)
    ask("a type without a name", ROUTE53, "list_resource_record_sets", HostedZoneId=zone, StartRecordType="A")
    ask("an unknown zone", ROUTE53, "list_resource_record_sets", HostedZoneId="Z00000000000000000000")
    change("a record in an unknown zone", "Z00000000000000000000", "CREATE", a)
    ask("an unknown change", ROUTE53, "get_change", Id="C00000000000000000000")
    change("the end of the alias", zone, "DELETE", {"Name": "cdn.example.com", "Type": "A", "AliasTarget": alias})
    change("the end of the record", zone, "DELETE", record("app.example.com", "A", "192.0.2.8", ttl=60))
    change("the end of the wildcard", zone, "DELETE", record("*.wild.example.com", "TXT", '"a b"', '"c"'))
    change("the record once more", zone, "CREATE", a)
    change("the end of it", zone, "DELETE", a)
    ask("nothing of it", ROUTE53, "list_resource_record_sets", **listed)


def own_domain(minimal, full, arn, zone):
    given = {"Domain": "auth.example.com", "UserPoolId": full}
    own = {"CustomDomainConfig": {"CertificateArn": arn}}
    nobody = {"CustomDomainConfig": {"CertificateArn": arn[:-12] + "000000000000"}}
    new = "create_user_pool_domain"
    drop = lambda _: drop_domain(given["Domain"], full)
    ask("a domain with no certificate", COGNITO, new, undo=drop, ManagedLoginVersion=1, **given, **nobody)
    orphan = {"Domain": "auth.nowhere.example.com", "UserPoolId": full, "ManagedLoginVersion": 1}
    drop = lambda _: drop_domain(orphan["Domain"], full)
    ask("a domain without a parent", COGNITO, new, undo=drop, **orphan, **own)
    ask("a domain of one's own", COGNITO, new, ManagedLoginVersion=1, **given, **own)
    active = {"until": lambda answer: answer["DomainDescription"]["Status"] == "ACTIVE"}
    ask("the domain", COGNITO, "describe_user_pool_domain", Domain=given["Domain"], **active)
    both = ["UserPool", "CustomDomain"]
    ask("the pool with two domains", COGNITO, "describe_user_pool", pick=both, UserPoolId=full)
    ask("a version without a certificate", COGNITO, "update_user_pool_domain", ManagedLoginVersion=2, **given)
    ask("a version with it", COGNITO, "update_user_pool_domain", ManagedLoginVersion=2, **given, **own)
    ask("the domain with managed login", COGNITO, "describe_user_pool_domain", Domain=given["Domain"], **active)
    ask("the domain of another pool", COGNITO, "delete_user_pool_domain", undo=lambda _: once(COGNITO, new, {**given, **own}),
        Domain=given["Domain"], UserPoolId=minimal)  # fmt: skip
    ask("the end of a certificate in use", ACM, "delete_certificate", CertificateArn=arn)
    ask("the end of the domain", COGNITO, "delete_user_pool_domain", **given)
    ask("no domain", COGNITO, "describe_user_pool_domain", Domain=given["Domain"],
        until=lambda answer: not answer["DomainDescription"])  # fmt: skip
    ask("the end of the prefix", COGNITO, "delete_user_pool_domain", Domain="shop-login", UserPoolId=full)
    ask("no prefix", COGNITO, "describe_user_pool_domain", Domain="shop-login",
        until=lambda answer: not answer["DomainDescription"])  # fmt: skip
    ask("the end of an unknown domain", COGNITO, "delete_user_pool_domain", Domain="shop-login", UserPoolId=full)


def ends(minimal, full, server, arn, proofs, zone):
    change("the end of the proofs", zone, "DELETE", *proofs)
    if once(ACM, "describe_certificate", {"CertificateArn": arn})[1]:
        # It went while it was in use; another then, for the end that it should have had.
        arn = of(once(ACM, "request_certificate", {"DomainName": "example.com"})[2], "CertificateArn")
    ask("the end of the certificate", ACM, "delete_certificate", CertificateArn=arn, until=lambda answer: "Message" not in answer)
    ask("no certificate", ACM, "describe_certificate", CertificateArn=arn)
    ask("the end of a client", COGNITO, "delete_user_pool_client", UserPoolId=full, ClientId=server)
    ask("no client", COGNITO, "describe_user_pool_client", UserPoolId=full, ClientId=server)
    kept = spare("kept")
    ask("protection", COGNITO, "update_user_pool", UserPoolId=kept, DeletionProtection="ACTIVE")
    ask("a protected pool", COGNITO, "describe_user_pool", pick=["UserPool", "DeletionProtection"], UserPoolId=kept)
    ask("the end of a protected pool", COGNITO, "delete_user_pool", UserPoolId=kept)
    for operation in ("update_user_pool", "delete_user_pool"):
        once(COGNITO, operation, {"UserPoolId": kept})
    ask("the end of the pool", COGNITO, "delete_user_pool", UserPoolId=minimal)
    ask("the end of the full pool", COGNITO, "delete_user_pool", UserPoolId=full)
    ask("no pool", COGNITO, "describe_user_pool", UserPoolId=full)
    ask("no pools", COGNITO, "list_user_pools", MaxResults=60)


def outside():
    """What a stack names of other services, and makes nothing of."""
    ask("a function", LAMBDA, "get_function", FunctionName="pre-sign-up")
    ask("who may invoke it", LAMBDA, "get_policy", FunctionName="pre-sign-up")
    ask("a key", KMS, "describe_key", KeyId=f"arn:aws:kms:{REGION}:111122223333:key/one")
    ask("an identity", SES, "get_email_identity", EmailIdentity="example.com")
    ask("the account's standing", SES, "get_account")
    ask("a role", IAM, "get_role", RoleName="deploy")
    ask("what policies allow", IAM, "simulate_principal_policy",
        PolicySourceArn="arn:aws:iam::111122223333:user/a", ActionNames=["cognito-idp:CreateUserPool"])  # fmt: skip
    ask("quotas", QUOTAS, "list_service_quotas", ServiceCode="cognito-idp")
    ask("distributions", DISTRIBUTIONS, "list_distributions")


def everything():
    who()
    outside()
    here = zone()
    minimal, full = pools()
    mfa(minimal, full)
    tags(full)
    bare, web, server = clients(full)
    prefix_domain(full)
    looks(full, web)
    branding(full, bare)
    records(here)
    arn, proofs = certificate(here)
    own_domain(minimal, full, arn, here)
    ends(minimal, full, server, arn, proofs, here)


everything()
