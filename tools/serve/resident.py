"""A process that has imported all that a build needs, and builds when it is told to.

It reads a line of JSON, {"arguments": […], "said": "file"}, forks, and has the child run `tools.build` with these
arguments, its words going into the file; it answers with {"process": 123}, and when that has ended with
{"status": 0}. A build changes nothing here, since it is a process of its own; it begins with everything that this
one has imported. There are no threads, without which a fork is safe; macOS and Windows, where even so
it is not, start a process for each build (tools.serve.builder).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any


def ready() -> None:
    """Import what nearly every build needs, and have it begin what it keeps."""
    import tools.build
    from plugins.entries.body import render
    from plugins.memory import own_recipe

    own_recipe()
    own_recipe(tools.build.ROOT / "tools")
    render("A *word* and\n\n```python\ncode = 1\n```\n")
    _settle()


def run(request: dict[str, Any]) -> int:
    """Build in a child; how it ended (as a shell tells it, 128 and more for a signal)."""
    needed = Path(f"{request['said']}.modules")
    child = os.fork()
    if child == 0:
        status = _built(request)
        with contextlib.suppress(OSError):
            needed.write_text("\n".join(sys.modules), encoding="utf-8")
        os._exit(status)
    print(json.dumps({"process": child}), flush=True)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(OSError):
        _import(needed.read_text(encoding="utf-8").split())
    return os.waitstatus_to_exitcode(status)


def _import(modules: list[str]) -> None:
    """What a build had to import, so that the next one need not."""
    new = [name for name in modules if name not in sys.modules]
    for name in new:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if new:
        _settle()


def _settle() -> None:
    """Have what is there now take no part in looking for what can go, which would copy it in each child."""
    gc.collect()
    gc.freeze()


def _built(request: dict[str, Any]) -> int:
    os.setsid()  # so that all it starts can be ended with it
    with Path(request["said"]).open("wb", buffering=0) as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        from tools.build import main

        return main(request["arguments"])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - shown as any command's would be
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def main() -> None:
    ready()
    for line in sys.stdin:
        print(json.dumps({"status": run(json.loads(line))}), flush=True)


if __name__ == "__main__":
    main()
