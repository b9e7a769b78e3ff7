"""The store's JSON Schema (draft 2020-12), generated from the model.

`python -m plugins.conversations.schema` writes schema.json anew; a test fails when it is stale.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from plugins.conversations.model import Thread

PATH = Path(__file__).with_name("schema.json")


def schema() -> dict[str, Any]:
    generated = Thread.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated}


def schema_text() -> str:
    return json.dumps(schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
