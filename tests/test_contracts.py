"""What every kind of entry and every target of publishing has. A new row that lacks something is told here,
by name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

import tasks
from plugins.entries.kinds import Kind
from plugins.entries.section import Section
from plugins.kinds import KINDS
from tests.sites import ROOT, SITE_FOLDER, Site, comment
from tools.deploy.address import FORMS, OPTIONS, parse_address
from tools.deploy.targets import _KINDS as TARGETS
from tools.deploy.targets.target import Target

DOCUMENTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)
NEW = {name.rpartition(".")[2] for name in tasks.namespace.task_names if name.startswith("new.")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, str]:
    """The frozen site with a comment under the first entry of each kind, and what its build said."""
    site = Site(tmp_path_factory.mktemp("contracts"))
    shutil.copytree(SITE_FOLDER / "content", site.content)
    for kind in KINDS.values():
        site.thread(f"{kind.folder}/{first_of(kind).stem}", comment("contract"))
    return site, str(site.build())


def first_of(kind: Kind) -> Path:
    files = sorted((SITE_FOLDER / "content" / kind.folder).glob("*.md"))
    return next(path for path in files if "\nStatus: draft" not in path.read_text(encoding="utf-8"))


def lacking(kind: Kind, site: Site, said: str) -> Iterator[str]:
    """What of a kind is not there."""
    section, key = kind.section(), f"{kind.folder}/{first_of(kind).stem}"
    if not issubclass(section, Section):
        yield "a Section"
    if not (ROOT / "theme/templates" / f"{section.template}.html").is_file():
        yield f"its template {section.template}.html"
    if f" {kind.many}" not in said:
        yield f"a count of its {kind.many} in what a build says"
    if kind.word.partition(" ")[0] not in NEW:
        yield f"./invoke new.{kind.word}"
    if f"content/{kind.folder}" not in DOCUMENTS:
        yield f"a page of docs that names content/{kind.folder}"
    pages = [
        name
        for name in site.files()
        if name.endswith("/index.html")
        and 'id="comment-contract"' in site.text(name)
        and _is_of(site, name, kind)
    ]
    if len(pages) != 1:
        yield f"a page of {key} with its thread"
        return
    address = f"/{pages[0].removesuffix('index.html')}"
    yield from _of_page(kind, site, address)
    if kind.title:
        lists = [
            name
            for name in site.files()
            if name == f"{kind.folder}/index.html" or name.startswith(f"{kind.folder}/page/")
        ]
        if not any(address in site.tree(name).xpath("//main//a/@href") for name in lists):
            yield "a place in the list"
        for ending in ("atom", "rss", "json"):
            if f"{kind.folder}/feed.{ending}" not in site.files():
                yield f"feed.{ending} of the list"
    if "feed.atom" not in {path.name for path in (site.output / address[1:]).iterdir()}:
        yield "a feed of its thread"


def _is_of(site: Site, name: str, kind: Kind) -> bool:
    shown = site.tree(name).xpath("string(//h1)")
    title = first_of(kind).read_text(encoding="utf-8").partition("Title: ")[2].splitlines()[0]
    return shown.replace("\u2019", "'") == title.strip('"').replace("\u2019", "'")


def _of_page(kind: Kind, site: Site, address: str) -> Iterator[str]:
    tree = site.tree(address[1:])
    (card,) = tree.xpath("//meta[@property='og:image']/@content") or [""]
    if not card or not (site.output / card.split("8000/")[1]).is_file():
        yield "a card"
    things = {thing["@type"]: thing for thing in site.json_ld(address[1:])}
    if kind.thing not in things:
        yield f"JSON-LD of {kind.thing}"
    if "BreadcrumbList" not in things:
        yield "a breadcrumb"
    if f"8000{address}</loc>" not in site.text("sitemap.xml"):
        yield "a place in the sitemap"
    if f'href="{address}#comment-contract"' not in site.text("conversations/index.html"):
        yield "a row among the conversations"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_what_readers_and_the_author_need(
    kind: Kind, built: tuple[Site, str]
) -> None:
    assert list(lacking(kind, *built)) == []


def test_what_is_lacking_is_told(built: tuple[Site, str]) -> None:
    """The control: a row for which nothing was made."""
    absent = replace(KINDS["posts"], word="saying", plural="sayings", thing="Quotation", title="X")
    assert list(lacking(absent, *built)) == [
        "a count of its sayings in what a build says",
        "./invoke new.saying",
        "JSON-LD of Quotation",
        "a place in the list",
        "feed.atom of the list",
        "feed.rss of the list",
        "feed.json of the list",
    ]


@pytest.mark.parametrize("scheme", TARGETS)
def test_every_target_has_what_publishing_needs(scheme: str) -> None:
    module, name = TARGETS[scheme]
    kind = getattr(import_module(f"tools.deploy.targets.{module}"), name)
    wanted = {one for one in vars(Target) if not one.startswith("_")} | {"atomic"}
    assert sorted(one for one in wanted if not hasattr(kind, one)) == []
    assert parse_address(FORMS[scheme]).scheme == scheme
    assert scheme in OPTIONS
    assert f"| `{scheme}://" in DOCUMENTS, f"no row in docs/publishing.md for {scheme}://"
    tested = [
        path.name
        for path in (ROOT / "tests/deploy").glob("test_*.py")
        if scheme in path.read_text(encoding="utf-8")
    ]
    assert tested, f"no test of {scheme}://"
