"""How a meetup repeats: plain words or an RRULE (RFC 5545 section 3.3.10) into the dates that it means.

1. `parse` reads "first Friday of the month until 2027-12-31", "every Wednesday, 6 times" or
   "FREQ=MONTHLY;BYDAY=1FR" into the parts of a rule, and refuses what can be taken in two ways;
2. `expand` finds its dates by the clock on the wall, as RFC 5545 does, from the first on;
3. `in_words` puts a rule into words for readers, as far as it can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice

from plugins import words as interface
from plugins.entries.dates import MONTHS, WEEKDAYS
from plugins.faults import did_you_mean, nearest
from plugins.words import listed

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST = 5000
"""Dates that a rule may have."""
_YEARS = 40
"""A rule that has given nothing in so many years never will (29 February on a given weekday: 28)."""
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "last": -1,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
    "other": 2,
}
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12}
_UNITS = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_ALONE = {
    "daily": "every day",
    "weekly": "every week",
    "fortnightly": "every 2 weeks",
    "every fortnight": "every 2 weeks",
    "monthly": "every month",
    "yearly": "every year",
    "annually": "every year",
}
_CODES = {name.lower(): name[:2].upper() for name in WEEKDAYS}
_DAY = "|".join(_CODES)
_ORDINAL = "|".join(_ORDINALS)
_MONTH = "|".join(name.lower() for name in MONTHS)
_NTH = re.compile(
    rf"(?P<nth>(?:{_ORDINAL})(?:(?:,| and|, and) (?:{_ORDINAL}))*) (?P<day>{_DAY})"
    rf"(?P<of> (?:of|in) (?:(?:the|each|every) month|(?P<months>(?:{_MONTH})(?:(?:,| and|, and) (?:{_MONTH}))*)))?"
)
_DAYS = re.compile(rf"every (?P<days>(?:{_DAY})(?:(?:,| and|, and) (?:{_DAY}))*)")
_UNIT = re.compile(r"every (?:(?P<number>\d+|\w+) )?(?P<unit>day|week|month|year)s?")
_LIMIT = re.compile(r",? (?:until (?P<until>\d{4}-\d\d-\d\d)|(?P<count>\d+|\w+) times)$")
_EXAMPLES = '"first Friday of the month", "every Wednesday", "every 2 weeks" or an RRULE'
_KNOWN = (
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYSETPOS",
    "WKST",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule without its end, as RRULE text; count and until (naive, local, inclusive) are its end."""

    text: str
    count: int | None
    until: datetime | None

    @property
    def endless(self) -> bool:
        return self.count is None and self.until is None


def parse(typed: str, start: datetime) -> Rule:
    """The rule that words or an RRULE mean for a meetup that starts at `start` (naive, local).

    Raises ValueError with what to write.
    """
    if "=" in typed:
        return _parse_rrule(typed.removeprefix("RRULE:"))
    words = " ".join(typed.lower().split())
    count, until = None, None
    if limit := _LIMIT.search(words):
        words = words[: limit.start()]
        if limit["until"]:
            until = _end_of(limit["until"])
        else:
            count = _number(limit["count"], typed)
    words = re.sub(r"^(?:on )?(?:the )?", "", words)
    words = _ALONE.get(words, words).replace("each ", "every ", 1)
    return Rule(_rule_of(words, typed, start), count, until)


def _rule_of(words: str, typed: str, start: datetime) -> str:
    """The RRULE text of words without their limit."""
    if words == "every weekday":
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    if days := _DAYS.fullmatch(words):
        return f"FREQ=WEEKLY;BYDAY={','.join(_CODES[day] for day in _listed(days['days']))}"
    if unit := _UNIT.fullmatch(words):
        number = unit["number"] or "1"
        every = _ORDINALS.get(number) or _number(number, typed)
        interval = f";INTERVAL={every}" if every > 1 else ""
        on = {
            "week": f";BYDAY={_CODES[WEEKDAYS[start.weekday()].lower()]}",
            "month": f";BYMONTHDAY={start.day}",
            "year": f";BYMONTH={start.month};BYMONTHDAY={start.day}",
        }.get(unit["unit"], "")
        return f"FREQ={_UNITS[unit['unit']]}{interval}{on}"
    every_nth = _NTH.fullmatch(words.removeprefix("every "))
    if every_nth and words.startswith("every ") and not every_nth["of"]:
        nth, day = every_nth["nth"], every_nth["day"].title()
        weeks = _ORDINALS.get(nth, 2)
        raise ValueError(
            f'"{typed}" can be taken in two ways; write "{nth.replace("other", "second")} {day} of the month" or '
            f'"every {weeks} weeks"'
        )
    if every_nth and "other" not in every_nth["nth"]:
        code = _CODES[every_nth["day"]]
        by = ",".join(f"{_ORDINALS[nth]}{code}" for nth in _listed(every_nth["nth"]))
        if every_nth["months"]:
            names = [name.lower() for name in MONTHS]
            months = ",".join(str(names.index(m) + 1) for m in _listed(every_nth["months"]))
            return f"FREQ=YEARLY;BYMONTH={months};BYDAY={by}"
        return f"FREQ=MONTHLY;BYDAY={by}"
    known = [*WEEKDAYS, *MONTHS, *_ORDINALS, *_UNITS, *_ALONE, "every", "until", "times", "month"]
    odd = [w for w in re.findall(r"[a-z]{4,}", words) if w not in {k.lower() for k in known}]
    near = next(filter(None, (nearest(word, known, 0.75) for word in odd)), None)
    hint = f'; did you mean "{near}"?' if near else ""
    raise ValueError(f'"{typed}" is no repeat that is known; write {_EXAMPLES}{hint}')


def _parse_rrule(typed: str) -> Rule:
    parts: dict[str, str] = {}
    for part in filter(None, typed.upper().replace(" ", "").split(";")):
        name, _, value = part.partition("=")
        if name not in _KNOWN:
            raise ValueError(
                f'"{name}" is no part of a repeat; write some of {", ".join(_KNOWN)}'
                f"{did_you_mean(name, _KNOWN)}"
            )
        if name in parts or not value:
            raise ValueError(f'"{name}" is {"there twice" if value else "empty"} in "{typed}"')
        parts[name] = value
    if parts.get("FREQ") not in FREQUENCIES:
        found = parts.get("FREQ", "nothing")
        raise ValueError(f'FREQ is "{found}"; write one of: {", ".join(FREQUENCIES)}')
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("COUNT and UNTIL both say when it ends; keep one")
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    if count is not None and not re.fullmatch(r"[1-9]\d{0,3}", count):
        raise ValueError(f'COUNT is "{count}"; write how often, such as 12')
    if not re.fullmatch(r"[1-9]\d?", parts.get("INTERVAL", "1")):
        raise ValueError(f'INTERVAL is "{parts["INTERVAL"]}"; write a number from 1 to 99')
    if until is not None and not re.fullmatch(r"\d{8}(T\d{6}Z?)?", until):
        raise ValueError(f'UNTIL is "{until}"; write the last day, such as 20271231')
    ends = _end_of(f"{until[:4]}-{until[4:6]}-{until[6:8]}") if until else None
    order = [name for name in _KNOWN if name in parts]
    text = ";".join(f"{name}={parts[name]}" for name in order)
    try:
        _dates(text, datetime(2026, 1, 1))  # noqa: DTZ001 - wall time
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f'"{typed}" is no repeat (RFC 5545): {error}') from None
    return Rule(text, int(count) if count else None, ends)


def expand(rule: Rule, start: datetime, horizon: datetime) -> list[datetime]:
    """Every date of the rule from `start` on, naive and local; of an endless rule those up to `horizon`.

    Raises ValueError when there is none, when `start` is not the first, or when there are too many.
    """
    if rule.until is not None and rule.until < start:
        raise ValueError(
            f"never happens: it ends on {rule.until:%Y-%m-%d}, before it starts; write a later end"
        )
    dates = _starts(rule, start)
    first = next(dates, None)
    if first is None:
        raise ValueError(
            f'never happens: no day from {start:%Y-%m-%d} on fits "{rule.text}"; write {_EXAMPLES}'
        )
    if first != start:
        raise ValueError(
            f"the first date that fits is {WEEKDAYS[first.weekday()]} {first:%Y-%m-%d}, and Start is "
            f'{WEEKDAYS[start.weekday()]} {start:%Y-%m-%d}; write "Start: {first:%Y-%m-%d %H:%M}"'
        )
    ends = horizon if rule.endless else None
    found = [first]
    for one in islice(dates, MOST):
        if ends is not None and one > ends:
            break
        found.append(one)
    if len(found) > MOST:
        raise ValueError(f"has more than {MOST} dates; write an earlier end")
    return found


def _starts(rule: Rule, start: datetime) -> Iterator[datetime]:
    until = rule.until
    if until is None:
        until = start + timedelta(days=366 * _YEARS)
    for number, one in enumerate(_up_to(_dates(rule.text, start), until)):
        if rule.count is not None and number >= rule.count:
            return
        yield one


def _dates(text: str, start: datetime) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr

    return iter(rrulestr(f"RRULE:{text}", dtstart=start))


def _up_to(dates: Iterator[datetime], until: datetime) -> Iterator[datetime]:
    for one in dates:
        if one > until:
            return
        yield one


def in_words(rule: str) -> str | None:
    """What an RRULE says, as it stands in a sentence: `first Friday of each month`. None when it says
    more than these words can."""
    parts = dict(part.split("=") for part in rule.split(";") if not part.startswith("UNTIL"))
    frequency, every = parts.pop("FREQ"), int(parts.pop("INTERVAL", "1"))
    parts.pop("WKST", None)
    days = re.findall(r"(-?\d*)([A-Z]{2})", parts.pop("BYDAY", ""))
    names_of = interface.texts("date.months")
    months = [names_of[int(number) - 1] for number in parts.pop("BYMONTH", "").split(",") if number]
    on = parts.pop("BYMONTHDAY", "")
    if parts or (on and days) or not re.fullmatch(r"\d*", on):
        return None
    codes = dict(zip(_CODES.values(), interface.texts("date.weekdays"), strict=True))
    ordinals = dict(zip((1, 2, 3, 4, 5, -1), interface.texts("repeat.ordinals"), strict=True))
    span = frequency.lower()
    often = {1: "each", 2: "second"}.get(every, "every")
    step = interface.text(f"repeat.{often}_{span}", n=every)
    names = listed(tuple(codes[code] for _, code in days)) if days else ""
    if all(not nth for nth, _ in days):
        if frequency == "WEEKLY" and days and not months:
            return interface.text(
                "repeat.on" if every == 1 else "repeat.on_step", days=names, step=step
            )
        if frequency == "DAILY" and not (days or months or on):
            return interface.text("repeat.daily") if every == 1 else step
        if on and frequency == "MONTHLY" and not months:
            return interface.text("repeat.day_of", day=on, step=step)
        if on and frequency == "YEARLY" and len(months) == 1:
            return interface.text("repeat.date", day=on, month=months[0], step=step)
        return None
    kinds = {code for _, code in days}
    if len(kinds) != 1 or any(int(nth or 0) not in ordinals for nth, _ in days):
        return None
    which = interface.text(
        "repeat.nth",
        nth=listed(tuple(ordinals[int(nth)] for nth, _ in days)),
        day=codes[kinds.pop()],
    )
    if frequency == "MONTHLY" and not months:
        return interface.text("repeat.which_of", which=which, step=step)
    if frequency == "YEARLY" and months and every == 1:
        return interface.text("repeat.which_of", which=which, step=listed(tuple(months)))
    return None


def _listed(words: str) -> list[str]:
    return re.split(r",? and |, ?", words)


def _number(word: str, typed: str) -> int:
    number = int(word) if word.isdigit() else _NUMBERS.get(word, 0)
    if not 0 < number < MOST:
        raise ValueError(f'"{typed}" has no number that is known in it; write digits, such as 12')
    return number


def _end_of(day: str) -> datetime:
    """The last moment of a day (naive, local)."""
    try:
        return datetime.combine(datetime.fromisoformat(day), time(23, 59, 59))
    except ValueError:
        raise ValueError(
            f'"{day}" is no day of the calendar; write the last day, such as 2027-12-31'
        ) from None
