"""What goes wrong with a bucket, and what is left then."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.deploy.cutting import CuttingLine, cutting
from tests.deploy.s3_server import Asked, Place
from tests.deploy.small_sites import FILES, job_for, lay
from tests.sites import ROOT
from tools.deploy.address import parse_address
from tools.deploy.manifest import rank
from tools.deploy.progress import unseen
from tools.deploy.targets.bucket import Bucket
from tools.deploy.targets.bucket_client import client_for
from tools.deploy.targets.s3 import S3Target
from tools.deploy.targets.s3_lock import LOCK, Lock
from tools.deploy.targets.target import Drift
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

pytest_plugins = ("tests.deploy.s3_fixtures",)

SEED = random.SystemRandom().randrange(10**6)


def seeded() -> random.Random:
    """Other points in each run, and the same ones again by setting SEED to what a failure tells."""
    return random.Random(SEED)


def version(number: int) -> dict[str, bytes]:
    """A site of which some differs each time: an asset that gives way to another, pages, a feed."""
    rest = {path: content for path, content in FILES.items() if not path.startswith("theme/")}
    return {
        **rest,
        f"theme/site.{number:08x}.css": b"%d" % number * 900,
        "posts/one/index.html": b"<title>One</title>%d" % number * 300,
        f"posts/new-{number % 3}/index.html": b"<title>New</title>%d" % number,
        "index.html": b"<title>Home</title>%d" % number,
        "feed.atom": b"<feed>%d</feed>" % number,
    }


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return lay(tmp_path / "output", version(0))


@pytest.fixture
def sound(place: Place) -> Iterator[S3Target]:
    """A target whose line does not break."""
    with place.target() as target:
        yield target


def publish(target: S3Target, site: Path, minute: int) -> None:
    with target.locked("jo on laptop"):
        target.send(job_for(target, site, minute), unseen)


# --- lines that are cut ---------------------------------------------------------------------------


def test_a_line_cut_at_any_point_is_taken_up_again(place: Place, site: Path) -> None:
    points = seeded()
    with place.target() as target:
        publish(target, site, 0)
    with place.counted() as (target, line):
        lay(site, version(1))
        publish(target, site, 1)
        total = line.byte_count
    cuts = 0
    for number in range(2, 22):
        lay(site, version(number))
        at = points.randrange(total)
        with cutting(place.server.port, at) as line, place.target(port=line.port) as target:
            publish(target, site, number)
            cuts += line.cuts
        assert place.public() == version(number), f"seed {SEED}, cut at {at}"
    assert cuts >= 18, f"seed {SEED}"


def test_a_line_that_dies_at_any_point_leaves_what_the_next_publish_completes(
    place: Place, sound: S3Target, site: Path
) -> None:
    points = seeded()
    publish(sound, site, 0)
    with place.counted() as (target, line):
        lay(site, version(1))
        publish(target, site, 1)
        total, old = line.byte_count, target.current()
    live, between, told = 1, 0, list[str]()
    for number in range(2, 22):
        # Half of them in the switch, which is short: so many bytes after so many public writes.
        switch, writes, more = number % 2, points.randint(1, 6), points.randrange(2000)
        at = None if switch else points.randrange(total)
        said = f"seed {SEED}, round {number}"
        lay(site, version(number))
        with cutting(place.server.port, at, dead=True) as line:

            def cut(
                asked: Asked, line: CuttingLine = line, writes: int = writes, more: int = more
            ) -> None:
                if (
                    asked.public
                    and len([one for one in place.server.asked if one.public]) == writes
                ):
                    line.cut_at = line.byte_count + more

            place.server.clear()
            if switch:
                place.server.refuse = cut
            try:
                with place.target(port=line.port, waits=(0.01, 0.01)) as target:
                    publish(target, site, number)
            except ProjectError as error:
                told.append(str(error))
        place.server.refuse = lambda _: None
        arrived = set(place.own("blobs/"))
        if sound.unfinished() is None:
            whole = version(live if sound.current() == old else number)
            assert place.public() == whole, said
        else:
            between += 1
        # Every third time it is another site that comes next.
        live = number + 100 if number % 3 == 0 else number
        lay(site, version(live))
        place.server.clear()
        publish(sound, site, number)
        assert place.public() == version(live), said
        assert sound.unfinished() is None, said
        old = sound.current()
        assert sound.drift(sound.release(old or "")) == Drift(), said
        sent = {one.name for one in place.server.writes if one.method == "PUT"}
        assert not {f".releases/{name}" for name in arrived} & sent, said
    assert len(told) >= 12, f"seed {SEED}"
    assert between >= 3, f"seed {SEED}"
    assert not [one for one in told if "cannot be reached" not in one and "broke" not in one]


_PUBLISH = """
import sys
from pathlib import Path
from tests.deploy.small_sites import job_for
from tools.deploy.address import parse_address
from tools.deploy.progress import unseen
from tools.deploy.targets.s3 import S3Target

target = S3Target(parse_address(sys.argv[1]), Path(sys.argv[2]))
target.open()
with target.locked("jo on laptop"):
    target.send(job_for(target, Path(sys.argv[3]), int(sys.argv[4])), unseen)
"""


def test_a_publish_that_is_killed_leaves_what_the_next_completes_at_once(
    place: Place, site: Path
) -> None:
    points = seeded()
    with place.target() as target:
        publish(target, site, 0)
        place.server.clear()
        lay(site, version(1))
        publish(target, site, 1)
    writes = len(place.server.writes)
    address = place.address()
    typed = f"{address}?endpoint={address.options['endpoint']}"
    # One in the upload, one in the switch, the others anywhere.
    at_writes = [5, writes - 6, *(points.randrange(3, writes) for _ in range(3))]
    for number, at in enumerate(at_writes, 2):
        said = f"seed {SEED}, killed at write {at} of {writes}"
        lay(site, version(number))
        with place.target() as target:
            old = target.current()
        place.server.clear()
        with subprocess.Popen(
            [sys.executable, "-c", _PUBLISH, typed, place.root, site, str(number)], cwd=ROOT
        ) as publisher:

            def kill(
                asked: Asked, at: int = at, process: subprocess.Popen[bytes] = publisher
            ) -> None:
                if asked.writes and len(place.server.writes) >= at:
                    process.send_signal(signal.SIGKILL)

            place.server.refuse = kill
            assert publisher.wait(60) == -signal.SIGKILL, said
        place.server.refuse = lambda _: None
        time.sleep(0.1)  # what is under way in the server
        with place.target() as target:
            if target.unfinished() is None:
                whole = version(number - 1 if target.current() == old else number)
                assert place.public() == whole, said
            # Its lock is nobody's, and nobody need wait.
            publish(target, site, number)
            assert place.public() == version(number), said
            assert target.unfinished() is None, said


_LISTING = b"""<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix></Prefix>
<KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>
<Contents><Key>site/a</Key><LastModified>2026-11-25T08:00:00.000Z</LastModified>
<ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag><Size>5</Size></Contents></ListBucketResult>"""
_COPIED = b"""<?xml version="1.0" encoding="UTF-8"?>
<CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<LastModified>2026-11-25T08:00:00.000Z</LastModified>
<ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag></CopyObjectResult>"""
_TAG = b'ETag: "5d41402abc4b2a76b9719d911017c592"\r\n'
_DATE = b"Date: Wed, 25 Nov 2026 08:00:01 GMT\r\nLast-Modified: Wed, 25 Nov 2026 08:00:00 GMT\r\n"


@pytest.mark.parametrize(
    ("headers", "body", "ask", "right"),
    [
        (b"Content-Type: application/xml\r\n", _LISTING, lambda b: list(b.listing()), ["a"]),
        (_DATE + _TAG, b"hello", lambda b: b.get("a").body, b"hello"),
        (_TAG, b"", lambda b: b.put("a", b"hello")[:1], "5"),
        (b"", _COPIED, lambda b: b.copy("a", "b", "text/plain", "no-cache"), None),
    ],
    ids=["listing", "reading", "writing", "copying"],
)
def test_an_answer_that_is_cut_anywhere_is_no_other_answer(
    place: Place, headers: bytes, body: bytes, ask: Callable[[Bucket], object], right: object
) -> None:
    whole = b"HTTP/1.1 200 OK\r\nx-amz-request-id: 1\r\n" + headers
    whole += b"Content-Length: %d\r\nServer: x\r\n\r\n" % len(body) + body
    with socket.create_server(("127.0.0.1", 0)) as server:
        cuts = [*range(0, len(whole), 5), len(whole)]

        def serve() -> None:
            for cut in cuts:
                with contextlib.suppress(OSError), server.accept()[0] as connection:
                    asked = b""
                    while b"\r\n\r\n" not in asked and (more := connection.recv(16384)):
                        asked += more
                    connection.sendall(whole[:cut])

        threading.Thread(target=serve, daemon=True).start()
        bucket = Bucket(place.address(port=server.getsockname()[1]), ())
        bucket._client = client_for(bucket.address)
        answers: list[object] = []
        for cut in cuts:
            with (
                contextlib.nullcontext() if cut == len(whole) else contextlib.suppress(ProjectError)
            ):
                answers.append(ask(bucket))
        bucket.close()
    assert answers[-1] == right
    assert [one for one in answers if one != right] == []


def test_no_line_can_break_while_a_body_waits_to_be_sent(
    place: Place, sound: S3Target, site: Path
) -> None:
    """boto3 turns in a circle for ever when a line breaks within "100 Continue"."""
    publish(sound, lay(site, {**version(0), "files/talk.mp4": bytes(5 * 1024 * 1024)}), 0)
    puts = [one for one in place.server.asked if one.method == "PUT" and one.byte_count]
    assert puts
    assert [one.name for one in puts if "EXPECT" in one.headers] == []


# --- servers that say no --------------------------------------------------------------------------


def test_a_server_that_is_busy_now_and_then_is_asked_again(place: Place, site: Path) -> None:
    now_and_then = seeded()
    refused = []

    def refuse(asked: Asked) -> tuple[int, str] | None:
        if now_and_then.random() < 0.15:
            refused.append(asked)
            return now_and_then.choice(
                [(503, "SlowDown"), (500, "InternalError"), (429, "TooManyRequests")]
            )
        return None

    place.server.refuse = refuse
    with place.target(waits=(0.01,) * 8) as target:
        for number in range(4):
            publish(target, lay(site, version(number)), number)
        place.server.refuse = lambda _: None
        assert place.public() == version(3), f"seed {SEED}"
    assert refused, f"seed {SEED}"


def halfway(
    after: int, answer: tuple[int, str], such: Callable[[Asked], bool]
) -> Callable[[Asked], tuple[int, str] | None]:
    """Lets so many through, and refuses all that come after."""
    seen: list[Asked] = []

    def refuse(asked: Asked) -> tuple[int, str] | None:
        if such(asked):
            seen.append(asked)
        return answer if such(asked) and len(seen) > after else None

    return refuse


@pytest.mark.parametrize(
    "answer", [(507, "InsufficientStorage"), (507, "XMinioStorageFull"), (400, "QuotaExceeded")]
)
def test_a_disk_that_is_full_half_way_leaves_the_old_site_whole(
    place: Place, site: Path, answer: tuple[int, str]
) -> None:
    with place.target() as target:
        publish(target, site, 0)
        lay(site, version(1))
        place.server.refuse = halfway(
            2, answer, lambda asked: "blobs/" in asked.name and asked.writes
        )
        with pytest.raises(
            ProjectError, match=r"no room left for .*\?keep=.*live site is as it was"
        ):
            publish(target, site, 1)
        assert place.public() == version(0)
        assert target.unfinished() is None
        place.server.refuse = lambda _: None
        arrived = set(place.own("blobs/"))
        place.server.clear()
        publish(target, site, 1)
        assert not {f".releases/{name}" for name in arrived} & {
            one.name for one in place.server.writes
        }
        assert place.public() == version(1)


def test_the_same_call_again_sends_only_what_has_not_arrived(
    place: Place, sound: S3Target, site: Path
) -> None:
    publish(sound, site, 0)
    job = job_for(sound, lay(site, version(1)), 1)
    place.server.refuse = halfway(
        2, (507, "InsufficientStorage"), lambda asked: "blobs/" in asked.name and asked.writes
    )
    with pytest.raises(ProjectError):
        sound.send(job, unseen)
    place.server.refuse = lambda _: None
    arrived = {f".releases/{name}" for name in place.own("blobs/")}
    place.server.clear()
    assert sound.send(job, unseen).files == len(version(1).items() - version(0).items()) - 2
    assert not arrived & {one.name for one in place.server.writes}
    assert place.public() == version(1)


def test_what_another_publish_has_left_half_done_since_the_questions_is_seen(
    place: Place, sound: S3Target, site: Path, tmp_path: Path
) -> None:
    publish(sound, site, 0)
    only_home = {**version(0), "index.html": b"<title>Home</title> and nothing else is new"}
    job = job_for(sound, lay(site, only_home), 2)
    with place.target() as other:
        place.server.refuse = halfway(4, (403, "AccessDenied"), lambda asked: asked.public)
        with pytest.raises(ProjectError):
            publish(other, lay(tmp_path / "theirs", version(1)), 1)
        place.server.refuse = lambda _: None
    assert place.public()["posts/one/index.html"] == version(1)["posts/one/index.html"]
    sound.send(job, unseen)
    assert place.public() == only_home


def test_a_publish_that_stopped_before_the_switch_left_nothing_unfinished(
    place: Place, sound: S3Target, site: Path
) -> None:
    publish(sound, site, 0)
    lay(site, version(1))
    place.server.refuse = halfway(
        0, (403, "AccessDenied"), lambda asked: asked.writes and "/releases/" in asked.name
    )
    with pytest.raises(ProjectError, match="live site is as it was"):
        publish(sound, site, 1)
    place.server.refuse = lambda _: None
    assert "pending" in place.own()
    assert sound.unfinished() is None
    assert place.public() == version(0)
    publish(sound, lay(site, version(2)), 2)
    assert place.public() == version(2)
    assert "pending" not in place.own()


def test_a_permission_that_is_lost_in_the_switch_deletes_nothing_and_is_completed_by_the_next(
    place: Place, site: Path
) -> None:
    with place.target() as target:
        publish(target, site, 0)
        lay(site, version(1))
        place.server.clear()
        place.server.refuse = halfway(3, (403, "AccessDenied"), lambda asked: asked.public)
        with pytest.raises(ProjectError) as error:
            publish(target, site, 1)
        assert str(error.value).startswith(
            f"s3://{place.bucket}/site: 127.0.0.1:{place.server.port} does"
        )
        assert (
            f"s3:PutObject (and s3:GetObject, for a copy reads too) on {place.bucket}/site/"
            in str(error.value)
        )
        assert f"arn:aws:s3:::{place.bucket}/site/*" in str(error.value)
        assert str(error.value).endswith("partly the new one; publish again, and it is completed.")
        assert not [one for one in place.server.asked if one.public and one.method == "DELETE"]
        place.server.refuse = lambda _: None
        assert version(0).keys() <= place.public().keys()
        assert (target.unfinished() or "").startswith(
            "A publish stopped while it made release 20261125-0801"
        )
        assert [head.id for head in target.releases()] == [target.current()]
        drift = target.drift(target.release(target.current() or ""))
        assert drift.changed or drift.extra
        publish(target, site, 1)
        assert place.public() == version(1)


def test_after_a_publish_that_stopped_the_old_site_can_be_published_again(
    place: Place, sound: S3Target, site: Path
) -> None:
    publish(sound, site, 0)
    lay(site, version(1))
    place.server.refuse = halfway(3, (403, "AccessDenied"), lambda asked: asked.public)
    with pytest.raises(ProjectError):
        publish(sound, site, 1)
    place.server.refuse = lambda _: None
    assert place.public() != version(0)
    publish(sound, lay(site, version(0)), 2)
    assert place.public() == version(0)
    assert sound.unfinished() is None
    # The one that never was live is no release to go back to, and its contents are not kept.
    assert [head.id[:15] for head in sound.releases()] == ["20261125-080200", "20261125-080000"]
    kept = {one.sha256 for one in sound.release(sound.current() or "").manifest.values()}
    assert {name.removeprefix("blobs/") for name in place.own("blobs/")} == kept


def test_a_rollback_that_stopped_is_completed_by_the_next_publish(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site, 0)
        first = target.release(target.current() or "")
        publish(target, lay(site, version(1)), 1)
        second = target.release(target.current() or "")
        place.server.refuse = halfway(2, (403, "AccessDenied"), lambda asked: asked.public)
        with pytest.raises(ProjectError, match="does not allow"):
            target.back(first, second, unseen)
        place.server.refuse = lambda _: None
        assert first.id in (target.unfinished() or "")
        assert target.current() == second.id
        # What the older one had and the newest has not is gone too.
        publish(target, lay(site, version(2)), 2)
        assert place.public() == version(2)
        assert len(target.releases()) == 3


def test_deletions_wait_until_all_copies_are_there(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site, 0)
        lay(site, version(1))
        for kind in range(3):
            place.server.clear()
            place.server.refuse = halfway(
                0,
                (403, "AccessDenied"),
                lambda asked, kind=kind: asked.public and rank(asked.name) == kind,
            )
            with pytest.raises(ProjectError):
                publish(target, site, 1)
            public = [one for one in place.server.writes if one.public]
            assert {rank(one.name) for one in public} <= set(range(kind + 1))
            assert {one.method for one in public} == {"PUT"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((403, "InvalidAccessKeyId"), "does not know this access key; look at AWS_ACCESS_KEY_ID"),
        ((403, "SignatureDoesNotMatch"), "the secret does not belong to the access key"),
        ((400, "ExpiredToken"), "the session token has expired"),
        ((403, "RequestTimeTooSkewed"), "this machine's clock is not the one of 127.0.0.1"),
        ((403, "AccessDenied"), "does not allow s3:ListBucket on the bucket"),
        ((301, "PermanentRedirect"), "the bucket is in another region"),
        ((400, "AuthorizationHeaderMalformed"), "the bucket is in another region"),
        ((503, "SlowDown"), "asks for slower work, again and again"),
        ((502, "BadGateway"), "is not well (502"),
        ((418, "Teapot"), "answered 418 Teapot when asked to list the bucket"),
    ],
)
def test_what_a_server_refuses_is_told_with_what_to_do(
    place: Place, answer: tuple[int, str], words: str
) -> None:
    place.server.refuse = lambda _: answer
    with pytest.raises(ProjectError) as error, place.target():
        pass
    assert words in str(error.value)
    assert str(error.value).startswith(f"s3://{place.bucket}/site: ")
    assert "very-secret" not in str(error.value)
    assert "AKIATEST" not in str(error.value)


def test_a_bucket_that_is_not_there_is_named_with_how_to_make_it(place: Place) -> None:
    endpoint = f"http://127.0.0.1:{place.server.port}"
    target = S3Target(parse_address(f"s3://nobodys-bucket?endpoint={endpoint}"), place.root)
    with pytest.raises(ProjectError) as error:
        target.open()
    target.close()
    assert 'there is no bucket "nobodys-bucket" at 127.0.0.1' in str(error.value)
    assert f"aws s3 mb s3://nobodys-bucket --endpoint-url {endpoint}" in str(error.value)
    target = S3Target(parse_address(f"s3://Not_A-bucket!?endpoint={endpoint}"), place.root)
    with pytest.raises(ProjectError, match='"Not_A-bucket!" is no name for a bucket'):
        target.open()
    target.close()


def test_a_key_that_is_missing_or_half_is_told_and_so_is_a_profile(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pytest.raises(ProjectError, match='there is no profile "jo" in'),
        place.target(more="&profile=jo"),
    ):
        pass
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(ProjectError, match="half of an access key found"), place.target():
        pass
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with (
        pytest.raises(ProjectError, match="no access key found; set AWS_ACCESS_KEY_ID"),
        place.target(),
    ):
        pass


@pytest.mark.parametrize(
    "endpoint", ["s3.example", "ftp://s3.example", "https://", "https://[x", "http://a:b@c"]
)
def test_an_endpoint_that_is_no_address_is_told(place: Place, endpoint: str) -> None:
    target = S3Target(parse_address(f"s3://bucket?endpoint={endpoint}"), place.root)
    with pytest.raises(ProjectError, match=r"endpoint= is no address of a host; write one such as"):
        target.open()
    target.close()


def test_a_host_that_nobody_answers_at_is_told(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        pytest.raises(
            ProjectError, match=r"127\.0\.0\.1:\d+ cannot be reached; is this machine online"
        ),
        place.target(port=port),
    ):
        pass


@contextlib.contextmanager
def own_certificate(folder: Path) -> Iterator[int]:
    """The port of a server with a certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now, now + datetime.timedelta(1)
    ).sign(key, hashes.SHA256())
    pem = folder / "pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def test_a_host_whose_certificate_is_not_to_be_believed_is_told(
    place: Place, tmp_path: Path
) -> None:
    with own_certificate(tmp_path) as port:
        target = S3Target(
            parse_address(f"s3://bucket?endpoint=https://127.0.0.1:{port}"), place.root
        )
        with pytest.raises(ProjectError, match=r"certificate of .* is not to be believed"):
            target.open()
        target.close()


# --- the lock -------------------------------------------------------------------------------------


def test_two_publishes_at_once_are_one_and_a_refusal_that_names_the_other(
    place: Place, site: Path
) -> None:
    with place.target() as first, place.target() as second:
        with first.locked("jo on laptop"):
            since = datetime.datetime.now().astimezone()
            with pytest.raises(ProjectError) as error, second.locked("ann on desk"):
                pass
            told = str(error.value)
            assert f"s3://{place.bucket}/site is being published by jo on laptop since " in told
            assert f"{since:%H:}" in told
            first.send(job_for(first, site), unseen)
        with second.locked("ann on desk"):
            assert second.current() is not None
        assert LOCK.removeprefix(".releases/") not in place.own()


@pytest.mark.parametrize("knows", ["conditions", "no conditions", "nothing of conditions"])
def test_of_many_who_come_at_the_same_moment_one_is_let_in(place: Place, knows: str) -> None:
    if knows == "no conditions":
        place.server.refuse = lambda asked: (
            (501, "NotImplemented")
            if {"IF_MATCH", "IF_NONE_MATCH"} & asked.headers.keys()
            else None
        )
    place.server.ignores_conditions = knows == "nothing of conditions"
    with contextlib.ExitStack() as stack:
        targets = [stack.enter_context(place.target()) for _ in range(4)]
        for _ in range(3):
            together, let_in, refused = threading.Barrier(4), list[Lock](), list[str]()

            def come(
                target: S3Target,
                together: threading.Barrier = together,
                let_in: list[Lock] = let_in,
                refused: list[str] = refused,
            ) -> None:
                lock = Lock(target._bucket, "jo on laptop", settle=0.4)
                together.wait()
                try:
                    lock.take()
                    let_in.append(lock)
                except ProjectError as error:
                    refused.append(str(error))

            threads = [threading.Thread(target=come, args=(target,)) for target in targets]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert (len(let_in), len(refused)) == (1, 3)
            let_in[0].check()
            let_in[0].free()
            assert "lock" not in place.own()


def foreign(place: Place, pid: int = 1) -> None:
    """The lock of somebody at another machine."""
    says = {
        "token": "t",
        "who": "ann on desk",
        "since": "2026-11-25T08:12:00+00:00",
        "machine": "desk",
        "pid": pid,
    }
    place.server.client.put_object(
        Bucket=place.bucket, Key=f"site/{LOCK}", Body=json.dumps(says).encode()
    )


def test_a_lock_without_a_sign_of_life_is_taken_over_and_one_with_is_not(place: Place) -> None:
    with place.target() as target:
        bucket = target._bucket
        foreign(place)
        with pytest.raises(
            ProjectError, match=r"by ann on desk since .*\(if it was cut off, 1 seconds"
        ):
            Lock(bucket, "jo", stale=1).take()
        time.sleep(2.1)  # the host tells whole seconds
        jo = Lock(bucket, "jo on laptop", every=0.2, stale=1)
        jo.take()
        try:
            time.sleep(2.1)
            with pytest.raises(ProjectError, match="by jo on laptop since"):
                Lock(bucket, "ann on desk", stale=1).take()
            jo.check()
        finally:
            jo.free()
        assert "lock" not in place.own()


def test_a_publish_whose_lock_was_taken_over_writes_no_more_and_leaves_it(
    place: Place, site: Path
) -> None:
    with place.target() as target:
        publish(target, site, 0)
        lay(site, version(1))
        job = job_for(target, site, 1)
        lock = Lock(target._bucket, "jo on laptop", every=0.05)
        lock.take()
        target._lock = lock
        foreign(place)
        time.sleep(0.4)
        place.server.clear()
        with pytest.raises(
            ProjectError, match="out of touch for too long, and ann on desk has begun another"
        ):
            target.send(job, unseen)
        lock.free()
        assert place.server.writes == []
        assert "lock" in place.own()
        assert place.public() == version(0)


def test_the_lock_of_a_process_that_ended_here_is_nobody_s(place: Place) -> None:
    with place.target() as target:
        lock = Lock(target._bucket, "jo on laptop")
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        says = lock._says | {"token": "t", "pid": ended.pid}
        for body, is_taken in (
            (says | {"pid": os.getppid()}, True),
            (says | {"pid": ended.pid, "machine": "another"}, True),
            (says, False),
        ):
            place.server.client.put_object(
                Bucket=place.bucket, Key=f"site/{LOCK}", Body=json.dumps(body).encode()
            )
            refused = pytest.raises(ProjectError) if is_taken else contextlib.nullcontext()
            with refused, target.locked("ann on desk"):
                pass
