"""How to reach the mail server: from the environment, else from smtp.secret.

A value in the environment wins over the file's. Nothing of it is ever printed but names, host and port.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plugins.faults import did_you_mean
from tools.errors import ProjectError

FILE = "smtp.secret"
PORTS = {"starttls": 587, "tls": 465, "none": 25}
KNOWN = (
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_SECURITY",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "SMTP_FROM",
    "SMTP_PER_MINUTE",
)
_EXAMPLE = f"""write a file {FILE} beside pelicanconf.py (git leaves it out):

    SMTP_HOST=mail.example.org
    SMTP_USER=you
    SMTP_PASSWORD=…"""
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,253}")


@dataclass(frozen=True, slots=True)
class Account:
    """security: "starttls", "tls" or "none". per_minute: how many mails the server is given at most."""

    host: str
    port: int
    security: str
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    per_minute: float = 60

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


def account(
    root: Path, environment: Mapping[str, str] = os.environ, sender: str | None = None
) -> Account:
    """The account. root: where smtp.secret is looked for. sender: unless SMTP_FROM says another.

    Raises ProjectError with all that is missing or wrong.
    """
    faults: list[str] = []
    given = _file(root / FILE, faults)
    given |= {name: environment[name].strip() for name in KNOWN if environment.get(name)}
    if "SMTP_HOST" not in given and not faults:
        raise ProjectError(f"No mail server is named; {_EXAMPLE}")
    security = given.get("SMTP_SECURITY", "starttls").casefold()
    if security not in PORTS:
        faults.append(f'SMTP_SECURITY: "{security}" is not known; write starttls or tls')
        security = "starttls"
    port = _number(given, "SMTP_PORT", PORTS[security], 1, 65535, faults)
    per_minute = _number(given, "SMTP_PER_MINUTE", 60, 1, 100_000, faults)
    host = given.get("SMTP_HOST", "")
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", host):
        faults.append(f'SMTP_HOST: "{host}" is not the name of a server, such as mail.example.org')
    elif security == "none" and not is_here(host):
        faults.append(
            f"SMTP_SECURITY: none would send the list in the open to {host}; write starttls or tls"
        )
    if ("SMTP_USER" in given) != ("SMTP_PASSWORD" in given):
        lacking = "SMTP_PASSWORD" if "SMTP_USER" in given else "SMTP_USER"
        faults.append(f"{lacking} is missing; a user and a password come together")
    sender = given.get("SMTP_FROM", sender or "")
    if not ADDRESS.fullmatch(sender):
        faults.append(f'SMTP_FROM: "{sender}" is not an address to send from')
    if faults:
        raise ProjectError("\n".join(faults))
    return Account(
        host=host,
        port=port,
        security=security,
        sender=sender,
        user=given.get("SMTP_USER"),
        password=given.get("SMTP_PASSWORD"),
        per_minute=per_minute,
    )


def is_here(host: str) -> bool:
    """Whether a host is this machine, where nobody listens in."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _file(path: Path, faults: list[str]) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        faults.append(f"{FILE}: is not UTF-8; save it as UTF-8")
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, equals, value = (part.strip() for part in line.partition("="))
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not equals:
            faults.append(f"{FILE}:{number}: is not a setting; write SMTP_HOST=mail.example.org")
        elif name not in KNOWN:
            hint = did_you_mean(name, KNOWN) or f"; known are: {', '.join(KNOWN)}"
            faults.append(f'{FILE}:{number}: "{name[:40]}" is not a known setting{hint}')
        elif value:
            found[name] = value
    return found


def _number(
    given: Mapping[str, str], name: str, default: int, least: int, most: int, faults: list[str]
) -> int:
    value = given.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,6}", value) and least <= int(value) <= most:
        return int(value)
    faults.append(f'{name}: "{value}" is not a number from {least} to {most}')
    return default
