"""What ssh, rsync and the tools at a host say when they fail, as what to do about it.

    ConnectionBroken    a thing of the moment (a cut line, a host that restarts): it is tried again
    LockLost            of the same kind: the host noticed the cut before we did, and let the lock go
    Full                there is no room at the host
    ProjectError        everything else

Statuses are those of ssh(1) (255: its own fault) and rsync(1) (EXIT VALUES).
"""

from __future__ import annotations

import re

from tools.deploy.address import Address
from tools.errors import ProjectError

_CUT = frozenset({10, 12, 30, 35, 255})
"""Statuses of ssh and rsync that a line may be to blame for."""
_WORD = re.compile(r"^publish: (\w+) ?(.*)$", re.MULTILINE)
_STAYS = "What is live is as it was"
_IF_NOT = "and publish again"
_OWN = "Have the folder of the address and all in it belong to the user that you log in as"


class ConnectionBroken(ProjectError):
    """The line broke, or the host did not answer for a moment."""


class LockLost(ConnectionBroken):
    """The host holds no lock of ours any more; it is to be taken again, unless somebody else has it."""


class Full(ProjectError):
    """There is no room at the host."""


def passing(error: Exception) -> bool:
    return isinstance(error, ConnectionBroken)


def not_here(program: str, windows: bool) -> ProjectError:
    """The program is not on this machine."""
    if windows:
        return ProjectError(
            f"There is no {program} here. On Windows publish from WSL (wsl --install), where "
            f"apt install {'openssh-client' if program == 'ssh' else program} brings it"
        )
    package = "openssh-client" if program == "ssh" else program
    return ProjectError(
        f"There is no {program} here. Install it (on Debian: apt install {package}, on macOS: "
        f"brew install {'openssh' if program == 'ssh' else program})"
    )


def error_of(address: Address, status: int, said: str, reached: bool) -> ProjectError:
    """The fault of a program that ended with `status` and `said` this on standard error. reached:
    whether this host has answered before; a host that never did is more likely a wrong address."""
    why = (
        _of_connection(address, said, reached) or _of_disk(address, said) or _of_ours(address, said)
    )
    if why is None and status in _CUT:
        return ConnectionBroken(
            f"{address}: the connection broke ({_last(said) or f'status {status}'}), more than once. "
            f"{_STAYS}; publish again, and what has arrived is not sent again"
        )
    if why is None and not reached:
        says = f" (it says: {_last(said)})" if said.strip() else ""
        why = f"gives no shell to work in{says}. Ask for a login with ssh and rsync, not only sftp"
    if why is None:
        why = f"something went wrong there (status {status}): {_last(said) or 'nothing was said'}"
    return why if isinstance(why, ProjectError) else ProjectError(f"{address}: {why}")


def _of_connection(address: Address, said: str, reached: bool) -> str | ProjectError | None:
    login = f"{address.user}@{address.host}" if address.user else address.host
    ssh = f"ssh -p {address.port} {login}" if address.port else f"ssh {login}"
    port = f"-p {address.port} " if address.port else ""
    known = f"[{address.host}]:{address.port}" if address.port else address.host
    if re.search(r"IDENTIFICATION HAS CHANGED|host key for .* has changed", said, re.IGNORECASE):
        return (
            "the host shows another key than it used to: it was set up anew, or somebody stands between. "
            f'Ask whoever runs it. When the new key is right: ssh-keygen -R "{known}", then {ssh}, '
            "compare the fingerprint that it shows and answer yes"
        )
    if re.search(r"Host key verification failed|No \S+ host key is known", said):
        return (
            f"the key of this host is not known here yet. Type {ssh}, compare the fingerprint that it "
            "shows with the one that its provider tells, and answer yes"
        )
    if "UNPROTECTED PRIVATE KEY" in said:
        return "your key may be read by others, so ssh does not use it. Type chmod 600 and the key's file"
    if found := re.search(r"Permission denied \(([\w,.@-]+)\)", said):
        return (
            f"the host does not take any key of yours (it takes: {found[1]}). Type ssh-copy-id {port}{login}"
            f", or have your public key added there; a key with a passphrase must be in the agent "
            f"(ssh-add). It works when {ssh} asks for nothing"
        )
    if "Too many authentication failures" in said:
        return (
            "so many keys of yours were tried that the host closed the door. Name the right one in "
            f"~/.ssh/config: Host {address.host}, IdentityFile …, IdentitiesOnly yes"
        )
    if re.search(r"Could not resolve hostname", said):
        return (
            f"no host of the name {address.host} is found. Is it spelled right, and are you online?"
        )
    if re.search(r"(Bad|Unsupported) .*option|no argument after|Can't open user config", said):
        return (
            f"ssh cannot read its settings ({_last(said)}). Look at ~/.ssh/config and PUBLISH_SSH"
        )
    for pattern, why in (
        (
            r"Connection refused",
            f"nobody answers at port {address.port or 22}. Does ssh listen at another? Write "
            f"rsync://{login}:2222/… with the right number",
        ),
        (
            r"timed out|No route to host|Network is unreachable|not responding",
            f"the host does not answer. Are you online, and is it up? Try {ssh}",
        ),
    ):
        if re.search(pattern, said):
            kind = ConnectionBroken if reached else ProjectError
            return kind(f"{address}: {why}")
    return None


def _of_disk(address: Address, said: str) -> str | ProjectError | None:
    """What the host's disk, or the rights there, refuse."""
    named = re.search(r'"([^"\n]+)"[^"\n]*$', _line(said, "denied|permitted|Read-only")) or None
    place = named[1] if named else "the folder there"
    room = f"{_STAYS}. Make room, or keep fewer releases (?keep=3 at the end of the address), {_IF_NOT}"
    if re.search(r"No space left on device|disk full", said, re.IGNORECASE):
        return Full(f"{address}: the host's disk is full. {room}")
    if re.search(r"quota", said, re.IGNORECASE):
        return Full(f"{address}: your quota at the host is used up. {room}")
    if "File too large" in said:
        return f"a file is larger than the host allows. {_STAYS}. Have the limit raised, {_IF_NOT}"
    if "Read-only file system" in said:
        return f"the host's disk is read-only. {_STAYS}. Ask whoever runs the host, {_IF_NOT}"
    if re.search(r"Permission denied|Operation not permitted", said):
        detail = _line(said, "denied|permitted")
        return f"you may not write {place} ({detail}). {_STAYS}. {_OWN}, {_IF_NOT}"
    return None


def _of_ours(address: Address, said: str) -> str | ProjectError | None:
    """What host.sh tells."""
    found = _WORD.search(said)
    if not found:
        if re.search(r"rsync: (command )?not found|rsync: No such file", said):
            return "the host has no rsync. Have it installed there"
        return None
    word, detail = found.groups()
    match word:
        case "tool":
            return f"the host has no {detail}. Have it installed there"
        case "file":
            return "is a file there; name a folder"
        case "parent":
            return f"there is no {detail} at the host; make it, or correct the address"
        case "shut":
            return f"you may not write {detail}. {_OWN}, {_IF_NOT}"
        case "foreign":
            names = ", ".join(filter(None, detail.split("|")))
            return (
                f"holds what no publish put there ({names}); name an empty or a new folder, and let the "
                "web server show its current/"
            )
        case "current":
            return "has a folder current/ that is no link; move it away"
        case "links":
            return "no link can be made on the host's disk, and a site goes live by one. Choose another folder"
        case "rename":
            return (
                "the host cannot put a link in another's place in one step: it needs mv of GNU, BusyBox or "
                f"BSD, perl or python3. {_STAYS}"
            )
        case "moved":
            return (
                f"somebody else published meanwhile: {detail or 'nothing'} is live. Look at it, and publish "
                "again"
            )
        case "lost":
            return LockLost(
                f"{address}: the lock was lost, since the line broke or was silent for too long, more than "
                f"once. {_STAYS}; publish again, and what has arrived is not sent again"
            )
        case "lacking":
            return f"the files of release {detail} are no longer there; choose another"
        case _:
            return None


def _line(said: str, pattern: str) -> str:
    """The first line that has it."""
    return next((line.strip() for line in said.splitlines() if re.search(pattern, line)), "")


def _last(said: str) -> str:
    """The last line that says something: rsync ends with where in its source it stood."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith("rsync error:")]
    return (telling or lines or [""])[-1]
