"""What an author mistypes in a resource is told with file, line and what to write instead."""

from __future__ import annotations

import pytest

from tests.sites import Site


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ({"kind": "artcle"}, '4: Kind: "artcle" is not known; write one of: article, book, talk, podcast, tool, community, course; did you mean "article"?'),
        ({"kind": "film"}, '4: Kind: "film" is not known; write one of: article, book, talk, podcast, tool, community, course'),
        ({"level": "hard"}, '6: Level: "hard" is not known; write one of: introductory, intermediate, advanced'),
        ({"link": "jarche.com/pkm"}, '2: Link: "jarche.com/pkm" is not a web address; write it whole, such as https://example.org/'),
        ({"link": "ftp://jarche.com/pkm"}, '2: Link: "ftp://jarche.com/pkm" is not a web address; write it whole, such as https://example.org/'),
        ({"link": "http://192.168.1.20/notes"}, '2: Link: "http://192.168.1.20/notes" is a private address, which readers cannot reach; write the public one'),
        ({"link": "https://wiki.local/notes"}, '2: Link: "https://wiki.local/notes" is a private address, which readers cannot reach; write the public one'),
        ({"link": "https://me:secret@jarche.com/"}, '2: Link: "https://me:secret@jarche.com/" holds a name or a password, which would be published; take it out'),
        ({"link": "https://a.net:port/"}, '2: Link: "https://a.net:port/" is not a web address; write it whole, such as https://example.org/'),
        ({"link": "http://localhost:8000/posts/x.html"}, '2: Link: "http://localhost:8000/posts/x.html" is not a web address; write it whole, such as https://example.org/'),
        ({"archive": "https://one.example.net/page/"}, '6: Archive: "https://one.example.net/page/" is the Link itself; write where a copy of it is kept, or leave the line out'),
        ({"feed": "http://10.0.0.1/feed"}, '6: Feed: "http://10.0.0.1/feed" is a private address, which readers cannot reach; write the public one'),
        ({"added": "last week"}, '5: Added: "last week" is not a date; write it as 2026-11-30 18:00'),
        ({"by": ""}, '3: By is empty; write "By: Jean Lave, Etienne Wenger"'),
        ({"link": ""}, '2: Link is empty; write "Link: https://example.org/where-it-is"'),
        ({"topcis": "x"}, '6: "Topcis" is not a known key; did you mean "Topics"?'),
    ],
)  # fmt: skip
def test_a_line_that_is_wrong_is_told(site: Site, head: dict[str, str], told: str) -> None:
    site.resource("one", **head)
    assert site.refused() == [
        f"resources/one.md:{told}",
        "1 thing to mend; nothing was written.",
    ]


def test_lines_that_must_be_there_are_asked_for_all_at_once(site: Site) -> None:
    site.write("resources/one.md", "Title: One\n\nWorth it.\n")
    assert site.refused() == [
        'resources/one.md:1: Added is missing; write "Added: 2026-11-30"',
        'resources/one.md:1: By is missing; write "By: Jean Lave, Etienne Wenger"',
        'resources/one.md:1: Kind is missing; write "Kind: article"',
        'resources/one.md:1: Link is missing; write "Link: https://example.org/where-it-is"',
        "4 things to mend; nothing was written.",
    ]


def test_one_link_is_one_resource_however_it_is_written(site: Site) -> None:
    site.resource("one", link="https://www.a.net/page/", added="2026-02-01")
    site.resource("two", link="http://A.net/page?utm_source=mail#top", added="2026-01-01")
    assert site.refused()[0] == (
        'resources/two.md:2: Link: "http://A.net/page?utm_source=mail#top" is what resources/one.md is about '
        "already; keep one of the two"
    )


def test_a_link_to_this_site_is_no_resource(site: Site) -> None:
    site.resource("one", link="https://here.net/posts/x/")
    (told, _) = site.refused(site_url="https://here.net")
    assert told.endswith(
        "is an address of this site; a resource is elsewhere, so link to it from a post instead"
    )


def test_a_broken_ledger_stops_the_build(site: Site) -> None:
    site.resource("one")
    site.write("links.json", "{\n<<<<<<< ours\n")
    assert site.refused()[0].startswith("links.json:2: holds the marks of a merge")


def test_a_file_that_is_no_resource_is_told(site: Site) -> None:
    site.resource("one")
    site.write("resources/notes.txt", "x")
    assert "resources/notes.txt: is not Markdown" in site.refused()[0]
