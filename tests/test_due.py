"""The workflow asks the published site whether it must be built again."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.sites import ROOT, Site
from tools.due import due, published_address

NOW = datetime(2026, 12, 2, 7, 0, tzinfo=UTC)


def asked(document: object) -> tuple[bool, str]:
    return due("https://x.example/", NOW, lambda _: json.dumps(document).encode())


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("2026-12-02T18:00:00+11:00", True),
        ("2026-12-02T18:00:01+11:00", False),
        ("2026-12-02T07:00:00Z", True),
        (None, False),
    ],
)
def test_a_site_is_due_from_the_moment_that_it_says(at: str | None, answer: bool) -> None:
    assert asked({"at": at, "because": ["meetups/a starts"]})[0] is answer


def test_why_is_told(site: Site) -> None:
    told = asked({"at": "2026-12-02T18:00:00+11:00", "because": ["a starts", "b is due"]})[1]
    assert told == "2026-12-02T18:00:00+11:00: a starts, b is due"


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"at": "soon", "because": []},
        {"at": "2026-12-02T18:00:00", "because": []},
        {"at": 3},
    ],
)
def test_a_site_that_says_nothing_to_be_understood_is_due(document: object) -> None:
    answer, why = asked(document)
    assert answer
    assert why.startswith("https://x.example/next-build.json did not say when: ")


def test_a_site_that_does_not_answer_is_due() -> None:
    assert due("http://127.0.0.1:9", NOW)[0]
    assert due("file:///etc/passwd", NOW)[0]


def test_the_address_asked_is_the_one_that_the_site_is_published_at() -> None:
    assert published_address() == runpy.run_path(str(ROOT / "publishconf.py"))["SITEURL"]


@pytest.mark.parametrize(("year", "said"), [("2020", "due"), ("2999", "not due")])
def test_a_built_site_that_is_served_answers(site: Site, year: str, said: str) -> None:
    """The command as the workflow runs it, on a bare Python, against a real server."""
    site.meetup("a", start=f"{year}-12-02 18:00", date="2019-05-25")
    site.build(at=f"{year}-11-20")
    handler = partial(SimpleHTTPRequestHandler, directory=str(site.output))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        asks = f"http://127.0.0.1:{server.server_port}"
        command = [sys.executable, "-S", "-m", "tools.due", asks]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        server.shutdown()
    assert done.stdout.splitlines() == [f"{year}-12-02T18:00:00+11:00: meetups/a starts", said]


def test_the_workflow_builds_when_the_site_says_so_and_every_night() -> None:
    text = (ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8")
    assert "python3 -m tools.due" in text
    assert "needs.look.outputs.build == 'due'" in text
    assert text.count("- cron:") == 2
