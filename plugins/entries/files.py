"""Which files of the content folder count, said once for everybody who walks through it.

What programs leave beside their files does not: hidden files, an editor's copies and locks, what a
file manager writes. `check_files` tells what no reader would take: links that lead out of the content
or nowhere, folders with a file's name, names that differ only as computers write them, files in a
folder that nothing reads.
"""

from __future__ import annotations

import fnmatch
import os
import re
import stat
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

from plugins.faults import Report, nearest

MARKDOWN = (".md", ".markdown")
LEFT_BEHIND = (
    ".*",
    "~$*",
    "*~",
    "#*#",
    "*.bak",
    "*.orig",
    "*.swp",
    "*.tmp",
    "thumbs.db",
    "desktop.ini",
)
"""Names, in lower case, that programs give to what they leave behind (`._x` and `.#x` among them)."""


_LEFT_BEHIND = re.compile("|".join(map(fnmatch.translate, LEFT_BEHIND)))


def counts(name: str) -> bool:
    """Whether a file or folder of that name is content."""
    return not _LEFT_BEHIND.match(name.casefold())


def is_markdown(path: PurePosixPath | Path) -> bool:
    return path.suffix.lower() in MARKDOWN


def same_name(text: str) -> str:
    """A name as names are compared: a Mac writes "ü" in two characters (Unicode's NFD), others in one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def files_below(folder: Path) -> list[Path]:
    """Every file that counts, in the order of its names. A link counts when it leads to a file; which
    ones may be followed at all is told by `check_files`."""
    return [folder / place for place in places_below(folder)]


def places_below(folder: Path) -> list[str]:
    """The same, relative to the folder, with slashes."""
    return sorted(_places_below(folder), key=same_name)


def _places_below(folder: Path) -> Iterator[str]:
    waiting = [("", os.fspath(folder))]
    while waiting:
        below, path = waiting.pop()
        try:
            with os.scandir(path) as found:
                there = [one for one in found if counts(one.name)]
        except OSError:
            continue  # as os.walk does
        for one in there:
            if one.is_dir(follow_symlinks=False):
                waiting.append((f"{below}{one.name}/", one.path))
            elif Path(one.path).is_file() if one.is_symlink() else one.is_file():
                yield below + one.name


def markdown_below(folder: Path) -> list[Path]:
    """Every Markdown file that counts, in the order of its names."""
    return [folder / place for place in places_below(folder) if place.lower().endswith(MARKDOWN)]


def check_files(
    content: Path, folders: Mapping[str, str], beside: Collection[str], report: Report
) -> frozenset[str]:
    """Tell what no reader takes; the places of links that must not be followed.

    folders: the folders that something reads, each with what it is for. beside: files that are read
    though no folder of theirs is, relative to the content folder.
    """
    root = content.resolve()
    refused: set[str] = set()
    written: dict[str, str] = {}
    astray: dict[str, list[str]] = {}
    for place, mode in _everything(content):
        known = written.setdefault(same_name(place).casefold(), place)
        if known != place:
            mend = "rename one, since not every computer tells them apart"
            report.fault(place, None, f'has the same name as "{known}" but for its letters; {mend}')
        link = stat.S_ISLNK(mode)
        is_folder = (content / place).is_dir() if link else stat.S_ISDIR(mode)
        if link and (wrong := _wrong_link(content / place, root)):
            refused.add(place)
            report.fault(place, None, wrong)
        elif is_folder:
            if place.lower().endswith((*MARKDOWN, ".json")):
                message = (
                    "is a folder with the name of a file; rename it, or move out what is in it"
                )
                report.fault(place, None, message)
        elif not (stat.S_ISREG(mode) or link):
            report.fault(place, None, "is neither a file nor a folder; take it out of the content")
        elif not os.access(content / place, os.R_OK):
            report.fault(place, None, "cannot be read; give yourself the right to (chmod u+r)")
        top = place.split("/", 1)[0]
        if top not in folders and place not in beside and not is_folder:
            astray.setdefault(top, []).append(place)
    for top, places in sorted(astray.items()):
        _tell_astray(top, places, folders, report)
    return frozenset(refused)


def _everything(content: Path) -> Iterator[tuple[str, int]]:
    """Each file and folder that counts, by its place, with its mode (links not followed)."""
    root = os.fspath(content)
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if counts(name))
        below = parent[len(root) :].replace(os.sep, "/").lstrip("/")
        for name in sorted((*folders, *names)):
            if counts(name):
                place = f"{below}/{name}" if below else name
                yield place, os.lstat(os.path.join(parent, name)).st_mode  # noqa: PTH118 - quicker


def _wrong_link(path: Path, root: Path) -> str | None:
    """Why a symbolic link cannot be followed."""
    try:
        target = path.resolve(strict=True)
    except RuntimeError:
        return "is a link that leads back to itself; take it away"
    except OSError as error:
        if error.errno == 40:  # ELOOP
            return "is a link that leads back to itself; take it away"
        return f'is a link to "{path.readlink()}", where nothing is; take it away'
    if not target.is_relative_to(root):
        return (
            f'is a link to "{path.readlink()}", outside the content, where what is private may lie; '
            "put a copy in its place"
        )
    if target.is_dir() and path.absolute().is_relative_to(target):
        return "is a link that leads back to itself; take it away"
    return None


def _tell_astray(top: str, places: list[str], folders: Mapping[str, str], report: Report) -> None:
    """What stands where nothing reads it: a fault when it can only be a slip, else to be looked at."""
    near = nearest(top, [name for name in folders if name != top])
    name = places[0] if len(places) == 1 else f"{top}/"
    many = f" ({len(places)} files)" if len(places) > 1 else ""
    listed = ", ".join(f"{folder}/" for folder in folders)
    if near:
        report.fault(name, None, f"is read by nothing{many}; did you mean {near}/?")
    elif any(is_markdown(PurePosixPath(place)) for place in places):
        where = " or ".join(f"{folder}/" for folder, what in folders.items() if what == "entries")
        message = f"stands where no entry does, so nothing shows it{many}; move it into {where}"
        report.fault(name, None, message)
    else:
        report.warn(name, None, f"is read by nothing{many}; what is published lies in {listed}")
