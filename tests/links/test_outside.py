"""Every address outside the site is found, with the places where it stands."""

from __future__ import annotations

from tests.sites import SITE_FOLDER, Site, comment
from tools.links.outside import outside_links

SITES = ("http://localhost:8000", "https://activatelearning.example")


def found(site: Site) -> dict[str, list[str]]:
    links = outside_links(site.content, site.content / "comments", SITES)
    return {address: [str(place) for place in places] for address, places in links.items()}


def test_links_of_texts_lines_and_comments_are_found_by_file_and_line(site: Site) -> None:
    site.post(
        "one", "[a](https://a.net/x#part) and <https://b.net/>\n\n<a href='https://a.net/x'>y</a>"
    )
    site.resource("two", link="https://a.net/x", archive="https://archive.net/1", status="draft")
    site.write("venues/cafe.md", "Name: Café\nMap: https://map.net/?q=1\n")
    site.thread(
        "posts/one", comment("c1", url="https://me.net/", body="www.see.net and https://a.net/x")
    )
    assert found(site) == {
        "http://www.see.net": ["comments/posts/one.json:c1"],
        "https://a.net/x": ["posts/one.md:4", "posts/one.md:6", "resources/two.md:2", "comments/posts/one.json:c1"],
        "https://archive.net/1": ["resources/two.md:6"],
        "https://b.net/": ["posts/one.md:4"],
        "https://map.net/?q=1": ["venues/cafe.md:2"],
        "https://me.net/": ["comments/posts/one.json:c1"],
    }  # fmt: skip


def test_the_site_itself_and_names_for_examples_are_left_out(site: Site) -> None:
    site.post(
        "one",
        "[a](/posts/two/) [b](https://activatelearning.example/x) [c](https://example.org/) [d](mailto:a@b.net) [e](two.md)",
    )
    site.thread("posts/one", comment("c1", url="https://priya.example/"))
    assert found(site) == {}


def test_a_link_in_a_code_block_or_a_removed_comment_is_none(site: Site) -> None:
    site.post("one", "    [a](https://a.net/)\n\n`<https://b.net/>`")
    assert found(site) == {}


def test_an_address_with_an_ampersand_is_asked_as_it_is_meant(site: Site) -> None:
    site.post("one", "[a](https://a.net/?b=1&amp;c=2) [b](https://a.net/?d=1&e=2)")
    assert set(found(site)) == {"https://a.net/?b=1&c=2", "https://a.net/?d=1&e=2"}


def test_the_project_s_own_content_has_them(site: Site) -> None:

    links = outside_links(SITE_FOLDER / "content", SITE_FOLDER / "content/comments", SITES)
    assert len(links) >= 30
    assert all(places for places in links.values())
