"""Sites to send: a folder of files that needs no build, and what a target is given of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from tools.deploy.index import SiteIndex
from tools.deploy.manifest import differences, manifest_of
from tools.deploy.release import EMPTY, Release, new_release
from tools.deploy.targets.target import Drift, Job, Target

SITE = "https://site.example"
BEGAN = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
FILES: Mapping[str, bytes] = MappingProxyType(
    {
        "index.html": b"<!DOCTYPE html><title>Home</title><p>first",
        "404.html": b"<!DOCTYPE html><title>Gone</title>",
        "posts/one/index.html": b"<!DOCTYPE html><title>One</title>"
        + b"<p>one one one one</p>" * 400,
        "posts/two/index.html": b"<!DOCTYPE html><title>Two</title>"
        + b"<p>two two two two</p>" * 400,
        "posts/caf\xc3\xa9 au lait/index.html".encode("latin-1").decode(): b"<title>A name</title>",
        "theme/site.12345678.css": b"body{color:#123}" * 300,
        "images/one-480.webp": bytes(range(256)) * 60,
        "feed.atom": b"<feed/>" * 50,
        "sitemap.xml": b"<urlset/>",
    }
)


def lay(folder: Path, files: Mapping[str, bytes] = FILES) -> Path:
    """The files in the folder, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def release_of(site: Path, minute: int = 0, said: str = "") -> Release:
    """The release that a folder is, made so many minutes after BEGAN."""
    index = SiteIndex({}, frozenset({"/"}))
    now = BEGAN + timedelta(minutes=minute)
    return new_release(manifest_of(site), index, now, SITE, "0123abc", False, said)


def job_for(target: Target, site: Path, minute: int = 0) -> Job:
    """What a publish would give the target, as it is now."""
    release = release_of(site, minute)
    current = target.current()
    before = target.release(current) if current else None
    drift = target.drift(before) if before else Drift()
    changes = differences(before.manifest if before else EMPTY, release.manifest)
    return Job(site, release, before, drift, changes)
