"""A bucket of any host that speaks Amazon's S3 (R2, B2, Wasabi, MinIO …), through boto3.

Names are relative to the address's prefix: with s3://bucket/blog the name "index.html" is the object
"blog/index.html". An object is written in one piece, so that it is there whole or not at all, and so that
its ETag is the MD5 of its content wherever the host does not encrypt with keys of its own (SSE-KMS).
Every request is tried again when it fails for a moment, and is refused in words (`bucket_errors`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from plugins.media_types import UNKNOWN
from tools.deploy.address import Address
from tools.deploy.retrying import WAITS, retrying
from tools.deploy.targets.bucket_client import AT_ONCE, client_for, host_of
from tools.deploy.targets.bucket_errors import (
    MISSING,
    NOT_KNOWN,
    Refused,
    Torn,
    error_of,
    etag_of,
    passing,
    whole,
)
from tools.deploy.targets.bucket_objects import PAGE, Found, Listed, Span, spans
from tools.deploy.targets.bucket_pool import Pool
from tools.errors import ProjectError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

T = TypeVar("T")
R = TypeVar("R")

LARGEST = 5 * 1024**3
"""Octets that S3 takes, and copies, in one piece."""
LONGEST_NAME = 1024
"""Octets of an object's name in UTF-8, its prefix included."""
PRIVATE = "private, no-store"
_READ_WHOLE = 4 * 1024 * 1024


class Bucket:
    """`waits`: seconds between tries (see `retrying`)."""

    def __init__(self, address: Address, waits: tuple[float, ...] = WAITS) -> None:
        self.address, self.waits = address, waits
        self._prefix = f"{address.path}/" if address.path else ""
        self._pool = Pool(AT_ONCE)
        self._client: S3Client | None = None
        self._where = "Amazon S3"
        self._takes_redirects = True

    def open(self) -> None:
        """Find the key, and ask the bucket for one name. Raises Refused, ProjectError."""
        self._where, _ = host_of(self.address)
        try:
            self._client = client_for(self.address)
        except (BotoCoreError, ValueError) as error:
            raise error_of(error, "read", "", self.address, self._where) from error
        self._page("", None, None, 1, self.waits[:2])

    def close(self) -> None:
        """For good."""
        self._pool.close()
        if self._client is not None:
            self._client.close()
        self._client = None

    @property
    def client(self) -> S3Client:
        if self._client is None:
            raise AssertionError("a bucket is asked before it is opened")
        return self._client

    def each(self, work: Callable[[T], R], things: Iterable[T]) -> list[R]:
        """See `Pool.each`."""
        return self._pool.each(work, things)

    # --- questions -------------------------------------------------------------------------------

    def get(self, name: str) -> Found | None:
        """None when there is no such object."""

        def ask() -> Found:
            answer = self.client.get_object(Bucket=self.address.host, Key=self._prefix + name)
            whole(answer, "LastModified", "ContentLength")
            headers = answer["ResponseMetadata"]["HTTPHeaders"]
            with closing(answer["Body"]) as body:  # its own `with` reads past what it checks
                content = body.read()
            now = parsedate_to_datetime(headers["date"]) if "date" in headers else None
            return Found(content, etag_of(answer), answer["LastModified"], _aware(now))

        try:
            return self._ask("read", name, ask)
        except Refused as refused:
            if refused.code in MISSING:
                return None
            raise

    def listing(self, below: str = "", spans: Sequence[Span] = (Span(),)) -> dict[str, Listed]:
        """All names that begin with `below` and are in one of the spans, which are asked for at once."""
        found: dict[str, Listed] = {}
        for part in self.each(lambda span: self._within(below, span), spans):
            found |= part
        return found

    def listing_of_hashes(self, below: str) -> dict[str, Listed]:
        """The same, of names that are hexadecimal numbers: sixteen listings at once if there are many."""
        page, more = self._page(below, None, None)
        marks = [f"{below}{digit:x}" for digit in range(1, 16)]
        return self.listing(below, spans(marks)) if more else page

    def _within(self, below: str, span: Span) -> dict[str, Listed]:
        found: dict[str, Listed] = {}
        until = span.until.encode() if span.until is not None else None
        token, most = None, span.first
        while True:
            page, token = self._page(below, span.after, token, most)
            for name, listed in page.items():
                if until is not None and name.encode() > until:
                    return found
                found[name] = listed
            if token is None:
                return found
            most = PAGE

    def _page(
        self,
        below: str,
        after: str | None,
        token: str | None,
        most: int = PAGE,
        waits: tuple[float, ...] | None = None,
    ) -> tuple[dict[str, Listed], str | None]:
        extra: dict[str, Any] = {}
        if token is not None:
            extra["ContinuationToken"] = token
        elif after is not None:
            extra["StartAfter"] = self._prefix + after

        def ask() -> ListObjectsV2OutputTypeDef:
            answer = self.client.list_objects_v2(
                Bucket=self.address.host, Prefix=self._prefix + below, MaxKeys=most, **extra
            )
            whole(answer, "IsTruncated")
            return answer

        answer = self._ask("list", "", ask, waits)
        page = {
            one["Key"].removeprefix(self._prefix): Listed(
                one["Size"], etag_of(one) if "ETag" in one else "", one["LastModified"]
            )
            for one in answer.get("Contents", ())
        }
        return page, answer.get("NextContinuationToken") if answer.get("IsTruncated") else None

    # --- what changes the bucket -----------------------------------------------------------------

    def put(
        self,
        name: str,
        body: bytes,
        kind: str = UNKNOWN,
        waits: tuple[float, ...] | None = None,
        **conditions: str,
    ) -> str:
        """Write an object that is not for readers; answers with its ETag. conditions: IfNoneMatch="*" or
        IfMatch=etag; where one does not hold, Refused has a code of TAKEN."""
        md5 = hashlib.md5(body, usedforsecurity=False)
        return self._put(name, lambda: body, md5.digest(), kind, waits, conditions)

    def put_file(self, name: str, path: Path, sha256: str, shown: str) -> Listed:
        """Write a file; answers with what a listing will tell of it. Raises ProjectError when its content
        is not what `sha256` says: somebody has changed it."""
        size = path.stat().st_size
        if size > LARGEST:
            raise ProjectError(
                f"{shown} has {size / 1024**3:.1f} GB, and S3 takes 5 GB in one piece; keep it elsewhere"
            )
        if size <= _READ_WHOLE:
            body = path.read_bytes()
            _unchanged(hashlib.sha256(body).hexdigest(), sha256, shown)
            return Listed(len(body), self.put(name, body), datetime.now(UTC))
        with path.open("rb") as file:
            content, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
            while piece := file.read(_READ_WHOLE):
                content.update(piece)
                md5.update(piece)
            _unchanged(content.hexdigest(), sha256, shown)

            def again() -> BinaryIO:
                file.seek(0)
                return file

            etag = self._put(name, again, md5.digest())
        return Listed(size, etag, datetime.now(UTC))

    def _put(
        self,
        name: str,
        body: Callable[[], bytes | BinaryIO],
        md5: bytes,
        kind: str = UNKNOWN,
        waits: tuple[float, ...] | None = None,
        conditions: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        extra: dict[str, Any] = dict(conditions)

        def put() -> str:
            answer = self.client.put_object(
                Bucket=self.address.host,
                Key=self._prefix + name,
                Body=body(),
                ContentMD5=base64.b64encode(md5).decode(),  # RFC 1864: damaged, it is not taken
                ContentType=kind,
                CacheControl=PRIVATE,
                **extra,
            )
            return etag_of(answer)

        return self._ask("write", name, put, waits)

    def copy(
        self, source: str, name: str, kind: str, caching: str, redirect: str | None = None
    ) -> None:
        """Make of an object another, within the bucket. redirect: where a bucket that is a website sends
        its readers instead; left out at hosts that do not know of it."""
        extra: dict[str, Any] = {}
        if redirect and self._takes_redirects:
            extra["WebsiteRedirectLocation"] = redirect
        try:
            self._copy(source, name, kind, caching, extra)
        except Refused as refused:
            if not extra or refused.code not in NOT_KNOWN:
                raise
            self._copy(source, name, kind, caching, {})
            self._takes_redirects = False

    def _copy(self, source: str, name: str, kind: str, caching: str, extra: dict[str, Any]) -> None:

        def copy() -> None:
            # boto3 looks itself whether there is an error or nothing in an answer that says yes.
            self.client.copy_object(
                Bucket=self.address.host,
                Key=self._prefix + name,
                CopySource={"Bucket": self.address.host, "Key": self._prefix + source},
                MetadataDirective="REPLACE",
                ContentType=kind,
                CacheControl=caching,
                **extra,
            )

        self._ask("copy", name, copy)

    def delete(self, name: str, waits: tuple[float, ...] | None = None, **conditions: str) -> None:
        """What is not there is deleted. conditions: IfMatch=etag."""
        extra: dict[str, Any] = dict(conditions)
        try:
            self._ask(
                "delete",
                name,
                lambda: self.client.delete_object(
                    Bucket=self.address.host, Key=self._prefix + name, **extra
                ),
                waits,
            )
        except Refused as refused:
            if refused.code not in MISSING:
                raise

    def _ask(
        self, doing: str, name: str, work: Callable[[], T], waits: tuple[float, ...] | None = None
    ) -> T:
        def once() -> T:
            try:
                return work()
            except ValueError as error:  # a header that ends in its middle
                raise Torn(str(error)) from error

        try:
            return retrying(
                once,
                lambda error: passing(error) and not self._pool.giving_up.is_set(),
                self.waits if waits is None else waits,
                self._pool.pause,
            )
        except (BotoCoreError, ClientError, ResponseParserError, Torn, RecursionError) as error:
            shown = self._prefix + name if name else ""
            raise error_of(error, doing, shown, self.address, self._where) from error


def _unchanged(found: str, wanted: str, shown: str) -> None:
    if found != wanted:
        raise ProjectError(f"{shown} was changed while it was being published; publish again")


def _aware(moment: datetime | None) -> datetime:
    return moment if moment is not None and moment.tzinfo else datetime.now(UTC)
