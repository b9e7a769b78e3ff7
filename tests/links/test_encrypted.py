"""Over TLS, with a certificate made for the test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugins.resources.ledger import Link
from tests.links.outer_web import OuterWeb, fine

Looked = Callable[..., Link]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of its own for 127.0.0.1, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.fail("openssl is needed to make a certificate; apt-get install openssl")
    folder = tmp_path_factory.mktemp("certificate")
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key", "-out", "certificate"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key").read_bytes() + (folder / "certificate").read_bytes())
    return both


@pytest.fixture
def secure(certificate: Path) -> Iterator[OuterWeb]:
    web = OuterWeb({"/a": fine()})
    web.start(certificate=certificate)
    yield web
    web.stop()


def https(web: OuterWeb) -> str:
    return web.url("/a").replace("http://", "https://")


def test_a_page_over_tls_is_fine(
    secure: OuterWeb, certificate: Path, looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("certificate")))
    assert looked(https(secure)).state == "fine"


def test_a_certificate_that_is_not_trusted_is_for_a_person_to_judge(
    secure: OuterWeb, looked: Looked
) -> None:
    found = looked(https(secure))
    assert (found.state, found.why) == (
        "suspect",
        "its certificate was not made by an authority that browsers trust",
    )
    assert secure.asked == []
