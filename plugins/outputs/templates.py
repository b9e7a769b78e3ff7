"""The theme's templates (Jinja). A template sees its view, as `page`, and the constants; whatever else it
names ends the build (StrictUndefined)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from plugins.words import counted, say


class Templates:
    """folders: where the templates are; of two with one name the first counts. constants: what every one of
    them sees. filters: by name."""

    def __init__(
        self,
        folders: Sequence[Path],
        constants: Mapping[str, Any],
        filters: Mapping[str, Callable[..., Any]],
    ) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._environment.globals.update(constants, say=say)
        self._environment.filters.update(filters, counted=counted)

    def render(self, name: str, view: Any) -> str:
        """The text that the template `name` ("post") makes of a view."""
        return self._environment.get_template(f"{name}.html").render(page=view)

    def part(self, name: str, view: Any) -> Markup:
        """The same for a piece of HTML that stands in another file."""
        return Markup(self.render(name, view))  # noqa: S704 - the environment escapes
