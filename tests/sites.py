"""A small site in a temporary folder: its files are written, it is built for real, and read back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from tools import build as builder
from tools.build import Built, build
from tools.errors import ProjectError

ROOT = Path(__file__).resolve().parent.parent
SITE_FOLDER = ROOT / "tests/site"
"""A whole site that stays as it is: settings, and content with every kind of entry."""
WHEN = "2026-05-25 08:15"
KEY = "0123456789abcdef"
HOST = "16210535b46ef444f394778e1bb91c6c"  # as pelicanconf.py has it

Comment = dict[str, Any]


def with_settings(monkeypatch: pytest.MonkeyPatch, **more: object) -> None:
    """The settings of the next builds have these besides, or instead."""
    run = builder.run_site

    def run_with_more(
        configuration: Path, output: Path, overrides: Mapping[str, Any], memory: Any
    ) -> Any:
        return run(configuration, output, {**more, **overrides}, memory)

    monkeypatch.setattr(builder, "run_site", run_with_more)


def comment(identity: str, parent: str | None = None, **changed: Any) -> Comment:
    """A comment as the store holds it; `name`, `url`, `key` and `host` change its author."""
    author = {"name": "Priya Raman", "url": None, "key": KEY, "host": False}
    author |= {name: changed.pop(name) for name in tuple(changed) if name in author}
    made: Comment = {
        "id": identity,
        "parent": parent,
        "date": "2026-05-26T09:00:00+10:00",
        "state": "approved",
        "author": author,
        "body": f"Words of {identity}.",
    }
    return made | changed


def tombstone(identity: str, parent: str | None = None, **changed: Any) -> Comment:
    return comment(identity, parent, **{"state": "deleted", "author": None, "body": ""} | changed)


def thread(entry: str, *comments: Comment, **changed: Any) -> dict[str, Any]:
    return {"version": 1, "entry": entry, "state": "open", "comments": list(comments)} | changed


def thread_text(value: Any) -> str:
    """As writers write it: sorted keys, two spaces, a final newline."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Site:
    """The content folder of a site, where it is built to, and how to look at what was built."""

    folder: Path

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def write(self, place: str, text: str | bytes) -> Path:
        path = self.content / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def post(self, name: str, body: str = "A body.", **head: str) -> Path:
        """posts/<name>.md; every head line may be changed: `date="2026-06-01"`, `image_alt="…"`."""
        return self._entry("posts", name, body, {"title": f"Post {name}", "date": WHEN} | head)

    def page(self, name: str, body: str = "A body.", **head: str) -> Path:
        return self._entry("pages", name, body, {"title": f"Page {name}"} | head)

    def meetup(self, name: str, body: str = "A body.", **head: str | None) -> Path:
        """meetups/<name>.md, an evening in a café; None takes a line out: `end=None, duration="1 hour"`."""
        lines: dict[str, str | None] = {
            "title": f"Meetup {name}",
            "date": WHEN,
            "start": "2026-12-02 18:00",
            "end": "20:30",
            "venue": "The Café",
            "address": "1 High Street, Newtown",
        }
        given = {key: value for key, value in (lines | head).items() if value is not None}
        return self._entry("meetups", name, body, given)

    def venue(self, file: str, **head: str) -> Path:
        lines = {"name": f"Venue {file}", "address": f"1 {file.title()} Street"} | head
        text = "".join(f"{key.title()}: {value}\n" for key, value in lines.items())
        return self.write(f"venues/{file}.md", text)

    def resource(self, name: str, body: str = "Worth it.", **head: str) -> Path:
        lines = {
            "title": f"Resource {name}",
            "link": f"https://{name}.example.net/page",
            "by": "Ada Byron",
            "kind": "article",
            "added": WHEN,
        }
        return self._entry("resources", name, body, lines | head)

    def thread(self, entry: str, *comments: Comment, **changed: Any) -> Path:
        return self.write(
            f"comments/{entry}.json", thread_text(thread(entry, *comments, **changed))
        )

    def five_files(self) -> Site:
        """Three posts, a page and a thread: the smallest site in which everything has a neighbour."""
        self.post("one", topics="Learning, Work", date="2026-05-01 08:00", series="Two parts")
        self.post("two", topics="Learning", date="2026-05-02 08:00", series="Two parts")
        self.post("three", "Read [the first](one.md).", topics="Work", date="2026-05-03 08:00")
        self.page("about", title="About")
        self.thread("posts/one", comment("a"), comment("b", "a", host=True, key=HOST, name="Host"))
        return self

    def build(self, **options: Any) -> Built:
        return build(self.content, self.output, **{"at": "2026-11-20 12:00"} | options)

    def refused(self, **options: Any) -> list[str]:
        """What a build that must fail says, a line each, paths as they stand in the content folder."""
        with pytest.raises(ProjectError) as told:
            self.build(**options)
        return str(told.value).replace(f"{self.content.as_posix()}/", "").splitlines()

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`python -m tools.build` in a process of its own."""
        command = [sys.executable, "-m", "tools.build", "--content", str(self.content)]
        if "--output" not in arguments:
            command += ["--output", str(self.output)]
        return subprocess.run(
            [*command, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def text(self, file: str) -> str:
        return (self.output / file).read_text(encoding="utf-8")

    def tree(self, file: str) -> html.HtmlElement:
        """A written page; `file` may be its address: "posts/one/"."""
        name = f"{file}index.html" if file.endswith("/") or not file else file
        return html.document_fromstring(self.text(name))

    def xml(self, file: str) -> etree._Element:
        return etree.fromstring((self.output / file).read_bytes())

    def json_ld(self, file: str) -> list[dict[str, Any]]:
        # Not by a parser: lxml gives up on a thread some hundred deep.
        page = self.text(f"{file}index.html")
        (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        graph: list[dict[str, Any]] = json.loads(script)["@graph"]
        return graph

    def files(self, folder: Path | None = None) -> dict[str, bytes]:
        """Every file that a build wrote, by its path, with its bytes."""
        root = folder or self.output
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }

    def pages(self) -> Iterator[tuple[str, html.HtmlElement]]:
        for path in sorted(self.output.rglob("*.html")):
            yield path.relative_to(self.output).as_posix(), html.parse(str(path)).getroot()

    def _entry(self, folder: str, name: str, body: str, head: Mapping[str, str]) -> Path:
        lines = "".join(
            f"{key.replace('_', '-').title()}: {value}\n" for key, value in head.items()
        )
        return self.write(f"{folder}/{name}.md", f"{lines}\n{body}\n")
