"""The mail: HTML that mail programs take, and a text that can be read aloud."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from PIL import Image

from plugins.tips.mail import COLUMN, LEAVE, Mail, for_mail
from plugins.tips.plain import WIDTH, plain
from tests.absent import absent
from tests.sites import HOST, Site, comment
from tests.tips.issues import four, item, write_issue

SITE = "https://site.example"


def mail_of(site: Site, month: str = "2026-06", **options: str) -> Mail:
    built = site.build(site_url=SITE, **options)
    assert built.mail_of is not None
    return built.mail_of(month)


def test_the_mail_says_in_both_parts_what_the_page_says(site: Site) -> None:
    write_issue(site, closing="* * *\n\nUntil July.")
    mail = mail_of(site)
    page = html.document_fromstring(mail.html)
    assert page.xpath("//h2/text()") == ["one", "two", "three", "four"]
    assert page.xpath('string(//p[@class="try"])') == "Try: one, once."
    for words in ("Words first.", "Why two is worth it.", "Try: three, once.", "Until July."):
        assert words in page.text_content()
        assert words in mail.text
    assert "2. Tool: two" in mail.text
    assert "Takes five minutes. Needs nothing but a pencil. From somebody." in mail.text
    assert (mail.html.count(LEAVE), mail.text.count(LEAVE)) == (1, 1)


def test_every_address_in_it_is_whole(site: Site) -> None:
    site.post("one", "## There\n\nText.")
    items = four()
    items[0] = item("one").replace(
        "Why one", "[Up](#item-2), [there](../posts/one.md#there), why one"
    )
    write_issue(site, items=items)
    mail = mail_of(site)
    links = html.document_fromstring(mail.html).xpath("//a/@href | //link/@href")
    assert f"{SITE}/tips/2026-06/#item-2" in links
    assert f"{SITE}/posts/one/#there" in links
    assert all(link.startswith("https://") for link in links)
    assert f"there ({SITE}/posts/one/#there)" in mail.text.replace("\n", " ")


def test_it_has_nothing_that_mail_programs_drop_or_forbid(site: Site) -> None:
    write_issue(site)
    mail = mail_of(site)
    page = html.document_fromstring(mail.html)
    assert not page.xpath("//script | //form | //picture | //svg | //link[@rel='stylesheet']")
    assert page.xpath("//h2/@style")
    assert page.xpath('//link[@rel="canonical"]/@href') == [f"{SITE}/tips/2026-06/"]
    style = "".join(page.xpath("//style/text()"))
    assert "[data-ogsc]" in style  # the dark rules of Outlook.com
    assert not page.xpath("//@data-css-inline")
    assert "prefers-color-scheme: dark" in style
    assert page.xpath('//table[not(@role="presentation")]') == []


def test_the_preheader_comes_first_and_is_the_summary_when_there_is_no_line_for_it(
    site: Site,
) -> None:
    write_issue(site, preheader="Read this first.")
    first = html.document_fromstring(mail_of(site).html).xpath("string(//body/div[1])")
    assert first.startswith("Read this first.")
    write_issue(site)
    assert mail_of(site).preheader == "Four."


def test_a_picture_becomes_one_that_outlook_shows_with_its_text(site: Site) -> None:
    made = io.BytesIO()
    Image.new("RGB", (1600, 800), "#a8451f").save(made, "JPEG")
    site.write("images/table.jpg", made.getvalue())
    write_issue(site, opening='![A round table](../images/table.jpg "In May.")')
    mail = mail_of(site)
    (picture,) = html.document_fromstring(mail.html).xpath("//img")
    assert picture.get("src").startswith(f"{SITE}/images/")
    assert picture.get("src").endswith((".jpg", ".png"))
    assert (picture.get("alt"), picture.get("width"), picture.get("height")) == (
        "A round table",
        str(COLUMN),
        "280",
    )
    absent("srcset", mail.html, control=site.text("tips/2026-06/index.html"))
    assert "[A round table]" in mail.text


def test_what_was_said_since_the_last_issue_is_in_it_and_nobody_twice(site: Site) -> None:
    write_issue(site, "2026-05")
    write_issue(site)
    site.post("one")
    site.post("two")

    def said(identity: str, day: str, **more: Any) -> dict[str, Any]:
        return comment(identity, date=f"2026-{day}T09:00:00+10:00", **more)

    site.thread(
        "posts/one",
        said("old", "04-20", key="a" * 16, name="Too Early"),
        said("x", "05-03", key="b" * 16, name="Ada Answered"),
        said("y", "05-04", parent="x", host=True, key=HOST, name="Host"),
        said("z", "05-05", key="c" * 16, name="Last Word"),
        said("late", "06-20", key="d" * 16, name="Too Late"),
    )
    site.thread(
        "posts/two",
        said("m", "05-06", key="b" * 16, name="Ada Answered"),
        said("n", "05-07", key="e" * 16, name="Bo Other"),
    )
    text = mail_of(site).text
    assert f"Ada Answered, under “Post one”:\n{SITE}/posts/one/#comment-x" in text
    assert f"Bo Other, under “Post two”:\n{SITE}/posts/two/#comment-n" in text
    assert not re.search("Too Early|Too Late|Last Word|Host", text)
    earlier = mail_of(site, "2026-05").text
    assert re.findall("Too Early|Ada|Bo Other", earlier) == ["Too Early"]


def test_the_next_meetup_is_in_it_when_there_is_one(site: Site) -> None:
    write_issue(site)
    assert "THE NEXT MEETUP" not in mail_of(site).text
    for day, status in (
        ("05-20", "scheduled"),
        ("06-10", "cancelled"),
        ("06-17", "scheduled"),
        ("07-15", "scheduled"),
    ):
        site.write(
            f"meetups/table-{day}.md",
            f"Title: Table {day}\nDate: 2026-05-01\nStart: 2026-{day} 18:00\nDuration: 2 hours\n"
            f"Venue: The Corner\nAddress: 1 Long Street, Sydney\nStatus: {status}\n\nCome.\n",
        )
    mail = mail_of(site, at="2026-06-01 19:00")
    assert "Table 06-17\nWednesday 17 June, 6 pm to 8 pm" in mail.text
    assert f"{SITE}/meetups/table-06-17/" in mail.html
    # The same mail, looked at months later.
    assert "Table 06-17" in mail_of(site).text
    # Sent late, when that one is over.
    assert "Table 07-15" in mail_of(site, at="2026-06-20 19:00").text


def test_what_an_author_types_is_escaped_in_it(site: Site) -> None:
    write_issue(site, title="A & B <i>")
    mail = mail_of(site)
    assert "A &amp; B &lt;i&gt;" in mail.html
    assert mail.subject == "A & B <i>"
    assert "A & B <i>" in mail.text


@pytest.mark.parametrize(
    ("given_html", "text"),
    [
        (
            "<p>One <em>two</em> <strong>three</strong>.</p><p>Four.</p>",
            "One *two* **three**.\n\nFour.",
        ),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n\n   - b\n- c"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n\n> b"),
        ("<pre><code>x = 1\n  y</code></pre>", "    x = 1\n      y"),
        ('<p><a href="https://a.example/">here</a></p>', "here (https://a.example/)"),
        ('<p><a href="https://a.example/">https://a.example/</a></p>', "https://a.example/"),
        ('<p><a href="mailto:a@b.example">a@b.example</a></p>', "a@b.example"),
        ("<p>&lt;b&gt; &amp; é</p>", "<b> & é"),
    ],
)
def test_html_becomes_text_that_reads_well(given_html: str, text: str) -> None:
    assert plain(given_html) == text


@given(st.lists(st.text(alphabet="abc <>&é\n", max_size=200), max_size=5))
def test_no_line_of_text_is_longer_than_it_may_be(paragraphs: list[str]) -> None:
    from html import escape

    made = plain("".join(f"<p>{escape(one)}</p>" for one in paragraphs))
    words = {word for one in paragraphs for word in one.split()}
    assert all(len(line) <= WIDTH or line.strip() in words for line in made.split("\n"))
    assert made.split() == [word for one in paragraphs for word in one.split()]


def test_addresses_in_words_are_left_alone() -> None:
    assert for_mail('<p>href="/x"</p>', f"{SITE}/a/") == '<p>href="/x"</p>'


def test_a_mail_is_the_same_each_time_it_is_made(site: Site) -> None:
    write_issue(site)
    assert mail_of(site) == mail_of(site)


def test_a_table_has_a_line_a_row_in_the_text_part() -> None:
    made = plain(
        "<p>a</p><table><tr><th>Name</th><th>When</th></tr><tr><td>One</td><td>Now</td></tr></table>"
        "<p>b</p>"
    )
    assert made == "a\n\nName | When\nOne | Now\n\nb"
