"""Manifests, and the records of releases."""

from __future__ import annotations

import gzip
import json
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.deploy.small_sites import BEGAN, SITE, lay, release_of
from tools.deploy.index import PublicEntry, SiteIndex, address_of
from tools.deploy.manifest import Stamp, differences, manifest_of, rank, upload_order
from tools.deploy.release import (
    head_name,
    new_release,
    noted,
    read_head,
    read_release,
    record,
)
from tools.errors import ProjectError

HASHES = some.text(string.hexdigits[:16], min_size=64, max_size=64)
STAMPS = some.builds(Stamp, some.integers(0, 1 << 40), HASHES)
MANIFESTS = some.dictionaries(some.text(min_size=1, max_size=30), STAMPS, max_size=30)
TEXTS = some.text(max_size=20)
ENTRIES = some.builds(
    PublicEntry,
    key=TEXTS,
    kind=TEXTS,
    title=TEXTS,
    address=TEXTS,
    feed_id=TEXTS,
    updated=TEXTS,
    words=TEXTS,
    comments=some.dictionaries(TEXTS, TEXTS, max_size=3),
    happens=TEXTS,
)
INDEXES = some.builds(
    lambda entries, addresses: SiteIndex({one.key: one for one in entries}, frozenset(addresses)),
    some.lists(ENTRIES, max_size=5),
    some.sets(TEXTS, max_size=10),
)


@given(MANIFESTS, INDEXES)
def test_a_record_says_what_the_release_was(manifest: dict[str, Stamp], index: SiteIndex) -> None:
    release = new_release(manifest, index, BEGAN, SITE, "0abc", True, "2 posts")
    written = record(release)
    assert list(written)[-1] == head_name(release.id)
    assert read_release(written[head_name(release.id)], lambda names: written) == release
    assert record(release) == written


@given(MANIFESTS, MANIFESTS)
def test_what_differs_makes_one_site_of_the_other(
    old: dict[str, Stamp], new: dict[str, Stamp]
) -> None:
    changes = differences(old, new)
    made = {path: stamp for path, stamp in old.items() if path not in changes.deleted}
    made |= {path: new[path] for path in changes.sent}
    assert {path: one.sha256 for path, one in made.items()} == {
        path: one.sha256 for path, one in new.items()
    }
    assert bool(changes) == any(
        old.get(path, Stamp(0, "")).sha256 != new.get(path, Stamp(0, "")).sha256
        for path in {*old, *new}
    )
    assert not {*changes.new} & {*changes.changed}


def test_of_ten_thousand_files_one_that_changes_makes_one_new_part() -> None:
    index = SiteIndex({}, frozenset())
    manifest = {f"posts/{n}/index.html": Stamp(n, f"{n:064x}") for n in range(10_000)}
    one = record(new_release(manifest, index, BEGAN, SITE))
    two = record(
        new_release({**manifest, "posts/7/index.html": Stamp(1, "f" * 64)}, index, BEGAN, SITE)
    )
    fresh = {name: text for name, text in two.items() if name not in one}
    assert len(fresh) == 2
    assert sum(map(len, fresh.values())) < 12_000


def test_ids_sort_by_age_and_say_what_is_in_them(tmp_path: Path) -> None:
    site = lay(tmp_path)
    first, second = release_of(site), release_of(site, 1)
    assert first.id < second.id
    assert first.id[-6:] == second.id[-6:]
    assert first.head.at == BEGAN
    sydney = datetime.fromisoformat("2026-11-25T19:00:00+11:00")
    assert new_release({}, SiteIndex({}, frozenset()), sydney, SITE).head.at == datetime(
        2026, 11, 25, 8, tzinfo=UTC
    )


def test_what_was_done_since_is_in_the_head(tmp_path: Path) -> None:
    head = release_of(lay(tmp_path)).head
    assert not head.seen
    assert not noted(head, seen="failed: 503").seen
    assert noted(noted(head, live="…"), seen="2026-11-25T08:01:00+00:00").seen


def test_a_record_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    release = release_of(lay(tmp_path))
    written = record(release)
    head = written[head_name(release.id)]
    for broken in (b"", b"junk", head[:40], gzip.compress(b"[]"), gzip.compress(b'{"version":1}')):
        with pytest.raises(ProjectError, match="record of a release at the host is broken"):
            read_head(broken)
    later = json.dumps({"version": 2}).encode()
    with pytest.raises(ProjectError, match=r"version 2, which this program does not know; bring"):
        read_head(gzip.compress(later))
    part = next(name for name in written if name.startswith("parts/"))
    for harmed in ({}, {**written, part: written[part][:-9] + b"123456789"}):
        with pytest.raises(ProjectError, match=f"record of release {release.id} is broken"):
            read_release(head, lambda names, harmed=harmed: harmed)


def test_pages_come_after_what_they_need_and_feeds_after_pages() -> None:
    paths = ["feed.atom", "index.html", "posts/a/feed.json", "posts/a/index.html", "theme/x.css"]
    paths += [
        "posts/a/index.html.gz",
        "sitemap.xml",
        "posts/index.html",
        "images/a.webp",
        "_redirects",
    ]
    ordered = upload_order(paths)
    assert [rank(path) for path in ordered] == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    assert ordered.index("posts/a/index.html") < ordered.index("posts/index.html")
    assert ordered.index("posts/index.html") < ordered.index("index.html")
    gone = differences(dict.fromkeys(paths, Stamp(1, "a")), {}).deleted
    assert gone == tuple(reversed(ordered))


def test_a_link_in_the_site_is_refused(tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    (site / "secret").symlink_to("/etc/passwd")
    with pytest.raises(ProjectError, match="secret: is a link"):
        manifest_of(site)
    (site / "secret").unlink()
    (site / "folder").symlink_to("/etc", target_is_directory=True)
    with pytest.raises(ProjectError, match="folder: is a link"):
        manifest_of(site)
    (site / "folder").unlink()
    (site / "a\nb.html").write_text("x")
    with pytest.raises(ProjectError, match="no name for an address"):
        manifest_of(site)


def test_addresses_are_what_somebody_may_hold_on_to() -> None:
    known = {
        "index.html": "/",
        "posts/a/index.html": "/posts/a/",
        "2014/old.html": "/2014/old.html",
        "feed.atom": "/feed.atom",
        "posts/a/feed.json": "/posts/a/feed.json",
        "meetups.ics": "/meetups.ics",
        "404.html": None,
        "theme/x.css": None,
        "images/a.webp": None,
        "next-build.json": None,
    }
    assert {path: address_of(path) for path in known} == known
