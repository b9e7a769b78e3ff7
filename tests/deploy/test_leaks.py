"""Whatever must not be public and stands anywhere in what was written is found and named."""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.sites import ROOT, SITE_FOLDER, Site, comment, tombstone
from tools.build import build
from tools.deploy.before.fingerprints import Exact, Private, needles_of
from tools.deploy.before.leaks import Search, faults_in, leak_faults
from tools.deploy.before.private_files import private_around, removed
from tools.deploy.before.public import own_words
from tools.deploy.before.words import plain, words_in
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

AT = "2026-11-20 12:00"

# One sentence for each kind of thing that is not public, none of which stands anywhere else.
CANARIES = {
    "draft": "A wombat explains the whole budget to nobody in particular.",
    "scheduled": "Seven lyrebirds rehearse what they will say next January.",
    "held page": "The quiet annexe opens once its roof has been paid for.",
    "held meetup": "Bring a lantern to the meeting that nobody knows of yet.",
    "held resource": "This manuscript was lent to me on condition of silence.",
    "tips issue": "Write the first line of tomorrow before you leave tonight.",
    "recap": "Eleven of us came and the kettle gave out before nine.",
    "recap line": "Nobody said what the evening had really been about.",
    "later comment": "I shall only say this aloud when winter has passed.",
    "comment on a draft": "Your unfinished chapter made me laugh on the tram home.",
    "deleted comment": "Please forget that I ever mentioned my former employer here.",
    "edited comment": "My manager Ludovica forbids us to speak of the merger.",
    "inbox json": "Buy seventeen genuine wristwatches from my cousin this week.",
    "inbox mail": "I would rather you kept my diagnosis between the two of us.",
    "inbox mbox": "The committee met in secret behind the old bakery on Sunday.",
    "inbox csv": "Prefers to be written to under her maiden name only please.",
    "inbox text": "Remember to ask Oswald why the ferry never came back empty.",
    "draft of a comment": "What I would really like to answer cannot be printed here.",
    "backup": "Before it was mended this comment named three innocent people.",
}
PLACES = {
    "draft": ("posts/wombat-budget.md, which is a draft", 'take its "Status: draft" line out'),
    "scheduled": (
        "posts/lyrebirds.md, which is not public yet (its date is 2027-01-01)",
        "the date",
    ),
    "held page": ("pages/annexe.md, which is a draft", ""),
    "held meetup": ("meetups/lantern.md, which is a draft", ""),
    "held resource": ("resources/manuscript.md, which is not public yet", ""),
    "tips issue": ("tips/2026-12.md, a tips issue that is a draft", ""),
    "recap": ("meetups/coming.md, the recap of meetups/coming, which is not over yet", ""),
    "recap line": ("meetups/coming.md, the recap of meetups/coming, which is not over yet", ""),
    "later comment": ("comments/posts/one.json, later, a comment that is dated 2027-", "shows it"),
    "comment on a draft": (
        "comments/posts/wombat-budget.json, x1, a comment on posts/wombat-budget, which is not public",
        "",
    ),
    "deleted comment": (
        "comments/posts/one.json, a comment that was taken out or changed",
        "quote it",
    ),
    "edited comment": ("comments/posts/two.json, a comment that was taken out or changed", ""),
    "inbox json": ("inbox/2026/a.json, which nobody has judged yet", "find what copied it"),
    "inbox mail": ("inbox/b.eml, which nobody has judged yet", ""),
    "inbox mbox": ("inbox/c.mbox, which nobody has judged yet", ""),
    "inbox csv": ("inbox/d.csv, which nobody has judged yet", ""),
    "inbox text": ("inbox/e.txt, which nobody has judged yet", ""),
    "draft of a comment": (".cache/drafts/reply.md, a comment that is not in the store", ""),
    "backup": (".cache/backups/2026-11-01/posts/one.json, a copy of a thread", ""),
}


class Project:
    """A project with something private of every kind, built; and how to look at a leaky output."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        site = Site(folder)
        site.content.mkdir(parents=True)
        self.content = site.content
        self._write_content(site)
        self._write_around()
        self._keep_history(site)
        kept: list[Any] = []
        self.clean = folder / "clean"

        def look(built: Any, staging: Path) -> None:
            kept.append(built)
            shutil.copytree(staging, self.clean)

        build(site.content, folder / "output", at=AT, look=look)
        (self.site,) = kept

    def leaks(self, name: str, data: str | bytes, remove: bool = True) -> list[str]:
        """What is told of a file that is put into the clean output."""
        path = self.clean / name
        kept = path.read_bytes() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        try:
            found = leak_faults(self.site, self.clean, self.root, only=[path])
            told = [str(fault) for fault in found]
        finally:
            path.unlink()
            if kept is not None:
                path.write_bytes(kept)
        return [line.replace(f"{self.content.as_posix()}/", "") for line in told]

    def _write_content(self, site: Site) -> None:
        site.five_files()
        c = CANARIES
        site.post("three", "![A table](../images/table.png)", date="2026-05-03 08:00")
        table = (SITE_FOLDER / "content/images/round-table.png").read_bytes()
        for name in ("table", "Jo's Secret Sketch", "cover"):
            site.write(f"images/{name}.png", table)
        sketch = "![A sketch](<../images/Jo's Secret Sketch.png>) ![A table](../images/table.png)"
        site.post(
            "wombat-budget",
            f"{c['draft']}\n\n{sketch}",
            image="../images/cover.png",
            image_alt="A cover",
            title="The wombat and the budget",
            status="draft",
            topics="Wombats at large",
        )
        site.post(
            "lyrebirds", c["scheduled"], title="Lyrebirds in rehearsal rooms", date="2027-01-01"
        )
        site.page("annexe", c["held page"], title="The annexe behind the hall", status="draft")
        site.meetup(
            "lantern", c["held meetup"], title="An evening by lantern light", status="draft"
        )
        site.meetup("coming", f"Come along.\n\n## Recap\n\n{c['recap']}\n", recap=c["recap line"])
        site.resource("manuscript", c["held resource"], added="2027-01-01")
        items = "\n\n".join(
            f"## {kind}: number {n}\n\n{c['tips issue'] if n == 1 else 'Words.'}\n\nTry: it now."
            for n, kind in enumerate(("Tip", "Tool", "Idea", "Tip"), 1)
        )
        site._entry(
            "tips",
            "2026-12",
            items,
            {"title": "Four for December", "date": "2026-12-01", "status": "draft"},
        )
        site.thread("posts/wombat-budget", comment("x1", body=c["comment on a draft"]))
        site.thread(
            "posts/one",
            comment("a"),
            comment("b", body=c["deleted comment"]),
            comment("later", body=c["later comment"], date="2027-06-01T09:00:00+10:00"),
        )
        site.thread("posts/two", comment("e", body=f"Good. {c['edited comment']}"))

    def _write_around(self) -> None:
        c = CANARIES
        files = {
            "inbox/2026/a.json": json.dumps(
                {"form": [{"body": c["inbox json"], "mail": "spam@spam.example"}]}
            ),
            "inbox/b.eml": f"From: Jo <jo.hidden@mail.example>\nSubject: A word\nContent-Type: text/plain\n\n{c['inbox mail']}\n",
            "inbox/c.mbox": f"From x Mon Jan  1 00:00:00 2026\nFrom: y@mail.example\nSubject: z\n\n{c['inbox mbox']}\n\n",
            "inbox/d.csv": f'email,note\nlist.member@mail.example,"{c["inbox csv"]}"\n',
            "inbox/e.txt": c["inbox text"],
            "inbox/f.png": b"\x89PNG\r\n\0\0\0",
            "subscribers-2026.csv": "email,status\nreader.one@mail.example,active\n",
            "comments.secret": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "smtp.secret": "SMTP_HOST=mail.example.org\nSMTP_USER=jo\nSMTP_PASSWORD=corr&ct-horse/9\n",
            ".env": "# keys\nexport HOOK_TOKEN='tok_12345678'\nCOLOUR=terracotta\n",
            ".cache/drafts/reply.md": f"{c['draft of a comment']}\n\n#> ---- >8 ----\n",
            ".cache/backups/2026-11-01/posts/one.json": json.dumps(
                {"comments": [{"body": c["backup"]}]}
            ),
        }
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def _keep_history(self, site: Site) -> None:
        """The comment b is deleted, e is edited; git knows what they were."""
        git(self.root, "init", "-q")
        git(self.root, "add", "content/comments")
        git(self.root, "commit", "-qm", "as it was")
        site.thread(
            "posts/one",
            comment("a"),
            tombstone("b"),
            comment("c", "b", body="An answer to what is gone."),
            comment("later", body=CANARIES["later comment"], date="2027-06-01T09:00:00+10:00"),
        )
        site.thread("posts/two", comment("e", body="Good. My manager is kind."))
        git(self.root, "commit", "-qam", "as it is")


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("leaks"))


def test_a_clean_output_raises_nothing(project: Project) -> None:
    assert leak_faults(project.site, project.clean, project.root) == ()


def test_the_content_of_this_project_raises_nothing_as_it_would_be_published(
    tmp_path: Path,
) -> None:
    found: list[Any] = []

    def look(built: Any, staging: Path) -> None:
        found.extend(leak_faults(built, staging, ROOT))
        assert len(built.reading.held) >= 1

    build(SITE_FOLDER / "content", tmp_path / "output", production=True, look=look)
    assert [str(fault) for fault in found] == []


@pytest.mark.parametrize("at", ["2025-06-01", "2026-02-10", "2026-06-15"])
def test_the_content_of_this_project_raised_nothing_when_most_of_it_was_still_to_come(
    tmp_path: Path, at: str
) -> None:
    content = tmp_path / "content"
    shutil.copytree(SITE_FOLDER / "content", content)
    for path in content.rglob("*.md"):
        # What is public may not lead to what is not, and then it did not.
        text = re.sub(r"\]\((?!https?:|mailto:)[^)]*\)", "](/)", path.read_text("utf-8"))
        path.write_text(re.sub("(?m)^Aliases: .*\n", "", text.replace("![", "[")), "utf-8")
    found: list[Any] = []

    def look(built: Any, staging: Path) -> None:
        found.extend(leak_faults(built, staging, ROOT))
        assert len(built.reading.held) > 10
        assert len(built.entries) > 10

    build(content, tmp_path / "output", at=at, look=look)
    assert [str(fault) for fault in found] == []


def test_an_inbox_of_what_has_been_approved_since_raises_nothing(tmp_path: Path) -> None:
    """Every comment of this project as the submission and the mail that it may have come by."""
    site = "https://activatelearning.example"
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for path in sorted((SITE_FOLDER / "content/comments").glob("*/*.json")):
        key = path.relative_to(SITE_FOLDER / "content/comments").with_suffix("").as_posix()
        for one in json.loads(path.read_text("utf-8"))["comments"]:
            if one["state"] != "approved":
                continue
            page, name = f"{site}/{key}/", f"{path.stem}-{one['id']}"
            form = {"entry": key, "page": page, "body": one["body"], "name": one["author"]["name"]}
            form |= {"to": f"{page}#comment-{one['id']}", "date": one["date"]}
            (inbox / f"{name}.json").write_text(json.dumps(form))
            title = entry_title(SITE_FOLDER / f"content/{key}.md")
            mail = EmailMessage()
            mail["Subject"] = f"Re: {title} ({one['id']})"
            mail.set_content(
                "\n".join(f"> {line}" for line in one["body"].splitlines()) + f"\n\n{page}"
            )
            (inbox / f"{name}.eml").write_bytes(bytes(mail))
    found: list[Any] = []

    def look(built: Any, staging: Path) -> None:
        found.extend(leak_faults(built, staging, tmp_path))

    build(SITE_FOLDER / "content", tmp_path / "output", at="2026-12-31", production=True, look=look)
    assert len(list(inbox.iterdir())) > 400
    assert [str(fault) for fault in found] == []


def entry_title(path: Path) -> str:
    return next(line[7:] for line in path.read_text("utf-8").splitlines() if line[:7] == "Title: ")


@pytest.mark.parametrize("kind", CANARIES)
def test_each_kind_of_private_thing_is_found_in_a_page_and_named(
    project: Project, kind: str
) -> None:
    told = project.leaks(
        "posts/one/index.html", f"<!DOCTYPE html>\n<title>x</title>\n<p>{CANARIES[kind]}</p>\n"
    )
    place, mend = PLACES[kind]
    assert len(told) == 1, told
    assert told[0].startswith('posts/one/index.html:3: holds "')
    assert f'…" of {place}' in told[0]
    assert mend in told[0]
    said = told[0].split('"')[1].removesuffix(" …").split()
    assert 5 <= len(said) <= 8
    assert " ".join(said).encode() in plain(CANARIES[kind])


TEXT = CANARIES["draft"]
ESCAPED = html.escape(f"<p>{TEXT}</p>")


def picture(ending: str, **more: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, ending, **more)
    return file.getvalue()


def exif(tag: int, value: Any) -> Image.Exif:
    made = Image.Exif()
    made[tag] = value
    return made


def png_text(compressed: bool = False) -> bytes:
    info = PngInfo()
    info.add_text("Description", TEXT, zip=compressed)
    return picture("png", pnginfo=info)


def folded(line: str) -> str:
    """As RFC 5545 section 3.1 folds a line, and escapes it."""
    line = line.replace(",", "\\,")
    return "\r\n ".join(line[at : at + 20] for at in range(0, len(line), 20))


WAYS: dict[str, tuple[str, str | bytes]] = {
    "a text with markup in it": ("a/index.html", "<p>A <em>wombat</em> explains the <a href='/'>whole</a>\nbudget to nobody</p>"),
    "a text with entities": ("a/index.html", "<p>A wombat&nbsp;explains the &#119;hole budget to nobody</p>"),
    "typographic": ("a/index.html", "<p>“A wombat” explains — the whole, budget to nobody…</p>"),
    "capitals": ("a/index.html", f"<p>{TEXT.upper()}</p>"),
    "a description": ("a/index.html", f'<meta name="description" content="{TEXT}">'),
    "an alternative text": ("a/index.html", f'<img alt="{TEXT}" src="x.png">'),
    "a title": ("a/index.html", f"<a title='{TEXT}' href='/'>x</a>"),
    "a query": ("a/index.html", f'<a href="https://x.example/?text={quote(TEXT)}">x</a>'),
    "a comment": ("a/index.html", f"<!-- {TEXT} -->"),
    "a comment with tags": ("a/index.html", f"<!-- <p>{TEXT}</p> -->"),
    "JSON-LD": ("a/index.html", f'<script type="application/ld+json">{json.dumps({"text": TEXT})}</script>'),
    "JSON-LD with escapes": ("a/index.html", '<script type="application/ld+json">{"t":"A wombat\\nexplains\\u0020the whole\\u2014budget to nobody"}</script>'),
    "a template": ("a/index.html", f"<template><p>{TEXT}</p></template>"),
    "an Atom feed": ("feed.atom", f'<feed><entry><content type="html">{ESCAPED}</content></entry></feed>'),
    "an Atom title": ("feed.atom", f"<feed><entry><title>{TEXT}</title></entry></feed>"),
    "an RSS feed": ("feed.rss", f"<rss><item><description>{ESCAPED}</description></item></rss>"),
    "an RSS feed with CDATA": ("feed.rss", f"<rss><encoded><![CDATA[<p>{TEXT}</p>]]></encoded></rss>"),
    "a JSON feed": ("feed.json", json.dumps({"items": [{"content_html": f'<p class="x">{TEXT}</p>'}]})),
    "a search index": ("search/index.json", json.dumps([["x", TEXT.lower()]])),
    "a manifest": ("manifest.webmanifest", json.dumps({"description": TEXT})),
    "a calendar": ("meetups.ics", f"BEGIN:VEVENT\r\n{folded('DESCRIPTION:' + TEXT)}\r\nEND:VEVENT\r\n"),
    "a sitemap": ("sitemap.xml", f"<urlset><url><loc>https://x.example/{quote(TEXT)}/</loc></url></urlset>"),
    "an OPML": ("feeds.opml", f'<opml><body><outline text="{TEXT}"/></body></opml>'),
    "a text file": ("robots.txt", f"# {TEXT}\nUser-agent: *\n"),
    "a header file": ("_headers", f"/*\n  X-Note: {TEXT}\n"),
    "a script": ("theme/site.js", f"const note = '{TEXT}';"),
    "a style sheet": ("theme/site.css", f"/* {TEXT} */"),
    "a drawing": ("images/a.svg", f"<svg><metadata>{TEXT}</metadata></svg>"),
    "the title of a drawing": ("images/a.svg", f"<svg><title>{TEXT}</title></svg>"),
    "a file of its Markdown": ("files/old.md", f"Title: x\n\n{TEXT}\n"),
    "a text of a PNG": ("images/a.png", png_text()),
    "a packed text of a PNG": ("images/a.png", png_text(compressed=True)),
    "Exif of a JPEG": ("images/a.jpg", picture("jpeg", exif=exif(0x010E, TEXT))),
    "wide Exif of a JPEG": ("images/a.jpg", picture("jpeg", exif=exif(0x9C9C, TEXT.encode("utf-16-le")))),
    "Exif of a WebP": ("images/a.webp", picture("webp", exif=exif(0x010E, TEXT))),
    "Exif of an AVIF": ("images/a.avif", picture("avif", exif=exif(0x010E, TEXT))),
    "XMP of a JPEG": ("images/a.jpg", picture("jpeg", xmp=f"<x:xmpmeta><d>{TEXT}</d></x:xmpmeta>".encode())),
    "a comment of a JPEG": ("images/a.jpg", picture("jpeg", comment=TEXT.encode())),
    "a comment of a GIF": ("images/a.gif", picture("gif", comment=TEXT.encode())),
    "a packed page": ("a/index.html.gz", gzip.compress(f"<p>{TEXT}</p>".encode())),
    "a page packed by brotli": ("a/index.html.br", brotli.compress(f"<p>{TEXT}</p>".encode())),
    "a binary file": ("files/a.pdf", b"%PDF\0\0\0" + TEXT.encode() + b"\0\0"),
    "a part of it": ("a/index.html", "<p>explains the whole budget to nobody in particular</p>"),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_it_is_found_wherever_it_stands_and_however_it_is_written(
    project: Project, way: str
) -> None:
    name, data = WAYS[way]
    (told,) = project.leaks(name, data)
    assert told.startswith(name)
    assert "of posts/wombat-budget.md, which is a draft" in told


NAMES = {
    "its page": ("posts/wombat-budget/index.html", "is a file of posts/wombat-budget.md"),
    "its feed": ("posts/wombat-budget/feed.atom", "is a file of posts/wombat-budget.md"),
    "a calendar": ("meetups/lantern.ics", "is a file of meetups/lantern.md"),
    "a page at the root": ("annexe/index.html", "is a file of pages/annexe.md"),
    "its picture": (
        "images/jo-s-secret-sketch-0123abcd-480.webp",
        "is a picture of posts/wombat-budget.md",
    ),
    "a drawing of it": (
        "images/jo-s-secret-sketch-0123abcd.svg",
        "is a picture of posts/wombat-budget.md",
    ),
    "its card's picture": (
        "images/cover-0123abcd-480.avif",
        "is a picture of posts/wombat-budget.md",
    ),
    "a picture by its title": (
        "images/the-wombat-and-the-budget.png",
        "has in its name words of posts/wombat-budget.md",
    ),
}


@pytest.mark.parametrize("way", NAMES)
def test_a_file_whose_name_tells_of_it_is_found(project: Project, way: str) -> None:
    name, said = NAMES[way]
    (told,) = project.leaks(name, "x")
    assert told.startswith(f"{name}: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<a href="/posts/wombat-budget/">x</a>', "the address /posts/wombat-budget/ of posts/wombat"),
        ('<a href="https://x.example/posts/wombat-budget/#c">x</a>', "the address /posts/wombat"),
        ('{"url": "https:\\/\\/x.example\\/posts\\/wombat-budget\\/"}', "the address /posts/wombat"),
        ("?u=https%3A%2F%2Fx.example%2Fposts%2Fwombat-budget%2F", "the address /posts/wombat"),
        ("<id>tag:x.example,2014:posts/wombat-budget</id>", "the address /posts/wombat-budget/"),
        ("<id>tag:x.example,2014:pages/annexe</id>", "the key pages/annexe of pages/annexe.md"),
        ('<a href="/annexe/">x</a>', "the address /annexe/ of pages/annexe.md"),
        ("<loc>https://x.example/annexe/</loc>", "the address /annexe/ of pages/annexe.md"),
        ('<a href="/topics/wombats-at-large/">x</a>', "the address /topics/wombats-at-large/ of a"),
        ('<li id="comment-x1">', "the id comment-x1 of comments/posts/wombat-budget.json, x1"),
        ('<a href="/posts/one/#comment-later">x</a>', "the id comment-later of comments/posts/one"),
        ("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "what is written in comments.secret of comments.sec"),
        ("pass: corr&amp;ct-horse/9", "the value of SMTP_PASSWORD of smtp.secret, a secret"),
        ("?p=corr%26ct-horse%2F9", "the value of SMTP_PASSWORD of smtp.secret"),
        ("tok_12345678", "the value of HOOK_TOKEN of .env, a secret"),
        ("jo.hidden@mail.example", "the address j***@m***.example of inbox/b.eml"),
        ("reader.one&#64;mail.example", "the address r***@m***.example of subscribers-2026.csv"),
        ("list.member%40mail.example", "the address l***@m***.example of inbox/d.csv"),
        ("The wombat and the budget", '"the wombat and the budget …" of posts/wombat-budget.md'),
    ],
)  # fmt: skip
def test_paths_ids_secrets_and_addresses_are_found(project: Project, text: str, said: str) -> None:
    told = project.leaks(
        "a/index.html", f'<p>\n<a title="{text}">' if "%40" in text else f"<p>\n{text}"
    )
    assert len(told) == 1, told
    assert told[0].startswith("a/index.html:2: holds ")
    assert said in told[0]
    assert "corr" not in told[0]
    assert "tok_" not in told[0]
    assert "0f1e" not in told[0]


def test_a_page_of_a_site_below_a_folder_of_its_host_is_found(site: Site) -> None:
    site.five_files().page("annexe", "Some words.", status="draft")
    found: list[Any] = []

    def look(built: Any, staging: Path) -> None:
        page = staging / "posts/one/index.html"
        for address in ("/blog/annexe/", "https://x.example/blog/annexe/", "/annexe/"):
            page.write_text(f'<a href="{address}">x</a>')
            found.append(leak_faults(built, staging, site.folder, only=[page]))

    site.build(site_url="https://x.example/blog", look=look)
    assert [len(one) for one in found] == [1, 1, 0]


@pytest.mark.parametrize(
    "text",
    [
        '<a href="/posts/one/">One</a> and <a href="/posts/wombat-budgets/">others</a>',
        '<a href="/resources/annexe/">x</a> in the annexe/hall, /annexes/',
        '<li id="comment-a"><li id="comment-x10"><li id="comment-b">',
        "SMTP_HOST=mail.example.org, terracotta, jo",
        "Wednesday 2 December 2026, 6 pm to 8.30 pm. 1 January 2027. Words. Good.",
        "The Café, 1 High Street, Newtown",
        "Good. My manager is kind.",
        "hello@activatelearning.example",
    ],
)
def test_what_only_looks_like_it_or_is_public_too_is_let_be(project: Project, text: str) -> None:
    assert project.leaks("a/index.html", f"<p>{text}</p>") == []


def test_a_picture_that_a_public_post_shows_too_may_be_there(project: Project) -> None:
    assert list(project.clean.glob("images/table-*"))
    assert project.leaks("images/table-0123abcd-480.webp", picture("webp")) == []


def test_what_leaks_into_many_files_is_told_once_of_the_page_it_is_on(tmp_path: Path) -> None:
    thing = Private("content/posts/x.md", "which is a draft", "mend it", (TEXT,))
    for name in ("feed.atom", "topics/a/index.html", "posts/y/index.html", "index.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"\n<p>{TEXT}</p>")
    (fault,) = faults_in(tmp_path, Search([thing]))
    assert str(fault) == (
        'posts/y/index.html:2: holds "a wombat explains the whole budget to nobody …" of '
        "content/posts/x.md, which is a draft (so do 3 more); mend it. When these words are no secret, "
        "write them into PUBLIC_WORDS in pelicanconf.py"
    )


def test_many_files_are_looked_through_by_several_processes(tmp_path: Path) -> None:
    for number in range(450):
        (tmp_path / f"{number}.html").write_text(f"<p>{TEXT if number == 449 else 'x'}</p>")
    thing = Private("content/posts/x.md", "which is a draft", "mend it", (TEXT,))
    (fault,) = faults_in(tmp_path, Search([thing]))
    assert fault.place == "449.html"


def test_a_file_that_held_nothing_is_not_looked_through_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, seen = tmp_path / "site", tmp_path / "cache/seen"
    site.mkdir()
    for name in ("a", "b", "c"):
        (site / f"{name}.html").write_text(f"<p>{name}</p>")
    looked: list[str] = []
    real = Search.look

    def looking(self: Search, folder: Path, files: Any) -> Any:
        looked.extend(path.name for path in files)
        return real(self, folder, files)

    monkeypatch.setattr(Search, "look", looking)

    def told(*texts: str) -> list[str]:
        looked.clear()
        search = Search([Private("p", "w", "m", texts)])
        return [fault.place for fault in faults_in(site, search, seen=seen)]

    assert told(TEXT) == []
    assert looked == ["a.html", "b.html", "c.html"]
    assert told(TEXT) == []
    assert looked == []
    (site / "b.html").write_text(f"<p>{TEXT}</p>")
    assert told(TEXT) == ["b.html"]
    assert looked == ["b.html"]
    assert told(TEXT) == ["b.html"], "what leaks is told again until it is gone"
    (site / "b.html").rename(site / "d.html")
    assert told(TEXT) == ["d.html"]
    (site / "c.html").rename(site / "e.html")
    told(TEXT)
    assert looked == ["d.html", "e.html"], "a name may tell something too"
    told(TEXT, CANARIES["scheduled"])
    assert looked == ["a.html", "d.html", "e.html"], "something else is looked for"
    (site / "d.html").unlink()
    seen.write_bytes(b"broken")
    assert told(TEXT) == []
    assert looked == ["a.html", "e.html"]


def test_a_leak_stops_the_build_before_anything_is_in_its_place(site: Site) -> None:
    site.five_files().build()
    before = site.files()
    site.post("hidden-plan", TEXT, status="draft")

    def look(built: Any, staging: Path) -> None:
        (staging / "posts/one/index.html").write_text(f"<p>{TEXT}</p>")
        faults = leak_faults(built, staging, site.folder)
        raise ProjectError("\n".join(map(str, faults)))

    (told,) = site.refused(look=look)
    assert told.startswith("posts/one/index.html:1: holds ")
    assert site.files() == before


def test_a_look_that_finds_nothing_lets_the_build_go_on(site: Site) -> None:
    seen: list[str] = []

    def look(built: Any, staging: Path) -> None:
        assert not site.output.exists()
        seen.extend(built.entries)
        assert (staging / "index.html").is_file()

    assert site.five_files().build(look=look).posts == 3
    assert "posts/one" in seen


def test_words_that_the_settings_say_are_no_secret_are_no_leak(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "<p>explains the whole budget to nobody in particular</p>"
    assert len(project.leaks("a/index.html", text)) == 1
    given = {**project.site.settings.given, "PUBLIC_WORDS": (CANARIES["draft"],)}
    settings = replace(project.site.settings, given=given)
    monkeypatch.setattr(project, "site", replace(project.site, settings=settings))
    assert project.leaks("a/index.html", text) == []
    assert len(project.leaks("a/index.html", '<a href="/posts/wombat-budget/">x</a>')) == 1


def test_what_a_public_post_quotes_of_a_draft_is_no_leak(site: Site) -> None:
    site.five_files()
    site.post("four", f"As I wrote to a friend: {TEXT}")
    site.post(
        "five", f"Something of its own to say here, at some length.\n\n{TEXT}", status="draft"
    )
    found: list[Any] = []
    site.build(look=lambda c, s: found.extend(leak_faults(c, s, site.folder)))
    assert found == []


def test_a_secret_that_was_typed_into_a_public_post_is_a_leak(site: Site) -> None:
    site.five_files()
    site.post("four", "Our hook takes tok_12345678 from everybody.")
    site.folder.joinpath(".env").write_text("HOOK_TOKEN=tok_12345678\nAPP_SECRET=terracotta\n")
    found: list[Any] = []
    site.build(look=lambda c, s: found.extend(leak_faults(c, s, site.folder)))
    assert [str(fault) for fault in found if "the value of HOOK_TOKEN of .env" in str(fault)]
    assert not [fault for fault in found if "tok_" in str(fault)]


def test_a_comment_that_is_not_approved_is_found_though_no_reader_of_the_store_lets_it_in(
    project: Project,
) -> None:
    body = "This comment waits for somebody to decide about it someday."
    path = project.content / "comments/posts/three.json"
    path.write_text(json.dumps({"comments": [comment("p1", state="pending", body=body)]}))
    try:
        (told,) = project.leaks("a/index.html", f"<p>{body}</p>")
    finally:
        path.unlink()
    assert "comments/posts/three.json, p1, a comment whose state is pending" in told


def test_only_what_a_file_lost_is_read_out_of_gits_differences() -> None:
    lines = [
        "--- a/content/comments/posts/x.json",
        "+++ b/content/comments/posts/x.json",
        '-      "body": "Gone \\"now\\".",',
        '+      "body": "Still here.",',
        '-      "name": "Somebody",',
        '-      "body": broken',
    ]
    (lost,) = removed(lines, "comments")
    assert lost.place == "comments/posts/x.json"
    assert all("Gone" in passage for passage in lost.passages)


@pytest.mark.parametrize("ending", ["json", "eml", "mbox", "csv", "txt", "html"])
@given(data=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_nothing_in_the_inbox_is_too_broken_to_be_read(ending: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"inbox/a.{ending}"
        path.parent.mkdir()
        path.write_bytes(data)
        assert len(list(private_around(Path(folder), Path(folder) / "none"))) <= 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", f'{{"body": "{TEXT}'),
        ("a.jsonl", f'{{"body": "{TEXT}"}}\n{{"body": "x"}}\n'),
        ("a.csv", f'"{TEXT}'),
        ("a.eml", f"Content-Type: text/plain; charset=nobody-knows\n\n{TEXT}\n"),
        ("a.eml", f"Content-Type: text/html\n\n<p>A <b>wombat</b> {TEXT[9:]}</p>\n"),
        ("a.eml", f"Subject: =?utf-8?q?{quote(TEXT).replace('%', '=')}?=\n\nx\n"),
        ("deep/b/a.md", f"> {TEXT}"),
    ],
)
def test_what_is_broken_in_its_format_is_somebodys_words_all_the_same(
    tmp_path: Path, name: str, data: str
) -> None:
    path = tmp_path / "inbox" / name
    path.parent.mkdir(parents=True)
    path.write_text(data)
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.html").write_text(f"<p>{TEXT}</p>")
    things = list(private_around(tmp_path, tmp_path / "none"))
    (fault,) = faults_in(site, Search(things))
    assert f"of inbox/{name}, which nobody has judged yet" in fault.message


def test_secrets_of_the_environment_are_looked_for_too(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<p>it is hunter-42-and-more, or /usr/share/keys, or 12345678</p>"
    )
    environment = {
        "SMTP_PASSWORD": "hunter-42-and-more",
        "KEY_FOLDER": "/usr/share/keys",
        "TOKEN_COUNT": "12345678",
        "COLOUR": "it is hunter",
        "SHORT_TOKEN": "more",
    }
    things = list(private_around(tmp_path / "none", tmp_path / "none", environment))
    (fault,) = faults_in(tmp_path, Search(things))
    assert "holds the value of SMTP_PASSWORD of the environment, a secret" in fault.message


def test_a_setting_that_is_called_a_secret_makes_none_public() -> None:
    given = {"APP_PASSWORD": "hunter-42", "SITENAME": "A site"}
    built = SimpleNamespace(settings=SimpleNamespace(given=given))
    words = own_words(cast("Any", built), Path("/none"))
    assert plain("A site") in words
    assert plain("hunter-42") not in words


WORDS = st.text("abcdefghijklmnopqrstuvwxyzäéßñøжшлש", min_size=4, max_size=9)
SENTENCE = st.lists(WORDS, min_size=4, max_size=30, unique=True).map(" ".join)


def wrappings() -> Iterator[Callable[[str], tuple[str, str]]]:
    yield lambda text: ("a.html", f"<p>Before. {text} After.</p>")
    yield lambda text: ("a.html", f'<p><img alt="{text}">')
    yield lambda text: ("a.html", "<p>" + " ".join(f"<b>{word}</b>" for word in text.split()))
    yield lambda text: ("a.html", f"<!-- {text} -->")
    yield lambda text: ("a.html", f'<a href="/?q={quote(text)}">x</a>')
    yield lambda text: ("a.html", "".join(f"&#{ord(c)};" for c in text))
    yield lambda text: ("a.atom", html.escape(html.escape(f"<p>{text}</p>")))
    yield lambda text: ("a.json", json.dumps({"a": text}))
    yield lambda text: ("a.json", json.dumps({"a": f'<p title="x">{text}'}, ensure_ascii=False))
    yield lambda text: ("a.ics", "\r\n ".join(text[at : at + 9] for at in range(0, len(text), 9)))
    yield lambda text: ("a.txt", text.upper().replace("SS", "ß"))


@given(SENTENCE, st.sampled_from(list(wrappings())), st.lists(SENTENCE, max_size=3))
def test_any_sentence_of_a_private_text_is_found_wherever_it_is_put(
    sentence: str, wrapping: Callable[[str], tuple[str, str]], others: list[str]
) -> None:
    thing = Private("p", "w", "m", (". ".join([*others, sentence]) + ".",))
    name, data = wrapping(sentence)
    found = words_in(data, Path(name).suffix)
    assert len(sentence) < 20 or any(needle in found for needle in needles_of(thing))


@given(st.lists(SENTENCE, min_size=1, max_size=4), st.lists(SENTENCE, min_size=1, max_size=4))
def test_what_holds_no_word_of_it_raises_nothing(private: list[str], public: list[str]) -> None:
    mine = {word.casefold() for text in private for word in text.split()}
    others = " ".join(
        word for text in public for word in text.split() if word.casefold() not in mine
    )
    thing = Private("p", "w", "m", tuple(private))
    assert not any(needle in plain(others) for needle in needles_of(thing))


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_read_as_words(text: str) -> None:
    for ending in (".html", ".atom", ".json", ".ics", ".txt"):
        found = words_in(text, ending)
        assert b"  " not in found
        assert found == found.lower()


def test_a_sentence_in_a_script_without_spaces_is_found(tmp_path: Path) -> None:
    thing = Private("p", "w", "m", ("まだ誰にも話していない秘密の計画があります。",))
    (tmp_path / "a.html").write_text("<p>彼女はまだ誰にも話していない秘密の計画</p>", "utf-8")
    assert len(faults_in(tmp_path, Search([thing]))) == 1
    (tmp_path / "a.html").write_text("<p>まだ秘密があります</p>", "utf-8")
    assert faults_in(tmp_path, Search([thing])) == ()


def test_short_sentences_that_may_stand_anywhere_are_not_looked_for() -> None:
    said = ("Thank you.", "I agree with you", "6 pm to 8.30 pm on Wednesday 2 December 2026", "Yes")
    assert list(needles_of(Private("p", "w", "m", said, titles=("Work", "On work")))) == []


def test_a_title_beside_a_word_that_happens_to_stand_there_is_no_quotation(tmp_path: Path) -> None:
    title = "What I read and what I leave"
    thing = Private("p", "w", "m", (f"Link to the post about {title}.",))
    (tmp_path / "a.html").write_text(f"<b>about</b> <a>{title}</a>")
    assert len(faults_in(tmp_path, Search([thing]))) == 1
    assert faults_in(tmp_path, Search([thing], titles=plain(title))) == ()


def test_an_exact_thing_is_not_found_inside_another(tmp_path: Path) -> None:
    thing = Private("p", "w", "m", exact=(Exact("posts/idea", "the address"),))
    for text in ("posts/ideas/", "posts/idea-two/", "my-posts/idea/", "posts/idea.two/"):
        (tmp_path / "a.html").write_text(text)
        assert faults_in(tmp_path, Search([thing])) == (), text
    for text in ("posts/idea", "/posts/idea/", "posts/idea.ics", "posts/idea.", "posts/idea#a"):
        (tmp_path / "a.html").write_text(text)
        assert len(faults_in(tmp_path, Search([thing]))) == 1, text
