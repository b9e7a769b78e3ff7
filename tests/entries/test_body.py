"""Markdown becomes HTML that the theme and the site's policy can take."""

from __future__ import annotations

import pytest
from lxml import etree, html

from plugins.entries.body import render
from plugins.entries.summaries import first_paragraph


def tree(markdown: str) -> html.HtmlElement:
    return html.fragment_fromstring(render(markdown).html, create_parent="main")


def shown(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)


def test_an_image_alone_in_its_paragraph_is_a_figure_with_its_title_as_caption() -> None:
    (figure,) = tree('![A cup](cup.png "At the counter & after")\n').xpath("//figure")
    assert figure.xpath("string(figcaption)") == "At the counter & after"
    (image,) = figure.xpath("img")
    assert dict(image.attrib) == {"src": "cup.png", "alt": "A cup"}
    assert tree("![A cup](cup.png)\n").xpath("//figure[not(figcaption)]/img")


def test_an_image_that_is_a_link_is_a_figure_too() -> None:
    assert tree("[![A cup](cup.png)](big.png)\n").xpath("//figure/a/img")


@pytest.mark.parametrize("text", ["See ![a](b.png).", "![a](b.png) ![c](d.png)", "![a](b.png) so"])
def test_an_image_among_words_stays_in_its_paragraph(text: str) -> None:
    made = tree(text)
    assert not made.xpath("//figure")
    assert made.xpath("//p/img")


@pytest.mark.parametrize("dash", ["—", "–", "--", "— "])
def test_a_quotation_whose_last_line_begins_with_a_dash_has_it_as_source(dash: str) -> None:
    made = tree(f"> Learning is work.\n>\n> {dash} [Harold](https://example.org/a), 2013\n\nAfter.")
    (figure,) = made.xpath('//figure[@class="quotation"]')
    assert [child.tag for child in figure] == ["blockquote", "figcaption"]
    assert figure.xpath("string(figcaption)") == "Harold, 2013"
    assert figure.xpath("blockquote/@cite") == ["https://example.org/a"]
    assert figure.xpath("string(blockquote)").strip() == "Learning is work."
    assert figure.getnext().text == "After."


@pytest.mark.parametrize(
    "text", ["> — only a dash", "> One.\n>\n> Two.", "> — a\n> b", "> a\n> — b\n> c"]
)
def test_a_quotation_without_a_source_of_its_own_stays_a_quotation(text: str) -> None:
    made = tree(text)
    assert made.xpath("//blockquote")
    assert not made.xpath("//figure")


def test_a_source_with_a_link_within_the_site_is_not_called_the_address_of_the_quotation() -> None:
    (quote,) = tree("> A.\n>\n> — [B](b.md)\n").xpath("//blockquote")
    assert "cite" not in quote.attrib


TABLE = "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n"


def test_a_table_says_its_alignment_as_classes_and_scrolls_in_a_frame() -> None:
    made = tree(f"Before\n\n{TABLE}\nAfter\n")
    (frame,) = made.xpath('//div[@class="table"]')
    assert frame.get("tabindex") == "0"
    assert frame.xpath("table//td/@class") == ["left", "center", "right"]
    assert frame.xpath("table//th/@class") == ["left", "center", "right"]


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "```python\nx = 'a'  # b\n```\n",
        "    plain code\n",
        "Words.[^1]\n\n[^1]: A note.\n",
        "# One\n\n## Two\n",
        "> quoted\n>\n> — me\n",
        "3. three\n4. four\n",
    ],
)
def test_nothing_that_markdown_makes_has_a_style_attribute(text: str) -> None:
    assert not tree(text).xpath("//@style")


def test_code_is_highlighted_by_classes_and_reachable_by_keyboard() -> None:
    (block,) = tree("```python\nx = 'a'  # why\n```\n").xpath('//div[@class="highlight"]/pre')
    assert block.get("tabindex") == "0"
    assert "c1" in block.xpath(".//span/@class")
    assert block.xpath("string()") == "x = 'a'  # why\n"


def test_code_of_no_named_language_is_not_guessed_at() -> None:
    (block,) = tree("```\nimport this\n```\n").xpath("//pre")
    assert not block.xpath(".//span/@class")
    assert block.xpath("string()") == "import this\n"


def test_a_footnote_leads_there_and_back() -> None:
    made = tree("Words.[^n]\n\nMore.\n\n[^n]: A note.\n")
    (there,) = made.xpath('//a[@class="footnote-ref"]')
    (back,) = made.xpath('//a[@class="footnote-backref"]')
    ids = made.xpath("//@id")
    assert there.get("href")[1:] in ids
    assert back.get("href")[1:] in ids
    assert back.get("title") == "Back to where footnote 1 is mentioned"


def test_footnotes_of_one_body_are_not_left_to_the_next() -> None:
    first = render("Words.[^n]\n\n[^n]: A note.\n")
    assert "note" not in render("No notes here.\n").html.replace("No notes here", "")
    assert render("Words.[^n]\n\n[^n]: A note.\n") == first


def test_headings_have_ids_that_are_each_used_once() -> None:
    made = tree("## What we do\n\n## What we do\n\n### Société & co\n")
    assert made.xpath("//h2/@id | //h3/@id") == ["what-we-do", "what-we-do_1", "societe-co"]


def test_headings_are_known_with_those_below_them() -> None:
    body = render("## One\n\n### In *one* & <b>\n\n## Two\n")
    assert [(h.id, str(h.title)) for h in body.headings] == [("one", "One"), ("two", "Two")]
    (below,) = body.headings[0].below
    assert below.id == "in-one"
    assert "<b>" not in below.title
    assert "&amp;" in below.title


def test_a_heading_that_shows_a_tag_cannot_become_one_in_the_contents() -> None:
    (heading,) = render("## The `<script>` tag\n").headings
    assert "<" not in heading.title
    assert heading.title.unescape() == "The <script> tag"


def test_words_are_counted_without_tags_and_read_at_230_a_minute() -> None:
    body = render(f"{'word ' * 460}\n\n[link](https://a.example/with/many/words)\n")
    assert (body.words, body.minutes) == (461, 2)
    assert render("").minutes == 1


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("# Head\n\nOne *two*, [three](x) & four.\n\nFive.", "One two, three & four."),
        ("A claim.[^1] More.\n\n[^1]: Note.\n", "A claim. More."),
        ("![only a picture](x.png)\n\nThen words.", "Then words."),
        ("- only\n- a list", ""),
    ],
)
def test_the_first_paragraph_is_its_words_alone(markdown: str, words: str) -> None:
    assert first_paragraph(render(markdown).html) == words


def test_a_long_first_paragraph_is_cut_at_a_word() -> None:
    cut = first_paragraph(f"<p>{'seven, ' * 60}</p>")
    assert len(cut) <= 201
    assert cut.endswith("seven…")
