"""Every way to write a reference leads where it says, or is told with its file, line and mend."""

from __future__ import annotations

import pytest

from tests.sites import Site, comment, tombstone

pytestmark = pytest.mark.slow


@pytest.fixture
def site(site: Site) -> Site:
    site.post("five-questions", "## The first\n\nText with a [way back](#the-first).")
    site.page("about")
    site.post("both")
    site.page("both")
    site.post("waiting", status="draft")
    site.write("files/plan one.pdf", b"%PDF")
    site.thread("posts/five-questions", comment("c1"), tombstone("c2"))
    return site


def href(site: Site, typed: str, place: str = "posts", **options: str) -> str:
    """Where the only link in the text of an entry leads once it is built."""
    body = f"[x]({typed})" if not typed.startswith("<a") else typed
    (site.post if place == "posts" else site.page)("source", body)
    site.build(**options)
    file = "posts/source/" if place == "posts" else "source/"
    (found,) = site.tree(file).xpath('//div[contains(@class,"prose")]//a/@href')
    return str(found)


def fault(site: Site, typed: str) -> str:
    """What a link written on line 6 is refused with."""
    site.post("source", f"First.\n\n[x]({typed})")
    said = site.refused()
    assert said[1:] == ["1 thing to mend; nothing was written."]
    assert said[0].startswith(f'posts/source.md:6: link "{typed}": ')
    return said[0].split('": ', 1)[1]


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("five-questions.md", "/posts/five-questions/"),
        ("./five-questions.md", "/posts/five-questions/"),
        ("../pages/about.md", "/about/"),
        ("pages/about.md", "/about/"),
        ("/posts/five-questions.md", "/posts/five-questions/"),
        ("{filename}five-questions.md", "/posts/five-questions/"),
        ("{filename}/pages/about.md", "/about/"),
        ("|filename|five-questions.md", "/posts/five-questions/"),
        ("id:five-questions", "/posts/five-questions/"),
        ("id:pages/both", "/both/"),
        ("id:posts/both", "/posts/both/"),
        ("/posts/five-questions/", "/posts/five-questions/"),
        ("http://localhost:8000/about/", "/about/"),
        ("http://localhost:8000", "/"),
        ("/", "/"),
        ("/archive/", "/archive/"),
        ("/feed.atom", "/feed.atom"),
        ("five-questions.md#the-first", "/posts/five-questions/#the-first"),
        ("id:five-questions#comment-c1", "/posts/five-questions/#comment-c1"),
        ("/posts/five-questions/#conversation", "/posts/five-questions/#conversation"),
        ("id:both#x", None),
        ("about.md?from=here#top", None),
        ("/pages/about.md?from=here#top", "/about/?from=here#top"),
        ("/files/plan%20one.pdf", "/files/plan%20one.pdf"),
        ("../files/plan%20one.pdf#page=2", "/files/plan%20one.pdf#page=2"),
        ("{static}/files/plan%20one.pdf", "/files/plan%20one.pdf"),
        ("https://a.example/x.md?b=1&c=2#d", "https://a.example/x.md?b=1&c=2#d"),
        ("//a.example/x", "//a.example/x"),
        ("mailto:hello@activatelearning.example", "mailto:hello@activatelearning.example"),
        ("#top", "#top"),
    ],
)
def test_a_reference_leads_to_what_it_names(site: Site, typed: str, leads_to: str | None) -> None:
    if leads_to is None:
        assert fault(site, typed)
    else:
        assert href(site, typed) == leads_to


@pytest.mark.parametrize(
    "typed",
    [
        '<a class="b" href="five-questions.md">x</a>',
        "<a href='five-questions.md'>x</a>",
        "<a href=five-questions.md>x</a>",
        '<a\nhref="five-questions.md">x</a>',
    ],
)
def test_a_reference_in_html_is_settled_as_one_in_markdown(site: Site, typed: str) -> None:
    assert href(site, typed) == "/posts/five-questions/"


def test_a_reference_from_a_page_is_read_from_where_the_page_is(site: Site) -> None:
    assert href(site, "about.md", "pages") == "/about/"
    assert href(site, "../posts/five-questions.md", "pages") == "/posts/five-questions/"


def test_a_file_with_the_longer_ending_can_be_named(site: Site) -> None:
    site.write("posts/long.markdown", "Title: L\nDate: 2026-05-25\n\nText.\n")
    assert href(site, "long.markdown") == "/posts/long/"


def test_a_reference_in_code_is_words(site: Site) -> None:
    site.post("source", '`[x](gone.md)` and\n\n    <a href="gone.md">\n')
    site.build()
    assert '"gone.md' in site.tree("posts/source/").text_content()


def test_a_site_below_a_path_is_led_around_in_below_it(site: Site) -> None:
    url = "https://x.example/repo"
    assert href(site, "five-questions.md#the-first", site_url=url) == (
        "/repo/posts/five-questions/#the-first"
    )
    assert href(site, "/archive/", site_url=url) == "/repo/archive/"
    assert href(site, "/files/plan%20one.pdf", site_url=url) == "/repo/files/plan%20one.pdf"
    assert href(site, f"{url}/about/", site_url=url) == "/repo/about/"
    assert href(site, "#top", site_url=url) == "#top"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("five-qestions.md", 'no such file in the content; did you mean "five-questions.md"?'),
        ("wombat.md", "no such file in the content"),
        ("id:five-qestions", 'no entry has this id; did you mean "five-questions"?'),
        ("id:both", "2 entries have this id; write id:posts/both or id:pages/both"),
        (
            "/posts/five-qestions/",
            'no page has this address; did you mean "/posts/five-questions/"?',
        ),
        (
            "/resources/five-questions/",
            'no page has this address; did you mean "/posts/five-questions/"?',
        ),
        (
            "../pages/five-questions.md",
            'no such file in the content; did you mean "five-questions.md"?',
        ),
        (
            "five-questions",
            "is neither a file of the content nor an address that begins with /; did you mean id:five-questions?",
        ),
        ("/posts/five-questions", 'lacks its closing slash; write "/posts/five-questions/"'),
        ("/archive", 'lacks its closing slash; write "/archive/"'),
        ("five-questions", "is neither a file of the content nor an address that begins with /; "),
        ("../files/plan.pdf", "is neither a file of the content nor an address that begins with"),
        ("/files/plan.pdf", "no page has this address"),
        (
            "five-questions.md#the-frist",
            'posts/five-questions.md has no "#the-frist"; did you mean ',
        ),
        ("id:five-questions#comment-c2", 'posts/five-questions.md has no "#comment-c2"; did you '),
        ("#nowhere", 'posts/source.md has no "#nowhere"'),
        ("waiting.md", "leads to what is not public yet (Draft: "),
        ("id:waiting", "leads to what is not public yet (Draft: "),
        ("/posts/waiting/", "leads to what is not public yet (Draft: "),
        ("javascript:alert(1)", '"javascript:" is no address a reader can follow; write https://'),
        ("htps://a.example/", '"htps:" is no address a reader can follow; write https://'),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_with_its_line_and_its_mend(
    site: Site, typed: str, said: str
) -> None:
    assert fault(site, typed).startswith(said)


def test_an_empty_reference_is_told(site: Site) -> None:
    site.post("source", "[x]()")
    assert 'link "": is empty; write an address, a file such as' in site.refused()[0]


def test_each_of_several_broken_references_is_told_with_its_own_line(site: Site) -> None:
    site.post(
        "source", "`gone.md` and [a](gone.md)\n\n[b](other.md)\n\n[c](gone.md), far-gone.md\n"
    )
    assert [said.split(': link "')[0] for said in site.refused()[:-1]] == [
        "posts/source.md:4",
        "posts/source.md:6",
        "posts/source.md:8",
    ]


def test_a_reference_written_below_is_told_where_its_address_stands(site: Site) -> None:
    site.post("source", "Read [this][1].\n\nMore.\n\n[1]: gone.md\n")
    assert site.refused()[0].startswith('posts/source.md:8: link "gone.md"')


def test_a_link_to_a_draft_works_in_a_preview(site: Site) -> None:
    site.post("source", "[x](waiting.md)")
    site.build(drafts=True)
    assert site.tree("posts/source/").xpath('//a[@href="/posts/waiting/"]')


def test_a_link_to_a_faulty_file_is_not_one_more_fault(site: Site) -> None:
    site.post("source", "[x](bad.md) [y](id:bad) [z](/posts/bad/)")
    site.post("bad", date="never")
    assert [said.split(": ")[0] for said in site.refused()] == [
        "posts/bad.md:2",
        "1 thing to mend; nothing was written.",
    ]


def test_an_entry_says_where_it_is_mentioned(site: Site) -> None:
    site.post("source", "[x](five-questions.md), again [y](id:five-questions)")
    site.build()
    section = site.tree("posts/five-questions/").xpath('//h2[.="Mentioned in"]/..//a')
    assert [(link.get("href"), link.text) for link in section] == [
        ("/posts/source/", "Post source")
    ]


def test_what_lies_in_files_is_published_as_it_is(site: Site) -> None:
    site.write("files/deep/page.html", "<b>As it is")
    site.write("files/notes.md", "no head")
    site.build()
    assert site.files()["files/deep/page.html"] == b"<b>As it is"
    assert site.files()["files/notes.md"] == b"no head"
