"""A build writes the whole site or nothing, and never what is not public yet."""

from __future__ import annotations

import logging
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.absent import absent
from tests.sites import SITE_FOLDER, Site, comment, with_settings
from tools import build as builder
from tools.build import MARKER, clean
from tools.errors import ProjectError
from tools.settings import settings

SECRETS = [b"Quokka", b"quokka", b"wallaroo", b"Bandicoot", b"bandicoot", b"numbat", b"Potoroo"]
SECRETS += [b"potoroo", b"Bilby", b"bilby", b"dunnart"]


@pytest.fixture
def secretive(site: Site) -> Site:
    """Public entries, and four that are not public, each with words that are nowhere else."""
    site.five_files()
    site.post(
        "quokka", "A wallaroo.", title="Quokka", status="draft", topics="Quokka", slug="numbat"
    )
    site.post("bandicoot", "A dunnart.", date="2027-01-01", topics="Bandicoot", series="Two parts")
    site.page("potoroo", "A wallaroo.", title="Potoroo", status="draft", aliases="/numbat/")
    site.page("bilby", "A dunnart.", title="Bilby", date="2027-01-01")
    for key in ("posts/quokka", "posts/bandicoot", "pages/potoroo", "pages/bilby"):
        site.thread(key, comment("numbat", body="A wallaroo.", name="Bilby"))
    return site


def leaked(site: Site) -> list[str]:
    """Where in the output a secret stands, in a name or among the bytes."""
    return [
        f"{secret.decode()} in {name}"
        for name, content in site.files().items()
        for secret in SECRETS
        if secret in content or secret.decode() in name
    ]


def test_what_is_not_public_yet_reaches_no_output_file(secretive: Site) -> None:
    built = secretive.build()
    assert leaked(secretive) == []
    assert built.held == ("pages/bilby", "pages/potoroo", "posts/bandicoot", "posts/quokka")
    assert (built.posts, built.counts["pages"], built.comments, built.threads) == (3, 1, 2, 1)
    assert "4 not public yet" in str(built)


def built_files(site: Site) -> dict[str, bytes]:
    """Without the one file that says when something will change, though not what."""
    return {name: raw for name, raw in site.files().items() if name != "next-build.json"}


def test_the_output_is_the_same_as_if_what_is_not_public_did_not_exist(secretive: Site) -> None:
    secretive.build()
    with_them = built_files(secretive)
    for path in secretive.content.rglob("*"):
        if path.stem in ("quokka", "bandicoot", "potoroo", "bilby"):
            path.unlink()
    secretive.build()
    assert built_files(secretive) == with_them


def test_drafts_shows_them_under_a_banner_with_their_comments(secretive: Site) -> None:
    built = secretive.build(drafts=True)
    for file, why in {
        "posts/numbat/": "Draft: ",
        "posts/bandicoot/": "Scheduled: ",
        "potoroo/": "Draft: ",
        "bilby/": "Scheduled: ",
    }.items():
        page = secretive.tree(file)
        assert page.xpath('string(//*[contains(@class,"banner")])').strip().startswith(why)
        assert page.xpath('//li[@id="comment-numbat"]')
    assert not secretive.tree("posts/one/").xpath('//*[contains(@class,"banner")]')
    assert built.held == ()


def test_a_build_is_as_if_it_were_the_moment_that_at_says(site: Site) -> None:
    site.post("soon", date="2026-12-01 18:00")
    assert site.build(at="2026-12-01 17:59").posts == 0
    assert site.build(at="2026-12-01 18:00").posts == 1
    assert site.build(at="2026-12-01 07:00Z").posts == 1
    assert site.build(at="2026-12-01 06:59Z").posts == 0


def test_a_moment_that_is_no_date_is_told(site: Site) -> None:
    assert site.refused(at="31 Nov 2026 6pm") == [
        '--at: "31 Nov 2026 6pm" is not a date; write 2026-11-30 18:00'
    ]


def test_comments_later_than_the_moment_are_left_out_and_told(site: Site) -> None:
    site.post("a")
    later = {"date": "2026-06-01T09:00:00+10:00"}
    site.thread("posts/a", comment("now"), comment("later", **later), comment("re", "now", **later))
    built = site.build(at="2026-05-31 12:00")
    (warning,) = built.warnings
    assert str(warning).endswith(
        "comments/posts/a.json: 2 comments are dated after this build's moment "
        "(2026-05-31 12:00) and left out"
    )
    assert [
        item.get("id") for item in site.tree("posts/a/").xpath('//ol[@class="thread"]//li')
    ] == ["comment-now"]
    assert not [name for name, content in site.files().items() if b"Words of later" in content]
    assert site.build(at="2026-06-01 09:00").comments == 3


def test_a_faulty_build_leaves_the_output_and_its_surroundings_as_they_were(site: Site) -> None:
    site.five_files().build()
    before, beside = site.files(), sorted(site.folder.iterdir())
    site.post("one", date="never")
    assert site.refused()[-1] == "1 thing to mend; nothing was written."
    assert site.files() == before
    assert sorted(site.folder.iterdir()) == beside


@pytest.mark.parametrize("moment", range(4))
def test_a_build_that_is_stopped_while_folders_change_places_leaves_a_whole_site(
    site: Site, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Stopped right after any of the steps that are seen beside the output, as by Ctrl-C or a signal."""
    site.five_files().build()
    (site.output / MARKER).write_text("A build was killed here.", encoding="utf-8")
    before = site.files()
    site.post("four", title="The fourth")
    steps: list[str] = []

    def stopped_after(name: str) -> None:
        step = getattr(Path, name)

        def run(path: Path, *given: Any, **named: Any) -> Any:
            new = name == "rename" or not path.exists()
            done = step(path, *given, **named)
            if new and path.parent == site.folder and "output" in path.name:
                steps.append(name)
                if len(steps) == moment + 1:
                    raise KeyboardInterrupt
            return done

        monkeypatch.setattr(Path, name, run)

    stopped_after("mkdir")
    stopped_after("rename")
    with pytest.raises(KeyboardInterrupt):
        site.build()
    monkeypatch.undo()
    assert steps[: moment + 1] == ["mkdir", "mkdir", "rename", "rename"][: moment + 1]
    assert (site.files() == before) is (moment < 3)
    assert (b"The fourth" in site.files()["index.html"]) is (moment == 3)
    assert [path.name for path in site.folder.iterdir() if path.name.startswith(".output")] == []


def at_the_second_file(monkeypatch: pytest.MonkeyPatch, do: Callable[[], None]) -> None:
    """While a build moves what it made to its place."""
    replace, moved = Path.replace, list[Path]()

    def replaced(path: Path, target: Path) -> Path:
        if ".output-" in str(path):
            moved.append(target)
            if len(moved) == 2:
                do()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", replaced)


def test_a_build_that_is_stopped_while_it_writes_ends_what_it_writes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.five_files().build()
    site.post("four", title="The fourth")
    with monkeypatch.context() as patched:
        at_the_second_file(patched, lambda: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            site.build()
    files = site.files()
    site.build(fresh=True)
    assert site.files() == files


def test_what_a_build_that_was_killed_left_is_made_anew_by_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.five_files().build()
    site.post("four", title="The fourth")

    def killed() -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        at_the_second_file(patched, killed)
        with pytest.raises(MemoryError):
            site.build()
    assert b"was killed while it wrote here" in site.files()[MARKER]
    site.build()
    files = site.files()
    assert b"The fourth" in files["index.html"]
    assert b"killed" not in files[MARKER]
    site.build(fresh=True)
    assert site.files() == files


def test_a_build_replaces_all_that_the_last_one_wrote(site: Site) -> None:
    site.five_files().build()
    site.write("posts/three.md", "").unlink()
    (site.output / "stray.txt").write_text("left behind")
    site.build()
    assert not [name for name in site.files() if "three" in name or "stray" in name]


def test_a_second_build_in_one_process_remembers_nothing_that_was_removed(site: Site) -> None:
    site.five_files().post("ghost", "A [wallaroo](one.md).", topics="Quokka", aliases="/numbat/")
    site.thread("posts/ghost", comment("potoroo"))
    site.build()
    assert leaked(site)
    for name in ("posts/ghost.md", "comments/posts/ghost.json"):
        (site.content / name).unlink()
    site.build()
    assert leaked(site) == []
    assert not [name for name, content in site.files().items() if b"ghost" in content]


def test_a_faulty_build_leaves_nothing_to_the_next_one_in_the_process(site: Site) -> None:
    site.five_files().build()
    good = site.files()
    site.post("four", date="never")
    site.refused()
    (site.content / "posts/four.md").unlink()
    site.build()
    assert site.files() == good
    assert "sitemap.xml" in good


def test_a_folder_that_no_build_made_is_never_replaced(site: Site) -> None:
    site.five_files()
    site.output.mkdir()
    mine = site.output / "thesis.txt"
    mine.write_text("mine")
    assert "holds files that no build made" in site.refused()[0]
    assert mine.read_text() == "mine"
    mine.unlink()
    assert site.build().posts == 3
    assert (site.output / MARKER).exists()


@pytest.mark.parametrize("output", ["content", "content/output", "."])
def test_an_output_that_holds_the_content_or_lies_in_it_is_refused(site: Site, output: str) -> None:
    site.five_files()
    before = site.files(site.content)
    with pytest.raises(ProjectError, match="cannot hold the content or lie in it"):
        builder.build(site.content, site.folder / output)
    assert site.files(site.content) == before


def test_an_output_that_is_a_file_or_a_link_is_refused(site: Site) -> None:
    site.output.write_text("a file")
    assert site.refused()[0].endswith("is a file; name a folder")
    site.output.unlink()
    (site.folder / "elsewhere").mkdir()
    site.output.symlink_to(site.folder / "elsewhere")
    assert site.refused()[0].endswith("is a link; name the folder that it leads to")


def test_a_content_folder_that_is_not_there_is_told(site: Site) -> None:
    site.content.rmdir()
    assert site.refused()[0].endswith(
        "no such folder; name the folder that holds posts/ and pages/"
    )
    assert not site.output.exists()


def test_two_builds_give_the_same_bytes_whatever_the_order_of_files_zone_locale_and_seed(
    site: Site, tmp_path: Path
) -> None:
    site.five_files()
    site.post(
        "four", "> A.\n>\n> — B\n\n```python\nx = 1\n```\n", topics="Work, Tea", date="2026-05-03"
    )
    site.page("undated", "Words.")
    at = ("--at", "2026-11-20 12:00")
    east = site.command(*at, TZ="Pacific/Kiritimati", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    assert east.returncode == 0, east.stderr
    first = site.files()
    other = Site(tmp_path / "other")
    for path in sorted((p for p in site.content.rglob("*") if p.is_file()), reverse=True):
        other.write(path.relative_to(site.content).as_posix(), path.read_bytes())
    west = other.command(*at, TZ="Pacific/Pago_Pago", LC_ALL="C", PYTHONHASHSEED="2")
    assert west.returncode == 0, west.stderr
    assert other.files() == first


def test_the_command_tells_faults_and_warnings_on_standard_error(site: Site) -> None:
    site.post("a", date="2026-10-04 02:30")
    built = site.command("--at", "2026-11-20 12:00")
    assert built.returncode == 0
    assert built.stdout.startswith("Built 1 post, 0 pages and 0 comments in 0 threads in ")
    assert "posts/a.md:2: Date: 2026-10-04 02:30 does not exist" in built.stderr
    site.post("a", date="never")
    refused = site.command()
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Traceback" not in refused.stderr
    assert refused.stderr.endswith("1 thing to mend; nothing was written.\n")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("posts/five-qestions", 'did you mean "posts/five-questions"?'),
        ("pages/five-questions", 'did you mean "posts/five-questions"?'),
        ("posts/renamed", 'did you mean "posts/kept"?'),
        ("posts/wombat", "write the entry's id, or move the file out of the store"),
    ],
)
def test_a_thread_without_an_entry_is_told_with_the_likeliest_one(
    site: Site, key: str, said: str
) -> None:
    site.post("five-questions")
    site.post("renamed", id="kept")
    site.thread(key, comment("a"))
    assert site.refused()[0] == f'comments/{key}.json: entry: no entry has the id "{key}"; {said}'


def test_a_thread_of_a_faulty_entry_is_not_one_more_fault(site: Site) -> None:
    site.post("a", date="never")
    site.thread("posts/a", comment("c"))
    assert site.refused()[1:] == ["1 thing to mend; nothing was written."]


def run_with(site: Site, monkeypatch: pytest.MonkeyPatch, *plugins: Any) -> list[str]:
    """What a build with these plugins besides its own is refused with."""
    own = settings()["PLUGINS"]
    with_settings(monkeypatch, PLUGINS=[*own, *plugins])
    return site.refused()


def test_a_plugin_that_cannot_be_loaded_ends_the_build(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.five_files()
    assert "plugins.wombat" in " ".join(run_with(site, monkeypatch, "plugins.wombat"))
    assert not site.output.exists()


def test_a_plugin_that_fails_to_register_ends_the_build(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def register() -> None:
        raise KeyError("wombat")

    broken = SimpleNamespace(__name__="broken", register=register)
    assert "wombat" in " ".join(run_with(site.five_files(), monkeypatch, broken))
    assert not site.output.exists()


def test_a_warning_that_pelican_or_a_plugin_logs_ends_the_build(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import logging

    import pelican  # noqa: F401 - its loggers are the ones that end a build

    def register() -> None:
        logging.getLogger("pelican.wombat").warning("the %s is missing", "wombat")

    warning = SimpleNamespace(__name__="warning", register=register)
    assert run_with(site.five_files(), monkeypatch, warning)[0] == "the wombat is missing"
    assert not site.output.exists()


def test_what_is_no_markdown_among_the_entries_is_told(site: Site) -> None:
    site.write("posts/a.rst", "Title\n#####\n")
    site.write("posts/b.html", "<p>x")
    site.write("posts/.hidden", "x")
    assert [said.split(": ")[0] for said in site.refused()[:-1]] == ["posts/a.rst", "posts/b.html"]


def test_clean_takes_away_what_builds_and_tests_left_and_nothing_else(tmp_path: Path) -> None:
    for name in ("output", ".cache/cards", ".mypy_cache", "content"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "output/thesis.txt").write_text("mine")
    assert clean(tmp_path) == [".cache/", ".mypy_cache/"]
    (tmp_path / "output" / MARKER).touch()
    assert clean(tmp_path) == ["output/"]
    assert [path.name for path in tmp_path.iterdir()] == ["content"]


def test_the_content_of_this_project_builds_as_it_would_be_published(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(SITE_FOLDER / "content", content)
    built = builder.build(content, tmp_path / "output", at="2026-12-31", production=True)
    assert built.posts >= 14
    assert built.counts["pages"] >= 6
    assert built.threads >= 12
    assert built.comments >= 120
    live = (tmp_path / "output/sitemap.xml").read_text(encoding="utf-8")
    builder.build(content, tmp_path / "output", at="2026-12-31")
    absent("localhost", live, (tmp_path / "output/sitemap.xml").read_text(encoding="utf-8"))


def test_a_build_that_would_publish_somebodys_address_writes_nothing(site: Site) -> None:
    site.five_files().build()
    before = site.files()
    site.thread("posts/two", comment("a", body="Write to priya@mail.example, or from 8.8.4.4."))
    number, mail, count = site.refused()
    assert mail.startswith("comments/posts/two.json:10: comment a: body: ")
    assert "holds the e-mail address p***@m***.example" in mail
    assert "holds the IP number 8.***" in number
    assert count == "2 things to mend; nothing was written."
    assert site.files() == before


def test_no_build_shows_a_badge_under_another_key_or_a_name_like_the_hosts(site: Site) -> None:
    site.five_files()
    site.thread("posts/two", comment("a", host=True), comment("b", name="Activate  Learnlng"))
    badge, count = site.refused()
    assert badge.startswith("comments/posts/two.json:")
    assert "comment a: author.host: is true under a key that is not the host's" in badge
    site.thread("posts/two", comment("b", name="Activate  Learnlng"))
    name, count = site.refused()
    assert "comment b: author.name: " in name
    assert "only the host speaks under that name" in name
    assert count == "1 thing to mend; nothing was written."


def test_what_is_logged_after_a_build_ends_nothing(site: Site) -> None:
    site.five_files().build()
    logging.getLogger("some.library").warning("of something else")
