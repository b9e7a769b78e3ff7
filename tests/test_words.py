"""The interface's words stand in one catalogue, and another language is another file."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from string import Formatter

import pytest
from markupsafe import Markup, escape

from plugins import words
from plugins.entries import dates
from plugins.faults import ContentFaults
from tests.sites import ROOT, SITE_FOLDER, Site

TEMPLATES = sorted(
    (*(ROOT / "theme/templates").rglob("*.html"), *(ROOT / "plugins").rglob("templates/**/*.html"))
)
ENGLISH = words.catalogue("en")


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for catalogues, with the English one."""
    folder = tmp_path / "words"
    folder.mkdir()
    shutil.copy(words.FOLDER / "en.toml", folder)
    monkeypatch.setattr(words, "FOLDER", folder)
    words.catalogue.cache_clear()
    yield folder
    words.catalogue.cache_clear()
    words.speak("en")


def used() -> set[str]:
    """Every key that is said, as a pattern."""
    found = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        found |= {re.escape(key) for key in re.findall(r'say\("([a-z_.]+)"\)?', text)}
        found |= {re.escape(key) for key in re.findall(r'"([a-z_]+\.[a-z_]+)"', text)}
        found |= {f"{re.escape(key)}.*" for key in re.findall(r'say\("([a-z_.]+_)" ~', text)}
        found |= {rf"count\.{one}" for one in re.findall(r'counted\("(\w+)"\)', text)}
    for path in (ROOT / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"\w+"
                    for one in node.values
                ]
                found.add("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(re.escape(node.value))
    return found


def test_every_text_of_the_catalogue_is_said_somewhere() -> None:
    said = re.compile("|".join(one for one in used() if "." in one and len(one) < 60))
    unsaid = {key for key in ENGLISH if not said.fullmatch(key) and not key.startswith("title.")}
    assert unsaid == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    bare = re.sub(
        r"\{#.*?#\}|<style.*?</style>|<!--.*?-->|\{% block classes %\}.*?\{% endblock %\}",
        "",
        text,
        flags=re.DOTALL,
    )
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|&#?\w+;", "", bare, flags=re.DOTALL)
    bare = re.sub(r"<[^>]*>", lambda tag: tag[0].replace("\n", " "), bare)
    shown = re.findall(r">([^<>=]*[A-Za-z]{2,}[^<>=]*)<", bare)
    shown += re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*[A-Za-z]{2,}[^"]*)"', bare)
    assert [one.strip() for one in shown] == []
    keys = set(re.findall(r'say\("([a-z_.]+)"[,)]', text))
    assert keys - set(ENGLISH) == set()


@pytest.mark.slow
def test_a_page_says_nothing_that_is_not_content_or_in_the_catalogue(
    site: Site, catalogues: Path
) -> None:
    """Built with a catalogue that says nothing but what is filled in, a page has no words but the content's."""
    shutil.copytree(SITE_FOLDER / "content", site.content, dirs_exist_ok=True)
    site.build()
    spoken = shown(site)
    (catalogues / "en-AU.toml").write_text("\n".join(silent()), encoding="utf-8")
    words.catalogue.cache_clear()
    site.build()
    written = "".join(
        path.read_text(encoding="utf-8")
        for path in (*site.content.rglob("*.*"), SITE_FOLDER / "pelicanconf.py")
        if path.suffix in (".md", ".json", ".py", ".txt")
    )
    content = {*WORD.findall(written.lower()), *NAMES}
    assert spoken - content > {"newer", "reply", "announced"} - content
    assert shown(site) - content == set()


WORD = re.compile(r"[a-z]{3,}")
NAMES = {"google", "outlook"}


def silent() -> Iterator[str]:
    for key, one in ENGLISH.items():
        table, name = key.split(".")
        blank = [
            re.sub(r"[^{}]+(?=\{|$)", " ", part)
            for part in ([one] if isinstance(one, str) else one)
        ]
        yield (
            f"{table}.{name} = {blank[0]!r}"
            if isinstance(one, str)
            else f"{table}.{name} = {blank!r}"
        )


def shown(site: Site) -> set[str]:
    """Every word of every page, as readers see or hear it."""
    found: set[str] = set()
    for name in site.files():
        if name.endswith(".html"):
            tree = site.tree(name)
            said = [
                *tree.xpath("//body//text()[not(ancestor::script or ancestor::pre)]"),
                *tree.xpath("//@aria-label | //@alt | //head/title/text()"),
            ]
            found |= set(WORD.findall(" ".join(map(str, said)).lower()))
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[list]\nnewer = 3\n", '2: list.newer: 3 is no text; write newer = "…"'),
        ("[count]\npost = ['a', 3]\n", """2: count.post: ['a', 3] is no text; write post = ["…", "…"]"""),
        ("list = 'x'\n", " list: stands above the first [table]; put it into one"),
        ("[list]\nnewr = 'x'\n", '2: list.newr: nothing says this; did you mean "list.newer"?'),
        ("[list]\n\npage = 'Seite {nummer}'\n", "3: list.page: {nummer} is not filled in there; write some of {number}"),
        ("[list]\nnewer = '{x}'\n", "2: list.newer: {x} is not filled in there; take it out"),
        ("[list]\npage = 'Seite'\n", "2: list.page: {number} is missing"),
        ("[list]\npage = 'Seite {number'\n", '2: list.page: "Seite {number" cannot be filled in ('),
        ("[list]\npage = '{number:d}'\n", "2: list.page: \"{number:d}\" cannot be filled in (between braces stands a name alone, not {number:d})"),
        ("[count]\npost = ['{n}', '{m}']\n", "2: count.post: {m} is not filled in there; write some of {n}"),
        ("[date]\nmonths = ['Januar']\n", "2: date.months: must be a list of 12 texts, as in en.toml"),
        ("[list]\nnewer = ['x']\n", "2: list.newer: must be one text, as in en.toml"),
        ("[list\n", " cannot be read: "),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_catalogue_is_told(catalogues: Path, text: str, said: str) -> None:
    (catalogues / "de.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentFaults) as raised:
        words.speak("de")
    (fault,) = raised.value.faults
    assert str(fault).startswith(f"plugins/words/de.toml:{said}")


def test_a_region_counts_before_its_language_and_that_before_english(catalogues: Path) -> None:
    (catalogues / "de.toml").write_text(
        "[list]\nnewer = 'Neuer'\nolder = 'Älter'\n[date]\nclock = '{hour24}:{minute}'\n", "utf-8"
    )
    (catalogues / "de-AT.toml").write_text("[list]\nolder = 'Früher'\n", encoding="utf-8")
    words.speak("de-AT")
    assert [words.text(f"list.{one}") for one in ("newer", "older", "pages")] == [
        "Neuer",
        "Früher",
        "Pages",
    ]
    assert dates.clock(datetime(2026, 5, 25, 18, 5)) == "18:05"  # noqa: DTZ001 - a clock's face
    words.speak("fr")
    assert words.text("list.newer") == "Newer"


def test_what_is_filled_in_is_escaped_and_html_is_not() -> None:
    assert words.say("person.to", name="<b>") == "to &lt;b&gt;"
    assert words.say("person.to", name=words.Markup("<b>x</b>")) == "to <b>x</b>"
    with pytest.raises(KeyError):
        words.text("person.nothing")


def test_a_build_tells_what_is_wrong_in_a_catalogue_and_that_there_is_none(
    site: Site, catalogues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.five_files()
    (catalogues / "en-AU.toml").write_text("[list]\nnewr = 'x'\n", encoding="utf-8")
    assert site.refused()[0].startswith("plugins/words/en-AU.toml:2: list.newr: nothing says this")
    assert not site.output.exists()
    for path in catalogues.iterdir():
        path.rename(path.with_name(f"{path.stem.replace('en', 'de')}.toml"))
    monkeypatch.setattr(words, "FIRST", "de")
    (catalogues / "de-AU.toml").unlink()
    words.catalogue.cache_clear()
    assert [str(one) for one in site.build().warnings] == [
        'pelicanconf.py: DEFAULT_LANG: the pages are in "en-au", and what they say of themselves is in English; '
        "write plugins/words/en.toml, with the keys of en.toml"
    ]


@pytest.mark.parametrize("value", ["a & <b>", Markup("<i>so</i>"), 1234567, 1.5, None, "{x}", ""])
def test_what_is_said_is_what_markup_makes_of_it(value: object) -> None:
    several = 0
    for key, found in ENGLISH.items():
        if isinstance(found, str):
            names = [name for _, name, _, _ in Formatter().parse(found) if name]
            values = {name: value for name in names if name.isidentifier()}
            several += bool(values)
            assert words.say(key, **values) == escape(found).format(**values)
    assert several > 100
