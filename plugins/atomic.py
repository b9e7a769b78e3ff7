"""One writer at a time, and files that are whole at every moment.

A lock is a file in `.cache/locks` that the system unlocks when its holder ends, however it ends; what
the file says (who, since when) is only for the message to whoever waits. A file is replaced in these
steps: a new one beside it (its name begins with "." and ends in ".new", so readers pass it over), to
the disk, in the old one's place, the folder to the disk. A crash leaves the old file or the new one,
and at worst a ".new" beside it, which the next writer of that file takes away.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from plugins.faults import ContentFaults, Fault

PATIENCE = 15.0
"""Seconds that a writer waits for another."""
_PAUSE = 0.01
_BEYOND = 1 << 20  # where Windows locks a byte: a locked one could not be read


def locks_for(folder: Path) -> Path:
    """Where the locks of a store or a project are: `.cache/locks` of the project around it (known by
    its pelicanconf.py), else beside it. Every process comes to the same answer."""
    real = folder.resolve()
    for around in (real, *real.parents):
        if (around / "pelicanconf.py").is_file():
            return around / ".cache" / "locks"
    return real.parent / ".cache" / "locks"


@contextlib.contextmanager
def locked(path: Path, shown_as: str, locks: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of the file `path`, which need not exist.

    Raises ContentFaults, naming who holds it, when `patience` seconds did not suffice.
    """
    locks.mkdir(parents=True, exist_ok=True)
    real = str(path.parent.resolve() / path.name)
    lock = locks / f"{path.stem}-{hashlib.sha256(real.encode()).hexdigest()[:12]}.lock"
    ends = time.monotonic() + patience
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        # A lock on a file that was taken away in the meantime (`clean`) is a lock on nothing.
        if take(handle) and _still_there(handle, lock):
            break
        holder = os.pread(handle, 400, 0).decode(errors="replace") if hasattr(os, "pread") else ""
        os.close(handle)
        if time.monotonic() >= ends:
            by = holder.splitlines()[0] if holder.strip() else "another program"
            message = (
                f"is being written by {by}; waited {patience:g} s. Try again when it has ended"
            )
            raise ContentFaults([Fault(shown_as, None, message)])
        time.sleep(_PAUSE)
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"{_me()}\n".encode()[:400])
        yield
    finally:
        os.close(handle)  # and with it the lock


def _me() -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:3]]) if sys.argv else "python"
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        user = "somebody"
    since = datetime.now().astimezone().strftime("%H:%M:%S")
    shown = f"{command} (process {os.getpid()} of {user} on {socket.gethostname()}, since {since})"
    return "".join(c if c.isprintable() else "?" for c in shown)


if sys.platform == "win32":
    import msvcrt

    def take(handle: int) -> bool:
        """Lock an open file for this process, unless another holds it; closing it lets it go."""
        os.lseek(handle, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def take(handle: int) -> bool:
        """Lock an open file for this process, unless another holds it; closing it lets it go."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _still_there(handle: int, lock: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except FileNotFoundError:
        return False


def replace_file(path: Path, content: bytes, mode: int | None = None) -> None:
    """Put `content` in the file's place, whole and on the disk; its lock is held by the caller.

    mode: the permissions of the new file; by default those of the old one, or the system's own.
    Raises OSError (no room, no right); the file is then as it was.
    """
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)  # what a crash left
    if mode is None and path.exists():
        mode = path.stat().st_mode & 0o777
    handle = os.open(
        new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode or 0o666
    )
    try:
        with os.fdopen(handle, "wb") as file:
            if mode is not None:
                new.chmod(mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _move(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    to_disk(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """The same for what can be made again, as in a cache: not forced to the disk, and two writers of one
    name, whose contents are alike, do not wait for each other. Its folder must exist."""
    own = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        own.write_bytes(content)
        own.replace(path)
    except BaseException:
        own.unlink(missing_ok=True)
        raise


def to_disk(folder: Path) -> None:
    """Have a folder's names survive a power cut; where the system has no such call, they are its own."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _move(new: Path, path: Path) -> None:
    for _ in range(50):
        try:
            new.replace(path)
        except PermissionError:
            # On Windows a file that somebody reads at this moment cannot be replaced.
            if os.name != "nt":
                raise
            time.sleep(_PAUSE)
        else:
            return
    new.replace(path)
