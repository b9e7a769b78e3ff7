"""One run of the site in this process: reads and checks the settings, fetches remote comments, and gives the `Site`.

Pelican runs it. Only when the settings are known from an earlier run, and nothing in them is Pelican's to do
(plugins.site.engine), it is run without: to import Pelican takes longer than to write a page.
"""

from __future__ import annotations

import gc
import logging
import marshal
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.entries.site import Site
from plugins.entries.words import counted
from plugins.faults import ContentFaults, Fault
from plugins.memory import Memory
from plugins.site.engine import Engine, needs_pelican
from plugins.words import FIRST, catalogues
from tools.errors import ProjectError
from tools.settings import run_settings
from tools.settings_check import setting_faults
from tools.store import store_folder

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """site: all that is known of it. warnings: what is to be looked at in a store of comments elsewhere.
    fingerprints: of every file that belongs to it, by its path in the output, but for those of others'
    plugins and the sitemap."""

    site: Site
    warnings: tuple[Fault, ...]
    fingerprints: Mapping[str, bytes]


def run_site(
    configuration: Path, output: Path, overrides: Mapping[str, Any], memory: Memory
) -> Run:
    """Writes what differs from WRITTEN_BEFORE into the folder `output`. Raises ProjectError with all that is
    wrong; nothing counts then of what was written."""
    overrides = {**overrides, "OUTPUT_PATH": str(output), "MEMORY": memory}
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    key = _settings_key(configuration, memory)
    known = memory.get(key) if key else None
    try:
        if known and not needs_pelican({**known, **overrides}):
            return _run_alone(configuration, {**known, **overrides})
        return _run_pelican(configuration, overrides, memory, key)
    except ContentFaults as faults:
        count = counted(len(faults.faults), "thing")
        raise ProjectError(f"{faults}\n{count} to mend; nothing was written.") from None


def _settings_key(configuration: Path, memory: Memory) -> bytes | None:
    """Of what Pelican makes of the settings; None when the file cannot be run, which Pelican's reading tells."""
    try:
        said = run_settings(configuration)
    except Exception:  # noqa: BLE001 - see above
        return None
    rows = sorted((name, repr(value)) for name, value in said.items() if name.isupper())
    return memory.key("settings", str(configuration), str(Path.cwd()), repr(rows))


def _run_alone(configuration: Path, settings: dict[str, Any]) -> Run:
    warnings = _prepared(configuration, settings)
    engine = Engine(settings)
    try:
        with _few_collections():
            engine.assemble()
            engine.read_all()
            engine.gather()
            engine.stop_if_faulty()
            fingerprints = engine.write(Path(settings["OUTPUT_PATH"]), settings["WRITTEN_BEFORE"])
            fingerprints |= engine.write_sitemap(
                Path(settings["OUTPUT_PATH"]), settings["WRITTEN_BEFORE"]
            )
    except BaseException:
        engine.workers.close()
        raise
    return Run(engine.site, warnings, fingerprints)


def _run_pelican(
    configuration: Path, overrides: Mapping[str, Any], memory: Memory, key: bytes | None
) -> Run:
    # Pelican takes a third of a second to import: what can be refused without it has been.
    from pelican import log, signals

    log.console.quiet = True
    log.init(level=logging.WARNING, fatal="warnings", handler=_Quiet())
    shared: dict[str, Any] = {}

    def keep(generators: list[Any]) -> None:
        nonlocal shared
        shared = generators[0].context

    signals.all_generators_finalized.connect(keep)
    heard = _Heard()
    logging.getLogger().addHandler(heard)
    try:
        settings = _read(configuration, overrides)
        # As they are for whoever overrides something else.
        own = _read(configuration, {"PATH": overrides["PATH"]}) if key else {}
        warnings = _prepared(configuration, settings)
        from pelican import Pelican

        pelican = Pelican(settings)
        try:
            with _few_collections():
                pelican.run()
        except BaseException:
            # What a plugin keeps for the time of a build must not reach the next one in this process.
            signals.finalized.send(pelican)
            raise
    except RuntimeError as error:
        # Pelican's own word for "something was logged as a warning or an error".
        if not heard.messages:
            raise
        raise ProjectError("\n".join(heard.messages)) from error
    finally:
        # Of this run alone: what others log afterwards in this process ends nothing.
        log.FatalLogger.fatal_lvl = logging.CRITICAL + 1
        logging.getLogger().removeHandler(heard)
        signals.all_generators_finalized.disconnect(keep)
    if key:
        memory.put(key, {name: one for name, one in own.items() if _is_plain(one)})
    engine: Engine = shared["engine"]
    fingerprints = shared["fingerprints"]
    if not needs_pelican(settings):
        fingerprints |= engine.written_sitemap()
    return Run(engine.site, warnings, fingerprints)


def _is_plain(value: Any) -> bool:
    """Whether it is made of texts, numbers, lists and tables alone; no setting of ours is of anything else."""
    try:
        return bool(marshal.dumps(value))
    except ValueError:
        return False


def _prepared(configuration: Path, settings: dict[str, Any]) -> tuple[Fault, ...]:
    """Settings that can be built with, comments fetched; what is to be looked at. Raises ProjectError."""
    _refuse_settings(configuration, settings)
    store, warnings = store_folder(settings)
    if unspoken := _unspoken(str(settings["DEFAULT_LANG"])):
        warnings = (*warnings, Fault(configuration.name, None, unspoken))
    # A pulled copy as seen from the content folder, which is how messages name what they find.
    settings["COMMENTS_STORE"] = (
        os.path.relpath(store, settings["PATH"]) if store.is_absolute() else str(store)
    )
    return warnings


def _read(configuration: Path, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The settings. Raises ProjectError when the file cannot be run, with its line."""
    from pelican.settings import read_settings

    sys.modules.pop("pelicanconf", None)  # see run_settings
    try:
        return dict(read_settings(str(configuration), override=dict(overrides)))
    except SyntaxError:
        raise  # told with its line by whoever shows messages
    except Exception as error:
        at = [
            one
            for one in traceback.extract_tb(error.__traceback__)
            if one.filename.endswith("conf.py")
        ]
        if not at:  # Pelican cannot take a value as it is
            _refuse_settings(configuration, {**run_settings(configuration), **overrides})
            raise
        place = f"{Path(at[-1].filename).name}:{at[-1].lineno}"
        raise ProjectError(f"{place}: {type(error).__name__}: {error}; mend that line") from None


def _refuse_settings(configuration: Path, settings: Mapping[str, Any]) -> None:
    """Raises ProjectError with all that is wrong in them."""
    if wrong := setting_faults(settings):
        told = "\n".join(f"{configuration.name}: {one}" for one in wrong)
        raise ProjectError(f"{told}\n{counted(len(wrong), 'thing')} to mend; nothing was written.")


@contextmanager
def _few_collections() -> Iterator[None]:
    """Nearly all that a build makes stays until its end, so looking for what could go is a tenth of its
    time, and makes every process that it forks copy memory."""
    usual = gc.get_threshold()
    gc.set_threshold(1_000_000, 100, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _unspoken(language: str) -> str | None:
    own = language.partition("-")[0]
    if {own, language.lower()} & {name.lower() for name in catalogues()}:
        return None
    return (
        f'DEFAULT_LANG: the pages are in "{language}", and what they say of themselves is in English; write '
        f"plugins/words/{own}.toml, with the keys of {FIRST}.toml"
    )


class _Quiet(logging.Handler):
    """Pelican's place for messages: they are told once, by whoever asked for the build."""

    def emit(self, record: logging.LogRecord) -> None:
        pass


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        self.messages.append(f"{record.getMessage()}: {cause!r}" if cause else record.getMessage())
