"""The typed head of an entry: every fault is told at once, with its file, its line and its mend."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plugins.entries.head import split
from plugins.entries.kinds import EntryHead, read_head
from plugins.entries.words import slugify
from plugins.faults import Report, sorted_faults
from plugins.kinds import KINDS
from tests.sites import Site

SYDNEY = ZoneInfo("Australia/Sydney")
GOOD = "Title: A\nDate: 2026-05-25\n"


def read(lines: str, kind: str = "posts") -> tuple[Any, list[str], list[str]]:
    """The head, the faults and the warnings that a file of such lines gives."""
    report = Report()
    place = f"{kind}/a.md"
    head: EntryHead | None = read_head(
        split(place, f"{lines}\nText\n".encode()), KINDS[kind], SYDNEY, report
    )
    return head, [str(f) for f in sorted_faults(report.faults)], [str(w) for w in report.warnings]


def only_fault(lines: str, kind: str = "posts") -> str:
    head, faults, _ = read(lines, kind)
    assert head is None
    (fault,) = faults
    return fault


@pytest.mark.parametrize(
    ("typed", "known"),
    [("Tytle", "Title"), ("Alais", "Aliases"), ("topic", "Topics"), ("Modified-On", "Modified")],
)
def test_an_unknown_key_is_told_with_the_nearest_known_one(typed: str, known: str) -> None:
    assert only_fault(f"{GOOD}{typed}: x\n") == (
        f'posts/a.md:3: "{typed}" is not a known key; did you mean "{known}"?'
    )


def test_an_unknown_key_that_is_near_to_none_is_told_with_all_that_the_kind_knows() -> None:
    fault = only_fault(f"{GOOD}Wombat: x\n")
    assert fault.startswith('posts/a.md:3: "Wombat" is not a known key; a post knows: Aliases, ')
    assert "Series" in fault
    assert "Series" not in only_fault("Title: A\nWombat: x\n", "pages")


def test_what_a_post_must_say_is_told_when_it_is_missing_or_empty() -> None:
    _, faults, _ = read("Title:\nTopics: x\n")
    assert faults == [
        'posts/a.md:1: Date is missing; write "Date: 2026-11-30 18:00"',
        'posts/a.md:1: Title is empty; write "Title: what readers will see"',
    ]
    assert "posts/a.md:2: Date is empty" in only_fault("Title: A\nDate:\n")


def test_a_page_needs_no_date() -> None:
    head, faults, _ = read("Title: A\n", "pages")
    assert faults == []
    assert head.date is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Date: 31 Nov 2026 6pm", 'Date: "31 Nov 2026 6pm" is not a date; write 2026-11-30 18:00'),
        ("Slug: Ä b", 'Slug: "Ä b" cannot be part of an address; write a-b'),
        ("Slug: a/b", 'Slug: "a/b" cannot be part of an address; write a-b'),
        ("Slug: ..", 'Slug: ".." cannot be part of an address; write letters-and-digits'),
        ("Id: two words", 'Id: "two words" cannot be an id; write two-words'),
        ("Id: ../../etc", 'Id: "../../etc" cannot be an id; write etc'),
        ("Status: hidden", 'Status: "hidden" is not known; write one of: published, draft'),
        ("Status: daft", 'Status: "daft" is not known; write one of: published, draft; did you'),
        ("Contents: maybe", 'Contents: "maybe" is neither yes nor no; write yes or no'),
        ("Aliases: old", 'Aliases: "old" is not an old address of this site; write its path'),
        ("Aliases: /?p=12", 'Aliases: "/?p=12" is not an old address of this site'),
        ("Aliases: /a/../b", 'Aliases: "/a/../b" is not an old address of this site'),
        ("Aliases: /a/%2e%2e/b", 'Aliases: "/a/%2e%2e/b" is not an old address of this site'),
        ("Aliases: /a%00b/", 'Aliases: "/a%00b/" is not an old address of this site'),
        ("Aliases: https://x/y", 'Aliases: "https://x/y" is not an old address of this site'),
        ("Guid: 12", 'Guid: "12" is not an address or URI; write the old feed id as it was'),
        ("Guid: tag:a b", 'Guid: "tag:a b" is not an address or URI'),
    ],
)
def test_a_malformed_value_is_told_with_its_line_what_was_found_and_what_to_write(
    line: str, said: str
) -> None:
    rest = "Title: A\n" if line.startswith("Date") else GOOD
    assert only_fault(f"{rest}{line}\n").startswith(f"posts/a.md:{rest.count(chr(10)) + 1}: {said}")


def test_several_faults_are_told_in_one_run_in_the_order_of_lines() -> None:
    _, faults, _ = read("Date: never\nSlug: A B\nTytle: x\nStatus: gone\n")
    assert [fault.split(": ")[0] for fault in faults] == [
        "posts/a.md:1",
        "posts/a.md:1",
        "posts/a.md:2",
        "posts/a.md:3",
        "posts/a.md:4",
    ]


def test_topics_tags_and_category_are_one_list_in_their_order_each_name_once() -> None:
    head, _, _ = read(
        f"{GOOD}Category: Work\nTopics: Learning,  Social   learning\nTags: Work, x\n"
    )
    assert head.topics == ("Work", "Learning", "Social learning", "x")


def test_names_with_commas_stand_between_semicolons() -> None:
    head, _, _ = read(f"{GOOD}Topics: Work, life and tea; Learning;\n")
    assert head.topics == ("Work, life and tea", "Learning")


def test_two_names_for_one_value_are_told_when_both_are_written() -> None:
    fault = only_fault(f"{GOOD}Summary: One.\nDescription: Two.\n")
    assert fault == "posts/a.md:4: Description says again what Summary on line 3 says; keep one"


@pytest.mark.parametrize(
    ("older", "newer"), [("Description", "summary"), ("Updated", "modified"), ("Authors", "author")]
)
def test_an_older_name_of_a_key_is_understood(older: str, newer: str) -> None:
    head, faults, _ = read(f"{GOOD}{older}: 2026-06-01\n")
    assert faults == []
    assert getattr(head, newer) is not None


def test_keys_are_known_in_any_letters_and_values_are_trimmed() -> None:
    head, _, _ = read("TITLE:   A   title \ndate: 2026-05-25\nimage-alt: A cup\n")
    assert (head.title, head.image_alt) == ("A title", "A cup")


def test_a_date_at_a_change_of_clocks_is_a_warning_with_its_line() -> None:
    head, faults, warnings = read("Title: A\nDate: 2026-10-04 02:30\n")
    assert head is not None
    assert faults == []
    (warning,) = warnings
    assert warning.startswith("posts/a.md:2: Date: 2026-10-04 02:30 does not exist in Australia")


def test_old_addresses_are_kept_as_paths_each_once() -> None:
    head, faults, _ = read(
        f"{GOOD}Alias: /2014/05/old/, /a.html /2014/05/old/\nAliases: /caf%C3%A9\n"
    )
    assert faults == []
    assert set(head.aliases) == {"/2014/05/old/", "/a.html", "/caf%C3%A9"}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Société & co", "societe-co"),
        ("It's what we’re on", "its-what-were-on"),
        ("  --Mixed CASE 42!--  ", "mixed-case-42"),
        ("Привет", "privet"),
        ("日本", "ri-ben"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_a_name_makes_an_address_of_ascii_letters_and_digits(name: str, slug: str) -> None:
    assert slugify(name) == slug


def test_a_build_tells_every_fault_of_every_file_with_the_folder_as_typed(site: Site) -> None:
    site.post("one", tytle="x", date="31 Nov 2026 6pm")
    site.page("two", slug="A b")
    site.write("posts/three.md", "Words only.\n")
    said = site.refused()
    assert said == [
        'pages/two.md:2: Slug: "A b" cannot be part of an address; write a-b',
        'posts/one.md:2: Date: "31 Nov 2026 6pm" is not a date; write 2026-11-30 18:00',
        'posts/one.md:3: "Tytle" is not a known key; did you mean "Title"?',
        'posts/three.md:1: the file begins with "Words only."; begin it with lines such as '
        '"Title: …" and "Date: 2026-11-30 18:00"',
        "4 things to mend; nothing was written.",
    ]
    assert not site.output.exists()
