"""The Pelican side: what each of its two looks does with what it finds."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from pelican import signals

from plugins.conversations.model import Thread
from plugins.faults import ContentFaults, Report
from plugins.privacy import plugin, register

SETTINGS = {"REPLY_TO": "hello@site.example", "PUBLIC_ADDRESSES": ("press@site.example",)}


def thread(body: str) -> Thread:
    author = {"name": "Jo", "url": None, "key": "8c51ea72c769b26f", "host": False}
    comment = {
        "id": "a",
        "parent": None,
        "date": "2026-05-25T08:15:00+10:00",
        "state": "approved",
        "author": author,
        "body": body,
    }
    return Thread.model_validate(
        {"version": 1, "entry": "posts/x", "state": "open", "comments": [comment]}
    )


def test_a_fault_of_the_store_goes_into_the_builds_report() -> None:
    report = Report()
    context = {
        "reading": SimpleNamespace(report=report),
        "threads": {
            "posts/x": thread("I am jo@host.example, you are press@site.example"),
            "posts/y": thread("Nothing to see"),
        },
    }
    plugin.PrivacyGenerator(context=context, settings=SETTINGS, path="content").generate_context()
    (fault,) = report.faults
    assert fault.place == "comments/posts/x.json"
    assert "comment a: body: holds the e-mail address j***@h***.example" in fault.message


def test_a_hit_in_the_output_ends_the_run(tmp_path: Path) -> None:
    register()
    pelican = SimpleNamespace(output_path=str(tmp_path), settings=SETTINGS)
    page = tmp_path / "index.html"
    page.write_text("hello@site.example press@site.example")
    signals.finalized.send(pelican)
    page.write_text("jo@host.example")
    with pytest.raises(ContentFaults, match=r"output/index\.html:1: .*j\*\*\*@h\*\*\*\.example"):
        signals.finalized.send(pelican)
