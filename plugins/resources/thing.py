"""What a resource is about as a thing of schema.org, for the JSON-LD of its page."""

from __future__ import annotations

from typing import Any

from plugins.resources.model import Resource

_TYPES = {
    "book": "Book",
    "podcast": "PodcastSeries",
    "tool": "SoftwareApplication",
    "community": "WebSite",
}
"""Of the others search engines want to know more than a resource says (when an article came out, where a
video is kept, who gives a course): they are told that there is a work, and whose."""


def thing(resource: Resource) -> dict[str, Any]:
    """The work: its name, its makers, its address."""
    made: dict[str, Any] = {
        "@type": _TYPES.get(resource.kind, "CreativeWork"),
        "name": resource.entry.title,
        "url": resource.link,
        "author": [{"@type": "Person", "name": name} for name in resource.by],
    }
    if resource.archive:
        made["archivedAt"] = resource.archive
    return made
