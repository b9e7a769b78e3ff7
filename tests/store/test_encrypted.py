"""Over TLS, with a certificate made for the test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.serving import FOLDER, QUICK, Handler, Server, status
from tools.store.faults import StoreFault
from tools.store.pull import pull

PATIENT = replace(QUICK, read=2)


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
def secure(
    certificate: Path, threads: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("certificate")))
    running = Server(certificate)
    running.holds(threads)
    yield running
    running.stop()


def test_a_store_is_pulled_over_tls_with_connections_kept(secure: Server, tmp_path: Path) -> None:
    assert secure.address.startswith("https://")
    assert len(pull(secure.address, tmp_path, PATIENT).changed) == 3
    assert len(secure.callers) <= 4
    assert pull(secure.address, tmp_path, PATIENT).bytes == 0


def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(StoreFault, match=r"certificate is not trusted \(self-signed certificate\)"):
        pull(secure.address, tmp_path, PATIENT)
    assert secure.asked == []


def test_a_redirect_to_http_is_refused(secure: Server, tmp_path: Path) -> None:
    plain = secure.address.replace("https:", "http:")
    secure.odd[f"{FOLDER}index.json"] = status(302, Location=f"{plain}index.json")
    with pytest.raises(StoreFault, match=r'redirects to "http:.*", which is another server'):
        pull(secure.address, tmp_path, PATIENT)


def test_a_connection_cut_without_tls_goodbye_is_no_end_of_a_file(
    secure: Server, tmp_path: Path
) -> None:
    def cut(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(handler.body()[:-40])
        handler.close_connection = True  # the socket is closed as it is: no close_notify

    secure.odd[f"{FOLDER}index.json"] = cut
    with pytest.raises(StoreFault, match="the connection was lost after"):
        pull(secure.address, tmp_path, PATIENT)
