"""The doctor finds what the store refuses, proposes a text, and leaves alone what is meant so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.conversations.doctor import Examination, examine
from plugins.conversations.garbled import mended, passages
from tests.conversations.threads import HOST_KEY, gone, read, said, text_of, thread_texts
from tests.sites import SITE_FOLDER

THREADS = sorted((SITE_FOLDER / "content/comments").glob("*/*.json"))


def look(text: str, *, clocks: bool = False) -> Examination:
    return examine(text.encode(), "a.json", clocks=clocks)


def told(examined: Examination) -> list[str]:
    return [str(finding) for finding in examined.findings]


@pytest.mark.parametrize("path", THREADS, ids=lambda path: path.stem)
def test_nothing_in_the_content_is_changed(path: Path) -> None:
    found = examine(path.read_bytes(), path.name, clocks=True, host_key=HOST_KEY)
    assert found.text is None
    assert found.left == ()
    assert [one.kind for one in found.findings] == ["quoted"] * (path.stem == "moving-house")


def test_a_reply_before_what_it_answers_is_moved_behind_it() -> None:
    found = look(text_of(said("b", "a", 1), said("c", "b", 2), said("a"), said("d")))
    assert told(found) == [
        "a.json:13: comment b: stands before a, which it answers; move it behind",
    ]
    assert found.text == text_of(said("a"), said("b", "a", 1), said("c", "b", 2), said("d"))
    assert found.left == ()


def test_a_circle_is_broken_at_its_earliest_comment() -> None:
    found = look(text_of(said("a", "c", 5), said("b", "a", 1), said("c", "b", 3), said("d", "d")))
    assert [(one.kind, one.mend) for one in found.findings] == [
        ("circle", "the earliest of them, so let it answer the entry"),
        ("circle", "let it answer the entry"),
        ("order", "move it behind"),
    ]
    assert found.text == text_of(
        said("b", None, 1), said("c", "b", 3), said("a", "c", 5), said("d")
    )


def test_a_missing_parent_becomes_a_tombstone_before_its_replies() -> None:
    found = look(text_of(said("a"), said("b", "x", 2), said("c", "x", 1), said("d", "no id!")))
    assert told(found)[0].endswith(
        "comment b: answers x, which is not here; put a tombstone in its place"
    )
    assert found.text == text_of(
        said("a"), gone("x", minutes=1), said("b", "x", 2), said("c", "x", 1), said("d")
    )
    assert found.left == ()


def test_the_same_comment_twice_is_dropped_and_another_gets_an_id_of_its_own() -> None:
    other = said("a", body="Something else.")
    found = look(text_of(said("a"), said("a-2"), said("a"), other, said("b", "a")))
    assert [one.mend for one in found.findings] == ["drop it", "give this one the id a-3"]
    assert found.text == text_of(said("a"), said("a-2"), other | {"id": "a-3"}, said("b", "a"))


def test_a_wrong_clock_is_told_and_set_only_when_asked() -> None:
    text = text_of(
        said("a", minutes=10), said("b", "a", 0), said("c", "b", date="2026-11-23T05:00:00Z")
    )
    assert look(text).text is None
    assert told(look(text)) == [
        "a.json:24: comment b: is dated 2026-11-23T18:00:00+11:00, before what it answers",
        "a.json:37: comment c: is dated 2026-11-23T05:00:00Z, before what it answers",
    ]
    assert look(text, clocks=True).text == text_of(
        said("a", minutes=10),
        said("b", "a", date="2026-11-23T18:10:01+11:00"),
        said("c", "b", date="2026-11-23T07:10:02+00:00"),
    )


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("I donâ€™t know.", "I don’t know."),
        ("InÃªs, cafÃ©", "Inês, café"),
        ("â€œWellâ€\x9d", "“Well”"),
        ("donÃ¢â‚¬â„¢t", "don’t"),
        ("ðŸ˜€ hello", "😀 hello"),
        ("æ—¥æœ¬", "日本"),
        ("Tom &amp;amp; Jerry &amp;quot;", "Tom &amp; Jerry &quot;"),
        ("20Â°C", "20°C"),
    ],
)
def test_text_that_was_encoded_twice_is_mended(garbled: str, meant: str) -> None:
    found = look(text_of(said("a", body=garbled)))
    assert found.text == text_of(said("a", body=meant))
    assert {one.kind for one in found.findings} == {"garbled"}


def test_a_name_has_no_entities() -> None:
    author = said("a")["author"]
    found = look(text_of(said("a", author=author | {"name": "O&#39;Brien &amp; SÃ¸n"})))
    assert found.text == text_of(said("a", author=author | {"name": "O'Brien & Søn"}))


@pytest.mark.parametrize(
    "text",
    [
        'always had me as "InÃªs".',
        "It said “donâ€™t”, it did.",
        "Write `&amp;amp;` for it.",
        "```\ncafÃ©\n```",
        "CAFÉ™ and SÃO PAULO",
        "naïve café “ok” – ça «là»",
        "Fish &amp; chips, &lt;b&gt;",
        "ÀÉÎ Ünïcödé ½ °C",
    ],
)
def test_what_is_quoted_or_meant_so_stays(text: str) -> None:
    assert look(text_of(said("a", body=text))).text is None


def test_what_may_be_meant_so_is_mended_only_when_agreed_to() -> None:
    raw = text_of(said("a", body="CAFÉ™")).encode()
    asked = []

    def agreed(where: str, passage: object) -> bool:
        asked.append(where)
        return True

    found = examine(raw, "a.json", agreed=agreed)
    assert asked == ['comment a: body: "CAFÉ™"']
    assert found.text == text_of(said("a", body="CAFə"))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"])), st.integers(1, 2))
def test_text_garbled_once_or_twice_comes_back(text: str, times: int) -> None:
    if passages(text, markdown=False):
        return  # it looks garbled as it is
    garbled = text
    for _ in range(times):
        garbled = "".join(
            bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in garbled.encode()
        )
    assert mended(garbled, passages(garbled, markdown=False)) == text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "a.json: is no JSON in UTF-8; mend it by hand"),
        (b"\xff", "a.json: is no JSON in UTF-8; mend it by hand"),
        (
            b'{"comments": 3}',
            "a.json: its comments are no list of objects with ids; mend it by hand",
        ),
        (b'{"a": 1,\n"a": 2}', "a.json:2: 'a' stands twice in one object; mend it by hand"),
        (
            b"{\n<<<<<<< ours\n=======\n>>>>>>> theirs\n}",
            "a.json:2: holds the marks of a merge; keep one of the two versions between <<<<<<< and "
            ">>>>>>>, and take out the marks",
        ),
    ],
)
def test_what_cannot_be_worked_on_is_told(raw: bytes, message: str) -> None:
    found = examine(raw, "a.json")
    assert [str(one) for one in found.findings] == [message]
    assert found.text is None


@given(thread_texts(), st.integers(0, 2**32))
def test_whatever_was_done_to_the_tree_is_mended_and_no_word_is_lost(text: str, seed: int) -> None:
    chance = random.Random(seed)
    value = read(text).model_dump(mode="json")
    comments = [
        said(one["id"], one["parent"], n, body=f"Words {n}.")
        for n, one in enumerate(value["comments"])
    ]
    ids = [one["id"] for one in comments]
    for one in comments:
        if chance.random() < 0.4:
            one["parent"] = chance.choice([*ids, "lost-1", "lost-2", "no id"])
        if chance.random() < 0.2:
            one["id"] = chance.choice(ids)
    chance.shuffle(comments)
    found = examine(text_of(*comments).encode(), "a.json", clocks=True)
    assert found.left == ()
    after = read(found.text or text_of(*comments))
    assert {one["body"] for one in comments} == {one.body for one in after.comments if one.body}
    if found.text:
        again = examine(found.text.encode(), "a.json", clocks=True)
        assert (again.findings, again.text) == ((), None)
