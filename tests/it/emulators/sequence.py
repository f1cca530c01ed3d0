"""Asks one server, as any client of AWS's would, everything that the program asks; prints each answer as a line of JSON.

    sequence.py URL
    sequence.py --operations

The second prints every operation of these services, and asks nobody. Every server is asked the same in the same order. What each makes up for itself (ids, times, hosts) is given the same name
everywhere; everything else is printed as it came.
"""

import base64
import datetime
import io
import json
import re
import sys
import time
import zipfile

import boto3
import botocore.config
import botocore.exceptions

URL = sys.argv[1]
CLIENTS = []
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
    api = boto3.client(
        service,
        region_name=region,
        endpoint_url=URL if URL.startswith("http") else None,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        config=CONFIG,
    )
    CLIENTS.append(api)
    return api


COGNITO, ROUTE53, STS = client("cognito-idp"), client("route53"), client("sts")
ACM = client("acm", "us-east-1")
# What only checks ask.
LAMBDA, KMS, SES = client("lambda"), client("kms"), client("sesv2")
IAM, QUOTAS, DISTRIBUTIONS = client("iam"), client("service-quotas"), client("cloudfront")
# What a stack has beside its pool, and where its state and its secrets are.
IDENTITY, WAF, GATEWAY = client("cognito-identity"), client("wafv2"), client("apigatewayv2")
S3, PARAMETERS, SECRETS = client("s3"), client("ssm"), client("secretsmanager")

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
OPAQUE = {"ClientSecret", "NextToken", "PaginationToken", "CSSVersion", "Version", "UserId", "CallerReference", "NextMarker", "Serial",
          "ClientSecretValue", "ETag"}  # fmt: skip


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
    if isinstance(value, str) and key in ("Policy", "Statement") and value.startswith("{"):
        # A document within the answer, whose members may come in any order.
        return plain(json.loads(value))
    if isinstance(value, str):
        if key in OPAQUE:
            return f"<{key}>"
        for real in sorted(names, key=len, reverse=True):
            value = value.replace(real, names[real])
        for pattern, name in MADE_UP:
            value = pattern.sub(name, value)
    return value


def called_by(api, operation):
    """What an operation is called; where Cognito's user pools have one of this name too, with its service."""
    name, service = api.meta.method_to_api_mapping[operation], api.meta.service_model.service_name
    return name if api is not IDENTITY or name not in COGNITO.meta.service_model.operation_names else f"{service}:{name}"


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
                "service": api.meta.service_model.service_name,
                "operation": called_by(api, operation),
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
    service, operation = api.meta.service_model.service_name, called_by(api, operation)
    line = {"step": step, "service": service, "operation": operation, "status": status, "code": code, "message": "", "answer": shown}
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


def people(pool):
    """Groups, and users who are in them."""
    given = {"UserPoolId": pool}
    admins, ann = {"GroupName": "admins", **given}, {"Username": "ann", **given}
    role = f"arn:aws:iam::{account()}:role/admins"
    ask("groups, none yet", COGNITO, "list_groups", **given)
    ask("a group", COGNITO, "create_group", Description="Who may do all", Precedence=1, RoleArn=role, **admins)
    ask("that group", COGNITO, "get_group", **admins)
    ask("that group again", COGNITO, "create_group", **admins)
    ask("all groups", COGNITO, "list_groups", **given)
    ask("a precedence alone", COGNITO, "update_group", Precedence=2, **admins)
    ask("what that leaves of the group", COGNITO, "get_group", **admins)
    ask("an unknown group", COGNITO, "get_group", GroupName="nobody", **given)
    ask("an update of an unknown group", COGNITO, "update_group", GroupName="nobody", **given)
    ask("the end of an unknown group", COGNITO, "delete_group", GroupName="nobody", **given)

    named = [{"Name": "email", "Value": "ann@example.com"}, {"Name": "name", "Value": "Ann"}]
    ask("users, none yet", COGNITO, "list_users", **given)
    ask("a user", COGNITO, "admin_create_user", UserAttributes=named, MessageAction="SUPPRESS", **ann)
    ask("that user again", COGNITO, "admin_create_user", MessageAction="SUPPRESS", **ann)
    found = {"Filter": 'username = "ann"', **given}
    ask("that user among all", COGNITO, "list_users", **found)
    changed = [{"Name": "name", "Value": "Anna"}]
    ask("another name", COGNITO, "admin_update_user_attributes", UserAttributes=changed, **ann)
    ask("no e-mail address", COGNITO, "admin_delete_user_attributes", UserAttributeNames=["email"], **ann)
    ask("what that leaves of the user", COGNITO, "list_users", **found)
    unknown = [{"Name": "custom:nothing", "Value": "x"}]
    ask("an attribute that is none", COGNITO, "admin_update_user_attributes", UserAttributes=unknown, **ann)
    ask("nobody signs in", COGNITO, "admin_disable_user", **ann)
    ask("a user who is disabled", COGNITO, "list_users", **found)
    ask("somebody signs in", COGNITO, "admin_enable_user", **ann)
    ask("a member", COGNITO, "admin_add_user_to_group", GroupName="admins", **ann)
    ask("the groups of a user", COGNITO, "admin_list_groups_for_user", **ann)
    ask("a member of no group", COGNITO, "admin_add_user_to_group", GroupName="nobody", **ann)
    ask("no member", COGNITO, "admin_remove_user_from_group", GroupName="admins", **ann)
    ask("the groups that are left", COGNITO, "admin_list_groups_for_user", **ann)
    ask("the end of a user", COGNITO, "admin_delete_user", **ann)
    ask("the end of no user", COGNITO, "admin_delete_user", **ann)
    ask("nobody is disabled", COGNITO, "admin_disable_user", **ann)
    ask("nobody is enabled", COGNITO, "admin_enable_user", **ann)
    ask("the groups of nobody", COGNITO, "admin_list_groups_for_user", **ann)
    ask("the end of a group", COGNITO, "delete_group", **admins)
    ask("no groups", COGNITO, "list_groups", **given)


OIDC = {
    "client_id": "shop",
    "client_secret": "secret",
    "authorize_scopes": "openid email",
    "oidc_issuer": "https://idp.example.com",
    "attributes_request_method": "GET",
}


def providers(pool):
    given = {"UserPoolId": pool}
    okta = {"ProviderName": "Okta", **given}
    mapped = {"ProviderType": "OIDC", "ProviderDetails": OIDC, "AttributeMapping": {"email": "email"}}
    new = "create_identity_provider"
    ask("providers, none yet", COGNITO, "list_identity_providers", **given)
    ask("a provider", COGNITO, new, IdpIdentifiers=["example.com"], **mapped, **okta)
    ask("that provider", COGNITO, "describe_identity_provider", **okta)
    ask("that provider again", COGNITO, new, **mapped, **okta)
    ask("all providers", COGNITO, "list_identity_providers", **given)
    ask("another mapping", COGNITO, "update_identity_provider", AttributeMapping={"name": "name"}, **okta)
    ask("what that leaves of the provider", COGNITO, "describe_identity_provider", **okta)
    nobody = {"ProviderName": "Nobody", **given}
    ask("a provider that is none", COGNITO, "describe_identity_provider", **nobody)
    ask("an update of no provider", COGNITO, "update_identity_provider", AttributeMapping={"name": "name"}, **nobody)
    ask("the end of no provider", COGNITO, "delete_identity_provider", **nobody)
    drop = lambda made: once(COGNITO, "delete_identity_provider", nobody)
    ask("a provider without details", COGNITO, new, undo=drop, ProviderType="OIDC", ProviderDetails={}, **nobody)
    ask("the end of the provider", COGNITO, "delete_identity_provider", **okta)
    ask("no providers", COGNITO, "list_identity_providers", **given)


def servers(pool):
    given = {"UserPoolId": pool}
    orders = {"Identifier": "https://api.example.com", **given}
    read = {"ScopeName": "read", "ScopeDescription": "Read orders"}
    ask("resource servers, none yet", COGNITO, "list_resource_servers", MaxResults=50, **given)
    ask("a resource server", COGNITO, "create_resource_server", Name="Orders", Scopes=[read], **orders)
    ask("that resource server", COGNITO, "describe_resource_server", **orders)
    ask("that resource server again", COGNITO, "create_resource_server", Name="Orders", **orders)
    ask("all resource servers", COGNITO, "list_resource_servers", MaxResults=50, **given)
    ask("a name alone for it", COGNITO, "update_resource_server", Name="Tills", **orders)
    ask("what that leaves of it", COGNITO, "describe_resource_server", **orders)
    nobody = {"Identifier": "nobody", **given}
    ask("a resource server that is none", COGNITO, "describe_resource_server", **nobody)
    ask("an update of no resource server", COGNITO, "update_resource_server", Name="None", **nobody)
    ask("the end of no resource server", COGNITO, "delete_resource_server", **nobody)
    ask("the end of the resource server", COGNITO, "delete_resource_server", **orders)
    ask("no resource server", COGNITO, "describe_resource_server", **orders)


def secrets(pool, server):
    given = {"UserPoolId": pool, "ClientId": server}
    path = ["ClientSecretDescriptor", "ClientSecretId"]
    first = ask("the client's secrets", COGNITO, "list_user_pool_client_secrets", **given)
    called(of(first, "ClientSecrets", 0, "ClientSecretId", default=""), "first secret")
    made = ask("a second secret", COGNITO, "add_user_pool_client_secret", naming={"second secret": path}, **given)
    ask("a third secret", COGNITO, "add_user_pool_client_secret", **given)
    ask("both secrets", COGNITO, "list_user_pool_client_secrets", **given)
    second = {"ClientSecretId": of(made, *path, default=f"{server}--1795255200000"), **given}
    ask("the end of the second secret", COGNITO, "delete_user_pool_client_secret", **second)
    ask("the end of it again", COGNITO, "delete_user_pool_client_secret", **second)


def documents(pool, client):
    """The terms that a client's pages link to."""
    given = {"UserPoolId": pool}
    whose = {"ClientId": client, "TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", **given}
    links = {"cognito:default": "https://example.com/terms"}
    path = ["Terms", "TermsId"]
    ask("terms, none yet", COGNITO, "list_terms", **given)
    made = ask("terms", COGNITO, "create_terms", naming={"terms": path}, Links=links, **whose)
    terms = {"TermsId": of(made, *path, default="00000000-0000-4000-8000-000000000000"), **given}
    ask("those terms", COGNITO, "describe_terms", **terms)
    ask("those terms again", COGNITO, "create_terms", Links=links, **whose)
    ask("all terms", COGNITO, "list_terms", **given)
    other = {"cognito:default": "https://example.com/new-terms"}
    ask("another link", COGNITO, "update_terms", Links=other, **terms)
    ask("the end of the terms", COGNITO, "delete_terms", **terms)
    ask("no terms", COGNITO, "describe_terms", **terms)


def guards():
    """Threat protection, and where logs go; both need the dearest plan."""
    pool = spare("guarded", UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    given = {"UserPoolId": pool}
    called(pool, "guarded")
    block = {"CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "BLOCK"}}}
    ask("no risks yet", COGNITO, "describe_risk_configuration", **given)
    ask("risks", COGNITO, "set_risk_configuration", **block, **given)
    ask("those risks", COGNITO, "describe_risk_configuration", **given)
    ask("no risks", COGNITO, "set_risk_configuration", **given)
    plain_pool = spare("plain", UserPoolTier="ESSENTIALS")
    ask("risks of a plain pool", COGNITO, "set_risk_configuration", UserPoolId=plain_pool, **block)
    group = f"arn:aws:logs:{REGION}:{account()}:log-group:shop"
    sent = {"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": {"LogGroupArn": group}}
    ask("no logs yet", COGNITO, "get_log_delivery_configuration", **given)
    ask("logs", COGNITO, "set_log_delivery_configuration", LogConfigurations=[sent], **given)
    ask("those logs", COGNITO, "get_log_delivery_configuration", **given)
    ask("no logs", COGNITO, "set_log_delivery_configuration", LogConfigurations=[], **given)
    for one in (pool, plain_pool):
        once(COGNITO, "delete_user_pool", {"UserPoolId": one})


def replicas():
    key = f"arn:aws:kms:{REGION}:{account()}:key/mrk-11112222333344445555666677778888"
    pool = spare("replicated", KeyConfiguration={"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key})
    called(pool, "replicated")
    given = {"UserPoolId": pool}
    there = {"RegionName": "eu-west-1", **given}
    is_there = lambda answer: answer["UserPoolReplicas"][1]["Status"] == "INACTIVE"
    ask("a replica", COGNITO, "create_user_pool_replica", **there)
    ask("that replica", COGNITO, "list_user_pool_replicas", until=is_there, **given)
    ask("a replica beside it", COGNITO, "create_user_pool_replica", RegionName="us-west-2", **given)
    ask("a replica that takes calls", COGNITO, "update_user_pool_replica", Status="ACTIVE", **there)
    ask("a replica that takes none", COGNITO, "update_user_pool_replica", Status="INACTIVE",
        until=lambda answer: "Message" not in answer, **there)  # fmt: skip
    ask("the end of the replica", COGNITO, "delete_user_pool_replica",
        until=lambda answer: "Message" not in answer, **there)  # fmt: skip
    ask("no replica", COGNITO, "list_user_pool_replicas",
        until=lambda answer: len(answer["UserPoolReplicas"]) == 1, **given)  # fmt: skip
    once(COGNITO, "delete_user_pool", {"UserPoolId": pool})


def permissions(pool):
    """Who may invoke a function, which has to be there."""
    code = {"ZipFile": archive()}
    role = {"RoleName": "functions", "AssumeRolePolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": []})}
    once(IAM, "create_role", role)
    function = {"FunctionName": "gate", "Runtime": "python3.13", "Handler": "a.b", "Code": code}
    once(LAMBDA, "create_function", {**function, "Role": f"arn:aws:iam::{account()}:role/functions"})
    arn = f"arn:aws:cognito-idp:{REGION}:{account()}:userpool/{pool}"
    gate = {"FunctionName": "gate"}
    allowed = {"StatementId": "shop", "Action": "lambda:InvokeFunction", "Principal": "cognito-idp.amazonaws.com"}
    allowed = {**allowed, "SourceArn": arn, "SourceAccount": account(), **gate}
    ask("no permission yet", LAMBDA, "get_policy", **gate)
    ask("a permission", LAMBDA, "add_permission", **allowed)
    ask("that permission", LAMBDA, "get_policy", **gate)
    ask("that permission again", LAMBDA, "add_permission", **allowed)
    ask("the end of the permission", LAMBDA, "remove_permission", StatementId="shop", **gate)
    ask("the end of it once more", LAMBDA, "remove_permission", StatementId="shop", **gate)


def archive():
    """A program for Lambda: an archive with one empty file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as files:
        files.writestr("a.py", "")
    return held.getvalue()


def authorizers(pool, web):
    """What checks tokens before an API, which is there in the sandbox and made elsewhere."""
    made = once(GATEWAY, "create_api", {"Name": "shop", "ProtocolType": "HTTP"})[2]
    api = called(of(made, "ApiId", default="a1b2c3d4e5"), "api")
    route = ""
    for key, there in (("$default", "r1default"), ("POST /orders", "r3orders"), ("GET /orders", "r2orders")):
        made = once(GATEWAY, "create_route", {"ApiId": api, "RouteKey": key})[2]
        route = called(of(made, "RouteId", default=there), f"route {key}")
    given = {"ApiId": api}
    ask("the APIs", GATEWAY, "get_apis", pick=["Items", 0, "ApiId"])
    ask("what sort of API it is", GATEWAY, "get_api", pick=["ProtocolType"], **given)
    ask("no API", GATEWAY, "get_api", ApiId="none000000")
    issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{pool}"
    wanted = {
        "Name": "shop",
        "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": {"Issuer": issuer, "Audience": [web]},
    }
    ask("authorizers, none yet", GATEWAY, "get_authorizers", **given)
    naming = {"authorizer": ["AuthorizerId"]}
    made = ask("an authorizer", GATEWAY, "create_authorizer", naming=naming, **wanted, **given)
    one = {"AuthorizerId": of(made, "AuthorizerId"), **given}
    ask("that authorizer", GATEWAY, "get_authorizer", **one)
    ask("all authorizers", GATEWAY, "get_authorizers", **given)
    ask("another name for it", GATEWAY, "update_authorizer", Name="till", **one)
    bound = {"AuthorizationType": "JWT", "AuthorizationScopes": ["shop/read"], "AuthorizerId": one["AuthorizerId"]}
    ask("a route that it guards", GATEWAY, "update_route", RouteId=route, **bound, **given)
    pages("the routes", GATEWAY, "get_routes", "Items", 1, **given)
    open = {"AuthorizationType": "NONE", "AuthorizationScopes": [], "AuthorizerId": ""}
    ask("a route that is open", GATEWAY, "update_route", RouteId=route, **open, **given)
    ask("the end of the authorizer", GATEWAY, "delete_authorizer", **one)
    ask("no authorizer", GATEWAY, "get_authorizer", **one)
    ask("authorizers of no API", GATEWAY, "get_authorizers", ApiId="none000000")


def firewall(pool):
    new = {"Name": "shop", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}}
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "shop"}
    made = once(WAF, "create_web_acl", {"VisibilityConfig": seen, **new})[2]
    nobody = f"arn:aws:wafv2:{REGION}:{account()}:regional/webacl/shop/11112222-3333-4444-5555-666677778888"
    acl = called(of(made, "Summary", "ARN", default=nobody), "web ACL")
    arn = f"arn:aws:cognito-idp:{REGION}:{account()}:userpool/{pool}"
    ask("no web ACL yet", WAF, "get_web_acl_for_resource", pick=["WebACL", "ARN"], ResourceArn=arn)
    ask("a web ACL", WAF, "associate_web_acl", WebACLArn=acl, ResourceArn=arn)
    ask("that web ACL", WAF, "get_web_acl_for_resource", pick=["WebACL", "ARN"], ResourceArn=arn)
    ask("no web ACL", WAF, "disassociate_web_acl", ResourceArn=arn)
    ask("no web ACL any more", WAF, "get_web_acl_for_resource", pick=["WebACL", "ARN"], ResourceArn=arn)


def identities(pool, web):
    """An identity pool beside the user pool."""
    issuer = f"cognito-idp.{REGION}.amazonaws.com/{pool}"
    trusted = {"ProviderName": issuer, "ClientId": web, "ServerSideTokenCheck": True}
    wanted = {"IdentityPoolName": "shop", "AllowUnauthenticatedIdentities": False, "CognitoIdentityProviders": [trusted]}
    ask("identity pools, none yet", IDENTITY, "list_identity_pools", MaxResults=60)
    naming = {"identity pool": ["IdentityPoolId"]}
    new = ask("an identity pool", IDENTITY, "create_identity_pool", naming=naming, IdentityPoolTags={"app": "shop"}, **wanted)
    id = of(new, "IdentityPoolId", default=f"{REGION}:00000000-0000-4000-8000-000000000000")
    given = {"IdentityPoolId": id}
    ask("that identity pool", IDENTITY, "describe_identity_pool", **given)
    ask("all identity pools", IDENTITY, "list_identity_pools", MaxResults=60)
    ask("guests", IDENTITY, "update_identity_pool", **{**wanted, "AllowUnauthenticatedIdentities": True}, **given)
    ask("the identity pool with guests", IDENTITY, "describe_identity_pool", **given)
    roles = {"authenticated": f"arn:aws:iam::{account()}:role/in", "unauthenticated": f"arn:aws:iam::{account()}:role/out"}
    ask("no roles yet", IDENTITY, "get_identity_pool_roles", **given)
    ask("roles", IDENTITY, "set_identity_pool_roles", Roles=roles, **given)
    ask("those roles", IDENTITY, "get_identity_pool_roles", **given)
    whose = {"IdentityProviderName": issuer, **given}
    ask("claims", IDENTITY, "set_principal_tag_attribute_map", UseDefaults=False, PrincipalTags={"tenant": "custom:tenant"}, **whose)
    ask("those claims", IDENTITY, "get_principal_tag_attribute_map", **whose)
    arn = f"arn:aws:cognito-identity:{REGION}:{account()}:identitypool/{id}"
    ask("a tag for it", IDENTITY, "tag_resource", ResourceArn=arn, Tags={"place": "here"})
    ask("a tag less for the identity pool", IDENTITY, "untag_resource", ResourceArn=arn, TagKeys=["app"])
    ask("the identity pool and its tags", IDENTITY, "describe_identity_pool", **given)
    ask("the end of the identity pool", IDENTITY, "delete_identity_pool", **given)
    ask("no identity pool", IDENTITY, "describe_identity_pool", **given)


def bucket():
    """Where a state is kept: a bucket as `stack state init` makes it, and objects with versions."""
    given = {"Bucket": "shop-stacks"}
    place = {"LocationConstraint": REGION}
    ask("no bucket", S3, "head_bucket", **given)
    ask("a bucket", S3, "create_bucket", CreateBucketConfiguration=place, **given)
    ask("that bucket", S3, "head_bucket", **given)
    ask("that bucket again", S3, "create_bucket", CreateBucketConfiguration=place, **given)
    ask("no versions yet", S3, "get_bucket_versioning", **given)
    ask("versions", S3, "put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"}, **given)
    ask("versions are kept", S3, "get_bucket_versioning", **given)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ask("encryption, unasked", S3, "get_bucket_encryption", **given)
    ask("encryption", S3, "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [rule]}, **given)
    ask("that encryption", S3, "get_bucket_encryption", **given)
    blocks = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
    blocks = {block: True for block in blocks}
    ask("access, unasked", S3, "get_public_access_block", **given)
    ask("no public access", S3, "put_public_access_block", PublicAccessBlockConfiguration=blocks, **given)
    ask("that access", S3, "get_public_access_block", **given)
    secure = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    secure["Resource"] = ["arn:aws:s3:::shop-closed", "arn:aws:s3:::shop-closed/*"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [secure]})
    # Of another bucket, for nothing here is called over TLS.
    closed = {"Bucket": "shop-closed"}
    once(S3, "create_bucket", {"CreateBucketConfiguration": place, **closed})
    ask("no policy", S3, "get_bucket_policy", **closed)
    ask("a policy", S3, "put_bucket_policy", Policy=policy, **closed)
    ask("that policy", S3, "get_bucket_policy", **closed)

    state = {"Key": "dev.json", **given}
    ask("no state", S3, "get_object", **state)
    made = ask("a state", S3, "put_object", Body=b"{}", IfNoneMatch="*", pick=["ETag"], **state)
    ask("that state", S3, "get_object", pick=["ContentLength"], **state)
    ask("whether it is there", S3, "head_object", pick=["ContentLength"], **state)
    ask("a state where one is", S3, "put_object", Body=b"{ }", IfNoneMatch="*", **state)
    ask("a state over the one that was read", S3, "put_object", Body=b"[]", IfMatch=of(made, "ETag"), pick=["ETag"], **state)
    ask("a state over one that is gone", S3, "put_object", Body=b"{}", IfMatch=of(made, "ETag"), **state)
    ask("the versions of the state", S3, "list_object_versions", pick=["Name"], Prefix="dev.json", **given)
    ask("the end of the state", S3, "delete_object", pick=["DeleteMarker"], **state)
    ask("the end of no state", S3, "delete_object", pick=["DeleteMarker"], **state)


def values():
    """Where a stack file's secrets come from."""
    once(PARAMETERS, "put_parameter", {"Name": "/shop/secret", "Value": "hidden", "Type": "SecureString"})
    ask("a parameter", PARAMETERS, "get_parameter", Name="/shop/secret", WithDecryption=True)
    ask("no parameter", PARAMETERS, "get_parameter", Name="/shop/none", WithDecryption=True)
    token = {"ClientRequestToken": "11112222-3333-4444-5555-666677778888"}
    once(SECRETS, "create_secret", {"Name": "shop", "SecretString": "hidden", **token})
    ask("a secret value", SECRETS, "get_secret_value", SecretId="shop", pick=["SecretString"])
    ask("no secret value", SECRETS, "get_secret_value", SecretId="none")


def roles():
    """Who somebody becomes."""
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account()}:root"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    once(IAM, "create_role", {"RoleName": "deployer", "AssumeRolePolicyDocument": policy})
    arn = f"arn:aws:iam::{account()}:role/deployer"
    ask("a role to take on", STS, "assume_role", pick=["AssumedRoleUser", "Arn"], RoleArn=arn, RoleSessionName="shop")


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
    documents(full, bare)
    secrets(full, server)
    own = called(spare("people"), "people")
    people(own)
    providers(own)
    servers(own)
    once(COGNITO, "delete_user_pool", {"UserPoolId": own})
    guards()
    replicas()
    permissions(full)
    authorizers(full, web)
    firewall(full)
    identities(full, web)
    bucket()
    values()
    roles()
    records(here)
    arn, proofs = certificate(here)
    own_domain(minimal, full, arn, here)
    ends(minimal, full, server, arn, proofs, here)


def operations():
    """Every operation of the services: the service, the method of a client, and AWS's name for it."""
    for api in CLIENTS:
        for method, name in api.meta.method_to_api_mapping.items():
            print(api.meta.service_model.service_name, method, name)


if URL == "--operations":
    operations()
else:
    everything()
