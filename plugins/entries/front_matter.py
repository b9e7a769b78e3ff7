"""Metadata as YAML (1.1, as PyYAML reads it) between `---` fences, in which everything is a string.

Nothing guesses types: `no`, `404` and `2026-11-30` are what was typed. A list (`[a, b]`, or lines that
begin with a dash) is its items with commas between, or with semicolons where an item has a comma, as
the lines of a head without fences write them.
"""

from __future__ import annotations

import yaml

from plugins.entries.head import Field
from plugins.faults import Fault


def front_matter(
    place: str, lines: list[str], first_line: int
) -> tuple[dict[str, Field], list[Fault]]:
    """The fields by lower-case key, and what is wrong with them. first_line: the number in the file of
    the first of the lines."""
    text = "\n".join(lines).replace("\xa0", " ")
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = min(mark.line, len(lines) - 1) if mark else 0
        return {}, [Fault(place, first_line + at, _unreadable(error, lines[at]))]
    except yaml.reader.ReaderError:
        return {}, []  # a control character, which is told of the whole file
    if root is None:
        return {}, []
    if not isinstance(root, yaml.MappingNode):
        message = 'the lines between "---" are no metadata; write lines such as "Title: …"'
        return {}, [Fault(place, first_line, message)]
    fields: dict[str, Field] = {}
    faults: list[Fault] = []
    for key, value in root.value:
        line = first_line + key.start_mark.line
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        written = _text(value)
        if not name or written is None:
            shown = lines[key.start_mark.line].strip()
            message = f'"{shown[:60]}" holds more than a text or a list; write "Key: value"'
            faults.append(Fault(place, line, message))
        elif name.lower() in fields:
            first = fields[name.lower()].line
            faults.append(
                Fault(place, line, f"{name}: stands twice, first on line {first}; keep one")
            )
        else:
            fields[name.lower()] = Field(name, written, line)
    return fields, faults


def _text(node: yaml.Node) -> str | None:
    """What a value says on one line; None when it is neither a text nor a list of texts."""
    if isinstance(node, yaml.ScalarNode):
        return " ".join(str(node.value).split()) if node.value != "~" else ""
    if isinstance(node, yaml.SequenceNode):
        items = [_text(item) for item in node.value if isinstance(item, yaml.ScalarNode)]
        if len(items) == len(node.value):
            words = [item for item in items if item]
            return ("; " if any("," in item for item in words) else ", ").join(words)
    return None


def _unreadable(error: yaml.MarkedYAMLError, line: str) -> str:
    shown = line.strip()[:60]
    name, colon, value = line.partition(":")
    value = value.strip()
    if "\t" in line[: len(line) - len(line.lstrip())] or "'\\t'" in str(error.problem):
        return f'"{shown}" begins with a tab, which YAML does not take; write spaces'
    if colon and name.strip() and value and value[0] not in "'\"[{|>":
        typed = value.replace("\\", "\\\\").replace('"', '\\"')
        return (
            f'"{shown}" cannot be read as YAML, as the lines between "---" are; put the value in quotes: '
            f'{name.strip()}: "{typed}"'
        )
    return f'"{shown}" cannot be read as YAML ({error.problem}); close what it opens, or write "Key: value"'
