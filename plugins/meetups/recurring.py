"""The dates of a meetup that repeats: its rule, the dates that it leaves out, and those besides."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from plugins.faults import did_you_mean
from plugins.meetups import repeats, times
from plugins.meetups.kind import MeetupHead
from plugins.meetups.lines import Lines
from plugins.meetups.model import Occurrence, Repeat

HORIZON = timedelta(days=2 * 366)
"""How far past the build's moment the dates of an endless repeat are worked out."""


def repeat_of(
    head: MeetupHead, first: Occurrence, zone: ZoneInfo, at: datetime, lines: Lines
) -> Repeat | None:
    """The repeat of a meetup that takes place at `first` first; None when it has none, or when it is faulty. at: the
    build's moment (aware)."""
    if not head.repeats:
        for key, typed in (("Except", head.skip), ("Also", head.extra)):
            if typed:
                lines.fault(key, "is for a meetup that repeats; write Repeats, or take it out")
        return None
    start = first.start.replace(tzinfo=None, fold=0)
    rule = lines.tried("Repeats", repeats.parse, head.repeats, start)
    if rule is None:
        return None
    horizon = (at + HORIZON).astimezone(zone).replace(tzinfo=None)
    dates = lines.tried("Repeats", repeats.expand, rule, start, max(horizon, start + HORIZON))
    if dates is None:
        return None
    skip = _skipped(head, dates, lines)
    if not [one for one in dates if one not in skip]:
        lines.fault("Except", "takes out every date, so that it never happens; leave one")
        return None
    starts = []
    for one in dates:
        if one in skip:
            continue
        try:
            starts.append(times.settled(one, zone))
        except ValueError as error:
            what = str(error).split("; write ")[0]
            mend = f'"Except: {one:%Y-%m-%d}" and another time as Also: …'
            lines.fault("Repeats", f"{what}; write {mend}")
    extra = _extra(head, dates, skip, zone, lines)
    if lines.faulty:
        return None
    text = rule.text
    if not rule.endless:
        last = dates[-1].replace(tzinfo=zone).astimezone(UTC)
        text += f";UNTIL={last:%Y%m%dT%H%M%SZ}"
    return Repeat(
        begins=first,
        rule=text,
        words=repeats.in_words(rule.text),
        starts=tuple(sorted((*starts, *extra))),
        skip=tuple(one.replace(tzinfo=zone) for one in sorted(skip)),
        extra=tuple(sorted(extra)),
        endless=rule.endless,
    )


def _skipped(head: MeetupHead, dates: list[datetime], lines: Lines) -> set[datetime]:
    """The dates that Except takes out; each must be one that the repeat gives."""
    by_day = {f"{one:%Y-%m-%d}": one for one in dates}
    found = set()
    for typed in filter(None, re.split(r"\s*,\s*", head.skip or "")):
        one = by_day.get(typed[:10])
        if one is not None and typed in {f"{one:%Y-%m-%d}", f"{one:%Y-%m-%d %H:%M}"}:
            found.add(one)
            continue
        near = did_you_mean(typed[:10], by_day)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", typed[:10]):
            close = [day for day in sorted(by_day) if day >= typed[:10]][:1]
            near = f"; the next that is: {close[0]}" if close else near
        lines.fault("Except", f'"{typed}" is no date on which it repeats{near}')
    return found


def _extra(
    head: MeetupHead, dates: list[datetime], skip: set[datetime], zone: ZoneInfo, lines: Lines
) -> list[datetime]:
    found: list[datetime] = []
    for typed in filter(None, re.split(r"\s*,\s*", head.extra or "")):
        when = lines.tried("Also", times.moment, typed, zone)
        if when is None:
            continue
        if when.replace(tzinfo=None) in dates and when.replace(tzinfo=None) not in skip:
            lines.fault("Also", f'"{typed}" is a date on which it repeats anyway; take it out')
        elif when in found:
            lines.fault("Also", f'"{typed}" stands twice; keep one')
        elif when.replace(tzinfo=None) < dates[0]:
            lines.fault("Also", f'"{typed}" is before the start; write it as Start')
        else:
            found.append(when)
    return found
