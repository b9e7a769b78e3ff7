"""Only what everybody can reach is asked, however it is written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.links.addresses import NotAsked, public, reserved, web_address


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::"),
    ],
)  # fmt: skip
def test_a_number_that_not_everybody_reaches_is_private(number: str) -> None:
    assert not public(number)


@pytest.mark.parametrize(
    "number", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_number_that_everybody_reaches_is_public(number: str) -> None:
    assert public(number)


@given(st.ip_addresses(v=4))
def test_a_number_wrapped_in_another_is_as_private_as_it_was(number: IPv4Address) -> None:
    for wrapped in (f"::ffff:{number}", str(IPv6Address(0x64FF9B << 96 | int(number)))):
        assert public(wrapped) <= public(str(number))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("ftp://example.net/a", "only http:// and https:// are asked"),
        ("file:///etc/passwd", "only http:// and https:// are asked"),
        ("javascript:alert(1)", "only http:// and https:// are asked"),
        ("www.example.net", "write it whole, such as https://www.example.net"),
        ("http://", "is not a web address"),
        ("http://[::1", "is not a web address"),
        ("http://example.net:99999/", "is not a web address"),
        ("http://me:secret@example.net/", "a name or a password"),
        ("http://2130706433/", "a number written so that few programs read it alike"),
    ],
)
def test_what_is_no_address_to_ask_is_told(typed: str, why: str) -> None:
    with pytest.raises(NotAsked, match=why):
        web_address(typed)


def test_the_fragment_is_not_sent() -> None:
    assert str(web_address("https://example.net/a?b=c#d")) == "https://example.net/a?b=c"


def test_names_for_examples_are_known() -> None:
    assert all(reserved(host) for host in ("a.example", "example.org", "www.example.com", "x.test"))
    assert not any(reserved(host) for host in ("examples.org", "my-example.com", "jarche.com"))
