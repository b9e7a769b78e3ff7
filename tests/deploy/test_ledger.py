"""What readers hold on to, addresses and feed ids, is kept, or somebody has said that it may go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sites import Site, comment
from tools.check import check
from tools.deploy.before.ledger import Ledger, PastEntry, ledger_faults, with_release
from tools.deploy.before.published import (
    FILE,
    _read,
    forget,
    read_ledger,
    record,
    recorded,
    text_of,
)
from tools.deploy.index import PublicEntry, SiteIndex, index_of
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=ZoneInfo("Australia/Sydney"))
LATER = datetime(2027, 1, 4, 9, 0, tzinfo=ZoneInfo("Australia/Sydney"))


def entry(
    key: str, slug: str = "", feed_id: str = "", title: str = "T", talk: bool = True
) -> PublicEntry:
    kind, _, identity = key.partition("/")
    comments = {"a": "1234"} if talk else {"a": ""}
    address = f"/{kind}/{slug or identity}/"
    return PublicEntry(key, kind, title, address, feed_id or f"tag:x:{key}", "", "w", comments)


FEEDS = ("feed.atom", "feed.json", "feed.rss")


def site_index(*entries: PublicEntry, more: tuple[str, ...] = ()) -> SiteIndex:
    """The index of a site with these entries, their feeds, their calendars, and what every site has."""
    addresses = {"/", "/feed.atom", "/archive/", "/sitemap.xml", *more}
    for one in entries:
        addresses.add(one.address)
        if one.kind == "meetups":
            addresses.add(f"{one.address[:-1]}.ics")
        if any(one.comments.values()):
            addresses |= {f"{one.address}{feed}" for feed in FEEDS}
    return SiteIndex({one.key: one for one in entries}, frozenset(addresses))


def past_of(index: SiteIndex, content: Path | None = None) -> Ledger:
    """What is known after a publish of it."""
    if content is None:
        return with_release(Ledger(), index, date(2026, 11, 25))
    record(content, index, NOW)
    return read_ledger(content)


def told(past: Ledger, index: SiteIndex) -> list[str]:
    return [str(fault) for fault in ledger_faults(past, index)[0]]


def warned(past: Ledger, index: SiteIndex) -> list[str]:
    return [str(fault) for fault in ledger_faults(past, index)[1]]


ONE, TWO = entry("posts/one"), entry("posts/two")
BOTH = site_index(ONE, TWO)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.fixture(params=["the file", "the release"])
def both_public(request: pytest.FixtureRequest, content: Path) -> Ledger:
    return past_of(BOTH, content if request.param == "the file" else None)


def test_nothing_is_lost_when_nothing_was_there() -> None:
    assert ledger_faults(Ledger(), BOTH) == ((), ())
    assert with_release(Ledger(), None).empty


def test_the_same_again_and_more_raises_nothing(both_public: Ledger) -> None:
    assert ledger_faults(both_public, BOTH) == ((), ())
    assert ledger_faults(both_public, site_index(ONE, TWO, entry("posts/three"))) == ((), ())


def test_an_entry_that_is_gone_is_told_once_with_what_to_write(both_public: Ledger) -> None:
    assert told(both_public, site_index(TWO)) == [
        "content/published.json: /posts/one/ has been public since 25 November 2026 and would lead "
        'nowhere; write "Aliases: /posts/one/" in the entry that takes its place, or '
        "./invoke publish.forget /posts/one/ when it is meant to be gone"
    ]
    assert warned(both_public, site_index(TWO)) == []


def test_an_entry_that_another_takes_the_place_of_is_not_lost(both_public: Ledger) -> None:
    assert told(both_public, site_index(TWO, more=("/posts/one/",))) == []


def test_an_entry_that_stands_elsewhere_needs_its_old_address(both_public: Ledger) -> None:
    moved = entry("posts/one", slug="uno")
    (fault,) = told(both_public, site_index(moved, TWO))
    assert "/posts/one/ has been public since" in fault
    followed = site_index(moved, TWO, more=("/posts/one/",))
    assert told(both_public, followed) == []
    assert warned(both_public, followed) == [
        "content/published.json: /posts/one/feed.atom and 2 more feeds were public and lead nowhere "
        "from now on"
    ]


def test_an_old_address_is_not_dropped_a_year_later(content: Path) -> None:
    past_of(site_index(ONE), content)
    moved = entry("posts/one", slug="uno")
    past_of(site_index(moved, more=("/posts/one/",)), content)
    (fault,) = told(read_ledger(content), site_index(moved))
    assert "/posts/one/ has been public since 25 November 2026" in fault


def test_a_feed_id_that_changed_is_told_with_both_and_what_to_write(both_public: Ledger) -> None:
    assert told(both_public, site_index(entry("posts/one", feed_id="tag:y:one"), TWO)) == [
        'posts/one: its feed id was "tag:x:posts/one" and would be "tag:y:one", so every feed reader '
        'would show it as new; write "Guid: tag:x:posts/one" in its file'
    ]


def test_a_renamed_file_without_an_id_is_known_by_its_feed_id(both_public: Ledger) -> None:
    renamed = entry("posts/uno", slug="one", feed_id="tag:x:posts/one")
    assert told(both_public, site_index(renamed, TWO)) == [
        'posts/uno: is posts/one under another name (both have the feed id "tag:x:posts/one"), and what '
        'was said under it would be lost; write "Id: one" in its file'
    ]


def test_a_feed_id_of_two_entries_is_told(both_public: Ledger) -> None:
    third = entry("posts/three", feed_id="tag:x:posts/one")
    (fault,) = told(both_public, site_index(ONE, third, TWO))
    assert fault.startswith('posts/three: has the feed id "tag:x:posts/one" of posts/one')


def test_a_feed_id_that_another_entry_takes_over_is_told_of_both(both_public: Ledger) -> None:
    changed = entry("posts/one", feed_id="tag:y:one")
    thief = entry("posts/three", feed_id="tag:x:posts/one")
    faults = told(both_public, site_index(changed, TWO, thief))
    assert [line.split(":")[0] for line in faults] == ["posts/one", "posts/three"]
    assert "under which posts/one has been public" in faults[1]


@pytest.mark.parametrize(
    ("address", "mend"),
    [
        ("/feed.atom", "bring back the setting or the list that it comes from"),
        ("/meetups.ics", "bring back the setting or the list that it comes from"),
        ("/resources/feeds.opml", "bring back the setting or the list that it comes from"),
        ("/topics/learning/", "name the topic that takes its place in RENAMED_TOPICS"),
        ("/2014/05/old/", 'write "Aliases: /2014/05/old/" in the entry that takes its place'),
    ],
)
def test_feeds_calendars_topics_and_old_addresses_are_strong(address: str, mend: str) -> None:
    past = past_of(site_index(ONE, more=(address,)))
    now = site_index(ONE)
    now = replace(now, addresses=now.addresses - {address})
    (fault,) = told(past, now)
    assert (
        f"{address} has been public since 25 November 2026 and would lead nowhere; {mend}" in fault
    )
    assert f"./invoke publish.forget {address} when" in fault


def test_a_calendar_of_a_meetup_that_moved_is_told(content: Path) -> None:
    past = past_of(site_index(entry("meetups/evening")), content)
    moved = site_index(entry("meetups/evening", slug="night"), more=("/meetups/evening/",))
    (fault,) = told(past, moved)
    assert "/meetups/evening.ics has been public" in fault
    assert 'give meetups/evening its old address back ("Slug: evening")' in fault


def test_what_a_topic_has_is_told_with_it_once() -> None:
    of_topic = ("/topics/work/", "/topics/work/feed.atom", "/topics/work/feed.rss")
    past = past_of(site_index(ONE, more=of_topic))
    (fault,) = told(past, site_index(ONE))
    assert "/topics/work/ has been public" in fault


@pytest.mark.parametrize(
    "address", ["/people/ada/", "/people/ada/feed.atom", "/archive/page/2/", "/topics/a/page/12/"]
)
def test_what_comes_and_goes_with_what_people_say_is_told_and_stops_nothing(address: str) -> None:
    past = past_of(site_index(ONE, more=(address,)))
    assert told(past, site_index(ONE)) == []
    assert warned(past, site_index(ONE)) == [
        f"content/published.json: {address} was public and leads nowhere from now on"
    ]


def test_the_feeds_of_a_thread_whose_only_comment_was_deleted_may_go() -> None:
    past = past_of(site_index(ONE))
    silent = site_index(entry("posts/one", talk=False))
    assert told(past, silent) == []
    assert len(warned(past, silent)) == 1


def test_the_feeds_of_a_thread_in_which_somebody_speaks_may_not() -> None:
    now = replace(BOTH, addresses=BOTH.addresses - {"/posts/one/feed.atom"})
    (fault,) = told(past_of(BOTH), now)
    assert "/posts/one/feed.atom has been public" in fault


def test_all_faults_are_told_in_one_run(both_public: Ledger) -> None:
    changed = entry("posts/two", feed_id="tag:y:two")
    assert (
        len(told(both_public, replace(site_index(changed), addresses=frozenset({"/posts/two/"}))))
        > 3
    )


# --- the file -------------------------------------------------------------------------------------


def test_what_is_written_is_sorted_with_a_line_for_each_thing(content: Path) -> None:
    index = site_index(
        TWO, ONE, entry("meetups/m", talk=False), more=("/old/", "/people/ada/", "/archive/page/2/")
    )
    assert record(content, index, NOW)
    text = (content / FILE).read_text()
    assert text == (
        "{\n"
        '  "version": 1,\n'
        '  "timezone": "Australia/Sydney",\n'
        '  "addresses": {\n'
        '    "/": "2026-11-25",\n'
        '    "/archive/": "2026-11-25",\n'
        '    "/feed.atom": "2026-11-25",\n'
        '    "/old/": "2026-11-25",\n'
        '    "/sitemap.xml": "2026-11-25"\n'
        "  },\n"
        '  "entries": {\n'
        '    "meetups/m": {"address": "/meetups/m/", "id": "tag:x:meetups/m", "since": "2026-11-25", '
        '"with": ["/meetups/m.ics"]},\n'
        '    "posts/one": {"address": "/posts/one/", "id": "tag:x:posts/one", "since": "2026-11-25", '
        '"with": ["feed.atom", "feed.json", "feed.rss"]},\n'
        '    "posts/two": {"address": "/posts/two/", "id": "tag:x:posts/two", "since": "2026-11-25", '
        '"with": ["feed.atom", "feed.json", "feed.rss"]}\n'
        "  },\n"
        '  "gone": {}\n'
        "}\n"
    )
    assert json.loads(text)["version"] == 1


def test_a_changed_zone_tells_which_public_dates_move_and_what_to_write(site: Site) -> None:
    def moved() -> list[str]:
        warnings = check(site.content, None).warnings
        said = [str(one).replace(f"{site.content.as_posix()}/", "content/") for one in warnings]
        return [one for one in said if "ENTRY_TIMEZONE" in one]

    site.post("naive", date="2026-05-25 08:15", modified="2026-05-26")
    site.post("exact", date="2026-05-25 08:15+10:00")
    site.meetup("evening", start="2027-02-10 18:00")
    site.build()
    site.post("new", date="2026-05-25 08:15")
    known = site_index(*map(entry, ("posts/naive", "posts/exact", "meetups/evening")))
    record(site.content, known, NOW)
    assert moved() == []
    record(site.content, known, NOW.astimezone(ZoneInfo("Europe/London")))
    told = moved()
    lines = [one.split(" was ")[0] for one in told]
    assert lines == [
        "content/meetups/evening.md:2: Date: 2026-05-25 08:15",
        "content/meetups/evening.md:3: Start: 2027-02-10 18:00",
        "content/posts/naive.md:2: Date: 2026-05-25 08:15",
        "content/posts/naive.md:3: Modified: 2026-05-26",
    ]
    assert told[1].endswith("so that nothing moves, write Timezone: Europe/London")
    assert told[2].endswith(
        "naive.md:2: Date: 2026-05-25 08:15 was 2026-05-25 08:15+01:00 in Europe/London, where "
        "ENTRY_TIMEZONE was when this went out, and is 2026-05-25 08:15+10:00 in Australia/Sydney; so that "
        "nothing moves, write Date: 2026-05-25 08:15+01:00"
    ), told
    text = (site.content / "posts/naive.md").read_text()
    (site.content / "posts/naive.md").write_text(
        text.replace("2026-05-25 08:15", "2026-05-25 08:15+01:00").replace(
            "2026-05-26", "2026-05-26 00:00+01:00"
        )
    )
    assert [one for one in moved() if "naive" in one] == []


def test_recording_the_same_again_writes_nothing(content: Path) -> None:
    assert record(content, BOTH, NOW)
    before = (content / FILE).stat().st_mtime_ns
    assert not record(content, BOTH, LATER)
    assert (content / FILE).stat().st_mtime_ns == before


def test_a_new_entry_is_one_line_more(content: Path) -> None:
    record(content, BOTH, NOW)
    before = (content / FILE).read_text().splitlines()
    record(content, site_index(ONE, TWO, entry("posts/three")), LATER)
    after = (content / FILE).read_text().splitlines()
    (new,) = set(after) - set(before)
    assert new.startswith('    "posts/three": {"address": "/posts/three/", ')
    assert '"since": "2027-01-04"' in new
    assert set(before) <= set(after)


def test_pages_of_people_are_never_written_down(content: Path) -> None:
    record(content, site_index(ONE, more=("/people/ada/", "/people/ada/feed.atom")), NOW)
    assert "people" not in (content / FILE).read_text()


def test_the_live_release_knows_what_the_file_does_not(content: Path) -> None:
    past_of(site_index(ONE), content)
    both = with_release(read_ledger(content), BOTH, date(2026, 12, 1))
    (fault,) = told(both, site_index(ONE))
    assert "/posts/two/ has been public since 1 December 2026" in fault
    (fault,) = told(both, site_index(TWO))
    assert "/posts/one/ has been public since 25 November 2026" in fault


def test_what_was_forgotten_is_let_go_though_the_live_release_has_it(content: Path) -> None:
    past_of(BOTH, content)
    said = forget(content, "/posts/one/", LATER)
    assert said == (
        "Forgotten: /posts/one/, with 4 things that belonged to it. Commit content/published.json."
    )
    past = with_release(read_ledger(content), BOTH)
    assert ledger_faults(past, site_index(TWO)) == ((), ())
    assert '"/posts/one/": "2027-01-04"' in (content / FILE).read_text()
    record(content, site_index(TWO), LATER)
    assert ledger_faults(read_ledger(content), site_index(TWO)) == ((), ())


def test_another_entry_is_kept_when_one_is_forgotten(content: Path) -> None:
    past_of(BOTH, content)
    forget(content, "/posts/one/", LATER)
    (fault,) = told(read_ledger(content), site_index())
    assert "/posts/two/" in fault


def test_a_feed_id_may_be_forgotten_alone(content: Path) -> None:
    past_of(BOTH, content)
    forget(content, "tag:x:posts/one", LATER)
    past = with_release(read_ledger(content), BOTH)
    assert told(past, site_index(entry("posts/one", feed_id="tag:y:one"), TWO)) == []


def test_what_comes_back_is_no_longer_gone(content: Path) -> None:
    past_of(BOTH, content)
    forget(content, "/posts/one/", LATER)
    record(content, BOTH, LATER)
    assert '"gone": {}' in (content / FILE).read_text()
    (fault,) = told(read_ledger(content), site_index(TWO))
    assert "/posts/one/ has been public since 4 January 2027" in fault


@pytest.mark.parametrize(
    "typed", ["/posts/one/", "posts/one", "/posts/one", "https://x.example/posts/one/"]
)
def test_an_address_is_known_however_it_is_typed(content: Path, typed: str) -> None:
    past_of(BOTH, content)
    assert forget(content, typed, LATER).startswith("Forgotten: /posts/one/, with 4 things")
    assert "forgotten already" in forget(content, typed, LATER)


@pytest.mark.parametrize(
    ("typed", "near"),
    [("/posts/on/", "/posts/one/"), ("tag:x:post/one", "tag:x:posts/one"), ("/wombat/", None)],
)
def test_what_was_never_public_cannot_be_forgotten(
    content: Path, typed: str, near: str | None
) -> None:
    past_of(BOTH, content)
    before = (content / FILE).read_bytes()
    with pytest.raises(ProjectError) as error:
        forget(content, typed, LATER)
    said = f'"{typed}" has not been public, as far as content/published.json knows'
    assert str(error.value) == said + (f'; did you mean "{near}"?' if near else "")
    assert (content / FILE).read_bytes() == before


def test_what_only_the_live_release_knows_can_be_forgotten(content: Path) -> None:
    forget(content, "/posts/one/", LATER, BOTH)
    past = with_release(read_ledger(content), BOTH)
    assert told(past, site_index(TWO)) == []
    assert len(told(past, site_index())) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "content/published.json:1: is broken JSON: "),
        ('{\n  "version": 1,\n<<<<<<< ours\n', "content/published.json:3: holds the marks of a merge"),
        ("[]", "is not as publish writes it"),
        ('{"version": "1"}', "is not as publish writes it"),
        ('{"version": 2}', "is of version 2, which this program does not know; bring this project up"),
        ('{"version": 1, "addresses": {}}', "is not as publish writes it ('entries' is missing)"),
        ('{"version": 1, "addresses": {"/": 3}, "entries": {}, "gone": {}}', "/: 3 is no day"),
        ('{"version": 1, "addresses": {"/": "2026-13-01"}, "entries": {}, "gone": {}}', "month must be"),
        ('{"version": 1, "addresses": {}, "entries": {"posts/x": []}, "gone": {}}', "is not as publish"),
        ('{"version": 1, "addresses": {}, "entries": {"posts/x": {"address": 1, "id": "", "since": ""}}, "gone": {}}',
         "entries: posts/x"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_told(content: Path, text: str, said: str) -> None:
    (content / FILE).write_text(text)
    for work in (lambda: read_ledger(content), lambda: record(content, BOTH, NOW)):
        with pytest.raises(ProjectError) as error:
            work()
        assert str(error.value).startswith("content/published.json")
        assert said in str(error.value)
        mended_otherwise = "version 2" in said or "merge" in said
        assert mended_otherwise or "git checkout -- content/published.json" in str(error.value)
    assert (content / FILE).read_text() == text


def test_no_file_is_no_past(content: Path) -> None:
    assert read_ledger(content).empty


def test_a_build_passes_the_file_over(site: Site) -> None:
    site.five_files()
    site.thread("posts/two", comment("a"))
    kept: dict[str, SiteIndex] = {}

    def look(context: Mapping[str, object], staging: Path) -> None:
        files = [
            path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()
        ]
        kept["index"] = index_of(context, files)

    site.build(look=look)
    before = site.files()
    assert record(site.content, kept["index"], NOW)
    site.build(look=look)
    assert site.files() == before
    assert ledger_faults(read_ledger(site.content), kept["index"]) == ((), ())
    (site.content / "posts/two.md").unlink()
    (site.content / "comments/posts/two.json").unlink()
    site.build(look=look)
    faults = told(read_ledger(site.content), kept["index"])
    assert len(faults) == 1
    assert (
        '/posts/two/ has been public since 25 November 2026 and would lead nowhere; write "Ali'
        in faults[0]
    )


def test_an_old_file_and_a_newer_release_agree_on_what_moved_in_between(content: Path) -> None:
    past_of(site_index(ONE), content)
    moved = site_index(entry("posts/one", slug="uno"), more=("/posts/one/",))
    past = with_release(read_ledger(content), moved, date(2027, 1, 4))
    assert told(past, moved) == []


# --- laws -----------------------------------------------------------------------------------------

NAMES = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
KEYS = st.builds("{}/{}".format, st.sampled_from(["posts", "pages", "tips"]), NAMES)


@st.composite
def blogs(draw: st.DrawFn) -> dict[str, PublicEntry]:
    keys = draw(st.lists(KEYS, min_size=1, max_size=8, unique=True))
    return {key: entry(key, talk=draw(st.booleans())) for key in keys}


def index_of_blog(blog: Mapping[str, PublicEntry], old: set[str]) -> SiteIndex:
    stands = {one.address for one in blog.values()}
    return site_index(*blog.values(), more=tuple(old - stands))


@given(
    blogs(),
    st.lists(st.tuples(st.sampled_from(["add", "move", "retitle", "silence"]), NAMES), max_size=12),
)
def test_whatever_an_author_does_with_care_raises_nothing(
    blog: dict[str, PublicEntry], edits: list[tuple[str, str]]
) -> None:
    old: set[str] = set()
    past = past_of(index_of_blog(blog, old))
    for what, name in edits:
        key = sorted(blog)[len(name) % len(blog)]
        one = blog[key]
        taken = {other.address for other in blog.values()} | old
        match what:
            case "add":
                new = entry(f"posts/{name}-new")
                if new.key not in blog and new.address not in taken:
                    blog[new.key] = new
            case "move":
                moved = replace(one, address=f"/{one.kind}/{name}/")
                if moved.address not in taken:
                    old.add(one.address)
                    blog[key] = moved
            case "retitle":
                blog[key] = replace(one, title=name, words=name, updated=name)
            case "silence":
                blog[key] = replace(one, comments={})
        index = index_of_blog(blog, old)
        assert told(past, index) == []
        past = with_release(recorded(past, index, LATER.date()), index)


@given(blogs(), st.data())
def test_each_entry_that_goes_without_a_word_is_its_own_fault(
    blog: dict[str, PublicEntry], data: st.DataObject
) -> None:
    past = past_of(index_of_blog(blog, set()))
    gone = data.draw(st.sets(st.sampled_from(sorted(blog)), min_size=1))
    left = {key: one for key, one in blog.items() if key not in gone}
    faults = told(past, index_of_blog(left, set()))
    lost = sorted(blog[key].address for key in gone)
    assert [line.split()[1] for line in faults] == lost


@given(blogs(), st.data())
def test_each_id_that_changes_is_its_own_fault(
    blog: dict[str, PublicEntry], data: st.DataObject
) -> None:
    past = past_of(index_of_blog(blog, set()))
    changed = data.draw(st.sets(st.sampled_from(sorted(blog)), min_size=1))
    now = {
        key: replace(one, feed_id=f"tag:new:{key}") if key in changed else one
        for key, one in blog.items()
    }
    faults = told(past, index_of_blog(now, set()))
    assert [line.split(":")[0] for line in faults] == sorted(changed)
    assert all("its feed id was" in line for line in faults)


@given(blogs(), st.sets(st.sampled_from(["/", "/a/", "/feed.rss", "/m.ics", "/x.opml"])))
def test_what_is_written_is_read_back(blog: dict[str, PublicEntry], more: set[str]) -> None:
    index = index_of_blog(blog, more)
    ledger = Ledger(
        {key: PastEntry(one.feed_id, one.address) for key, one in blog.items()},
        dict.fromkeys(index.addresses, "2026-11-25"),
        {"/gone/": "2026-11-24", "tag:é": ""},
    )
    assert _read(json.loads(text_of(ledger))) == ledger
