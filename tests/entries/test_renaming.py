"""A topic that is renamed keeps its old address, for readers and for feed readers."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.entries.renaming import renamed_topics
from plugins.faults import Report
from tests.sites import Site, with_settings


@pytest.fixture
def rename(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets RENAMED_TOPICS for the builds of this test."""
    return lambda names: with_settings(monkeypatch, RENAMED_TOPICS=names)


def test_what_says_the_old_name_is_read_as_the_new(site: Site, rename: Any) -> None:
    site.post("one", topics="PKM")
    site.post("two", topics="Personal knowledge mastery")
    rename({"PKM": "Personal knowledge mastery"})
    assert site.build().warnings == ()
    assert "2 posts on personal" in site.text("topics/personal-knowledge-mastery/index.html")


def test_old_addresses_lead_to_the_new_and_feeds_stay_where_they_are(
    site: Site, rename: Any
) -> None:
    site.post("one", topics="PKM")
    site.resource("two", topics="PKM")
    site.build()
    before = site.text("topics/pkm/feed.atom")
    rename({"PKM": "Personal knowledge mastery"})
    site.build()
    redirects = site.text("_redirects")
    for folder in ("topics", "resources/topics"):
        old, new = f"/{folder}/pkm/", f"/{folder}/personal-knowledge-mastery/"
        assert f"{old} {new} 301\n" in redirects
        assert f"url={new}" in site.text(f"{folder}/pkm/index.html")
        assert (site.output / new[1:] / "index.html").is_file()
    after = site.text("topics/pkm/feed.atom")
    assert before.count("<id>") == after.count("<id>")
    assert "<id>tag:activatelearning.example,2014:/topics/pkm/feed</id>" in after
    assert "Personal knowledge mastery" in after


def test_a_name_that_was_renamed_twice_leads_to_the_last() -> None:
    report = Report()
    assert renamed_topics({"A": "B", "B": "C"}, report) == {"a": "C", "b": "C"}
    assert report.faults == []


def test_another_spelling_of_one_name_is_no_circle() -> None:
    report = Report()
    assert renamed_topics({"pkm": "PKM"}, report) == {"pkm": "PKM"}
    assert report.faults == []


@pytest.mark.parametrize(
    "names", [{"A": "B", "B": "A"}, {"A": "B", "B": "C", "C": "B"}, {"!": "A"}]
)
def test_names_that_lead_nowhere_are_told(names: dict[str, str]) -> None:
    report = Report()
    renamed_topics(names, report)
    assert report.faults
    assert all("RENAMED_TOPICS" in fault.message for fault in report.faults)
