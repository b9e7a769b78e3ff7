"""The theme's templates (Jinja). A template sees its view, as `page`, and the constants; whatever else it
names ends the build (StrictUndefined)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from plugins.words import counted, say


def _compiled_in(folder: Path) -> FileSystemBytecodeCache | None:
    """None where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder))


_OTHER = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")


class Templates:
    """folders: where the templates are; of two with one name the first counts. constants: what every one of
    them sees. filters: by name. cache: a folder for what Jinja compiles them to."""

    def __init__(
        self,
        folders: Sequence[Path],
        constants: Mapping[str, Any],
        filters: Mapping[str, Callable[..., Any]],
        cache: Path | None = None,
    ) -> None:
        self._loader = FileSystemLoader(folders)
        self._environment = Environment(
            loader=self._loader,
            bytecode_cache=_compiled_in(cache) if cache else None,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self.constants = constants
        self._digests: dict[str, bytes] = {}
        self._environment.globals.update(constants, say=say)
        self._environment.filters.update(filters, counted=counted)

    def render(self, name: str, view: Any) -> str:
        """The text that the template `name` ("post") makes of a view."""
        return self._environment.get_template(f"{name}.html").render(page=view)

    def digest(self, name: str) -> bytes:
        """A hash of the template and of all that it is made with: what it extends, includes and imports."""
        return self._digest(f"{name}.html")

    def _digest(self, file: str) -> bytes:
        found = self._digests.get(file)
        if found is None:
            self._digests[file] = b""  # two that import each other end here
            text, _, _ = self._loader.get_source(self._environment, file)
            made = blake2b(text.encode(), digest_size=16)
            for other in sorted(set(_OTHER.findall(text))):
                made.update(self._digest(other))
            found = self._digests[file] = made.digest()
        return found

    def part(self, name: str, view: Any) -> Markup:
        """The same for a piece of HTML that stands in another file."""
        return Markup(self.render(name, view))  # noqa: S704 - the environment escapes
