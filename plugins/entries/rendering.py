"""Many bodies at once: Markdown is most of a cold build's work, and no body needs another.

Where there are many files, their texts are rendered in batches by processes of their own while the
reader still checks heads; it then takes each body as it needs it. Few are rendered in place, where
they are asked for, because a process costs more than they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from plugins.entries.model import Body
from plugins.workers import Workers

MANY = 80
BATCH = 20


class Rendering:
    """The bodies of one build. `texts` is what will be asked for; what is not in it is rendered too."""

    def __init__(self, texts: Sequence[str], workers: Workers | None = None) -> None:
        self.workers = workers or Workers()
        self._batches: dict[str, tuple[Future[list[Body]], int]] = {}
        if len(texts) >= MANY and self.workers.count > 1:
            self._begin(texts)

    def body(self, text: str) -> Body:
        """The body that `text` makes; the same wherever it was rendered."""
        if text not in self._batches:
            return _render_all([text])[0]
        batch, place = self._batches.pop(text)
        return batch.result()[place]

    def _begin(self, texts: Sequence[str]) -> None:
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            future = self.workers.submit(_render_all, batch)
            self._batches.update((text, (future, place)) for place, text in enumerate(batch))


def _render_all(texts: Sequence[str]) -> list[Body]:
    from plugins.entries.body import render  # Markdown and its extensions take long to import

    return [render(text) for text in texts]
