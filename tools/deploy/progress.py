"""How far an upload is, told as it goes."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Octets that are there, of how many. Called from one thread at a time."""


def unseen(_: int, __: int) -> None:
    """Nobody looks."""
