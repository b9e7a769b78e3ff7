"""Whether anything has changed since the last build: known without building, and before anything is imported.

A build that was typed leaves word of all that it read and wrote: content, settings, templates, code and packages,
and every file of the output, each by its size and when it was changed; and of the moment at which it must be done
again by itself. When the same is typed again, and all of that is as it was, there is nothing to do.

Nothing but Python is needed here, since the launcher (`invoke`) asks. Of packages the versions count, so what was
changed by hand within one is built with by `--fresh`. Settings that read the environment or another file, and a
store of comments at an address, are asked for each time.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SITE = os.path.abspath(os.environ.get("SITE_FOLDER") or ROOT)
_CODE = ("plugins", "tools", "theme", "tasks.py", "invoke")
_SETTINGS = ("pelicanconf.py", "publishconf.py")
_NOT_READ = frozenset(("__pycache__", ".DS_Store"))
_TICK = 0.02
"""Seconds within which two changes of a file may look as one."""
_ASKED = re.compile(
    r"\b(?:environ|getenv|open|read_text)\b"
    r"|^\s*(?:from|import)\s+(?!(?:__future__|sys|pathlib|pelicanconf|typing)\b)"
    r"|^COMMENTS_STORE\s*=\s*[\"']\w+:|^PLUGIN_PATHS\b|^PLUGINS\s*=(?!\s*\[\"plugins\.site\"\]\s*$)",
    re.MULTILINE,
)
"""What in settings cannot be told from the files that are looked at."""
_THEME = re.compile(r"^THEME\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


def read_by_a_build(content: str) -> str:
    """A digest of all that a build of that content reads, to be taken before it begins."""
    made = hashlib.blake2b(sys.version.encode(), digest_size=16)
    newest = 0.0
    folders = [os.path.join(ROOT, name) for name in _CODE]
    folders += [os.path.join(SITE, name) for name in (*_SETTINGS, *_THEME.findall(_settings()))]
    for folder in dict.fromkeys([content, *folders]):
        digest, latest = _lying(folder)
        made.update(digest)
        newest = max(newest, latest)
    made.update(_packages())
    if time.time() - newest < _TICK:  # let what comes now look otherwise
        time.sleep(_TICK)
        return read_by_a_build(content)
    return made.hexdigest()


def written_by_a_build(output: str) -> bytes:
    """A digest of how everything lies in the output."""
    return _lying(output)[0]


def remember(
    typed: tuple[str, ...],
    content: str,
    output: str,
    read: str,
    until: float | None,
    said: str,
) -> None:
    """Leave word of a build. typed: with which arguments, from which folder. read: what it read. until: the
    moment (seconds since 1970) from which it must be done again; None is never. said: what is to be told of it."""
    if _ASKED.search(_settings()):
        return
    word = (content, output, read, written_by_a_build(output), time.time(), until, said)
    place = _place(typed)
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(f"{place}.new", "wb") as file:
            marshal.dump(word, file)
        os.replace(f"{place}.new", place)
    except OSError:
        return


def nothing_changed(
    typed: tuple[str, ...], environment: os._Environ[str] | None = None
) -> str | None:
    """What is to be told when the same build was typed before and would do nothing; None when it must run.

    environment: of the build that then follows; it is told what it reads, so that it need not look again.
    """
    try:
        with open(_place(typed), "rb") as file:
            content, output, read, written, at, until, said = marshal.load(file)  # noqa: S302 - our own
        now = time.time()
        if now < at or (until is not None and now >= until):
            return None
        now_read = read_by_a_build(content)
        if environment is not None:
            environment["READ_BY_A_BUILD"] = now_read
        if now_read != read or written_by_a_build(output) != written:
            return None
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return str(said)


def _settings() -> str:
    """What the settings say, without remarks. What cannot be read is told by the build."""
    said = ""
    for name in _SETTINGS:
        try:
            with open(os.path.join(SITE, name), encoding="utf-8") as file:
                said += re.sub(r"#.*", "", file.read()) + "\n"
        except (OSError, UnicodeDecodeError):
            continue
    return said


def _place(typed: tuple[str, ...]) -> str:
    name = hashlib.blake2b("\0".join((SITE, *typed)).encode(), digest_size=12).hexdigest()
    return os.path.join(ROOT, ".cache", "unchanged", name)


def _lying(path: str) -> tuple[bytes, float]:
    """A digest of the files below a folder, by their sizes and when they were changed, and the latest of these
    moments. Of a file the same, and of what is not there that it is not."""
    made = hashlib.blake2b(os.fsencode(path), digest_size=16)
    latest = 0
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as found:
                there = sorted(found, key=lambda one: one.name)
        except NotADirectoryError:
            stat = os.stat(folder)
            latest = max(latest, stat.st_mtime_ns, stat.st_ctime_ns)
            made.update(b"%d %d %d" % (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
            continue
        except FileNotFoundError:
            made.update(b"not there")
            continue
        for one in there:
            if one.name in _NOT_READ:
                continue
            if one.is_dir(follow_symlinks=False):
                waiting.append(one.path)
                made.update(os.fsencode(one.name) + b"/\n")
                continue
            # Of a link what it leads to.
            stat = one.stat() if _leads_somewhere(one) else one.stat(follow_symlinks=False)
            latest = max(latest, stat.st_mtime_ns, stat.st_ctime_ns)
            made.update(
                b"%s\0%d %d %d\n"
                % (os.fsencode(one.path), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            )
    return made.digest(), latest / 1e9


def _leads_somewhere(one: os.DirEntry[str]) -> bool:
    return not one.is_symlink() or os.path.exists(one.path)


def _packages() -> bytes:
    """The packages of .venv with their versions."""
    names: list[str] = []
    library = os.path.join(ROOT, ".venv", "Lib" if os.name == "nt" else "lib")
    for folder in (library, *_folders(library)):
        packages = os.path.join(folder, "site-packages")
        if os.path.isdir(packages):
            names += [name for name in os.listdir(packages) if name.endswith(".dist-info")]
    return "\n".join(sorted(names)).encode()


def _folders(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in os.listdir(folder)]
    except OSError:
        return []
