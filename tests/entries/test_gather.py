"""Entries have addresses and feed ids of their own, and topics one spelling."""

from __future__ import annotations

import json

import pytest

from tests.sites import Site


def feed_ids(site: Site, **options: object) -> dict[str, str]:
    """Feed ids by title's last word, as a reader of the feed sees them."""
    site.build(**options)
    return {
        item["title"].split()[-1]: item["id"]
        for item in json.loads(site.text("feed.json"))["items"]
    }


def test_two_entries_at_one_address_are_told_with_the_line_of_the_slug(site: Site) -> None:
    site.post("a", slug="same")
    site.post("b", slug="same")
    assert site.refused() == [
        "posts/b.md:3: address /posts/same/ is taken by posts/a.md; write another Slug",
        "1 thing to mend; nothing was written.",
    ]


def test_two_files_whose_names_make_one_address_are_told(site: Site) -> None:
    site.post("a.b")
    site.post("a-b")
    assert site.refused()[0] == (
        "posts/a.b.md:1: address /posts/a-b/ is taken by posts/a-b.md; write another Slug"
    )


def test_a_post_and_a_page_of_one_name_stand_beside_each_other(site: Site) -> None:
    site.post("same")
    site.page("same")
    site.build()
    assert {"posts/same/index.html", "same/index.html"} <= set(site.files())


@pytest.mark.parametrize(
    "alias", ["/posts/here/", "/posts/here", "/posts/HERE/", "/posts/here/index.html"]
)
def test_an_old_address_where_another_entry_stands_is_told(site: Site, alias: str) -> None:
    site.post("here")
    site.post("moved", aliases=alias)
    assert site.refused()[0] == (
        f'posts/moved.md:3: Aliases: "{alias}" is where posts/here.md stands now; take it out'
    )


@pytest.mark.parametrize("other", ["/old/", "/old", "/Old/", "/%6fld/"])
def test_an_old_address_that_two_entries_claim_is_told(site: Site, other: str) -> None:
    site.post("a", aliases="/old/")
    site.post("b", aliases=other)
    assert site.refused()[0] == (
        f'posts/b.md:3: Aliases: "{other}" leads to posts/a.md already; keep it in one of them'
    )


@pytest.mark.parametrize(
    ("alias", "own"),
    [
        ("/archive/", "/archive/"),
        ("/topics", "/topics/"),
        ("/index.html", "/"),
        ("/404.html", "/404.html"),
        ("/feed.atom", "/feed.atom"),
        ("/robots.txt/x/", "/robots.txt"),
        ("/files/plan.pdf", "/files/plan.pdf"),
    ],
)
def test_an_old_address_where_the_site_writes_something_itself_is_told(
    site: Site, alias: str, own: str
) -> None:
    site.write("files/plan.pdf", b"%PDF")
    site.post("a", aliases=alias)
    assert site.refused()[0] == (
        f'posts/a.md:3: Aliases: "{alias}" is where the site writes {own}; take it out'
    )


@pytest.mark.parametrize("name", ["archive", "topics"])
def test_a_page_cannot_stand_where_a_list_does(site: Site, name: str) -> None:
    site.page(name)
    assert site.refused()[0] == (
        f'pages/{name}.md:1: address "/{name}/" is where the site writes /{name}/; '
        "write another Slug"
    )


def test_a_slug_cannot_be_the_name_of_a_file_of_the_site(site: Site) -> None:
    site.page("a", slug="feed.atom")
    assert site.refused()[0].startswith('pages/a.md:2: address "/feed.atom/" is where the site')


def test_two_entries_with_one_guid_are_told(site: Site) -> None:
    site.post("a", guid="https://old.example/?p=12")
    site.post("b", guid="https://old.example/?p=12")
    assert site.refused()[0] == (
        'posts/b.md:3: Guid: "https://old.example/?p=12" is the feed id of posts/a.md already'
    )


def test_a_guid_that_is_the_id_made_for_another_entry_is_told(site: Site) -> None:
    site.post("a")
    site.post("b", guid="tag:activatelearning.example,2014:posts/a")
    assert "is the feed id of" in site.refused()[0]


def test_a_feed_id_stays_when_slug_date_title_and_the_site_s_address_change(site: Site) -> None:
    site.post("one")
    before = feed_ids(site)
    site.post("one", title="Another one", slug="another", date="2026-07-01", modified="2026-08-01")
    assert feed_ids(site, site_url="https://elsewhere.example/repo") == before
    assert before == {"one": "tag:activatelearning.example,2014:posts/one"}


def test_a_renamed_file_keeps_its_feed_id_with_an_id_line(site: Site) -> None:
    site.post("one")
    before = feed_ids(site)
    site.post("one").unlink()
    site.post("renamed", title="Post one", id="one")
    assert feed_ids(site) == before


def test_the_feed_id_that_an_import_wrote_is_kept_as_it_is(site: Site) -> None:
    site.post("one", guid="https://old.example/?p=12&x=1")
    assert feed_ids(site) == {"one": "https://old.example/?p=12&x=1"}


def test_spellings_of_a_topic_lead_to_one_page_in_the_commonest_one(site: Site) -> None:
    site.post("a", topics="Social learning")
    site.post("b", topics="Social learning")
    site.post("c", topics="social Learning")
    built = site.build()
    assert site.tree("topics/social-learning/").xpath("string(//h1)") == "Social learning"
    (warning,) = built.warnings
    assert str(warning).endswith(
        'posts/c.md: topic "social Learning" is written "Social learning" elsewhere; '
        "both lead to /topics/social-learning/"
    )


def test_one_entry_with_two_spellings_of_a_topic_stands_in_it_once(site: Site) -> None:
    site.post("a", topics="Work", tags="work")
    site.build()
    assert len(site.tree("topics/work/").xpath('//ol[contains(@class,"entries")]/li')) == 1


def test_a_topic_without_letters_or_digits_is_told(site: Site) -> None:
    site.post("a", topics="Work, !!")
    assert site.refused()[0] == (
        'posts/a.md: Topics: "!!" has no letters or digits to make an address of'
    )


def test_a_held_entry_makes_no_topic(site: Site) -> None:
    site.post("a", topics="Work")
    site.post("b", topics="Secret plans", status="draft")
    site.build()
    assert "topics/work/index.html" in site.files()
    assert not [name for name in site.files() if "secret" in name]


def test_posts_of_one_moment_stand_in_the_same_order_in_every_build(site: Site) -> None:
    for name in ("b", "c", "a"):
        site.post(name)
    site.build()
    titles = [item["title"] for item in json.loads(site.text("feed.json"))["items"]]
    assert titles == ["Post a", "Post b", "Post c"]
