"""The links between entries: references in the text, old addresses, and what belongs together.

1. `references` turns what the author typed (a source file, an id, an address) into addresses and
   checks each, fragments included;
2. `related` finds series, neighbours in time, and entries that share topics or people.
"""


def register() -> None:
    from plugins.links.plugin import connect

    connect()
