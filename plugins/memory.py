"""What builds remember of each other: values by all that they were made of, in one SQLite file.

A key is a hash of everything that its value hangs on: the bytes that were read, the settings that matter, and
`recipe`, which stands for the code and the packages. So nothing in here is ever out of date; what no build asked
for in a month is taken away, and the least used first when all of it is too much.

The file may be removed at any time. One that is broken, or that another version of SQLite wrote, is begun
anew; one that cannot be written is done without; two builds at once may share it. Whoever was killed has lost
what it had not saved, and no more.
"""

from __future__ import annotations

import hashlib
import pickle
import platform
import sqlite3
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

FILE = "memory.sqlite"
DAYS = 30
"""For how long what nobody asks for is kept."""
MOST_BYTES = 512 * 2**20
"""How large the file may be."""
_CHUNK = 4 * 2**20
"""Bytes that wait in this process until they are written."""
_PATIENCE = 10.0
"""Seconds that one waits for another build to have written."""
_AT_ONCE = 500
_FORMAT = 2
CODE = Path(__file__).resolve().parent
"""Where all of it is."""


def recipe_of(folders: Iterable[Path] = (CODE,)) -> bytes:
    """A hash of the code below the folders (templates apart, see plugins.outputs), of Python and of the
    packages that are installed."""
    made = hashlib.blake2b(f"{_FORMAT} {platform.python_version()} {sys.platform}".encode())
    packages = Path(sysconfig.get_path("purelib"))
    if packages.is_dir():
        names = (one.name for one in packages.iterdir() if one.suffix == ".dist-info")
        made.update("\n".join(sorted(names)).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml"):
                made.update(f"\n{path.relative_to(folder).as_posix()}\n".encode())
                made.update(path.read_bytes())
    return made.digest()


@cache
def own_recipe(folder: Path = CODE) -> bytes:
    """Of the code that runs in this process, as it was when it was first asked for."""
    return recipe_of([folder])


class Memory:
    """One build's way to it. folder: where the file is; None remembers nothing. recipe: see `recipe_of`."""

    def __init__(self, folder: Path | None, recipe: bytes = b"") -> None:
        self.recipe = recipe
        self._file = folder / FILE if folder else None
        self._today = int(time.time() // 86_400)
        self._waiting: dict[bytes, bytes] = {}
        self._fetched: dict[bytes, bytes] = {}
        self._waiting_bytes = 0
        self._touched: set[bytes] = set()
        self._open: sqlite3.Connection | None = None

    def made(self, kind: str, parts: Iterable[str | bytes], make: Callable[[], T]) -> T:
        """What `make` makes of the parts, made once. It is pickled, and is never None."""
        return self.remembered(self.key(kind, *parts), make)

    def remembered(self, key: bytes, make: Callable[[], T]) -> T:
        """The same, of a key that is known."""
        found: T | None = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def key(self, kind: str, *parts: str | bytes) -> bytes:
        made = hashlib.blake2b(self.recipe, digest_size=20, person=kind.encode()[:16])
        for part in parts:
            raw = part.encode(errors="surrogatepass") if isinstance(part, str) else part
            made.update(b"%d\n" % len(raw))
            made.update(raw)
        return made.digest()

    def fetch(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of them that are known. They are read at once, which is quicker, to be got one by one."""
        wanted = [key for key in keys if key not in self._waiting]
        if self._file is None or (self._open is None and not self._file.exists()):
            return set()
        try:
            for at in range(0, len(wanted), _AT_ONCE):
                some = wanted[at : at + _AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = self._connection().execute(
                    f"SELECT key, value, used FROM kept WHERE key IN ({marks})",  # noqa: S608
                    some,
                )
                for key, value, used in rows:
                    self._fetched[key] = value
                    if used != self._today:
                        self._touched.add(key)
        except sqlite3.DatabaseError:
            return set()
        return self._fetched.keys() & set(wanted)

    def get(self, key: bytes) -> Any:
        """None when it is not known."""
        try:
            raw = self._waiting.get(key) or self._fetched.pop(key, None)
            if raw is None and (row := self._row(key)):
                raw = row[0]
            return pickle.loads(raw) if raw else None  # noqa: S301 - our own file
        except Exception:  # noqa: BLE001 - whatever a broken file makes of it, it is not known
            return None

    def put(self, key: bytes, value: object) -> None:
        if self._file is None:
            return
        raw = _pickled(value)
        self._waiting[key] = raw
        self._waiting_bytes += len(raw)
        if self._waiting_bytes >= _CHUNK:
            self.save()

    def save(self) -> None:
        """Write what is new, and take away what is old."""
        if self._file is None or not (self._waiting or self._touched):
            return
        try:
            self._write(self._connection())
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):
                self._begin_anew()
        except OSError:
            pass
        self._waiting, self._waiting_bytes, self._touched = {}, 0, set()

    def close(self) -> None:
        self.save()
        if self._open is not None:
            self._open.close()
            self._open = None

    def _row(self, key: bytes) -> tuple[Any, int] | None:
        if self._file is None or (self._open is None and not self._file.exists()):
            return None
        try:
            row: tuple[Any, int] | None = (
                self._connection()
                .execute("SELECT value, used FROM kept WHERE key = ?", (key,))
                .fetchone()
            )
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            self._begin_anew()
            return None
        if row is not None and row[1] != self._today:
            self._touched.add(key)
        return row

    def _write(self, connection: sqlite3.Connection) -> None:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT OR REPLACE INTO kept (key, used, value) VALUES (?, ?, ?)",
                ((key, self._today, raw) for key, raw in self._waiting.items()),
            )
            connection.executemany(
                "UPDATE kept SET used = ? WHERE key = ?",
                ((self._today, key) for key in self._touched),
            )
            self._prune(connection)

    def _prune(self, connection: sqlite3.Connection) -> None:
        """Once a day what is old; and when all is too much, to nine tenths of that, the least used first."""
        if _number(connection, "user_version") != self._today:
            connection.execute("DELETE FROM kept WHERE used < ?", (self._today - DAYS,))
            connection.execute(f"PRAGMA user_version = {self._today:d}")
        over = _number(connection, "page_count") * _number(connection, "page_size") - MOST_BYTES
        if over <= 0:
            return
        over += MOST_BYTES // 10
        leaving = []
        for key, size in connection.execute(
            "SELECT key, length(value) FROM kept ORDER BY used, rowid"
        ):
            leaving.append((key,))
            over -= size
            if over <= 0:
                break
        connection.executemany("DELETE FROM kept WHERE key = ?", leaving)

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            assert self._file is not None  # noqa: S101 - who remembers nothing never comes here
            self._file.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)
            opened.execute("PRAGMA auto_vacuum = FULL")
            opened.execute("PRAGMA synchronous = NORMAL")
            opened.execute(
                "CREATE TABLE IF NOT EXISTS kept"
                " (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL)"
            )
            self._open = opened
        return self._open

    def _begin_anew(self) -> None:
        """The file is none of SQLite's, or broken."""
        if self._open is not None:
            self._open.close()
            self._open = None
        if self._file is not None:
            for name in (self._file.name, f"{self._file.name}-journal"):
                self._file.with_name(name).unlink(missing_ok=True)


NO_MEMORY = Memory(None)


class _Reducers(dict[type, Callable[[Any], Any]]):
    """How values of a class are pickled: a dataclass by its fields in their order, from which it is made again in
    a fraction of the time that Python's own way takes."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        if not is_dataclass(kind) or not all(field.init for field in fields(kind)):
            raise KeyError(kind)
        names = _names(kind)
        read = attrgetter(*names) if names else lambda _: ()
        by_name = any(field.kw_only for field in fields(kind))

        def reduced(value: Any) -> Any:
            found = read(value) if len(names) != 1 else (read(value),)
            return (_made_by_name, (kind, found)) if by_name else (kind, found)

        self[kind] = reduced
        return reduced


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _made_by_name(kind: type[T], values: tuple[Any, ...]) -> T:
    names = _names(kind)  # type: ignore[arg-type]
    return kind(**dict(zip(names, values, strict=True)))


_REDUCERS = _Reducers()


def _pickled(value: object) -> bytes:
    made = BytesIO()
    pickler = pickle.Pickler(made, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(value)
    return made.getvalue()


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
