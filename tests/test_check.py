"""`check` finds what is wrong before its day, reads back what was written, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sites import SITE_FOLDER, Site, comment
from tools.check import SITE, check
from tools.deploy.before.checked import checked_output
from tools.errors import ProjectError

pytestmark = pytest.mark.slow


def told(site: Site) -> list[str]:
    with pytest.raises(ProjectError) as error:
        check(site.content)
    return str(error.value).replace(f"{site.content.as_posix()}/", "").splitlines()


def written(folder: Path, **pages: str) -> list[str]:
    """What is wrong with a written site of these pages: a_b="…" is a/b/index.html."""
    for name, text in pages.items():
        path = folder / name.replace("_", "/") / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<!DOCTYPE html><title>T</title>{text}", encoding="utf-8")
    return [str(fault) for fault in checked_output(folder, SITE).faults]


def test_a_good_site_has_nothing_to_mend_and_nothing_is_written(site: Site) -> None:
    site.five_files()
    before = site.files(site.folder)
    checked = check(site.content)
    assert str(checked).startswith("Nothing to mend: ")
    assert checked.references > 50
    assert checked.pages == 11
    assert site.files(site.folder) == before


def test_the_content_of_this_project_has_nothing_to_mend() -> None:
    assert check(SITE_FOLDER / "content").pages > 25


def test_what_is_wrong_with_a_draft_is_told_before_its_day(site: Site) -> None:
    site.five_files()
    site.post("draft", "[x](wombat.md)", status="draft")
    site.post("later", "![ ](../images/none.png)", date="2100-01-01")
    faults = told(site)
    assert 'posts/draft.md:5: link "wombat.md": no such file in the content' in faults
    assert any(fault.startswith("posts/later.md:4: ") for fault in faults)


def test_a_fault_of_both_builds_is_told_once_and_counted_once(site: Site) -> None:
    site.post("a", date="never")
    site.post("b", "[x](gone.md)", status="draft")
    faults = told(site)
    assert [fault.split(": ")[0] for fault in faults[:-1]] == ["posts/a.md:2", "posts/b.md:5"]
    assert faults[-1] == "2 things to mend."


def test_a_public_entry_may_not_lead_to_a_draft_though_a_preview_would_show_it(site: Site) -> None:
    site.post("a", "[x](b.md)")
    site.post("b", status="draft")
    assert told(site)[0].startswith('posts/a.md:4: link "b.md": leads to what is not public yet')


@pytest.mark.parametrize("typed", ["![](../images/x.png)", '<img src="../images/x.png">'])
def test_a_picture_without_an_alternative_text_is_told_with_its_line(
    site: Site, typed: str
) -> None:
    picture = (SITE_FOLDER / "content/images/round-table.png").read_bytes()
    site.write("images/x.png", picture)
    site.post("a", f"Words.\n\n{typed}\n")
    assert told(site)[0].startswith("posts/a.md:6: ")
    assert "alt" in told(site)[0]


def test_warnings_are_told_once_in_their_order(site: Site) -> None:
    site.post("b", date="2026-10-04 02:30")
    site.post("a", date="2026-10-04 02:30")
    site.thread("posts/a", comment("x"))
    assert [Path(warning.place).name for warning in check(site.content).warnings] == [
        "a.md",
        "b.md",
    ]


def test_a_link_of_a_comment_that_leads_nowhere_within_the_site_is_told(site: Site) -> None:
    site.post("a")
    site.thread("posts/a", comment("x", body="See [this](/nowhere/)."))
    line, _ = told(site)
    assert line.startswith("comments/posts/a.json:10: comment x: ")
    assert 'link "/nowhere/": no page has this address' in line


@pytest.mark.parametrize(
    "reference",
    ["/none/", "/none.css", "none/", "/a/none", "/none/#x", "https://check.invalid/none/"],
)
def test_an_address_within_the_site_that_leads_nowhere_is_told(
    tmp_path: Path, reference: str
) -> None:
    assert written(tmp_path, a=f'<a href="{reference}">x</a>') == [
        f'a/index.html:1: "{reference}" leads nowhere'
    ]


def test_a_candidate_of_a_picture_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    assert written(tmp_path, a='<img alt="x" srcset="/b/ 1x, /none.png 2x">', b="x") == [
        'a/index.html:1: "/none.png" leads nowhere'
    ]


def test_a_place_that_is_not_on_the_page_is_told(tmp_path: Path) -> None:
    faults = written(
        tmp_path,
        a='<a href="/b/#here">x</a><a href="/b/#gone">x</a><a href="#own">x</a>',
        b='<p id="here">x',
    )
    assert faults == [
        'a/index.html:1: "#own": no such place on that page',
        'a/index.html:1: "/b/#gone": no such place on that page',
    ]


def test_an_id_that_is_used_twice_on_a_page_is_told(tmp_path: Path) -> None:
    assert written(tmp_path, a='<p id="x"><p id="x"><p id="y">') == [
        'a/index.html:1: id "x" is used more than once'
    ]


def test_a_written_picture_without_an_alternative_text_is_told(tmp_path: Path) -> None:
    faults = written(tmp_path, a='<img src="/b/"><img src="/b/" alt="">', b="x")
    assert faults == ['a/index.html:1: picture "/b/" has no alt']


@pytest.mark.parametrize(
    "reference",
    ["https://a.example/none", "mailto:a@b.example", "//a.example/x", "/a/", "?x=1", "#"],
)
def test_what_leads_elsewhere_or_somewhere_is_left_alone(tmp_path: Path, reference: str) -> None:
    assert written(tmp_path, a=f'<a href="{reference}">x</a>') == []


def test_an_address_that_nobody_meant_to_publish_is_found_and_told_masked(site: Site) -> None:
    site.five_files().post("four", "Ask priya@mail.example about it.")
    line, count = told(site)
    assert line.startswith("posts/four.md:4: ")
    assert "p***@m***.example" in line
    assert count == "1 thing to mend."


def test_what_is_public_by_the_settings_may_stand_anywhere(site: Site) -> None:
    site.five_files().post("four", "Write to hello@activatelearning.example.")
    assert check(site.content).pages > 5
