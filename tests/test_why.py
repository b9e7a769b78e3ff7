"""`./invoke why` says when a file was last written, and why."""

from __future__ import annotations

import pytest

from tests.sites import Site
from tools.errors import ProjectError
from tools.why import why


def test_each_reason_is_told_of_the_file_that_it_is_of(site: Site) -> None:
    built = site.five_files().build()
    assert set(built.changed) == {"new"}
    assert built.changed["new"] == len(site.files()) - 1
    for address in ("/posts/one/", "posts/one", "https://a.example/posts/one/", "/feed.atom", "/"):
        assert why(address, site.output).endswith("it was not there before.")
    site.post(
        "one", "Other words.", topics="Learning, Work", date="2026-05-01 08:00", series="Two parts"
    )
    site.build()
    assert why("/posts/one/", site.output).endswith(": it shows something else than before.")
    (site.output / "404.html").write_text("x", encoding="utf-8")
    site.build()
    assert why("/404.html", site.output).endswith("as it had been written.")
    assert why("/posts/two/", site.output).endswith("it was not there before.")
    (site.output / "404.html").write_text("x", encoding="utf-8")
    assert why("/404.html", site.output).endswith("so the next build writes it again.")


def test_a_build_tells_how_many_files_it_wrote_and_why(site: Site) -> None:
    site.five_files().build()
    site.page("about", "Other words.", title="About")
    assert ", 1 file changed (1 with other content)" in str(site.build())
    (site.content / "pages/about.md").unlink()
    assert " gone)" in str(site.build())
    assert str(site.build()).endswith(", 0 files changed")


def test_what_nobody_wrote_is_told_with_the_likeliest(site: Site) -> None:
    site.five_files().build()
    with pytest.raises(ProjectError, match=r'did you mean "posts/one/index.html"\?'):
        why("/posts/ome/index.html", site.output)
    with pytest.raises(ProjectError, match="build first"):
        why("/", site.folder / "none")
