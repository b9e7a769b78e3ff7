"""Made-up prose in Markdown, from a random generator: the same seed, the same words.

The words mean nothing together. What counts is what a converter meets: emphasis, code, links, quotes
and apostrophes in the text; headings, lists, tables, quotations and fenced code between paragraphs. With
`code=False` there is none of it, neither fenced nor within a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_TEXT = """
the a of to and in that it is was for on with as at by but not they we you I this so
/
answer archive argument attention audience blackboard bookshelf borrow bridge budget bulletin calendar
change chapter circle classroom coffee colleague community compass conversation corridor course craft
curiosity curriculum deadline desk detour diagram director doubt draft drawer encounter error evening
evidence example exercise experiment expert failure feedback footnote forum friend garden gather guess
guide habit handover harvest hesitate hunch idea interview invite journal journey kitchen knowledge
ladder lecture lesson letter library listen lunch manager margin map market meeting memory mentor
method mirror mistake monday morning museum neighbour network newcomer notebook notice novice office
opinion opposite parcel pattern pause pencil picture platform portrait practice problem project
promise proof question quiet reader recipe reflect remember report rhythm room route rumour schedule
shape share shelf silence sketch skill slow small something spreadsheet station story stranger stroll
student suggest summary surprise syllabus table teacher team theory thread threshold together train
trial trust tutor unfinished venture village visit voice volunteer wander warehouse window wonder
workshop worry write yesterday
"""
_SMALL, _LARGE = (part.split() for part in _TEXT.split("/"))
_CONTRACTED = ("don't", "it's", "I've", "they'd", "we're", "somebody's", "isn't")
_PYTHON = """\
def {a}_{b}(rows: list[dict[str, int]], most: int = {n}) -> dict[str, int]:
    \"\"\"How often each {a} met its {b}.\"\"\"
    found: dict[str, int] = {{}}
    for row in rows[:most]:  # the rest is {c}
        if row["{a}"] > {n} and not row.get("{b}"):
            found[f"{c}-{{row['id']}}"] = row["{a}"] * 2
    return found
"""
_SQL = """\
-- every {a} without a {b}
SELECT {a}.name, count(*) AS {c}_count
FROM {a} LEFT JOIN {b} ON {b}.{a}_id = {a}.id
WHERE {a}.{c} LIKE '%{c}%' AND {a}.size > {n}
GROUP BY {a}.name ORDER BY {c}_count DESC;
"""
_JAVASCRIPT = """\
const {a} = new Map([["{b}", {n}], ["{c}", null]]);
export function {c}(list, {{ limit = {n} }} = {{}}) {{
  /* one {b} at a time */
  return list.filter(item => {a}.has(item.{b})).slice(0, limit)
    .map(({{ {b} }}) => `${{{b}}}: ${{{a}.get({b}) ?? "none"}}`);
}}
"""
_CODE = {"python": _PYTHON, "sql": _SQL, "javascript": _JAVASCRIPT}


def name(random: Random, most: int = 6) -> str:
    """A title or heading of three words and up."""
    return " ".join(random.sample(_LARGE, random.randint(3, most))).capitalize()


def plain(random: Random, words: int) -> str:
    """A sentence of so many words, without any markup."""
    return f"{' '.join(_words(random, words)).capitalize()}."


def sentence(random: Random, links: Sequence[str] = (), words: int = 14, code: bool = True) -> str:
    """About `words` words; now and then one is emphasised, code, quoted, or a link."""
    made = _words(random, max(4, words + random.randint(-6, 6)))
    at = random.randrange(1, len(made))
    match random.randrange(16):
        case 0 | 1:
            made[at] = f"*{made[at]}*"
        case 2:
            made[at] = f"**{made[at]} {random.choice(_LARGE)}**"
        case 3 if code:
            made[at] = f"`{made[at]}.{random.choice(_LARGE)}({random.randrange(99)})`"
        case 4 | 5:
            page = f"https://example.org/{random.choice(_LARGE)}"
            made[at] = f"[{made[at]} {random.choice(_LARGE)}]({page})"
        case 6 if links:
            made[at] = f"[{random.choice(_LARGE)}]({random.choice(links)})"
        case 7 | 8:
            made[at] = f'"{made[at]} {random.choice(_LARGE)}"'
        case 9 | 10 | 11:
            made[at] = random.choice(_CONTRACTED)
        case _:
            pass
    text = " ".join(made)
    return f"{text[0].upper()}{text[1:]}{random.choice('...?')}"


def paragraph(random: Random, sentences: int, links: Sequence[str] = (), code: bool = True) -> str:
    return " ".join(sentence(random, links, code=code) for _ in range(sentences))


def article(
    random: Random,
    links: Sequence[str],
    words: int = 600,
    code: bool = True,
    picture: str = "",
) -> str:
    """The body of a post, a good hundred words longer than asked: sections of paragraphs, in most a
    list, table, quotation or code. picture: Markdown that stands below the first paragraph."""
    parts = [paragraph(random, 4, links, code)]
    length = len(parts[0].split())
    if picture:
        parts.append(picture)
    while length < words:
        section = [f"## {name(random)}", paragraph(random, random.randint(3, 6), links, code)]
        match random.randrange(6):
            case 0:
                mark = random.choice(["- ", "1. "])
                items = [
                    mark + sentence(random, links, 10, code) for _ in range(random.randint(3, 6))
                ]
                section.append("\n".join(items))
            case 1:
                rows = [
                    f"| {random.choice(_LARGE)} | {random.randrange(5000)} | {sentence(random, (), 6, code)} |"
                    for _ in range(random.randint(3, 6))
                ]
                section.append("\n".join(["| What | How many | And |", "|---|---:|---|", *rows]))
            case 2:
                section.append(f"> {paragraph(random, 2, links, code)}")
            case 3 | 4 if code:
                section.append(_code(random))
            case _:
                section += [f"### {name(random, 4)}", paragraph(random, 3, links, code)]
        section.append(paragraph(random, random.randint(2, 4), links, code))
        parts += section
        length += sum(len(part.split()) for part in section)
    return "\n\n".join(parts) + "\n"


def node(random: Random) -> str:
    """The body of a comment: mostly a paragraph or two, sometimes a quotation, a list or code."""
    parts = [paragraph(random, random.randint(1, 4))]
    match random.randrange(10):
        case 0:
            parts.insert(0, f"> {sentence(random)}")
        case 1:
            parts.append("\n".join(f"- {sentence(random, (), 7)}" for _ in range(3)))
        case 2:
            parts.append("    " + "\n    ".join(sentence(random, (), 7) for _ in range(2)))
        case 3 | 4 | 5:
            parts.append(paragraph(random, random.randint(1, 3)))
        case _:
            pass
    return "\n\n".join(parts)


def letter(random: Random) -> str:
    """The body of a long comment without code: two to five paragraphs, sometimes a quotation or a list."""
    parts = [
        paragraph(random, random.randint(2, 5), code=False) for _ in range(random.randint(2, 5))
    ]
    match random.randrange(6):
        case 0:
            parts.insert(0, f"> {sentence(random, code=False)}")
        case 1:
            parts.append("\n".join(f"- {sentence(random, (), 7, code=False)}" for _ in range(3)))
        case _:
            pass
    return "\n\n".join(parts)


def _words(random: Random, count: int) -> list[str]:
    return [random.choice(_SMALL if random.random() < 0.45 else _LARGE) for _ in range(count)]


def _code(random: Random) -> str:
    language = random.choice(sorted(_CODE))
    a, b, c = random.sample(_LARGE, 3)
    return f"```{language}\n{_CODE[language].format(a=a, b=b, c=c, n=random.randint(2, 99))}```"
