"""Addresses, numbers and user agents in a text: what is found, and what is let be."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.privacy import scan
from plugins.privacy.scan import find

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def texts(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    return [finding.text for finding in find(text, allowed)]


@pytest.mark.parametrize(
    "text",
    [
        "jo@host.example",
        "Write to jo@host.example.",
        "<jo@host.example>",
        "[me](mailto:jo@host.example?subject=Hi)",
        "mailto:jo%40host.example",
        "?email=jo%40host.example&x=1",
        "jo&#64;host.example",
        "jo&#064;host&#46;example",
        "jo&#x40;host.example",
        "jo&commat;host.example",
        "jo&amp;#64;host.example",
        "".join(f"&#{ord(c)};" for c in "jo@host.example"),
        "jo@&#104;ost.example",
        r"jo\u0040host.example",
        "jo＠host.example",
        "jo@\u200bhost.example",
        "jo [at] host [dot] example",
        "jo (at) host.example",
        "https://jo@host.example/",
        "'jo@host.example'",
        "**jo@host.example**",
    ],
)
def test_an_email_address_is_found_however_it_is_written(text: str) -> None:
    assert texts(text) == ["jo@host.example"]


@pytest.mark.parametrize(
    "address",
    [
        "jo.o'neill+tag@mail.host.example",
        "josé@host.example",
        "jo@bücher.example",
        "jo@xn--bcher-kva.xn--p1ai",
        "a@163.com",
        "jo@host.museum",
    ],
)
def test_addresses_of_every_kind_are_found(address: str) -> None:
    assert texts(f"It is {address}, I think.") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "@name@host.example",
        "https://social.example/@name@host.example",
        "https://social.example/%40name%40host.example",
        "acct:name@host.example",
        "@jo",
        "npm i pkg@1.2",
        "pkg@1.2.3-rc.one",
        "@scope/pkg@latest",
        "icon@2x.png",
        "git@forge.example:jo/site.git",
        "Me @ home. At work.",
        "@media (width > 40em)",
        '{"@type": "Person"}',
        "https://maps.example/@-33.86,151.2,15z",
        "version 1.2.3.4",
        "Section 1.2.3.4 says so",
        "v1.2.3.4",
        "§ 1.2.3.4",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.02.03.04",
        "at 12:30:45",
        "std::cout, Foo::Bar, d::1",
        ".face::before",
        "::",
        "2026-05-25T08:15:00+10:00",
        "The time is (at last) right.",
        "I read it in Firefox, on Mozilla/Gecko.",
        "It runs on iOS 17.1.2.3 and Android 14.0.1.2.",
        "{ x }\n}@app.route(path)",
    ],
)
def test_what_only_looks_like_one_is_let_be(text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize(
    "number",
    [
        "203.0.113.9",
        "127.0.0.1",
        "8.8.8.8",
        "255.255.255.255",
        "2001:db8::1",
        "2001:db8:0:0:0:0:2:1",
        "::1",
        "fe80::1",
        "::ffff:8.8.8.8",
    ],
)
def test_an_ip_number_is_found(number: str) -> None:
    expected = "8.8.8.8" if "ffff" in number else number
    assert texts(f"It came from {number}, at noon.") == [expected]
    assert texts(f"({number})") == [expected]


@pytest.mark.parametrize(
    "agent", [AGENT, "Chrome/120.0.0.0", "curl/8.5.0", "Opera/9.80 (Windows NT 6.1)"]
)
def test_a_user_agent_is_found_and_its_version_is_no_ip_number(agent: str) -> None:
    assert {finding.kind for finding in find(f"Seen with {agent} today")} == {"user agent"}


def test_what_is_public_on_purpose_is_allowed_whatever_its_case() -> None:
    assert texts("Jo@Host.example and 9.9.9.9", ("jo@host.example", "9.9.9.9")) == []
    assert texts("notjo@host.example", ("jo@host.example",)) == ["notjo@host.example"]


def test_a_mask_tells_those_who_know_and_nobody_else() -> None:
    masks = [one.masked for one in find(f"jo@mail.host.example 203.0.113.9 2001:db8::1 {AGENT}")]
    assert masks[:3] == ["j***@m***.example", "203.***", "2001:***"]
    assert masks[3:] == ["Mozilla/***", "Firefox/***"]


def test_numbers_that_are_no_ones_in_particular_are_told_apart() -> None:
    numbers = "127.0.0.1 192.168.1.20 203.0.113.9 ::1 2001:db8::1"
    assert not any(finding.identifies for finding in find(numbers))
    assert all(finding.identifies for finding in find("8.8.8.8 2606:4700::1111 jo@host.example"))


words = st.from_regex(r"[a-z][a-z0-9]{0,15}", fullmatch=True)


@given(
    words,
    words.filter("example".__ne__),
    st.sampled_from(["example", "org", "com.au"]),
    st.text(max_size=40),
)
def test_an_address_is_found_in_any_surroundings_and_code(
    local: str, host: str, top: str, around: str
) -> None:
    address = f"{local}@{host}.{top}"
    forms = (address, html.escape(address), quote(address), address.replace("@", "&#64;"))
    if local != "git":
        for form in forms:
            assert address in texts(f"{around} {form} {around}")


@given(st.text())
def test_any_text_is_read_and_no_mask_gives_away_what_it_hides(text: str) -> None:
    for finding in find(text):
        assert "***" in finding.masked


@given(st.sampled_from(["a", "@", "a.", "a@", "1.", ":", "&", "%40", "(at)", "a-"]))
def test_long_texts_take_time_in_proportion(part: str) -> None:
    find(part * 5_000)


pieces = st.lists(
    st.sampled_from(
        [
            *"0159afAF.:/@%&;#[]({}) -vx\u0660\u200b\uff20",
            *("127", "255", "fe80", "::", "1.2.3.4", "2001:db8::1", "Mozilla/5.0", "(X11", "curl/8.1.2"),
            *("%40", "&#64;", "&commat;", "\\u0040", "[at]", "( AT )", "\u017f", "Chrome/120.0.0.0"),
        ]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(st.one_of(pieces, st.text()))
def test_what_is_sought_first_is_in_all_that_is_found(text: str) -> None:
    for pattern, hint in (
        (scan._IPV4, scan._IPV4_HINT),
        (scan._IPV6, scan._IPV6_HINT),
        (scan._AGENT, scan._AGENT_HINT),
        (scan._AT, scan._AT_HINT),
    ):
        assert not pattern.search(text) or hint.search(text)
    apart = ("@", *scan.HINTS, r"/(?<=[a-zA-Z]/)\d")
    assert bool(scan._HINT.search(text)) == any(re.search(hint, text) for hint in apart)
