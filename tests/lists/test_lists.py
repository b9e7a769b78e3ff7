"""Lists cut into pages at lasting addresses, a true sitemap, and a way through the years."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.entries.paging import paged
from tests.sites import Site, comment, tombstone


def many(site: Site, count: int, topics: str = "Work") -> Site:
    for number in range(1, count + 1):
        day, month = number % 28 + 1, number // 28 % 12 + 1
        site.post(f"p{number:03}", date=f"{2020 + number // 60}-{month:02}-{day:02}", topics=topics)
    return site


def shown(site: Site, address: str) -> list[str]:
    return site.tree(address).xpath(
        '//*[contains(@class,"h-entry")]//a[contains(@class,"u-url")]/@href'
    )


def lastmods(site: Site) -> dict[str, datetime]:
    """Every address of the sitemap with its lastmod, as an instant."""
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    urls = site.xml("sitemap.xml").findall("s:url", space)
    return {
        str(url.findtext("s:loc", "", space)).removeprefix("http://localhost:8000"): (
            datetime.fromisoformat(str(url.findtext("s:lastmod", "", space)))
        )
        for url in urls
    }


def test_a_list_goes_on_in_folders_of_its_own_and_shows_each_entry_once(site: Site) -> None:
    many(site, 52).build()
    found = [shown(site, f"topics/work/{more}") for more in ("", "page/2/", "page/1/")]
    assert [len(page) for page in found] == [12, 20, 20]
    assert len({address for page in found for address in page}) == 52
    assert "topics/work/page/2/index.html" in site.files()
    assert "topics/work/page/3/index.html" not in site.files()


def test_a_new_post_changes_the_first_page_of_a_list_and_no_older_one(site: Site) -> None:
    many(site, 55).build()
    before = {name: site.text(name) for name in site.files() if "/page/" in name}
    site.post("new", topics="Work", date="2026-01-01")
    site.build()
    assert len(shown(site, "topics/work/")) == 16
    assert len(before) == 2
    assert {name: site.text(name) for name in site.files() if "/page/" in name} == before


def test_a_full_first_page_gives_up_its_older_half_and_leaves_the_addresses_of_all_others(
    site: Site,
) -> None:
    many(site, 52).build()
    pages = {more: shown(site, f"topics/work/{more}") for more in ("page/1/", "page/2/")}
    for number in range(1, 22):
        site.post(f"new-{number}", topics="Work", date="2026-01-01")
    site.build()
    assert {more: shown(site, f"topics/work/{more}") for more in pages} == pages
    assert len(shown(site, "topics/work/page/3/")) == 20
    assert len(shown(site, "topics/work/")) == 13


def test_pages_of_a_list_lead_to_one_another(site: Site) -> None:
    many(site, 52).build()
    links = {
        more: {
            link.get("rel"): link.get("href")
            for link in site.tree(f"topics/work/{more}").xpath('//nav[contains(@class,"pager")]//a')
        }
        for more in ("", "page/2/", "page/1/")
    }
    assert links == {
        "": {"next": "/topics/work/page/2/"},
        "page/2/": {"prev": "/topics/work/", "next": "/topics/work/page/1/"},
        "page/1/": {"prev": "/topics/work/page/2/"},
    }


def test_topics_whose_names_end_in_numbers_do_not_write_over_one_another(site: Site) -> None:
    many(site, 45, "Tag 4")
    site.post("other", topics="Tag 42")
    site.build()
    assert len(shown(site, "topics/tag-4/page/1/")) == 20
    assert site.tree("topics/tag-42/").xpath("string(//h1)") == "Tag 42"


def test_a_topic_called_page_has_its_own_pages(site: Site) -> None:
    many(site, 32, "Page").build()
    assert len(shown(site, "topics/page/")) == 12
    assert len(shown(site, "topics/page/page/1/")) == 20
    assert site.tree("topics/page/page/1/").xpath('//a[@rel="prev"]/@href') == ["/topics/page/"]


def test_the_archive_leads_to_the_first_post_of_each_year_on_whatever_page_it_is(
    site: Site,
) -> None:
    many(site, 130).build()
    ways = site.tree("archive/").xpath('//nav[@aria-label="Years"]//li')
    told = {way.text_content().split()[0]: way.xpath(".//a/@href")[0] for way in ways}
    assert list(told) == ["2022", "2021", "2020"]
    for year, address in told.items():
        folder, anchor = address.split("#")
        assert anchor == f"year-{year}"
        assert site.tree(folder[1:]).xpath(f'//*[@id="{anchor}"]')
    assert sum(int(re.findall(r"\((\d+)\)", way.text_content())[0]) for way in ways) == 130


def test_a_year_is_the_year_in_sydney(site: Site) -> None:
    site.post("a", date="2025-12-31 14:00Z")
    site.post("b", date="2025-12-31 12:00Z")
    site.build()
    sections = site.tree("archive/").xpath("//section/h2 | //section//h2")
    assert [head.text for head in sections] == ["2026", "2025"]


def test_home_shows_the_latest_and_the_liveliest(site: Site) -> None:
    many(site, 8)
    for number in range(1, 7):
        site.thread(
            f"posts/p{number:03}", comment("c", date=f"2026-05-{20 - number}T09:00:00+10:00")
        )
    site.build()
    posts = site.tree("").xpath('//section[contains(@class,"h-feed")]//h3/a/@href')
    assert posts == [f"/posts/p{n:03}/" for n in range(8, 2, -1)]
    talked = site.tree("").xpath('//ol[@class="talk"]//h3/a/@href')
    assert talked == [f"/posts/p{n:03}/#comment-c" for n in range(1, 5)]


def test_a_thread_of_tombstones_alone_is_not_being_talked_about(site: Site) -> None:
    site.post("a")
    site.thread("posts/a", tombstone("x"))
    site.build()
    assert not site.tree("").xpath('//ol[@class="talk"]')


def test_lastmod_is_the_later_of_text_and_last_comment(site: Site) -> None:
    site.post("text", date="2026-05-01 08:00", modified="2026-06-01 08:00", topics="Work")
    site.thread("posts/text", comment("c", date="2026-05-26T09:00:00+10:00"))
    site.post("talk", date="2026-05-01 08:00", modified="2026-05-02 08:00", topics="Tea")
    site.thread("posts/talk", comment("c", date="2026-07-26T09:00:00+10:00"), tombstone("x"))
    site.post("plain", date="2026-04-01 08:00", topics="Work, Tea")
    site.build()
    found = lastmods(site)
    june, july = datetime(2026, 5, 31, 22, tzinfo=UTC), datetime(2026, 7, 25, 23, tzinfo=UTC)
    assert found["/posts/text/"] == june
    assert found["/posts/talk/"] == july
    assert found["/posts/plain/"] == datetime(2026, 3, 31, 21, tzinfo=UTC)
    assert (found["/topics/work/"], found["/topics/tea/"]) == (june, july)
    assert found["/"] == found["/archive/"] == found["/topics/"] == july


def test_a_page_without_a_date_has_the_same_lastmod_whenever_it_is_built(site: Site) -> None:
    site.five_files().build()
    assert lastmods(site)["/about/"] < datetime(2026, 6, 1, tzinfo=UTC)


def test_the_sitemap_holds_every_page_and_nothing_that_should_not_be_found(site: Site) -> None:
    many(site.five_files(), 34)
    site.post("moved", aliases="/old/place/ /older.html")
    site.post("draft", status="draft")
    site.write("files/page.html", "<p>a file")
    site.build()
    wanted = {
        "/" + name.removesuffix("index.html")
        for name in site.files()
        if name.endswith(".html")
        and name not in ("404.html", "old/place/index.html", "older.html", "files/page.html")
    }
    assert set(lastmods(site)) == wanted
    assert "/topics/work/page/1/" in wanted


def test_a_site_without_anything_has_its_lists_and_a_sitemap_that_stays(site: Site) -> None:
    site.build()
    assert set(lastmods(site)) == {"/", "/archive/", "/topics/"}
    assert max(lastmods(site).values()) < datetime(2000, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "lengths"),
    [(0, [0]), (1, [1]), (6, [6]), (7, [3, 4]), (10, [6, 4]), (11, [3, 4, 4]), (14, [6, 4, 4])],
)
def test_a_list_is_cut_from_its_end_into_full_pages_and_what_is_left(
    count: int, lengths: list[int]
) -> None:
    made = paged("/x/", range(count), 4)
    assert [len(rows) for _, rows in made] == lengths
    older = [f"/x/page/{number}/" for number in range(len(made) - 1, 0, -1)]
    assert [place.address for place, _ in made] == ["/x/", *older]
    assert [place.number for place, _ in made] == [0, *range(len(made) - 1, 0, -1)]
    assert [place.newer for place, _ in made] == [None, "/x/", *older][: len(made)]
    assert [place.older for place, _ in made] == [*older, None]
    assert all(place.first == "/x/" for place, _ in made)
    assert [row for _, rows in made for row in rows] == list(range(count))


@given(count=st.integers(0, 500), more=st.integers(1, 60), size=st.integers(1, 40))
def test_what_stands_on_an_older_page_stays_there(count: int, more: int, size: int) -> None:
    def pages(rows: int) -> dict[str, tuple[int, ...]]:
        """Rows are numbered from the oldest."""
        return {place.address: own for place, own in paged("/x/", range(rows)[::-1], size)}

    before, after = pages(count), pages(count + more)
    del before["/x/"]
    assert before.items() <= after.items()
    assert 2 * len(after["/x/"]) <= 3 * size
