"""Rendering the outputs that differ from what is there, and writing their files.

Where there are many, half of them are rendered by a process of its own (a fork: it has every view without
a copy, and gives back only that it is done).
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from plugins.outputs.fingerprints import Fingerprints
from plugins.outputs.model import Output, whole
from plugins.outputs.record import NOTHING, Record
from plugins.outputs.templates import Templates

MANY = 400
"""Outputs from which on a second process is worth its start."""


class WritingError(RuntimeError):
    """What the second process could not do, with its traceback."""


def write_all(
    outputs: Sequence[Output],
    folder: Path,
    templates: Templates,
    recipe: bytes = b"",
    before: Record = NOTHING,
) -> dict[str, bytes]:
    """Write every output below `folder` that the record `before` does not hold already; the fingerprints of
    all, by file. recipe: stands for the code. Raises ValueError when two are to be the same file."""
    _check_files(outputs)
    made = Fingerprints(templates, recipe).of(outputs)
    fingerprints = {one.file: made for one, made in zip(outputs, made, strict=True)}
    _write_many(
        [one for one in outputs if not before.holds(one.file, fingerprints[one.file])],
        folder,
        templates,
    )
    return fingerprints


def _write_many(outputs: Sequence[Output], folder: Path, templates: Templates) -> None:
    if len(outputs) < MANY or sys.platform != "linux" or (os.cpu_count() or 1) < 2:
        _write(outputs, folder, templates)
        return
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_write_and_report, args=(outputs[1::2], folder, templates, theirs), daemon=True
    )
    process.start()
    theirs.close()
    try:
        _write(outputs[::2], folder, templates)
        try:
            failure = ours.recv()
        except EOFError:
            failure = "a process that writes files was killed"
    except BaseException:
        process.terminate()  # who stops the build takes away what it wrote, and nobody writes any more
        raise
    finally:
        process.join()
    if failure:
        raise WritingError(failure)


def _check_files(outputs: Sequence[Output]) -> None:
    first: dict[str, Output] = {}
    for output in outputs:
        other = first.setdefault(output.file, output)
        if other is not output:
            raise ValueError(f"{output.file} is to be written twice")


def _write(outputs: Sequence[Output], folder: Path, templates: Templates) -> None:
    there: set[Path] = set()
    for output in outputs:
        target = folder / output.file
        if target.parent not in there:
            target.parent.mkdir(parents=True, exist_ok=True)
            there.add(target.parent)
        render, view = output.render, whole(output.view)
        made = templates.render(render, view) if isinstance(render, str) else render(view)
        match made:
            case Path():
                shutil.copyfile(made, target)
            case bytes():
                target.write_bytes(made)
            case _:
                target.write_bytes(made.encode())


def _write_and_report(
    outputs: Sequence[Output], folder: Path, templates: Templates, theirs: Connection
) -> None:
    try:
        _write(outputs, folder, templates)
    except BaseException:  # noqa: BLE001 - whatever it was, the build tells it
        theirs.send(traceback.format_exc())
    else:
        theirs.send("")
    finally:
        theirs.close()
