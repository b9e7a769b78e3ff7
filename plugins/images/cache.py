"""The files of the cache: written whole or not at all.

Two builds at once may use one cache. Each writes under a name of its own and then renames, so that
neither ever sees half a file; names come from contents, so that the later one replaces like by
like.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write_whole(target: Path, content: bytes) -> None:
    """Writes the file, or at a crash leaves what was there. Its folder must exist."""
    own = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        own.write_bytes(content)
        own.replace(target)
    except BaseException:
        own.unlink(missing_ok=True)
        raise
