"""The mail as it goes out: the same for everyone, but for one mark where each leaves the list."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugins.tips.mail import LEAVE

__all__ = ["LEAVE", "Letter"]


@dataclass(frozen=True, slots=True)
class Letter:
    """html, text: the two parts, with LEAVE in them. url: the issue's page. archive: that of all issues.
    list_name, list_id: RFC 2919. Addresses are absolute."""

    subject: str
    html: str
    text: str
    url: str
    archive: str
    list_name: str
    list_id: str

    def head(self) -> dict[str, str]:
        """Everything but the two parts."""
        return {
            "subject": self.subject,
            "url": self.url,
            "archive": self.archive,
            "list_name": self.list_name,
            "list_id": self.list_id,
        }

    @classmethod
    def of(cls, head: Mapping[str, Any], html: str, text: str) -> Letter:
        names = ("subject", "url", "archive", "list_name", "list_id")
        return cls(html=html, text=text, **{name: str(head.get(name, "")) for name in names})

    @property
    def digest(self) -> str:
        """SHA-256 of all that a reader sees."""
        return hashlib.sha256("\0".join([self.subject, self.html, self.text]).encode()).hexdigest()
