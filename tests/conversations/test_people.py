"""Everyone who speaks under one key is one person, with a page, a face and a feed of what answers them."""

from __future__ import annotations

import json
from collections import Counter

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from plugins.conversations.faces import MARKS, SHAPES, again, drawing, mark
from plugins.conversations.model import Thread
from plugins.conversations.people import People, people
from plugins.conversations.tree import conversation
from tests.absent import absent
from tests.conversations.threads import SYDNEY
from tests.sites import HOST, Comment, Site, comment, thread

TOM, OTHER_TOM, ADA = "a1" * 16, "b2" * 16, "c3" * 16
ONCE, ONLY = "d4" * 16, "e5" * 16
AGAIN = {TOM: "Tom", OTHER_TOM: "Tom", ADA: "Ada"}
"""Who speaks under two entries."""
KEYS = st.text("0123456789abcdef", min_size=16, max_size=64)


def everyone(*comments: Comment) -> People:
    read = Thread.model_validate(thread("posts/a", *comments))
    return people([conversation(read, SYDNEY)], {}, least=1)


def test_one_key_is_one_person_under_the_name_used_most_and_of_several_the_latest() -> None:
    found = everyone(
        comment("a", key=TOM, name="Tom", date="2026-05-01T09:00:00Z"),
        comment("b", key=TOM, name="Tom Baker", date="2026-05-02T09:00:00Z"),
        comment("c", key=TOM, name="Tom Baker", date="2026-05-03T09:00:00Z"),
        comment("d", key=ADA, name="Ada", date="2026-05-04T09:00:00Z"),
        comment("e", key=ADA, name="Ada L.", date="2026-05-05T09:00:00Z"),
    )
    assert [person.name for person in found.by_key.values()] == ["Tom Baker", "Ada L."]
    assert [one.node.id for one in found.by_key[TOM].said] == ["c", "b", "a"]
    assert found.moved == {
        "/people/tom/": "/people/tom-baker/",
        "/people/ada/": "/people/ada-l/",
    }


def test_people_of_one_name_stay_apart_whoever_spoke_first() -> None:
    spoken = [comment("a", key=TOM, name="Tom"), comment("b", key=OTHER_TOM, name="tom")]
    for order in (spoken, spoken[::-1]):
        found = everyone(*order)
        assert {key: person.slug for key, person in found.by_key.items()} == {
            TOM: "tom-a1a1",
            OTHER_TOM: "tom-b2b2",
        }
        (shared,) = found.namesakes
        assert shared.slug == "tom"
        assert {person.key for person in shared.people} == {TOM, OTHER_TOM}


def test_a_former_name_that_somebody_else_goes_by_leads_nowhere_else() -> None:
    found = everyone(
        comment("a", key=TOM, name="Ada"),
        *(comment(f"t{n}", key=TOM, name="Tom") for n in range(2)),
        comment("b", key=ADA, name="Ada"),
    )
    assert found.moved == {}
    assert found.by_key[ADA].address == "/people/ada/"


@given(
    st.lists(st.tuples(KEYS, st.sampled_from(["Tom", "tom", "Tom b2b2", "Ö", "日本", "😀", "x"])))
)
def test_no_two_people_share_an_address_and_nobody_is_lost(said: list[tuple[str, str]]) -> None:
    found = everyone(
        *(comment(f"c{number}", key=key, name=name) for number, (key, name) in enumerate(said))
    )
    assert set(found.by_key) == {key for key, _ in said}
    slugs = [person.slug for person in found.by_key.values()]
    slugs += [shared.slug for shared in found.namesakes]
    assert len(slugs) == len(set(slugs))
    assert not {address.split("/")[2] for address in found.moved} & set(slugs)
    assert sum(len(person.said) for person in found.by_key.values()) == len(said)


@given(KEYS)
def test_a_mark_is_made_of_the_key_alone_and_draws_within_its_square(key: str) -> None:
    drawn = etree.fromstring(mark(key))
    assert mark(key) == mark(key)
    assert drawn.get("aria-hidden") == "true"
    (path,) = drawn
    assert path.get("d") == drawing(key)
    assert path.get("fill") is None
    tiles = drawing(key).split("M")[1:]
    assert 3 <= len(tiles) <= 4
    assert all(tile.split(" ", 1)[1][1:] in SHAPES for tile in tiles)


def test_marks_are_many_and_each_about_as_likely_as_any_other() -> None:
    drawn = Counter(drawing(f"{number:032x}") for number in range(4 * MARKS))
    assert len(drawn) > 0.95 * MARKS
    assert max(drawn.values()) < 20


def test_a_mark_that_stands_on_the_page_is_shown_again_by_its_id() -> None:
    assert etree.fromstring(mark(TOM, "face-3"))[0].get("id") == "face-3"
    assert etree.fromstring(again("face-3"))[0].get("href") == "#face-3"


def talking(site: Site) -> Site:
    site.five_files()
    site.thread(
        "posts/two",
        comment("x", key=TOM, name="Tom", url="https://tom.example/", date="2026-06-01T09:00:00Z"),
        comment("y", "x", name="Host", key=HOST, host=True, date="2026-06-02T09:00:00Z"),
        comment("z", "y", key=OTHER_TOM, name="Tom", date="2026-06-03T09:00:00Z"),
        comment("w", "x", key=ADA, name="Ada", date="2026-06-04T09:00:00Z"),
    )
    site.thread(
        "posts/three",
        *(comment(key[:3], key=key, name=name) for key, name in AGAIN.items()),
        comment("once", key=ONCE, name="Once", url="https://once.example/"),
        comment("only", key=ONLY, name="Only"),
    )
    return site


def test_a_persons_page_lists_what_they_said_and_leads_to_where_they_said_it(site: Site) -> None:
    talking(site).build()
    page = site.tree("people/host/")
    rows = page.xpath("//ol[@class='talk']/li")
    assert [row.xpath("string(h2/a/@href)") for row in rows] == [
        "/posts/two/#comment-y",
        "/posts/one/#comment-b",
    ]
    assert "The host here: 2 comments in 2 conversations" in page.text_content()
    assert "to Tom" in rows[0].text_content()
    tom = site.tree("people/tom-a1a1/")
    assert tom.xpath("//a[@href='https://tom.example/']/@rel") == ["ugc nofollow"]
    assert "host" not in tom.xpath("string(//main)").lower()


def test_where_people_share_a_name_a_page_tells_them_apart(site: Site) -> None:
    talking(site).build()
    links = site.tree("people/tom/").xpath("//main//h2/a/@href")
    assert links == ["/people/tom-a1a1/", "/people/tom-b2b2/"]


def test_a_thread_names_who_takes_part_and_each_name_leads_to_their_page(site: Site) -> None:
    talking(site).build()
    page = site.tree("posts/two/")
    links = page.xpath("//*[@id='conversation']/header/ul/li/a")
    assert [link.get("href") for link in links] == [
        "/people/tom-a1a1/",
        "/people/host/",
        "/people/tom-b2b2/",
        "/people/ada/",
    ]
    for link in links:
        assert (site.output / link.get("href").strip("/") / "index.html").is_file()


def test_a_thread_of_many_names_the_first_twelve_and_shows_the_face_of_each(site: Site) -> None:
    site.post("a")
    site.thread(
        "posts/a", *(comment(f"c{n}", key=f"{n:032x}", name=f"Guest {n}") for n in range(20))
    )
    site.build()
    page = site.tree("posts/a/")
    names = page.xpath("//*[@id='conversation']/header/ul/li")
    assert len(names) == 13
    assert names[-1].text_content() == "and 8 others"
    marks = set(page.xpath("//*[@class='face']/path/@id"))
    shown = page.xpath(
        "//li[contains(@class, 'comment')]/article/header/*[@class='face']/use/@href"
    )
    assert [f"#{identity}" for identity in (f"face-{n}" for n in range(20))] == shown
    assert {f"face-{n}" for n in range(20)} == marks


def test_a_persons_feed_holds_what_answers_them_the_latest_first(site: Site) -> None:
    talking(site).build()
    begin = "tag:activatelearning.example,2014:posts/two/comment-"
    assert _ids(site, "people/tom-a1a1/feed.atom") == [f"{begin}w", f"{begin}y"]
    assert _ids(site, "people/host/feed.atom") == [f"{begin}z"]
    assert _ids(site, "people/ada/feed.atom") == []


def test_who_spoke_under_one_entry_has_no_page_and_their_name_leads_to_their_site(
    site: Site,
) -> None:
    talking(site).build()
    assert [name for name in site.files() if "/once/" in name or "/only/" in name] == []
    names = site.tree("posts/three/").xpath("//*[@id='conversation']/header/ul/li/*")
    assert [(one.tag, one.get("href")) for one in names[-2:]] == [
        ("a", "https://once.example/"),
        ("span", None),
    ]
    assert names[-2].get("rel") == "ugc nofollow"


def test_who_is_to_have_no_page_has_none(site: Site) -> None:
    talking(site).write("people/no-page.txt", f"{ADA}  Ada\n\n{TOM}\n")
    site.build()
    people = {name.split("/")[1] for name in site.files() if name.startswith("people/")}
    assert people == {"host", "tom-b2b2"}
    assert "people/ada" not in "".join(text.decode("latin-1") for text in site.files().values())
    site.write("people/no-page.txt", f"{ADA}\nAda Lovelace\n")
    mend = "run ./invoke comments.person NAME --no-page"
    assert site.refused()[0] == f'people/no-page.txt:2: "Ada" is no key of a person; {mend}'


def test_pages_about_people_ask_search_engines_to_pass_them_over(site: Site) -> None:
    talking(site).build()
    for address in ("people/host/", "people/tom/", "people/tom-a1a1/"):
        assert site.tree(address).xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert site.tree("conversations/").xpath("//meta[@name='robots']") == []
    assert "/conversations/" in site.text("sitemap.xml")
    absent("/people/", site.text("sitemap.xml"), control=site.text("conversations/index.html"))


def test_a_threads_feed_holds_its_comments_and_is_found_from_its_page(site: Site) -> None:
    talking(site).build()
    begin = "tag:activatelearning.example,2014:posts/two/comment-"
    assert _ids(site, "posts/two/feed.atom") == [f"{begin}{one}" for one in "wzyx"]
    assert not (site.output / "posts/two/feed.rss").exists()
    page = site.tree("posts/two/")
    assert "/posts/two/feed.atom" in page.xpath("//*[@id='conversation']//a/@href")
    found = page.xpath("//link[@rel='alternate'][contains(@title, 'Comments on')]/@href")
    assert found == ["/posts/two/feed.atom"]


def test_feeds_of_threads_and_people_keep_their_ids_whatever_the_address(site: Site) -> None:
    talking(site).build()
    ids = {
        name: json.dumps(feedparser.parse((site.output / name).read_bytes()).feed.id)
        for name in ("posts/two/feed.atom", "people/ada/feed.atom")
    }
    site.post("two", topics="Learning", date="2026-05-02 08:00", slug="elsewhere")
    site.thread(
        "posts/two",
        comment("w", key=ADA, name="Ada Lovelace", date="2026-06-04T09:00:00Z"),
    )
    site.thread("posts/three", comment("c3c", key=ADA, name="Ada Lovelace"))
    site.build()
    moved = ("posts/elsewhere/feed.atom", "people/ada-lovelace/feed.atom")
    for (_, before), name in zip(ids.items(), moved, strict=True):
        assert json.dumps(feedparser.parse((site.output / name).read_bytes()).feed.id) == before


def test_a_former_name_leads_to_the_person(site: Site) -> None:
    site.five_files()
    site.thread(
        "posts/two",
        comment("a", key=ADA, name="Ada"),
        comment("b", key=ADA, name="Ada Lovelace", date="2026-06-04T09:00:00Z"),
    )
    site.thread("posts/three", comment("c", key=ADA, name="Ada Lovelace"))
    site.build()
    page = site.text("people/ada/index.html")
    assert 'content="0; url=/people/ada-lovelace/"' in page
    assert "/people/ada/ /people/ada-lovelace/ 301" in site.text("_redirects")


def _ids(site: Site, file: str) -> list[str]:
    return [entry.id for entry in feedparser.parse((site.output / file).read_bytes()).entries]


def test_names_are_text_wherever_they_stand(site: Site) -> None:
    name = "<b>\"Tom\" & 'Ada'</b>"
    site.five_files()
    site.thread("posts/two", comment("a", key=ADA, name=name))
    site.thread("posts/three", comment("a", key=ADA, name=name))
    site.build()
    page = site.tree("people/b-tom-ada-b/")
    assert page.xpath("string(//h1)").strip() == name
    assert isinstance(page, html.HtmlElement)
