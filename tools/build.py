"""Build a site: Markdown and the store in, a folder of files out, whole or not at all.

1. The settings are read from pelicanconf.py (publishconf.py for production) and told which content,
   which output, which moment. Comments that are kept at an address are pulled (tools.store).
2. Pelican runs in this process, or the engine that it runs, alone (tools.site_run). Whatever warns ends the
   build: a site that is published without something is worse than one that is not published.
3. What is not as it lies in the output already is written into a new folder beside it. When all of that is
   there, and nothing private is in it (tools.privacy), each file is moved to its place, and what no longer
   belongs is removed. Where there was no output, the folder becomes it. Until then it stands as it was.

`python -m tools.build --help` is the same from a shell; faults go to standard error, exit status 1.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import glob
import os
import re
import secrets
import shutil
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugins.atomic import locked
from plugins.entries.dates import parse_date
from plugins.entries.site import Site
from plugins.entries.words import counted
from plugins.faults import Fault, sorted_faults
from plugins.kinds import KINDS
from plugins.memory import Memory, own_recipe
from plugins.outputs.record import NOTHING, Record, keep_record, lying, read_record
from plugins.privacy import public_addresses
from plugins.schedule.next_build import NextBuild
from tools.errors import ProjectError
from tools.privacy.output import look_through
from tools.settings import SITE, settings, zone_of
from tools.site_run import run_site
from tools.source_locations import Origins
from tools.unchanged import read_by_a_build, remember

if TYPE_CHECKING:
    from plugins.tips.mail import Mail

ROOT = Path(__file__).resolve().parent.parent
MARKER = ".made-by-build"
_WHY = {
    "shown": "with other content",
    "made": "by a template, a setting or code",
    "lay": "found otherwise than written",
    "new": "new",
    "gone": "gone",
}
_PATIENCE = 600.0
"""Seconds that a build waits for another one of the same output."""
_UNFINISHED_TEXT = "A build was killed while it wrote here; the next one makes everything anew.\n"
KEPT = ("backups", "drafts", "locks", "publish")
"""What of .cache is nobody's to remove but its owner's: copies of threads, texts not yet in the store,
releases that one can go back to."""
_MARKER_TEXT = "This folder is written by ./invoke build. Each build replaces all that is in it.\n"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made, for the one line that is told of it."""

    output: Path
    counts: Mapping[str, int]
    """How many entries there are, by kind."""
    comments: int
    threads: int
    held: tuple[str, ...]
    warnings: tuple[Fault, ...]
    next_build: NextBuild | None
    seconds: float
    changed: Mapping[str, int] = field(default_factory=dict)
    """How many files of the output were written, by why (plugins.outputs.record), or "gone"."""
    issues: tuple[str, ...] = ()
    """Months of the campaign, the latest first."""
    mail_of: Callable[[str], Mail] | None = None
    """The mail of one of them."""
    banners: Mapping[str, str] = field(default_factory=dict)
    """Why what is shown in a build with drafts is not public, by key."""

    @property
    def posts(self) -> int:
        return self.counts["posts"]

    def __str__(self) -> str:
        later = f", {len(self.held)} not public yet" if self.held else ""
        place = _typed_path(self.output)
        whole = sum(self.changed.values())
        why = ", ".join(f"{self.changed[key]:,} {_WHY[key]}" for key in _WHY if key in self.changed)
        files = f"{counted(whole, 'file')} changed{f' ({why})' if whole else ''}"
        return f"Built {self._counts}{later} in {self.seconds:.1f} s: {place}, {files}{self._again}"

    @property
    def as_it_was(self) -> str:
        """What is told of the next build when nothing has changed."""
        return f"Nothing has changed: {self._counts} in {_typed_path(self.output)}{self._again}"

    @property
    def _again(self) -> str:
        return f"\nTo be built again on {self.next_build}" if self.next_build else ""

    @property
    def _counts(self) -> str:
        shown = [
            counted(count, KINDS[kind].word, KINDS[kind].many)
            for kind, count in self.counts.items()
            if count or kind in ("posts", "pages")
        ]
        counts = ", ".join(shown)
        talk = f"{counted(self.comments, 'comment')} in {counted(self.threads, 'thread')}"
        return f"{counts} and {talk}"


def build(
    content: Path = SITE / "content",
    output: Path = ROOT / "output",
    at: str | None = None,
    drafts: bool = False,
    production: bool = False,
    site_url: str | None = None,
    look: Callable[[Site, Path], None] | None = None,
    fresh: bool = False,
    like: Path | None = None,
    record: str | None = None,
) -> Built:
    """Build `content` into `output`.

    at: a moment as authors write dates ("2026-12-01 18:00", in ENTRY_TIMEZONE); the build is as if it were
    then. drafts: show what is not public, under a banner. site_url: in place of the settings' SITEURL.
    look: is given the site and the folder in which all is written, before it takes the output's place;
    what it raises ends the build. fresh: remember nothing of earlier builds, and make everything anew. like: an
    earlier output, from which what has not changed is taken into an empty one; record: a name for what is
    remembered of it, where each build has an output of its own. Raises ProjectError with all that is wrong;
    the output is then as it was.
    """
    started = time.perf_counter()
    content, output = content.resolve(), output.absolute()
    _check_folders(content, output)
    overrides: dict[str, Any] = {
        "PATH": str(content),
        "CONTENT_SHOWN_AS": _typed_path(content),
        "BUILD_DRAFTS": drafts,
        "CACHE_FOLDER": str(ROOT / ".cache"),
    }
    if site_url is not None:
        overrides["SITEURL"] = site_url.rstrip("/")
    if at is not None:
        overrides["BUILD_AT"] = _moment(at)
    memory = Memory(None if fresh else ROOT / ".cache", own_recipe() + own_recipe(ROOT / "tools"))
    output.parent.mkdir(parents=True, exist_ok=True)
    with locked(output, _typed_path(output), ROOT / ".cache/locks", patience=_PATIENCE):
        _sweep(output)
        if like is not None and _finished(like):
            _take_over(like, output)
        finished = _finished(output)
        name = record or str(output.resolve())
        before = read_record(memory, output, name) if finished else NOTHING
        if production or look:  # what is looked at as a whole is made as a whole
            before = replace(before, written={})
        overrides["WRITTEN_BEFORE"] = before
        staging = _folder_beside(output)
        try:
            staging.mkdir()
            staging.chmod(0o755)
            configuration = SITE / ("publishconf.py" if production else "pelicanconf.py")
            run = run_site(configuration, staging, overrides, memory)
            site = run.site
            looked_for = _looked_for(site)
            again = {} if before.looked_for == looked_for else before.written
            unread = _keep_private(site, staging, output, again, whole=production)
            if look is not None:
                look(site, staging)
            (staging / MARKER).write_text(_MARKER_TEXT, encoding="utf-8")
            if finished:
                changed, gone = _bring(staging, output, before, run.fingerprints)
            else:
                changed, gone = [file for file, _ in lying(staging) if file != MARKER], 0
                _swap(staging, output)
            if look is None:  # else the output is for once
                keep_record(
                    memory, output, name, looked_for, run.fingerprints, before, set(changed)
                )
        finally:
            memory.close()
            shutil.rmtree(staging, ignore_errors=True)
    entries = site.entries.values()
    conversations = site.conversations.values()
    reading, tips = site.reading, site.sections["tips"]
    return Built(
        output=output,
        counts={kind: len(site.of_kind(kind)) for kind in KINDS},
        comments=sum(conversation.count for conversation in conversations),
        threads=sum(1 for conversation in conversations if conversation.count),
        held=tuple(sorted(reading.held)),
        warnings=run.warnings
        + unread
        + tuple(
            fault.under(reading.report.root) for fault in sorted_faults(reading.report.warnings)
        ),
        next_build=site.next_build,
        seconds=time.perf_counter() - started,
        changed=Counter(before.why(file, run.fingerprints.get(file, b"")) for file in changed)
        | ({"gone": gone} if gone else {}),
        issues=tuple(issue.entry.id for issue in tips.issues),
        mail_of=(lambda identity: tips.mail(identity, site)) if tips.issues else None,
        banners={entry.key: entry.banner for entry in entries if entry.banner},
    )


def typed_build(
    content: Path, output: Path, at: str | None, drafts: bool, production: bool, fresh: bool
) -> str:
    """A build as the last thing that a process does; what is told of it. Word of it is left, so that the same
    typed again need not be done when nothing has changed (tools.unchanged)."""
    gc.disable()  # nearly all that it makes stays until the end, which is soon
    read = os.environ.pop("READ_BY_A_BUILD", "") or read_by_a_build(str(content))
    built = build(content, output, at, drafts, production, fresh=fresh)
    lines = [f"Look at {warning}" for warning in built.warnings]
    if not fresh:
        typed = (os.environ.get("LAUNCHED_FROM", ""), *sys.argv[1:])
        again = built.next_build.at.timestamp() if built.next_build and at is None else None
        said = "\n".join([*lines, built.as_it_was])
        remember(typed, str(content), str(output), read, again, said)
    return "\n".join([*lines, str(built)])


def clean(root: Path = ROOT) -> list[str]:
    """Remove what builds and tests leave in the project; the names of what was there. An output
    folder that no build made is left alone, and so is what KEPT names."""
    removed = []
    for name in ("output", ".cache", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"):
        path = root / name
        if not path.is_dir() or (name == "output" and not (path / MARKER).exists()):
            continue
        if name == ".cache":
            made = [below for below in path.iterdir() if below.name not in KEPT]
            for below in made:
                shutil.rmtree(below) if below.is_dir() else below.unlink()
            if any(path.iterdir()):
                removed += [f"{name}/{below.name}" for below in sorted(made)]
                continue
        shutil.rmtree(path)
        removed.append(f"{name}/")
    return removed


def _looked_for(site: Site) -> bytes:
    """Stands for what no file may hold, and for how it is found."""
    allowed = sorted(public_addresses(site.settings.given))
    return own_recipe(ROOT / "tools") + "\n".join(allowed).encode()


def _keep_private(
    site: Site, staging: Path, output: Path, again: Iterable[str], whole: bool
) -> tuple[Fault, ...]:
    """Raises ProjectError when anything that was written holds an address or a number of somebody's. The
    answer is what was not looked into. Cards are drawn here, of words that stand in pages too.

    again: what was not written anew, and must be looked at all the same. whole: every file, as for what goes
    live. Otherwise a feed in a folder is passed over, since the page beside it says the same words.
    """
    top, cards = str(staging), str(staging / "images/cards")
    files = [
        Path(folder, name)
        for folder, _, names in os.walk(top)
        if folder != cards
        for name in names
        if whole or folder == top or not name.startswith("feed.")
    ]
    allowed = public_addresses(site.settings.given)
    looked = look_through(staging, allowed, files)
    faults = Origins(site, staging).traced(looked.faults)
    if old := [output / file for file in again if not (staging / file).exists()]:
        faults += Origins(site, output).traced(look_through(output, allowed, old).faults)
    if faults:
        told = "\n".join(str(fault) for fault in faults)
        count = counted(len(faults), "thing")
        raise ProjectError(f"{told}\n{count} to mend; nothing was written.")
    return looked.warnings if whole else ()


def _moment(typed: str) -> datetime:
    try:
        return parse_date(typed, zone_of(settings()))
    except ValueError as error:
        raise ProjectError(f"--at: {error}") from None


def _check_folders(content: Path, output: Path) -> None:
    """Raises ProjectError unless there is content, and replacing `output` can lose nothing else."""
    if not content.is_dir():
        raise ProjectError(
            f"{_typed_path(content)}: no such folder; name the folder that holds posts/ and pages/"
        )
    real = output.resolve()
    if real == content or real in content.parents or content in real.parents:
        raise ProjectError(
            f"{_typed_path(output)}: the output cannot hold the content or lie in it; name another folder"
        )
    if output.is_symlink():
        raise ProjectError(f"{_typed_path(output)}: is a link; name the folder that it leads to")
    if output.exists() and not output.is_dir():
        raise ProjectError(f"{_typed_path(output)}: is a file; name a folder")
    if output.is_dir() and any(output.iterdir()) and not (output / MARKER).exists():
        raise ProjectError(
            f"{_typed_path(output)}: holds files that no build made, and a build replaces all that is there; "
            "name an empty or a new folder"
        )


def _take_over(like: Path, output: Path) -> None:
    """Every file of another output, as a second name of the same where the disk can do that."""
    for file, _ in lying(like):
        target = output / file
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(like / file, target)
        except OSError:
            shutil.copy2(like / file, target)


def _swap(staging: Path, output: Path) -> None:
    """Put the finished folder in the output's place."""
    old = _folder_beside(output, "old-")
    try:
        if output.exists():
            old.mkdir()
            output.rename(old / "output")
        staging.rename(output)
    finally:
        _take_away(old, output)


def _bring(
    staging: Path, output: Path, before: Record, fingerprints: Mapping[str, bytes]
) -> tuple[list[str], int]:
    """Move what was written anew to its place, and remove what no longer belongs: the files, and how many.
    Whoever is killed meanwhile leaves a marker that says so, and the next build begins anew."""
    new = [file for file, _ in lying(staging)]
    different = [file for file in new if not _alike(staging / file, output / file)]
    gone = before.lying.keys() - {*fingerprints, *new}
    if not different and not gone:
        return [], 0
    with _undisturbed():
        # Not into the same file, which may be another output's too.
        (output / MARKER).unlink(missing_ok=True)
        (output / MARKER).write_text(_UNFINISHED_TEXT, encoding="utf-8")
        for file in gone:
            (output / file).unlink()
            with contextlib.suppress(OSError):  # until one that holds something
                for folder in (output / file).relative_to(output).parents:
                    (output / folder).rmdir()
        for file in different:
            (output / file).parent.mkdir(parents=True, exist_ok=True)
            (staging / file).replace(output / file)
        (output / MARKER).write_text(_MARKER_TEXT, encoding="utf-8")
    return different, len(gone)


def _alike(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False


def _finished(output: Path) -> bool:
    try:
        return (output / MARKER).read_text(encoding="utf-8") == _MARKER_TEXT
    except OSError:
        return False


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Whoever stops the build meanwhile (Ctrl-C, SIGTERM) does so a moment later."""
    if threading.current_thread() is not threading.main_thread():
        yield  # where no signal arrives
        return
    arrived: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: arrived.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
        for one in arrived:
            signal.raise_signal(one)


def _take_away(folder: Path, output: Path) -> None:
    """Remove a folder beside the output. An output that was just changing places with a new one, which it
    holds, is put back."""
    with contextlib.suppress(OSError):
        if not output.exists():
            (folder / "output").rename(output)
    shutil.rmtree(folder, ignore_errors=True)


def _folder_beside(output: Path, word: str = "") -> Path:
    """The path of a new folder that bears the number of this process, so that another build can tell whether
    its builder still lives. It is made within the `try` that removes it: a signal may come between the two."""
    return output.parent / f".{output.name}-{os.getpid()}-{word}{secrets.token_hex(4)}"


def _sweep(output: Path) -> None:
    """Remove what killed builds left beside the output."""
    name = re.compile(rf"\.{re.escape(output.name)}-(\d+)-\w+(?:-\w+)?")
    for path in sorted(output.parent.glob(f".{glob.escape(output.name)}-*")):
        found = name.fullmatch(path.name)
        if found is None or path.is_symlink() or _lives(int(found[1])):
            continue
        _take_away(path, output)


def _lives(process: int) -> bool:
    if sys.platform == "win32":
        return True  # os.kill would end it there
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _typed_path(path: Path) -> str:
    """A path as a person would type it."""
    for base in (Path.cwd(), ROOT):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.build", description="Build a site.")
    parser.add_argument("--content", type=Path, default=SITE / "content")
    parser.add_argument("--output", type=Path, default=ROOT / "output")
    parser.add_argument("--at")
    parser.add_argument("--drafts", action="store_true")
    parser.add_argument("--production", action="store_true")
    parser.add_argument("--site-url")
    parser.add_argument("--like", type=Path)
    parser.add_argument("--record")
    options = parser.parse_args(arguments)
    try:
        built = build(**vars(options))
    except ProjectError as error:
        print(error, file=sys.stderr)
        return 1
    for warning in built.warnings:
        print(f"Look at {warning}", file=sys.stderr)
    print(built)
    return 0


if __name__ == "__main__":
    sys.exit(main())
