"""A fault in what was written is told where it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.faults import Fault
from tests.sites import Site, comment
from tools.build import build
from tools.check import check
from tools.errors import ProjectError
from tools.source_locations import Origins


def told(site: Site) -> list[str]:
    with pytest.raises(ProjectError) as why:
        check(site.content)
    return str(why.value).replace(f"{site.content.as_posix()}/", "").splitlines()


def test_a_picture_from_elsewhere_is_told_by_the_line_of_the_text(site: Site) -> None:
    site.post(
        "a", 'Some words.\n\nOn the river <video src="https://a.example/x.mp4"></video> we saw it.'
    )
    (fault,) = told(site)
    assert fault.startswith("posts/a.md:6: ")
    assert "a.example" in fault
    assert "(in posts/a/index.html:" in fault


def test_what_a_page_and_its_feeds_repeat_is_told_once(site: Site) -> None:
    site.five_files()
    site.write("files/list.csv", "name,mail\nJo,jo@host.example\n")
    (fault, _) = told(site)
    assert fault.startswith("files/list.csv:2: holds the e-mail address j***@h***.example")


def test_words_that_only_a_setting_holds_stay_where_they_were_found(
    site: Site,
) -> None:
    site.five_files()

    def look(context: object, folder: Path) -> None:
        origins = Origins(context, folder)  # type: ignore[arg-type]
        page = (folder / "posts/one/index.html").read_text(encoding="utf-8").split("\n")
        of_comment = next(n for n, line in enumerate(page, 1) if "<p>Hello there" in line)
        of_text = next(n for n, line in enumerate(page, 1) if "<p>Written today" in line)
        led = origins.traced(
            [
                Fault("index.html", 3, "is wrong"),
                Fault("posts/one/index.html", of_text, "is wrong"),
                Fault("posts/one/feed.atom", None, "is wrong"),
                Fault("posts/one/index.html", of_comment, "is wrong"),
                Fault("theme/a.css", 3, "is wrong"),
            ]
        )
        kept.extend(str(fault).replace(f"{site.content.as_posix()}/", "") for fault in led)

    kept: list[str] = []
    site.post("one", "Intro.\n\nWritten today, for nobody.")
    site.thread("posts/one", comment("c1", body="Hello there, said Jo to us."))
    build(site.content, site.output, look=look)
    assert sorted(line.partition(" (in")[0] for line in kept) == [
        "comments/posts/one.json:10: comment c1: is wrong",
        "index.html:3: is wrong",
        "posts/one.md: is wrong",
        "posts/one.md:6: is wrong",
        "theme/a.css:3: is wrong",
    ]
