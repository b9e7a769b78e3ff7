"""Topics that have been renamed: what still says the old name is read as the new one.

RENAMED_TOPICS = {"PKM": "Personal knowledge mastery"} is all that a new name takes. The old address of
the topic leads to the new one, and its feeds stay where readers have them.
"""

from __future__ import annotations

from collections.abc import Mapping

from plugins.entries.words import slugify
from plugins.faults import Report

Renamed = Mapping[str, str]
"""New names by the slug of the old ones."""
_PLACE = "../pelicanconf.py"


def renamed_topics(setting: Mapping[str, str], report: Report) -> dict[str, str]:
    """The setting with every old name led to the last of its new ones; what leads nowhere is told."""
    by_slug = {slugify(old): new for old, new in setting.items()}
    found = {}
    for old, new in setting.items():
        name, seen = new, {slugify(old)}
        while slugify(name) in by_slug and slugify(name) not in seen:
            seen.add(slugify(name))
            name = by_slug[slugify(name)]
        if not slugify(old) or not slugify(name):
            message = f'RENAMED_TOPICS: "{old}" and "{new}" must each have letters or digits'
            report.fault(_PLACE, None, message)
        elif (slugify(name) in seen and slugify(old) != slugify(name)) or (
            slugify(old) == slugify(name) and name != new
        ):
            message = f'RENAMED_TOPICS: "{old}" is renamed in a circle; keep the newest name only'
            report.fault(_PLACE, None, message)
        else:
            found[slugify(old)] = name
    return found
