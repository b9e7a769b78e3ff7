"""The kinds of entry that there are. A new one is a package with its `KIND`, and a row here."""

from __future__ import annotations

from plugins.entries.kinds import Kind
from plugins.meetups.kind import KIND as MEETUPS
from plugins.pages.kind import KIND as PAGES
from plugins.posts.kind import KIND as POSTS
from plugins.resources.kind import KIND as RESOURCES
from plugins.tips.kind import KIND as TIPS

KINDS: dict[str, Kind] = {kind.folder: kind for kind in (POSTS, PAGES, MEETUPS, RESOURCES, TIPS)}
"""By folder, in the order in which counts name them."""
