"""What a resource is about as a thing of schema.org, for the JSON-LD of its page."""

from __future__ import annotations

from typing import Any

from plugins.resources.model import Resource

_TYPES = {
    "article": "Article",
    "book": "Book",
    "talk": "VideoObject",
    "podcast": "PodcastSeries",
    "tool": "SoftwareApplication",
    "community": "WebSite",
    "course": "Course",
}
_OF_NAME_ALONE = {"talk", "course"}
"""Kinds of which search engines want to know more than a resource says (a video's upload, a course's
provider): they are told that there is a work, and whose."""


def thing(resource: Resource) -> dict[str, Any]:
    """The work: its name, its makers, its address."""
    made: dict[str, Any] = {
        "@type": "CreativeWork" if resource.kind in _OF_NAME_ALONE else _TYPES[resource.kind],
        "name": resource.entry.title,
        "url": resource.link,
        "author": [{"@type": "Person", "name": name} for name in resource.by],
    }
    if resource.kind == "article":
        made["headline"] = resource.entry.title
    if resource.archive:
        made["archivedAt"] = resource.archive
    return made
