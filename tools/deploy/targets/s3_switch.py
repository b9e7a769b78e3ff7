"""From what lies in a bucket to what is to be live, in steps that a reader can be between.

Everything is in the bucket already, as blobs; what remains are copies within it. What pages need comes
before pages, those that lead to others after them, feeds and the sitemap after all pages; what is gone is
deleted last, the other way round. A step begins only when the one before is done to its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, unquote

from plugins.media_types import cache_control, media_type
from tools.deploy.manifest import Manifest, rank, upload_order
from tools.deploy.progress import Progress
from tools.deploy.targets.bucket import Bucket
from tools.deploy.targets.s3_state import BLOBS, Lying, shown

Step = tuple[str, ...]
"""Paths of which none needs another."""


@dataclass(frozen=True, slots=True)
class Steps:
    """`copies`, then `deletions`."""

    copies: tuple[Step, ...]
    deletions: tuple[Step, ...]


def steps(
    lying: Lying, wanted: Manifest, was: Manifest, ours: Iterable[str], anew: bool = False
) -> Steps:
    """was: the live release. ours: all paths that releases have had there since, and that are deleted when
    they are not wanted; what somebody else put there stays. anew: copy what is right already, for what
    is said of it besides."""
    readable = shown(wanted)
    copies = upload_order(
        path
        for path, one in readable.items()
        if anew or not lying.is_right(path, one, was.get(path))
    )
    gone = upload_order(path for path in set(ours) if path not in readable and path in lying.public)
    return Steps(_cut(copies), _cut(tuple(reversed(gone))))


def take(
    bucket: Bucket,
    planned: Steps,
    wanted: Manifest,
    redirects: Mapping[str, str],
    before_each: Callable[[], None],
    progress: Progress,
) -> None:
    """Do it. redirects: by path, where its readers are sent by a bucket that is a website. before_each:
    called before each write, raises when there may be no more. progress: in bytes copied."""
    total = sum(wanted[path].size for step in planned.copies for path in step)
    done = 0
    counting = threading.Lock()

    def copy(path: str) -> None:
        nonlocal done
        before_each()
        one = wanted[path]
        bucket.copy(
            BLOBS + one.sha256, path, media_type(path), cache_control(path), redirects.get(path)
        )
        with counting:
            done += one.size
            progress(done, total)

    def delete(path: str) -> None:
        before_each()
        bucket.delete(path)

    for step in planned.copies:
        bucket.each(copy, step)
    for step in planned.deletions:
        bucket.each(delete, step)


def redirects_of(text: str, base_path: str, manifest: Manifest) -> dict[str, str]:
    """Where pages at old addresses send their readers, from a redirect file as Netlify reads it ("/old/
    /new/ 301", plugins/hosting/files.py): by path, an address as x-amz-website-redirect-location takes it.

    base_path: that of the site's address, "/blog" or "".
    """
    found = {}
    for line in text.splitlines():
        old, _, new = line.partition(" ")
        new = new.strip().partition(" ")[0]
        if old.startswith("#") or not old.startswith(f"{base_path}/"):
            continue
        path = unquote(old[len(base_path) + 1 :])
        page = f"{path}index.html" if path.endswith("/") or not path else path
        if page in manifest and new.startswith(("/", "https://", "http://")):
            found[page] = quote(new, safe="/:?#[]@!$&'()*+,;=%~")
    return found


def _cut(paths: Step) -> tuple[Step, ...]:
    """In order, cut where what comes next must wait."""
    return tuple(
        tuple(step)
        for _, step in groupby(
            paths, key=lambda path: (rank(path), rank(path) == 1 and path.count("/"))
        )
    )
