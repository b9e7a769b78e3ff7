"""A client of boto3 for the host that an address names, with bounds on how long it waits.

The key comes from where boto3 looks for one: the environment, ~/.aws/credentials, ~/.aws/config and what
that names (single sign-on, a role), or the profile that the address names.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.utils import parse_timestamp

from tools.deploy.address import Address
from tools.errors import ProjectError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

AT_ONCE = 16
"""Connections, and requests under way."""
_SECONDS_TO_CONNECT, _SECONDS_OF_SILENCE = 10, 60
_REGION = "us-east-1"
"""What hosts without regions take, where neither the address nor ~/.aws/config names one."""


def host_of(address: Address) -> tuple[str, bool]:
    """The host's name as it can be shown, and whether it is Amazon. Raises ProjectError."""
    endpoint = address.options.get("endpoint")
    if endpoint is None:
        return "Amazon S3", True
    with contextlib.suppress(ValueError):  # brackets without an end, or a port that is no number
        parts = urlsplit(endpoint)
        host = parts.hostname if parts.port != 0 else None
        if host and parts.scheme in {"http", "https"} and parts.username is None:
            return parts.netloc, host.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    raise ProjectError(
        f"{address}: ?endpoint= is no address of a host; write one such as "
        "?endpoint=https://s3.host.example"
    )


def client_for(address: Address) -> S3Client:
    """Raises what boto3 raises, for a profile that is not there and the like. Nothing is asked yet."""
    _, amazon = host_of(address)
    config = Config(
        connect_timeout=_SECONDS_TO_CONNECT,
        read_timeout=_SECONDS_OF_SILENCE,
        max_pool_connections=AT_ONCE,
        retries={"total_max_attempts": 1, "mode": "standard"},  # `retrying` does it
        # At Amazon a bucket is the name of a host; elsewhere that need not resolve.
        s3={"addressing_style": "auto" if amazon else "path"},
        # Others do not know the checksums that came in 2025; a Content-MD5 goes with each content.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    core = botocore.session.get_session()
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)
    session = boto3.session.Session(
        profile_name=address.options.get("profile"), botocore_session=core
    )
    region = address.options.get("region") or session.region_name or _REGION
    endpoint = address.options.get("endpoint")
    client = session.client("s3", region_name=region, endpoint_url=endpoint, config=config)
    client.meta.events.register_last("before-call.s3", _at_once)
    return client


def _at_once(params: dict[str, Any], **_: Any) -> None:
    """Send a body without waiting to be told to (RFC 9110, section 10.1.1): a line that breaks within
    "100 Continue" has boto3 wait for the rest for ever."""
    params["headers"].pop("Expect", None)


def _moment(text: str) -> datetime:
    """A listing of ten thousand objects has as many times, all in one form (ISO 8601), over which boto3's
    own reader takes seconds."""
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return parse_timestamp(text)
