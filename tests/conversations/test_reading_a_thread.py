"""What helps a reader through a long thread: places, links up, down and on, folds, ways to answer."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from plugins.conversations.mail_links import ReplyAddress
from plugins.conversations.model import Thread
from plugins.conversations.tree import LONG, Conversation, conversation
from tests.absent import absent
from tests.conversations.drawing import MAILBOX, drawn
from tests.conversations.threads import SYDNEY
from tests.sites import HOST, Comment, Site, comment, thread, tombstone


def talk(*comments: Comment, **changed: object) -> Conversation:
    return conversation(Thread.model_validate(thread("posts/a", *comments, **changed)), SYDNEY)


def by_host(identity: str, parent: str | None = None) -> Comment:
    return comment(identity, parent, host=True, key=HOST, name="Host")


def page(made: Conversation, mailbox: str | None = MAILBOX) -> html.HtmlElement:
    return html.fromstring(drawn(made, mailbox))


def footer(tree: html.HtmlElement, identity: str) -> dict[str, str]:
    """The links below a comment: what they say, and where they lead."""
    links = tree.xpath(f"//li[@id='comment-{identity}']/article/footer/a")
    return {link.text_content(): link.get("href") for link in links}


EIGHT = [comment("a"), *(comment(f"r{n}", "a") for n in range(1, 9))]


def test_a_reply_says_its_place_among_those_that_answer_the_same() -> None:
    made = talk(*EIGHT, comment("b"), comment("only", "b"))
    assert [(r.place, r.of) for r in made.nodes[1:9]] == [(n, 8) for n in range(1, 9)]
    text = page(made).xpath("string(//li[@id='comment-r3']/article/header)")
    assert "3 of 8 replies" in text
    for alone in ("only", "b"):
        absent(
            " of ", page(made).xpath(f"string(//li[@id='comment-{alone}']/article/header)"), text
        )


def test_removed_comments_without_replies_take_no_place() -> None:
    made = talk(comment("a"), tombstone("x", "a"), comment("b", "a"), comment("c", "a"))
    assert [(r.id, r.place, r.of) for r in made.nodes] == [("a", 1, 1), ("b", 1, 2), ("c", 2, 2)]


def test_a_comment_leads_to_its_first_reply_and_a_reply_to_what_it_answers() -> None:
    tree = page(talk(*EIGHT, comment("deep", "r1")))
    assert footer(tree, "a")["9 replies"] == "#comment-r1"
    assert footer(tree, "r1")["1 reply"] == "#comment-deep"
    up = tree.xpath("string(//li[@id='comment-deep']//a[@class='u-in-reply-to']/@href)")
    assert up == "#comment-r1"


def test_the_hosts_answers_lead_from_one_to_the_next() -> None:
    made = talk(
        comment("a"), by_host("h1", "a"), comment("b"), by_host("h2", "b"), by_host("h3", "a")
    )
    tree = page(made)
    start = tree.xpath("//section/header//a[contains(., 'by the host')]")
    assert [(one.text_content(), one.get("href")) for one in start] == [
        ("3 answers by the host", "#comment-h1")
    ]
    assert [node.id for node in made.nodes if node.host] == ["h1", "h3", "h2"]
    assert footer(tree, "h1")["next by the host"] == "#comment-h3"
    assert footer(tree, "h3")["next by the host"] == "#comment-h2"
    assert "next by the host" not in footer(tree, "h2")


def test_what_several_answers_hang_from_folds_and_is_open() -> None:
    made = talk(
        *(comment("a"), comment("b", "a"), comment("c", "b"), comment("d", "b")),
        *(comment("x"), comment("y", "x")),
    )
    assert {node.id for node in made.nodes if node.folds} == {"a", "b"}
    folds = page(made).xpath("//details")
    assert [fold.getparent().get("id") for fold in folds] == ["comment-a", "comment-b"]
    assert all(fold.get("open") is not None for fold in folds)


def test_every_comment_and_the_thread_can_be_answered_by_mail() -> None:
    tree = page(talk(comment("1"), tombstone("gone"), comment("c-2", "gone")))
    to = urlsplit(footer(tree, "1")["Reply by e-mail"])
    assert (to.scheme, to.path) == ("mailto", MAILBOX)
    assert parse_qs(to.query)["subject"] == ["Re: A post (1)"]
    assert footer(tree, "gone") == {"1 reply": "#comment-c-2"}
    (whole,) = tree.xpath("//section/footer/a[starts-with(@href, 'mailto:')]/@href")
    assert parse_qs(urlsplit(whole).query)["subject"] == ["Re: A post"]


@pytest.mark.parametrize("mailbox", [None, MAILBOX])
def test_a_closed_thread_or_a_site_without_a_mailbox_offers_no_mail(mailbox: str | None) -> None:
    state = {} if mailbox is None else {"state": "closed"}
    control = drawn(talk(comment("a")), MAILBOX)
    absent("mailto:", drawn(talk(comment("a"), **state), mailbox), control)


@given(st.text(max_size=80))
def test_any_title_comes_whole_into_the_subject(title: str) -> None:
    typed = title.encode("utf-8", "ignore").decode()
    parts = urlsplit(ReplyAddress(MAILBOX)(typed, "1"))
    assert parse_qs(parts.query, strict_parsing=True)["subject"] == [f"Re: {typed} (1)"]


def test_only_a_long_thread_is_laid_out_piece_by_piece() -> None:
    short = talk(*(comment(f"c{n}") for n in range(LONG)))
    long = talk(*(comment(f"c{n}") for n in range(LONG + 1)))
    assert page(short).xpath("string(//ol[1]/@class)").split() != ["thread", "long"]
    assert 'class="thread long"' in drawn(long)
    assert 'class="thread"' in drawn(short)


def test_an_entry_without_comments_invites_to_begin(site: Site) -> None:
    site.five_files().build()
    (link,) = site.tree("posts/two/").xpath("//*[@id='conversation']//a/@href")
    assert parse_qs(urlsplit(link).query)["subject"] == ["Re: Post two"]


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "elsewhere"},
        {"date": "2026-05-09 08:00"},
        {"topics": "Another"},
    ],
)
def test_a_thread_stays_with_its_entry_when_address_date_or_topic_changes(
    site: Site, change: dict[str, str]
) -> None:
    site.five_files().build()
    before = ids_of(site, "posts/one/")
    site.post("one", **({"topics": "Learning", "date": "2026-05-01 08:00"} | change))
    site.build()
    address = f"posts/{change.get('slug', 'one')}/"
    after = ids_of(site, address)
    assert after == before
    assert len(before) == 2
    assert len(site.tree(address).xpath("//li[contains(@class, 'comment')]")) == 2


def ids_of(site: Site, address: str) -> list[str]:
    feed = feedparser.parse((site.output / f"{address}feed.atom").read_bytes())
    return [entry.id for entry in feed.entries]


def test_a_renamed_file_keeps_its_thread_by_its_id_and_is_named_when_it_has_none(
    site: Site,
) -> None:
    site.five_files()
    (site.content / "posts/one.md").rename(site.content / "posts/first-of-all.md")
    told = site.refused()
    assert any(
        line.startswith("comments/posts/one.json: entry: no entry has the id") for line in told
    )
    site.post("first-of-all", id="one", topics="Learning", date="2026-05-01 08:00")
    site.post("three", topics="Work", date="2026-05-03 08:00")
    site.build()
    assert len(site.tree("posts/first-of-all/").xpath("//li[contains(@class, 'comment')]")) == 2
