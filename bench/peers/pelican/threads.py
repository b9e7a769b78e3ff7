"""Threads from data/comments/<slug>.json, each comment through Python-Markdown, nested by parent."""

import json
from pathlib import Path
from typing import Any

from markdown import Markdown
from pelican import signals


def read_threads(generator: Any) -> None:
    folder = Path(generator.settings["PATH"]).parent / "data" / "comments"
    markdown = Markdown(extensions=["extra"])
    for article in generator.articles:
        file = folder / f"{article.slug}.json"
        comments = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        replies: dict[str | None, list[Any]] = {}
        for comment in comments:
            comment["html"] = markdown.reset().convert(comment["body"])
            comment["replies"] = replies.setdefault(comment["id"], [])
            replies.setdefault(comment["parent"], []).append(comment)
        article.thread, article.comment_count = replies.get(None, []), len(comments)


def register() -> None:
    signals.article_generator_finalized.connect(read_threads)
