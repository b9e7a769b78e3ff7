"""A real S3 server on loopback (moto's), which tells what it was asked and can be told to refuse.

It speaks HTTP/1.1 and keeps connections, as hosts do. Requests for one object are taken one after the
other, so that conditions hold as they do at a host.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

from tests.deploy.cutting import cutting
from tools.deploy.address import Address, parse_address
from tools.deploy.targets.s3 import S3Target


@dataclass(frozen=True)
class Asked:
    """One request. name: of the object, without bucket and prefix of the test. at: seconds, any clock."""

    method: str
    name: str
    query: str
    byte_count: int
    copied: bool
    headers: dict[str, str]
    status: int = 0
    at: float = field(default_factory=time.monotonic)

    @property
    def writes(self) -> bool:
        return self.method in {"PUT", "POST", "DELETE"}

    @property
    def public(self) -> bool:
        return self.writes and not self.name.startswith(".releases/")


Refusal = Callable[[Asked], "tuple[int, str] | None"]
"""For a request, the status and S3's code to answer with, or None to let it through."""


class S3Server:
    """`asked`: what came since it was last cleared. `refuse`: who is asked before each answer.
    `salted`: ETags are no MD5s, and another for each object, as under SSE-KMS."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.refuse: Refusal = lambda _: None
        self.ignores_conditions = False
        self.salted = False
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._busy: dict[str, threading.Lock] = {}
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=_Handler
        )
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def clear(self) -> None:
        self.asked.clear()

    @property
    def writes(self) -> list[Asked]:
        return [one for one in self.asked if one.writes]

    @cached_property
    def client(self) -> Any:
        """For whoever else has to do with the bucket."""
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id="another",
            aws_secret_access_key="another-secret",
        )

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = BytesIO(body)
        path = unquote(environ["RAW_URI"].partition("?")[0])
        name = path.removeprefix("/").partition("/")[2].removeprefix("site/")
        headers = {key[5:]: value for key, value in environ.items() if key.startswith("HTTP_")}
        one = Asked(
            environ["REQUEST_METHOD"],
            name,
            environ.get("QUERY_STRING", ""),
            length,
            "X_AMZ_COPY_SOURCE" in headers,
            headers,
        )
        # moto would take half a request for a whole one.
        torn = len(body) < length or _is_torn(environ)
        refused = (400, "IncompleteBody") if torn else self.refuse(one)
        if self.ignores_conditions:
            environ.pop("HTTP_IF_MATCH", None)
            environ.pop("HTTP_IF_NONE_MATCH", None)
        self.asked.append(one)
        if refused is not None:
            status, code = refused
            text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>No</Message></Error>'
            start(f"{status} No", [("Content-Type", "application/xml"), _length(text)])
            return [text.encode()]
        with self._busy.setdefault(path, threading.Lock()):
            return self._salted(path, environ, start) if self.salted else self._moto(environ, start)

    def _salted(self, path: str, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        said: list[Any] = []
        body = b"".join(self._moto(environ, lambda *answer: said.append(answer))).decode("latin-1")
        status, headers = said[0][:2]

        def salt(key: str, etag: str) -> str:
            return hashlib.md5(f"{key}{etag}".encode(), usedforsecurity=False).hexdigest()

        headers = [
            (name, f'"{salt(path, value)}"' if name.lower() == "etag" else value)
            for name, value in headers
        ]
        if "list-type" in environ.get("QUERY_STRING", ""):
            body = re.sub(
                r"<Key>([^<]*)</Key>(.*?)<ETag>[^<]*?([0-9a-f]{32})[^<]*</ETag>",
                lambda found: (
                    f"<Key>{found[1]}</Key>{found[2]}<ETag>{salt(found[1], found[3])}</ETag>"
                ),
                body,
                flags=re.DOTALL,
            )
            headers = [one for one in headers if one[0].lower() != "content-length"]
            headers.append(_length(body))
        start(status, headers)
        return [body.encode("latin-1")]


class _Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Nothing."""

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # a line was cut, which is what the test is about
            super().handle()


def _is_torn(environ: dict[str, Any]) -> bool:
    """Whether the line broke among the headers, which the signature of a request tells a host."""
    if environ["REQUEST_METHOD"] == "GET" and "HTTP_AUTHORIZATION" not in environ:
        return False  # a reader
    said = re.search(
        r"SignedHeaders=([^,]+), *Signature=[0-9a-f]{64}$", environ.get("HTTP_AUTHORIZATION", "")
    )
    if said is None or (environ["REQUEST_METHOD"] == "PUT" and not environ.get("CONTENT_LENGTH")):
        return True
    names = {name.upper().replace("-", "_") for name in said[1].split(";")}
    return not names <= {name.removeprefix("HTTP_") for name in environ}


def _length(text: str) -> tuple[str, str]:
    return "Content-Length", str(len(text.encode()))


@dataclass
class Place:
    """A bucket of its own for one test, and where its publisher keeps things."""

    server: S3Server
    bucket: str
    root: Path

    def address(self, prefix: str = "site", port: int | None = None, more: str = "") -> Address:
        endpoint = f"http://127.0.0.1:{port or self.server.port}"
        return parse_address(f"s3://{self.bucket}/{prefix}?endpoint={endpoint}{more}")

    @contextlib.contextmanager
    def target(
        self,
        prefix: str = "site",
        port: int | None = None,
        more: str = "",
        waits: tuple[float, ...] = (0.01,) * 5,
    ) -> Iterator[S3Target]:
        target = S3Target(self.address(prefix, port, more), self.root, waits)
        target.open()
        try:
            yield target
        finally:
            target.close()

    @contextlib.contextmanager
    def counted(self) -> Iterator[tuple[S3Target, Any]]:
        """A target behind a line that counts bytes."""
        with cutting(self.server.port) as line, self.target(port=line.port) as target:
            yield target, line

    def lay(self, name: str, body: bytes) -> None:
        """Put an object there without asking the server, which is quick."""
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(self.bucket, f"site/{name}", body)

    def let_readers_in(self) -> None:
        """All may read what is in the bucket."""
        everything = f"arn:aws:s3:::{self.bucket}/*"
        allow = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": everything,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        self.server.client.put_bucket_policy(Bucket=self.bucket, Policy=policy)

    def public(self, prefix: str = "site/") -> dict[str, bytes]:
        """What readers can get, by path; the server is not asked, which is quick."""
        return {
            name.removeprefix(prefix): key.value
            for name, key in self._objects().items()
            if name.startswith(prefix) and not name.startswith(f"{prefix}.releases/")
        }

    def own(self, below: str = "") -> list[str]:
        """Names of what lies beside the site, without ".releases/"."""
        start = f"site/.releases/{below}"
        return sorted(
            name.removeprefix("site/.releases/")
            for name in self._objects()
            if name.startswith(start)
        )

    def _objects(self) -> dict[str, Any]:
        return dict(s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_bucket(self.bucket).keys.items())
