"""That something is not there, shown so that the test can fail."""

from __future__ import annotations


def absent(word: str, text: str, control: str) -> None:
    """The word is not in the text, but in another that should have it: were it written in another way, or the
    place looked for in vain, this would say so."""
    assert word in control
    assert word not in text
