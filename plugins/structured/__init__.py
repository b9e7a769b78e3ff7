"""What machines read on a page: JSON-LD with the vocabulary of schema.org."""


def register() -> None:
    from plugins.structured.plugin import connect

    connect()
