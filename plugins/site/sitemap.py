"""sitemap.xml, which pelican-sitemap writes: at the end of Pelican's run, or of a list of pages."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pelican import Pelican
from pelican.plugins.sitemap.sitemap import SitemapGenerator


@dataclass(frozen=True, slots=True)
class Listed:
    """What pelican-sitemap asks of a page."""

    url: str
    modified: datetime


class Sitemap(SitemapGenerator):
    """pelican-sitemap's, without how often each page changes and how much it matters: it says the same of
    all, and search engines pass over both."""

    written = False
    """Whether every page was: Pelican says that all is done of a build that failed too."""

    def finalize(self, pelican: Pelican) -> None:
        written, self.written = self.written, False
        if not written:
            self._main_pelican, self.page_queue = None, []
            return
        super().finalize(pelican)
        path = Path(pelican.output_path, "sitemap.xml")
        text = re.sub(r"<(changefreq|priority)>.*?</\1>\n", "", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8", newline="\n")


SITEMAP = Sitemap()


def sitemap_of(site_url: str, pages: Iterable[tuple[str, datetime]]) -> str:
    """The same of pages: their addresses without the first slash, and when each last changed (aware)."""
    made = Sitemap()
    with tempfile.TemporaryDirectory() as folder:
        pelican: Any = SimpleNamespace(output_path=folder, settings={"SITEURL": site_url})
        made.init(pelican)
        for address, modified in pages:
            made.queue_page(address, {"page": Listed(address, modified)})
        made.written = True
        made.finalize(pelican)
        return Path(folder, "sitemap.xml").read_text(encoding="utf-8")
