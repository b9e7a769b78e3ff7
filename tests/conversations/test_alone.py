"""Conversations in a site as pelican-quickstart makes it, with the theme that Pelican brings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import feedparser
import pytest
from lxml import html

from tests.absent import absent
from tests.sites import ROOT, comment, thread, thread_text

pytestmark = pytest.mark.slow

ARTICLE = """{% extends "!simple/article.html" %}
{% block content %}
{{ super() }}
<p class="count">{{ article.comments.count }}</p>
{% include "conversation.html" %}
{% endblock %}
"""


class Stock:
    """The site, and what Pelican makes of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        answers = ["", "A stock blog", "Jo", "en", "n", "n", "Europe/Paris", "n"]
        quickstart = ("-m", "pelican.tools.pelican_quickstart", "-p", str(folder / "site"))
        self.python(*quickstart, answers="\n".join(answers) + "\n")
        self.site = folder / "site"
        self.write("content/first.md", "Title: First & <i>foremost</i>\nDate: 2026-05-01\n\nText.")
        self.write("content/second.md", "Title: Second\nDate: 2026-05-02\n\nText.")
        self.settings = ""

    def with_conversations(self) -> None:
        """One line, one include, one folder."""
        copied = ("*.pyc", "__pycache__")
        shutil.copytree(
            ROOT / "plugins", self.site / "plugins", ignore=shutil.ignore_patterns(*copied)
        )
        self.settings = (
            'PLUGINS = ["plugins.conversations"]\nTHEME_TEMPLATES_OVERRIDES = ["templates"]\n'
        )
        self.write("templates/article.html", ARTICLE)
        self.store("posts/first-foremost", comment("a"), comment("b", "a", name="Tom <b>", url="https://tom.example/"))  # fmt: skip

    def store(self, entry: str, *comments: dict[str, object]) -> None:
        self.write(f"content/comments/{entry}.json", thread_text(thread(entry, *comments)))

    def write(self, place: str, text: str) -> None:
        path = self.site / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self, *options: str, site_url: str = "https://x.example/blog") -> str:
        """What was said on the way."""
        conf = self.site / "pelicanconf.py"
        begun = conf.read_text(encoding="utf-8").split("# ----")[0]
        conf.write_text(f'{begun}# ----\n{self.settings}SITEURL = "{site_url}"\n', encoding="utf-8")
        return self.python(
            "-m", "pelican", "content", "-s", "pelicanconf.py", *options, cwd=self.site
        )

    def python(self, *command: str, answers: str = "", cwd: Path | None = None) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            input=answers,
            cwd=cwd or self.folder,
            env={**os.environ, "COLUMNS": "200", "PYTHONPATH": os.environ.get("PELICAN_FROM", "")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def files(self) -> dict[str, bytes]:
        root = self.site / "output"
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    return Stock(tmp_path)


def test_threads_with_permalinks_counts_and_feeds_and_nothing_else_is_changed(stock: Stock) -> None:
    stock.build()
    before = stock.files()
    stock.with_conversations()
    stock.build("--fatal", "warnings")
    after = stock.files()
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"first-foremost.html", "second.html"}
    assert after.keys() - before.keys() == {
        "conversations/feed.atom",
        "conversations/posts/first-foremost/feed.atom",
    }
    page = html.document_fromstring(after["first-foremost.html"])
    assert page.xpath("string(//p[@class='count'])") == "2"
    assert page.xpath("//li[contains(@class, 'comment')]/@id") == ["comment-a", "comment-b"]
    assert page.xpath("//a[@class='u-url']/@href") == ["#comment-a", "#comment-b"]
    assert page.xpath("//*[@id='comment-b']//a[contains(@class, 'p-author')]/text()") == ["Tom <b>"]
    (feed,) = page.xpath("//*[@id='conversation']/footer//a/@href")
    assert feed == "/blog/conversations/posts/first-foremost/feed.atom"
    other = html.document_fromstring(after["second.html"])
    assert other.xpath("string(//p[@class='count'])") == "0"
    assert other.xpath("//*[@id='conversation']") == []
    for name in ("conversations/feed.atom", feed.removeprefix("/blog/")):
        read = feedparser.parse(after[name])
        assert not read.bozo
        assert {entry.link for entry in read.entries} == {
            f"https://x.example/blog/first-foremost.html#comment-{one}" for one in "ab"
        }


def test_what_is_wrong_is_told_by_file_and_line_and_the_rest_is_there(stock: Stock) -> None:
    stock.with_conversations()
    stock.store("posts/second", comment("x", "gone"))
    stock.store("posts/secnod", comment("x"))
    told = " ".join(stock.build().split())
    assert "content/comments/posts/second.json" in told
    assert 'parent "gone" is not in this thread' in told
    assert 'content/comments/posts/secnod.json: entry: "posts/secnod" is no entry' in told
    page = html.document_fromstring(stock.files()["first-foremost.html"])
    assert len(page.xpath("//li[contains(@class, 'comment')]")) == 2


def test_without_an_address_of_the_site_there_is_no_feed(stock: Stock) -> None:
    stock.with_conversations()
    stock.build("--fatal", "warnings", site_url="")
    files = stock.files()
    assert not any(name.startswith("conversations/") for name in files)
    stock.build("--fatal", "warnings")
    with_address = stock.files()["first-foremost.html"].decode()
    absent("Follow this conversation", files["first-foremost.html"].decode(), with_address)


def test_a_theme_may_draw_the_thread_itself(stock: Stock) -> None:
    stock.with_conversations()
    stock.write("templates/conversation.html", "<b>{{ article.comments.count }} of our own</b>")
    stock.build()
    assert b"<b>2 of our own</b>" in stock.files()["first-foremost.html"]


def test_it_needs_no_more_than_its_document_says() -> None:
    asked = (
        "import sys, pelican.generators\n"
        "before = {*sys.modules}\n"
        "import plugins.conversations.plugin\n"
        "new = {name.partition('.')[0] for name in {*sys.modules} - before}\n"
        "print(*sorted(new - {*sys.stdlib_module_names}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    brought = {"annotated_types", "pydantic_core", "typing_extensions", "typing_inspection"}
    told = (ROOT / "docs/conversations.md").read_text(encoding="utf-8")
    (named,) = re.findall(r"`pip install ([^`]*)`", told)
    assert {*done.stdout.split()} <= {*named.split(), *brought, "plugins", "feedgenerator"}
