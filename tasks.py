"""The commands: `./invoke` lists them, `./invoke --help build` says what one takes. What each does is in
tools/commands."""

from __future__ import annotations

from invoke.collection import Collection

from tools.commands import comments, meetups, new, publish, resources, tips, workshop
from tools.commands.site import build, check, clean, serve, why

namespace = Collection(build, serve, check, clean, why, *workshop.ALL)
for name, subject in (
    ("new", new),
    ("comments", comments),
    ("meetups", meetups),
    ("resources", resources),
    ("tips", tips),
    ("publish", publish),
):
    namespace.add_collection(Collection(name, *subject.ALL))
namespace.collections["publish"].add_task(publish.site, default=True)
