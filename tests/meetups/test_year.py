"""A year, day by day: no page says a false word, whether the site is built again when it says it must be,
or never.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from tests.sites import Site, comment

pytestmark = pytest.mark.slow

SYDNEY = ZoneInfo("Australia/Sydney")
BEGIN, END = datetime(2027, 1, 1, tzinfo=SYDNEY), datetime(2028, 1, 1, tzinfo=SYDNEY)
DAYS = [BEGIN + timedelta(days=number, hours=12) for number in range(365)]
HANGS_ON_NOW = re.compile(
    r"\b(?:up-?coming|next|today|tonight|tomorrow|yesterday|soon|now|past|over|current|recent|coming|"
    r"took place|takes place|will|was held|this (?:week|month|year|evening)|last (?:week|month|year))\b",
    re.IGNORECASE,
)
PAGES = ("index.html", "meetups/index.html", "meetups/series/evenings/index.html")


@dataclass(frozen=True)
class Version:
    """The site as built at a moment; `pages` are its files that are read here."""

    at: datetime
    pages: dict[str, html.HtmlElement]
    due: datetime | None


def write(site: Site) -> None:
    """A year of evenings, two of which change; a repeat across both changes of the clocks; a breakfast
    without end; posts that are due; a conversation that closes."""
    site.page("about", title="About")
    for month, day in ((1, 20), (2, 24), (4, 3), (5, 12), (8, 18), (10, 2), (11, 17)):
        site.meetup(
            f"evening-{month:02}",
            "Come.\n\n## Recap\n\nIt was good.",
            start=f"2027-{month:02}-{day:02} 18:00",
            date="2026-12-01",
            series="Evenings",
            rsvp="https://example.org/come",
            came="Nine",
            **(
                {"status": "cancelled"}
                if month == 5
                else {"status": "moved", "moved_from": "2027-08-17 18:00"}
                if month == 8
                else {}
            ),
        )
    # Announced on a day of the year itself; through the night in which clocks go forward; by the week.
    site.meetup("late", start="2027-12-08 18:00", date="2027-11-10 09:00", series="Evenings")
    site.meetup("night", start="2027-10-02 22:00", end="2027-10-03 04:00", date="2026-12-01")
    site.meetup(
        "sundays",
        start="2027-03-21 09:00",
        end="10:00",
        repeats="every Sunday, 4 times",
        date="2026-12-01",
    )
    site.meetup(
        "breakfast",
        start="2027-08-06 07:15",
        end="08:15",
        repeats="first Friday",
        date="2026-12-01",
    )
    site.post("due", date="2027-06-09 07:30")
    site.post("talked", date="2026-12-01")
    site.thread(
        "posts/talked",
        comment("x", date="2026-12-02T09:00:00+11:00"),
        state="closed",
        closed={"date": "2027-07-01T12:00:00+10:00", "reason": "All is said."},
    )


def files(site: Site) -> dict[str, bytes]:
    return {name: raw for name, raw in site.files().items() if not name.endswith(".made-by-build")}


def build(site: Site, at: datetime) -> Version:
    site.build(at=at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ"))
    due = json.loads(site.text("next-build.json"))["at"]
    names = [*PAGES, *(f"meetups/{path.stem}/index.html" for path in own_pages(site))]
    read = {name: html.document_fromstring(site.text(name)) for name in names}
    return Version(at, read, datetime.fromisoformat(due) if due else None)


def own_pages(site: Site) -> list[Path]:
    return [
        path
        for path in sorted((site.content / "meetups").glob("*.md"))
        if (site.output / f"meetups/{path.stem}/index.html").is_file()
    ]


def versions_of(site: Site) -> list[Version]:
    """The versions of the site, each built at the moment that the one before it said. Just before that
    moment a build must still have made the same files."""
    versions = [build(site, BEGIN)]
    while (due := versions[-1].due) is not None and due < END:
        before = files(site)
        build(site, due - timedelta(seconds=2))  # a second is forgiven an entry
        assert files(site) == before, f"a page became wrong before {due}"
        versions.append(build(site, due))
        assert files(site) != before, f"nothing became wrong at {due}"
    return versions


def shown(page: html.HtmlElement) -> html.HtmlElement:
    """The page as it is without a script: what is hidden is not there, nor the author's own prose."""
    copy = html.document_fromstring(html.tostring(page, encoding="unicode"))
    for gone in copy.xpath('//*[@hidden] | //script | //*[contains(@class, "e-content")]'):
        gone.drop_tree()
    return copy.xpath("//main")[0]


def moments(item: html.HtmlElement, attribute: str) -> list[datetime]:
    return [datetime.fromisoformat(str(one)) for one in item.xpath(f".//@{attribute}")]


def headed(page: html.HtmlElement, title: str) -> datetime | None:
    """The date in the heading of what is to come or of what is past."""
    words = page.xpath(f'string(//h2[@id="{title}"])')
    found = re.fullmatch(r"(?:From|Up to) (\d+ \w+ \d{4})", words)
    assert bool(found) == bool(words), words
    return datetime.strptime(found[1], "%d %B %Y").replace(tzinfo=SYDNEY) if found else None


def false_words(version: Version) -> Iterator[str]:
    """What a page says that will not stay true."""
    for name, whole in version.pages.items():
        page = shown(whole)
        for word in HANGS_ON_NOW.findall(page.text_content()):
            yield f"{name} says {word!r}"
        begins, ends = headed(page, "coming-title"), headed(page, "past-title")
        for item in page.xpath('//ol[@id="coming"]/li'):
            if begins is None or min(moments(item, "data-starts")) < begins:
                yield f"{name}: {item.xpath('string(h3)')} is before {begins}"
        for item in page.xpath('//ol[@id="past"]/li'):
            if ends is None or max(moments(item, "data-starts")) >= ends + timedelta(days=1):
                yield f"{name}: {item.xpath('string(h3)')} is after {ends}"


def wrong_at(version: Version, now: datetime) -> Iterator[str]:
    """What a page shows that is not so at `now`, for a site that was built when it said it must be."""
    for name, whole in version.pages.items():
        page = shown(whole)
        for item in page.xpath('//ol[@id="coming"]/li'):
            if moments(item, "data-ends") and max(moments(item, "data-ends")) <= now:
                yield f"{name}: {item.xpath('string(h3)')} has ended and is to come"
            (visible,) = item.xpath(".//span[@data-starts]")
            if datetime.fromisoformat(visible.xpath("string(.//time[2]/@datetime)")) <= now:
                yield f"{name}: {item.xpath('string(h3)')} shows a date that has been"
        for item in page.xpath('//ol[@id="past"]/li'):
            if max(moments(item, "data-ends")) > now:
                yield f"{name}: {item.xpath('string(h3)')} has not ended and is past"
        for notice in page.xpath('//section[contains(@class, "h-event")]'):
            if datetime.fromisoformat(notice.xpath("string(.//time[2]/@datetime)")) <= now:
                yield f"{name} invites to what has been"
        times = page.xpath('//dl[@class="facts"]//time/@datetime')
        if times:
            start, end = (datetime.fromisoformat(str(one)) for one in times[:2])
            if page.xpath('//dt[text()="Reply"]') and start <= now:
                yield f"{name} takes a reply to what has begun"
            recap = whole.xpath('//h2[@id="recap"]')
            if recap and end > now:
                yield f"{name} tells of what has not been"


def test_a_year_walked_day_by_day_has_no_false_word(site: Site) -> None:
    write(site)
    year = versions_of(site)
    # Read at any time, by somebody without a script, on a site that nobody builds again: every word holds.
    assert [word for version in year for word in false_words(version)] == []
    # On a site that is built again when it says it must be, what is to come is, and what is past is.
    built = [version.at for version in year]
    read = 0
    for now in DAYS:
        current = year[bisect_right(built, now) - 1]
        assert list(wrong_at(current, now)) == [], now
        read += len(current.pages)
    assert read > 365 * 10
    # The minute of each change and the one before it, too.
    for version in year:
        assert list(wrong_at(version, version.at)) == []
        if version.due:
            assert list(wrong_at(version, version.due - timedelta(minutes=1))) == []
    # And every start, end, due post, announcement and closing of the year is one of the moments.
    local = {f"{at.astimezone(SYDNEY):%Y-%m-%d %H:%M}" for at in built[1:]}
    days = ("01-20", "02-24", "04-03", "08-18", "11-17")
    assert local >= {
        *(f"2027-{day} {time}" for day in days for time in ("18:00", "20:30")),
        *("2027-10-02 22:00", "2027-10-03 04:00", "2027-03-28 09:00", "2027-04-04 10:00"),
        *("2027-08-06 07:15", "2027-08-06 08:15", "2027-12-03 07:15", "2027-12-03 08:15"),
        *("2027-06-09 07:30", "2027-07-01 12:00", "2027-11-10 09:00", "2027-12-08 20:30"),
    }


def test_the_walk_would_see_a_false_word() -> None:
    page = "<main><h2 id='coming-title'>From 2 May 2027</h2><ol id='coming'><li data-ends='2027-05-01T20:00:00+10:00'><h3>A</h3><span data-starts='2027-05-01T18:00:00+10:00'><time></time><time datetime='2027-05-01T20:00:00+10:00'></time></span></li></ol><p>The next one</p></main>"
    version = Version(BEGIN, {"x": html.document_fromstring(page)}, None)
    assert len(list(false_words(version))) == 2
    assert len(list(wrong_at(version, datetime(2027, 5, 1, 21, 0, tzinfo=SYDNEY)))) == 2
