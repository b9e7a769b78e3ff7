"""What may go wrong with a bucket, as what to do about it; and what is only a thing of the moment.

    Refused    the host said no, or cannot be reached; `code` is its word for it ("AccessDenied")
    Torn       half an answer: the line broke within it

No key, signature or token is ever in a text: the host's own words are not passed on where they hold some.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from typing import Any, Final

from botocore import exceptions as boto
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from tools.deploy.address import Address
from tools.errors import ProjectError

_PASSING = frozenset(
    (
        "SlowDown",
        "InternalError",
        "ServiceUnavailable",
        "RequestTimeout",
        "RequestTimeoutException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "OperationAborted",
        "ConditionalRequestConflict",
        "IncompleteBody",
        "BadDigest",
    )
)
"""Codes of S3 that may be gone when one asks again; the last two are a body damaged on the way."""
_FULL = frozenset(
    ("InsufficientStorage", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded")
)
_ELSEWHERE = frozenset(
    (
        "PermanentRedirect",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "InvalidRegion",
    )
)
NOT_KNOWN: Final = frozenset(
    ("NotImplemented", "501", "InvalidArgument", "InvalidRequest", "UnsupportedHeader")
)
"""What hosts answer to a header that they do not know."""
TAKEN: Final = frozenset(("PreconditionFailed", "412"))
"""The answer to a condition (RFC 9110, section 13) that does not hold."""
MISSING: Final = frozenset(("NoSuchKey", "404"))

_ACTIONS = {
    "list": "s3:ListBucket",
    "read": "s3:GetObject",
    "write": "s3:PutObject",
    "copy": "s3:PutObject (and s3:GetObject, for a copy reads too)",
    "delete": "s3:DeleteObject",
}


class Refused(ProjectError):
    """`code`: the host's word for it, or "" when it said nothing."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class Torn(Exception):
    """Half an answer. A line that breaks among the headers leaves one that looks like a whole one, of an
    empty bucket for instance."""


def whole(answer: Mapping[str, Any], *names: str) -> None:
    """Raises Torn when something is missing that an answer always has."""
    missing = [name for name in names if name not in answer]
    if missing:
        raise Torn(f"no {missing[0]} in the answer")


def etag_of(answer: Mapping[str, Any]) -> str:
    """Without quotes, in small letters. Raises Torn when it is not all there (RFC 9110, section 8.8.3)."""
    whole(answer, "ETag")
    found = re.fullmatch(r'(?:W/)?"([^"]+)"|([^"]+)', answer["ETag"])
    if found is None:
        raise Torn("half an ETag in the answer")
    return (found[1] or found[2]).lower()


def passing(error: Exception) -> bool:
    """Whether it makes sense to ask again in a moment."""
    match error:
        case ClientError():
            status = _status(error)
            return code_of(error) in _PASSING or status in (408, 429) or _failing(status)
        case boto.SSLError():
            return not _untrusted(error)
        case boto.ProxyConnectionError():
            return False
        case boto.HTTPClientError() | boto.IncompleteReadError() | boto.ResponseStreamingError():
            return True
        case boto.EndpointConnectionError() | boto.ConnectTimeoutError():
            return True
        case _:
            return isinstance(error, (ResponseParserError, Torn))


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def error_of(error: Exception, doing: str, name: str, address: Address, where: str) -> Refused:
    """doing: "list", "read", "write", "copy" or "delete". name: of what in the bucket, or "" for all.
    where: the host, as it can be shown."""
    what = f"{address.host}/{name}" if name else f"the bucket {address.host}"
    if isinstance(error, ClientError):
        code = code_of(error)
        return Refused(f"{address}: {_answer(error, code, doing, what, address, where)}", code)
    return Refused(f"{address}: {_silence(error, address, where)}")


def _answer(
    error: ClientError, code: str, doing: str, what: str, address: Address, where: str
) -> str:
    status = _status(error)
    match code:
        case "NoSuchBucket":
            endpoint = address.options.get("endpoint")
            option = f" --endpoint-url {endpoint}" if endpoint else ""
            return (
                f'there is no bucket "{address.host}" at {where}; mend the name in PUBLISH_TO, or '
                f"create it: aws s3 mb s3://{address.host}{option}"
            )
        case "InvalidAccessKeyId" | "InvalidAccessKey":
            return (
                f"{where} does not know this access key; look at AWS_ACCESS_KEY_ID, or at the profile "
                "in ~/.aws/credentials, and whether the key belongs to this host"
            )
        case "SignatureDoesNotMatch":
            return (
                "the secret does not belong to the access key; look at AWS_SECRET_ACCESS_KEY, or at "
                "the profile in ~/.aws/credentials (a blank or a line break too many is enough)"
            )
        case "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" | "InvalidToken":
            return "the session token has expired; get a new one (aws sso login), and publish again"
        case "RequestTimeTooSkewed" | "RequestExpired":
            now = error.response.get("Error", {}).get("ServerTime")
            by = f" (there it is {now})" if now else ""
            return f"this machine's clock is not the one of {where}{by}; set it, and publish again"
        case _ if code in _ELSEWHERE:
            return _elsewhere(error.response, address)
        case _ if code in _FULL or status == 507:
            return (
                f"{where} has no room left for {what}, or the quota is used up; make room there, or ask "
                "for less with ?keep= in the address, and publish again"
            )
        case "EntityTooLarge":
            return f"{what} is larger than {where} takes in one piece"
        case _ if code in {"AccessDenied", "AllAccessDisabled", "AccountProblem"} or status == 403:
            return (
                f"{where} does not allow {_ACTIONS[doing]} on {what}. The key needs s3:ListBucket on "
                f"arn:aws:s3:::{address.host}, and s3:GetObject, s3:PutObject and s3:DeleteObject on "
                f"arn:aws:s3:::{address.host}/{address.path + '/' if address.path else ''}*"
            )
        case "SlowDown" | "TooManyRequests" | "Throttling" | "ThrottlingException":
            return f"{where} asks for slower work, again and again; publish again in some minutes"
        case _ if _failing(status):
            return f"{where} is not well ({status} {code}); publish again in some minutes"
        case _:
            return f"{where} answered {status} {code} when asked to {doing} {what}"


def _elsewhere(response: Mapping[str, Any], address: Address) -> str:
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = response.get("Error", {}).get("Region") or headers.get("x-amz-bucket-region")
    given = address.options.get("region")
    tried = f", not in {given}" if given else ""
    if region:
        return f"the bucket is in {region}{tried}; write ?region={region} in the address"
    return (
        f"the bucket is in another region{tried}; write the one that its page shows as ?region=… in "
        "the address"
    )


def _silence(error: Exception, address: Address, where: str) -> str:
    """What went wrong before the host could say anything."""
    match error:
        case boto.NoCredentialsError():
            return (
                "no access key found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or keep them in "
                "~/.aws/credentials (aws configure) and name the profile: ?profile=… in the address"
            )
        case boto.PartialCredentialsError():
            return (
                "half of an access key found; set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        case boto.ProfileNotFound():
            named = address.options.get("profile")
            wanted = f'"{named}"' if named else "that AWS_PROFILE names"
            return f"there is no profile {wanted} in ~/.aws/config or ~/.aws/credentials"
        case (
            boto.SSOError()
            | boto.TokenRetrievalError()
            | boto.CredentialRetrievalError()
            | boto.InvalidConfigError()
        ):
            return "the access key could not be had from where it is kept; aws sso login may do"
        case boto.ConfigParseError() | boto.ConfigNotFound():
            return "~/.aws/config cannot be read; mend it, or set AWS_ACCESS_KEY_ID"
        case RecursionError():  # boto3, when a host sends it on and does not say where to
            return _elsewhere({}, address)
        case boto.ParamValidationError():
            return (
                f'"{address.host}" is no name for a bucket: those have 3 to 63 of a to z, 0 to 9, '
                '"-" and "."'
            )
        case boto.SSLError() if _untrusted(error):
            return (
                f"the certificate of {where} is not to be believed; is it the right host in "
                "?endpoint=, and does AWS_CA_BUNDLE name your own authority, if you have one?"
            )
        case boto.SSLError():
            return f"{where} does not speak TLS as it should; is it https:// in ?endpoint=?"
        case boto.ProxyConnectionError():
            return "the proxy that HTTPS_PROXY names does not answer"
        case boto.EndpointConnectionError() | boto.ConnectTimeoutError():
            return (
                f"{where} cannot be reached; is this machine online, and is the host in ?endpoint= "
                "(or ?region=) right?"
            )
        case boto.ReadTimeoutError():
            return f"{where} gave no answer in time; publish again in some minutes"
        case boto.HTTPClientError() | boto.IncompleteReadError() | ResponseParserError() | Torn():
            return f"the line to {where} broke, again and again; publish again in some minutes"
        case _:
            return f"{where} could not be asked ({type(error).__name__})"


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _failing(status: int) -> bool:
    return 500 <= status < 600 and status not in (501, 507)


def _untrusted(error: boto.SSLError) -> bool:
    """Whether it is the certificate or the protocol, which a second try does not mend."""
    reason = error.kwargs.get("error")
    words = f"{reason} {error}"
    return isinstance(reason, ssl.SSLCertVerificationError) or any(
        sign in words for sign in ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "hostname")
    )
