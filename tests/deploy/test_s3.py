"""A site in a bucket, against a real S3 server."""

from __future__ import annotations

import shutil
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from plugins.media_types import FOR_GOOD
from tests.deploy.s3_server import Asked, Place
from tests.deploy.small_sites import FILES, job_for, lay, release_of
from tools.deploy.manifest import Stamp, rank
from tools.deploy.progress import unseen
from tools.deploy.release import Release, noted
from tools.deploy.targets import opened, s3_state, s3_switch
from tools.deploy.targets.s3 import S3Target
from tools.deploy.targets.target import Drift, Sent
from tools.errors import ProjectError

pytestmark = pytest.mark.slow

pytest_plugins = ("tests.deploy.s3_fixtures",)

SECOND = {
    **{path: content for path, content in FILES.items() if path != "theme/site.12345678.css"},
    "theme/site.9abcdef0.css": b"body{color:#321}",
    "posts/one/index.html": b"<title>One</title> and the other",
    "posts/three/index.html": b"<title>Three</title>",
    "index.html": b"<title>Home</title> one two three",
    "feed.atom": b"<feed>three</feed>",
}


def publish(target: S3Target, site: Path, minute: int = 0) -> Sent:
    with target.locked("jo on laptop"):
        return target.send(job_for(target, site, minute), unseen)


def live(target: S3Target) -> Release:
    current = target.current()
    assert current is not None
    return target.release(current)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return lay(tmp_path / "output")


def test_a_first_publish_brings_all_files_and_says_what_they_are(place: Place, site: Path) -> None:
    told: list[tuple[int, int]] = []
    with place.target() as target:
        assert target.current() is None
        assert target.releases() == ()
        sent = target.send(job_for(target, site), lambda done, of: told.append((done, of)))
        assert place.public() == FILES
        size = sum(len(content) for content in FILES.values())
        assert sent == Sent(size, len(FILES))
        assert told[-1] == (size, size)
        assert target.current() == release_of(site).id
        assert target.release(release_of(site).id) == release_of(site)
        assert [head.id for head in target.releases()] == [release_of(site).id]
        assert target.drift(live(target)) == Drift()
        assert target.unfinished() is None
    client = place.server.client
    for path, kind, caching in (
        ("posts/one/index.html", "text/html; charset=utf-8", "public, max-age=0, must-revalidate"),
        ("feed.atom", "application/atom+xml; charset=utf-8", "public, max-age=300"),
        ("images/one-480.webp", "image/webp", "public, max-age=86400"),
        ("theme/site.12345678.css", "text/css; charset=utf-8", FOR_GOOD),
    ):
        head = client.head_object(Bucket=place.bucket, Key=f"site/{path}")
        assert (head["ContentType"], head["CacheControl"]) == (kind, caching)


def test_it_is_opened_by_its_address(place: Place, site: Path) -> None:
    with opened(place.address(), place.root) as target:
        assert target.send(job_for(target, site), unseen).files == len(FILES)
    assert place.public() == FILES


def test_what_has_not_changed_is_neither_sent_nor_written(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site)
        place.server.clear()
        job = job_for(target, site, 5)
        assert target.send(job, unseen) == Sent(0, 0)
        assert place.server.asked
        assert place.server.writes == []


def test_questions_write_nothing(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site)
    place.server.clear()
    with place.target() as target:
        target.drift(target.release(target.releases()[0].id))
        target.unfinished()
        target.current()
        with pytest.raises(ProjectError, match='has no release "20200101-000000-000000"'):
            target.release("20200101-000000-000000")
    assert {one.method for one in place.server.asked} == {"GET"}


def test_of_a_changed_file_only_its_content_travels(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site)
    new = b"<!DOCTYPE html><title>One</title>" + b"<p>one and a comment</p>" * 20_000
    (site / "posts/one/index.html").write_bytes(new)
    with place.counted() as (target, line):
        place.server.clear()
        assert publish(target, site, 1) == Sent(len(new), 1)
        contents = [one for one in place.server.writes if "blobs/" in one.name]
        assert [one.byte_count for one in contents] == [len(new)]
        changed = [one.name for one in place.server.writes if one.public]
        assert changed == ["posts/one/index.html"]
        # All else is questions, records and the lock, and nearly all of that is headers.
        assert len(new) < line.byte_count < len(new) + 70_000
    assert place.public()["posts/one/index.html"] == new


def test_a_file_that_moved_is_not_sent_again(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site)
        (site / "posts/one").rename(site / "posts/eins")
        assert publish(target, site, 1) == Sent(0, 0)
        public = place.public()
        assert public["posts/eins/index.html"] == FILES["posts/one/index.html"]
        assert "posts/one/index.html" not in public


def test_a_deletion_and_a_rollback(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site)
        first = live(target)
        lay(site, SECOND)
        publish(target, site, 1)
        second = live(target)
        assert place.public() == SECOND
        place.server.clear()
        told: list[tuple[int, int]] = []
        with target.locked("jo on laptop"):
            target.back(first, second, lambda done, of: told.append((done, of)))
        assert place.public() == FILES
        assert not [one for one in place.server.writes if "blobs/" in one.name]
        assert told[-1][0] == told[-1][1] > 0
        assert target.current() == first.id
        assert target.unfinished() is None
        assert target.drift(first) == Drift()
        assert [head.id for head in target.releases()] == [second.id, first.id]
        # And forth again, by a publish: all contents are there still.
        assert publish(target, site, 2) == Sent(0, 0)
        assert place.public() == SECOND


def order_of(asked: list[Asked]) -> list[Asked]:
    """Public writes in order, having looked that they come in steps: what pages need, pages from the
    deepest to the home page, feeds, then deletions the other way round."""
    public = [one for one in asked if one.public]
    copies = [one for one in public if one.method == "PUT"]
    assert public[: len(copies)] == copies
    assert all(one.copied for one in copies)
    steps = [rank(one.name) for one in copies]
    assert steps == sorted(steps)
    pages = [one.name.count("/") for one in copies if rank(one.name) == 1]
    assert pages == sorted(pages, reverse=True)
    gone = [rank(one.name) for one in public[len(copies) :]]
    assert gone == sorted(gone, reverse=True)
    return public


def test_assets_become_public_before_pages_and_feeds_and_deletions_come_last(
    place: Place, site: Path
) -> None:
    with place.target() as target:
        publish(target, site)
        order_of(place.server.asked)
        place.server.clear()
        lay(site, {**SECOND, "theme/site.22222222.css": b"2", "theme/site.33333333.css": b"3"})
        publish(target, site, 1)
        public = order_of(place.server.asked)
        names = [one.name for one in public]
        assert set(names[:3]) == {
            f"theme/site.{n}.css" for n in ("9abcdef0", "22222222", "33333333")
        }
        assert names[-2:] == ["feed.atom", "theme/site.12345678.css"]
        assert public[-1].method == "DELETE"
        place.server.clear()
        lay(site, {"index.html": b"alone"})
        publish(target, site, 2)
        gone = [one.name for one in order_of(place.server.asked) if one.method == "DELETE"]
        assert set(gone) == SECOND.keys() - {"index.html"} | {
            "theme/site.22222222.css",
            "theme/site.33333333.css",
        }


def test_a_page_is_never_without_what_it_needs_while_a_site_is_switched(
    place: Place, site: Path
) -> None:
    def version(number: int) -> dict[str, bytes]:
        style = f"theme/site.{number:08x}.css"
        page = f"<link href=/{style}>".encode()
        pages = {f"posts/{n}/index.html": page for n in range(12)}
        return {"index.html": page, **pages, style: str(number).encode()}

    place.let_readers_in()
    base = f"http://127.0.0.1:{place.server.port}/{place.bucket}/site/"
    ended, seen, broken = threading.Event(), [0], list[str]()

    def got(path: str) -> bytes | None:
        try:
            with urllib.request.urlopen(base + path, timeout=10) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError:
            return None

    def style_of(path: str) -> str:
        return (got(path) or b"nothing there /").decode().partition("/")[2].rstrip(">")

    def read() -> None:
        while not ended.is_set():
            path = "index.html" if seen[0] % 3 == 0 else f"posts/{seen[0] % 12}/index.html"
            seen[0] += 1
            style = style_of(path)
            # A page read before the switch may want what is gone after it; then it is another by now.
            if got(style) is None and style_of(path) == style:
                broken.append(f"{path} wants {style}")

    lay(site, version(0))
    with place.target() as target:
        publish(target, site)
        place.server.refuse = lambda asked: time.sleep(0.01) if asked.public else None  # type: ignore[func-returns-value]
        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        try:
            for number in range(1, 7):
                lay(site, version(number))
                publish(target, site, number)
        finally:
            ended.set()
            for reader in readers:
                reader.join()
    assert broken == []
    assert seen[0] > 50


def test_what_somebody_else_did_is_named_and_mended_and_theirs_is_left_alone(
    place: Place, site: Path
) -> None:
    client = place.server.client
    with place.target() as target:
        publish(target, site)
        for key, body in (("index.html", b"hacked"), ("google1234.html", b"mine")):
            client.put_object(Bucket=place.bucket, Key=f"site/{key}", Body=body)
        same_size = b"X" * len(FILES["posts/two/index.html"])
        client.put_object(Bucket=place.bucket, Key="site/posts/two/index.html", Body=same_size)
        client.delete_object(Bucket=place.bucket, Key="site/feed.atom")
        place.server.clear()
        found = target.drift(live(target))
        assert found == Drift(
            ("index.html", "posts/two/index.html"), ("feed.atom",), ("google1234.html",)
        )
        # By the listing alone: no public object was read.
        assert not [one for one in place.server.asked if one.name and ".releases" not in one.name]
        assert publish(target, site, 1) == Sent(0, 0)
        assert target.drift(live(target)) == Drift(extra=("google1234.html",))
        lay(site, SECOND)
        publish(target, site, 2)
        assert place.public() == {**SECOND, "google1234.html": b"mine"}


def test_only_so_many_releases_are_kept_and_nothing_that_only_the_others_had(
    place: Place, site: Path
) -> None:
    def version(number: int) -> dict[str, bytes]:
        return {
            **FILES,
            "index.html": f"version {number}".encode(),
            f"only-{number}.txt": b"%d" % number,
        }

    with place.target(more="&keep=2") as target:
        for number in range(4):
            lay(site, version(number))
            publish(target, site, number)
        ids = [head.id for head in target.releases()]
        assert len(ids) == 2
        assert ids[0] == target.current()
        kept = {one.sha256 for id_ in ids for one in target.release(id_).manifest.values()}
        assert {name.removeprefix("blobs/") for name in place.own("blobs/")} == kept
        heads = target._records.heads(ids)
        parts = {part for _, named in heads.values() for each in named.values() for part in each}
        assert place.own("parts/") == sorted(f"parts/{part}.json.gz" for part in parts)
        target.back(target.release(ids[1]), target.release(ids[0]), unseen)
        assert place.public() == version(2)


def test_a_release_whose_contents_are_gone_is_refused_before_anything_changes(
    place: Place, site: Path
) -> None:
    with place.target() as target:
        publish(target, site)
        first = live(target)
        lay(site, SECOND)
        publish(target, site, 1)
        sha256 = first.manifest["feed.atom"].sha256
        key = f"site/.releases/blobs/{sha256}"
        place.server.client.delete_object(Bucket=place.bucket, Key=key)
        place.server.clear()
        with pytest.raises(ProjectError, match=r"cannot be gone back to: .* not kept feed\.atom$"):
            target.back(first, live(target), unseen)
        assert place.server.writes == []


def test_a_first_publish_over_somebody_elses_files_is_refused(place: Place, site: Path) -> None:
    client = place.server.client
    for key in ("site/index.html", "site/about.html", "elsewhere/x.html"):
        client.put_object(Bucket=place.bucket, Key=key, Body=b"theirs")
    with pytest.raises(ProjectError) as why, place.target():
        pass
    assert "holds what no publish put there (about.html, index.html); name an empty" in str(
        why.value
    )
    with place.target("mine") as target:
        publish(target, site)
    assert place.public("mine/") == FILES


def test_two_sites_in_one_bucket_do_not_touch_each_other(place: Place, site: Path) -> None:
    with place.target("") as whole, place.target("site") as below, place.target("site2") as beside:
        for target in (whole, below, beside):
            publish(target, site)
            assert target.drift(live(target)) == Drift()
        lay(site, SECOND)
        publish(below, site, 1)
        lay(site, {"index.html": b"small"})
        publish(whole, site, 2)
        assert whole.drift(live(whole)) == Drift()
        assert below.drift(live(below)) == Drift()
        assert place.public("site/") == SECOND
        assert place.public("site2/") == FILES


def test_names_that_addresses_write_otherwise_arrive_as_they_are(place: Place, site: Path) -> None:
    files = {
        name: name.encode()
        for name in (
            "posts/a b+c%20d/índice ☃ 日本/index.html",
            "files/50%.pdf",
            "files/q?a=b&c#d;e.txt",
            "files/'single' (brackets) [x] ~!$*,@.txt",
            ".well-known/security.txt",
            " leading/space.txt",
            "e\u0301/combining.html",
        )
    }
    lay(site, files)
    with place.target() as target:
        publish(target, site)
        assert place.public() == files
        assert target.drift(live(target)) == Drift()
        assert target.send(job_for(target, site, 1), unseen) == Sent(0, 0)
        lay(site, {"index.html": b""})
        publish(target, site, 2)
        assert place.public() == {"index.html": b""}


def test_old_addresses_are_redirects_where_the_bucket_is_a_website(
    place: Place, site: Path
) -> None:
    page = "2014/05/x/index.html"
    lay(
        site,
        {**FILES, page: b"moved", "_redirects": b"/2014/05/x/ /posts/one/ 301\n", "_headers": b"x"},
    )
    client = place.server.client
    with place.target() as target:
        publish(target, site)
        first = live(target)
        head = client.head_object(Bucket=place.bucket, Key=f"site/{page}")
        assert head["WebsiteRedirectLocation"] == "/posts/one/"
        home = client.head_object(Bucket=place.bucket, Key="site/index.html")
        assert "WebsiteRedirectLocation" not in home
        assert place.public().keys() == {*FILES, page}
        assert target.drift(first) == Drift()
        lay(site)
        publish(target, site, 1)
        target.back(first, live(target), unseen)
        head = client.head_object(Bucket=place.bucket, Key=f"site/{page}")
        assert head["WebsiteRedirectLocation"] == "/posts/one/"


def test_a_host_that_knows_no_redirects_has_the_page(place: Place, site: Path) -> None:
    page = "2014/05/x/index.html"
    lay(site, {**FILES, page: b"moved", "_redirects": b"/2014/05/x/ /posts/one/ 301\n"})

    def refuse(asked: Asked) -> tuple[int, str] | None:
        header = "X_AMZ_WEBSITE_REDIRECT_LOCATION"
        return (501, "NotImplemented") if header in asked.headers else None

    place.server.refuse = refuse
    with place.target() as target:
        publish(target, site)
    assert place.public()[page] == b"moved"


def test_redirects_are_read_below_the_site_s_own_path() -> None:
    one = Stamp(1, "0")
    text = "# a comment\n/blog/old/ /blog/new/ 301\n/blog/caf%C3%A9 /blog/café/ 301\n/other/ /x/ 301\nbad\n"
    manifest = {"old/index.html": one, "café": one, "other/index.html": one}
    assert s3_switch.redirects_of(text, "/blog", manifest) == {
        "old/index.html": "/blog/new/",
        "café": "/blog/caf%C3%A9/",
    }


def test_when_this_program_says_something_else_of_files_all_are_copied_and_none_is_sent(
    place: Place, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.target() as target:
        publish(target, site)
        for module in (s3_state, s3_switch):
            monkeypatch.setattr(module, "cache_control", lambda _: "no-cache")
        place.server.clear()
        assert publish(target, site, 1) == Sent(0, 0)
        assert {one.name for one in place.server.writes if one.public} == FILES.keys()
        head = place.server.client.head_object(Bucket=place.bucket, Key="site/index.html")
        assert head["CacheControl"] == "no-cache"
        place.server.clear()
        assert target.send(job_for(target, site, 2), unseen) == Sent(0, 0)
        assert place.server.writes == []


def test_where_etags_tell_nothing_sizes_and_times_do(place: Place, site: Path) -> None:
    place.server.salted = True
    with place.target() as target:
        target.send(job_for(target, site), unseen)
        assert not s3_state.read_state(target._bucket).etags
        assert target.drift(live(target)) == Drift()
        place.server.clear()
        assert target.send(job_for(target, site, 1), unseen) == Sent(0, 0)
        assert place.server.writes == []
        time.sleep(1.1)  # times at S3 are whole seconds
        changed = b"X" * len(FILES["feed.atom"])
        place.server.client.put_object(Bucket=place.bucket, Key="site/feed.atom", Body=changed)
        assert target.drift(live(target)) == Drift(changed=("feed.atom",))
        lay(site, SECOND)
        place.server.clear()
        target.send(job_for(target, site, 2), unseen)
        assert place.public() == SECOND
        copied = {one.name for one in place.server.writes if one.public and one.copied}
        same = {path for path, content in SECOND.items() if FILES.get(path) == content}
        assert copied == SECOND.keys() - same
        assert target.drift(live(target)) == Drift()


def test_many_files_are_listed_in_pages_at_once_and_none_is_overlooked(
    place: Place, site: Path
) -> None:
    files = {f"posts/{number:04}/index.html": b"%d" % (number % 7) for number in range(1200)}
    with place.target() as target:
        for path in files:
            place.lay(path, b"x")
        for number in range(1100):
            place.lay(f".releases/blobs/{number * 2654435761 % 2**32:08x}", b"")
        found = s3_state.listing_of_site(target._bucket, files)
        assert found.keys() == files.keys()
        assert s3_state.listing_of_site(target._bucket, []).keys() == files.keys()
        assert len(s3_state.listing_of_blobs(target._bucket)) == 1100


def test_notes_are_written_to_the_record_and_its_parts_stay(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site)
        release = live(target)
        target.note(noted(release.head, seen="2026-11-25T08:05:00+00:00"))
        again = live(target)
        assert again.head.seen
        assert (again.manifest, again.index) == (release.manifest, release.index)
        assert target.releases()[0].seen
        other = noted(release_of(lay(site, SECOND), 9).head, seen="x")
        with pytest.raises(ProjectError, match="has no release"):
            target.note(other)


def test_records_are_read_once_and_then_kept_on_this_machine(place: Place, site: Path) -> None:
    with place.target() as target:
        publish(target, site)
        live(target)
    place.server.clear()
    with place.target() as target:
        assert live(target).manifest == release_of(site).manifest
        assert not [one for one in place.server.asked if "parts/" in one.name]
        for kept in (place.root / ".cache").rglob("*.json.gz"):
            kept.write_bytes(b"broken")
        assert live(target).manifest == release_of(site).manifest
        assert [one for one in place.server.asked if "parts/" in one.name]
        shutil.rmtree(place.root)
        assert live(target).manifest == release_of(site).manifest


def test_a_file_that_changes_while_it_is_published_is_not_published(
    place: Place, site: Path
) -> None:
    with place.target() as target:
        publish(target, site)
        lay(site, SECOND)
        job = job_for(target, site, 1)
        (site / "posts/three/index.html").write_bytes(b"<title>Later</title>")
        with pytest.raises(
            ProjectError, match=r"posts/three/index\.html was changed while .* as it was"
        ):
            target.send(job, unseen)
        assert place.public() == FILES
        assert target.unfinished() is None


def test_a_large_file_goes_in_one_piece(place: Place, site: Path) -> None:
    large = bytes(range(256)) * 4096 * 5
    lay(site, {**FILES, "files/talk.mp4": large})
    with place.target() as target:
        publish(target, site)
        assert place.public()["files/talk.mp4"] == large
        assert target.drift(live(target)) == Drift()
    assert {one.method for one in place.server.asked if "upload" in one.query} == set()


def test_a_name_that_s3_does_not_take_is_told_before_anything_is_written(
    place: Place, site: Path
) -> None:
    folders = "/".join(["long" * 50] * 6)
    lay(site, {f"{folders}/index.html": b"x"})
    with place.target() as target:
        place.server.clear()
        with pytest.raises(ProjectError, match=r"longer than S3 takes \(1024 bytes\)"):
            target.send(job_for(target, site), unseen)
    assert place.server.writes == []


def test_a_publish_that_was_prepared_before_another_went_live_is_refused(
    place: Place, site: Path
) -> None:
    with place.target() as target:
        publish(target, site)
        job = job_for(target, lay(site, SECOND), 1)
        publish(target, lay(site, {"index.html": b"meanwhile"}), 2)
        place.server.clear()
        with pytest.raises(ProjectError, match="went live since this was prepared"):
            target.send(job, unseen)
        assert place.server.writes == []


def test_a_file_that_s3_does_not_take_in_one_piece_is_told(place: Place, tmp_path: Path) -> None:
    with (tmp_path / "talk.mp4").open("wb") as file:
        file.truncate(5 * 1024**3 + 1)  # of holes: no disk is needed
    with place.target() as target:
        place.server.clear()
        with pytest.raises(
            ProjectError, match=r"files/talk\.mp4 has 5\.0 GB, and S3 takes 5 GB in one"
        ):
            target._bucket.put_file("x", tmp_path / "talk.mp4", "", "files/talk.mp4")
    assert place.server.writes == []
