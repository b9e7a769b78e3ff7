"""Who takes part: one person a key, one address a person."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from plugins.conversations.model import Thread
from plugins.conversations.people import Person, people
from plugins.conversations.tree import conversation
from tests.sites import comment, thread, tombstone

ZONE = ZoneInfo("Australia/Sydney")
ONE, TWO = "1" * 32, "2" * 32


def who(*threads: object) -> dict[str, Person]:
    return people(conversation(Thread.model_validate(one), ZONE) for one in threads)


def test_one_key_is_one_person_whatever_the_name() -> None:
    said = who(
        thread(
            "posts/one",
            comment("a", key=ONE, name="Jo", date="2026-05-01T09:00:00+10:00"),
            comment("b", key=ONE, name="Jo Whitfield", date="2026-05-02T09:00:00+10:00"),
            comment("c", key=ONE, name="Jo Whitfield", date="2026-05-03T09:00:00+10:00"),
        )
    )
    assert [(p.name, p.slug, len(p.said)) for p in said.values()] == [
        ("Jo Whitfield", "jo-whitfield", 3)
    ]


def test_of_two_names_used_as_often_the_latest_is_shown() -> None:
    said = who(
        thread(
            "posts/one",
            comment("a", key=ONE, name="Ros A", date="2026-05-01T09:00:00+10:00"),
            comment("b", key=ONE, name="Ros Achterberg", date="2026-05-02T09:00:00+10:00"),
        )
    )
    assert said[ONE].name == "Ros Achterberg"


def test_people_of_one_name_stay_apart_and_the_first_to_speak_keeps_the_plain_address() -> None:
    later = comment("a", key=ONE, name="Priya", date="2026-05-02T09:00:00+10:00")
    earlier = comment("a", key=TWO, name="Priya", date="2026-05-01T09:00:00+10:00")
    said = who(thread("posts/one", later), thread("posts/two", earlier))
    assert said[TWO].address == "/people/priya/"
    assert said[ONE].address == "/people/priya-1111/"


def test_a_name_without_letters_has_an_address_too() -> None:
    assert who(thread("posts/one", comment("a", name="\U0001f642"))).popitem()[1].slug


def test_what_was_removed_says_nothing_of_anybody() -> None:
    assert not who(thread("posts/one", tombstone("a")))


def test_what_a_person_said_stands_latest_first_over_all_threads() -> None:
    said = who(
        thread("posts/one", comment("a", date="2026-05-03T09:00:00+10:00")),
        thread("posts/two", comment("b", date="2026-05-05T09:00:00+10:00")),
        thread("posts/six", comment("c", date="2026-05-04T09:00:00+10:00")),
    ).popitem()[1]
    assert [one.remark.id for one in said.said] == ["b", "c", "a"]
    assert said.threads == 3


@given(
    st.lists(
        st.tuples(
            st.sampled_from("0123456789abcdef"), st.sampled_from(["Jo", "jo", "J\u00f6", "!"])
        )
    )
)
def test_every_key_has_an_address_of_its_own(rows: list[tuple[str, str]]) -> None:
    comments = [
        comment(f"c{number}", key=digit * 32, name=name)
        for number, (digit, name) in enumerate(rows)
    ]
    said = who(thread("posts/one", *comments))
    assert set(said) == {digit * 32 for digit, _ in rows}
    assert len({person.slug for person in said.values()}) == len(said)
