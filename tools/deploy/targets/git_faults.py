"""What git says when it fails, as what to do about it.

The words are those of git, ssh and curl in English (LC_ALL=C), and of GitHub. What a remote says itself comes
in lines that begin with "remote:".
"""

from __future__ import annotations

import re
from typing import Literal

from tools.errors import ProjectError

Where = Literal["here", "fetch", "push"]
"""What git was at: something on this machine only, or with the remote."""


class GitFault(ProjectError):
    """What git could not do. passing: whether it may be otherwise in a moment. stale: whether somebody else
    changed the remote since it was asked."""

    def __init__(self, message: str, passing: bool = False, stale: bool = False) -> None:
        super().__init__(message)
        self.passing = passing
        self.stale = stale


BROKEN = "the line to the remote broke. A publish is live whole or not at all there; run it again"
_HIDDEN = re.compile(r"(://)[^/@\s]+@")
_PROGRESS = re.compile(
    r"(?:remote: )?(?:Resolving|Compressing|Counting|Enumerating|Unpacking|Writing|Total |Delta |To )"
)
_STAYS = "What is live is as it was"
_FULL = r"no space left on device|disk quota exceeded|out of disk space|unable to write file"


def fault_of(shown: str, said: str, where: Where) -> GitFault:
    """shown: the address, with which the message begins. said: standard error."""
    said = _HIDDEN.sub(r"\1", said)
    lines = [line.strip() for line in said.splitlines()]
    lines = [line for line in lines if line and not _PROGRESS.match(line)]
    theirs = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    words = " / ".join([line for line in theirs if line][:6]).removeprefix("error: ")
    ours = "\n".join(line for line in lines if not line.startswith("remote:"))
    for pattern, message in _HERE if where == "here" else _HERE_TOO:
        if found := re.search(pattern, ours, re.IGNORECASE | re.MULTILINE):
            return GitFault(f"{shown}: {message.format(*found.groups())}")
    if where == "fetch" and re.search(_FULL, ours, re.IGNORECASE):
        return GitFault(f"{shown}: {_FULL_HERE}")
    if where != "here":
        for pattern, message, passing, stale in _REMOTE:
            if found := re.search(pattern, said, re.IGNORECASE | re.MULTILINE):
                groups = (group or "" for group in found.groups())
                told = message.format(*groups, words=words or "it says no more").strip()
                return GitFault(f"{shown}: {told}", passing, stale)
        if not lines:
            # What git runs for a connection has ended without a word.
            return GitFault(f"{shown}: {BROKEN}", passing=True)
    kept = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))] or lines
    return GitFault(f"{shown}: git says: {' / '.join(kept[:3]) or 'nothing'}")


_FULL_HERE = f"the disk of this machine is full. {_STAYS}; make room, and publish again"
_HERE_TOO: tuple[tuple[str, str], ...] = (
    (
        r"loose object \S+ .*is corrupt|object file \S+ is empty|unable to unpack \S+ header|"
        r"packfile \S+ (?:cannot be accessed|is truncated|does not match)|index file \S+ is too small",
        "what git keeps below .cache/publish/git is broken. Delete that folder, which is made anew, and publish "
        "again",
    ),
)
_HERE: tuple[tuple[str, str], ...] = (
    *_HERE_TOO,
    (_FULL, _FULL_HERE),
    (
        r"could not open '(.*)' for reading|could not open '(.*)':",
        "{0}: cannot be read. Was the site built again meanwhile? Publish again",
    ),
    (r"invalid path '(.*)'", "{0}: git takes no file of this name; rename it"),
    (
        r"permission denied|insufficient permission|read-only file system",
        "git may not write below .cache/publish/git. Have that folder belong to you, and publish again",
    ),
)
_REMOTE: tuple[tuple[str, str, bool, bool], ...] = (
    (
        r"host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED",
        "the host's key is not the one that this machine knows, or it knows none. Connect once by hand (ssh -T "
        "git@the-host), compare what is shown with what the host says of its key, and publish again",
        False,
        False,
    ),
    (
        r"permission denied \(|authentication failed|could not read (?:username|password)|invalid username|"
        r"error: 403|error: 401|access denied or repository not exported|permission to .* denied",
        "the remote does not let you in. Look whether you may push there (git push by hand), and with which "
        "key or token",
        False,
        False,
    ),
    (
        r"repository .*not found|no such repository|does not appear to be a git repository|"
        r"repository not exported|^fatal: '.*' does not exist",
        "there is no repository at the remote's address (git remote -v shows it), or you may not see it",
        False,
        False,
    ),
    (
        _FULL,
        f"the disk of the remote is full. {_STAYS}; publish again when there is room",
        False,
        False,
    ),
    (
        r"stale info|non-fast-forward|fetch first|failed to update ref|"
        r"cannot lock ref .*(?:but expected|reference already exists|unable to resolve|file exists)",
        "somebody else published in the meantime; nothing was changed by this publish. Run it again",
        False,
        True,
    ),
    (
        r"File (.*) is .*exceeds GitHub's file size limit of (.*)$",
        "{0} is larger than GitHub takes ({1}). Make it smaller, or keep it elsewhere",
        False,
        False,
    ),
    (
        r"^remote: .*(?:protected|rule violations|insufficient permission|read-only file system|"
        r"permission denied)|hook declined|^remote: (?:.|\n)*remote rejected",
        f"the remote refuses: {{words}}. {_STAYS}; publish again when that is settled",
        False,
        False,
    ),
    (
        r"insufficient permission|read-only file system|unpacker error|remote rejected\] .*\((.*)\)",
        f"the remote could not write it ({{words}}). {_STAYS}; publish again when it can",
        False,
        False,
    ),
    (
        r"does not support --atomic",
        "the remote cannot take a publish as a whole (git push --atomic). Its git is too old; bring it up to date, "
        "or publish elsewhere",
        False,
        False,
    ),
    (
        r"could not resolve host(?:name)?:? ?(\S*)|name or service not known|unable to look up (\S*)",
        "no host of that name is known ({0}{1}); look at the remote's address (git remote -v) and at your line",
        False,
        False,
    ),
    (
        r"Writing objects: 100%[^|]*\|?(?:.|\n)*hung up",
        "the remote broke off when it had all; its disk may be full. A publish is live whole or not at all "
        "there; run it again",
        True,
        False,
    ),
    (
        r"hung up|early EOF|connection (?:reset|closed|timed out|refused)|timed out|unexpected disconnect|"
        r"RPC failed|broken pipe|unable to connect|failed to connect|bad pack header|"
        r"expected flush|expected .* (?:packet|line)|protocol error|bad line length|remote did not send|"
        r"read error|invalid index-pack|index-pack failed|pack-objects died|packet|lost connection|"
        r"could not read from remote|send-pack: |fetch-pack: |unable to rewind|transfer closed|sideband|"
        r"no route to host|network is unreachable",
        BROKEN,
        True,
        False,
    ),
)
