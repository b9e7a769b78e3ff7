"""Links that put a meetup, or all of them, into the calendar that a reader has."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from plugins.meetups.model import Meetup, Occurrence


def webcal(url: str) -> str:
    """The address of a calendar as programs take it that keep up with it."""
    return f"webcal://{url.split('://', 1)[1]}"


def google_subscribe(url: str) -> str:
    return f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal(url)})}"


def outlook_subscribe(url: str, name: str) -> str:
    query = urlencode({"url": url, "name": name}, quote_via=quote)
    return f"https://outlook.live.com/calendar/0/addfromweb?{query}"


def google(meetup: Meetup, one: Occurrence, url: str) -> str:
    """Google Calendar's form with one occurrence filled in, and with the repeat from there on when it
    has no exceptions, which the form cannot take."""
    query = {
        "action": "TEMPLATE",
        "text": meetup.entry.title,
        "dates": f"{_basic(one.start)}/{_basic(one.end)}",
        "ctz": meetup.zone.key,
        "details": f"{meetup.entry.summary}\n\n{url}",
        "location": meetup.place,
    }
    repeat = meetup.repeat
    if repeat and not repeat.skip and not repeat.extra:
        query["recur"] = f"RRULE:{repeat.rule}"
    return f"https://calendar.google.com/calendar/render?{urlencode(query, quote_via=quote)}"


def outlook(meetup: Meetup, one: Occurrence, url: str) -> str:
    """Outlook's form on the web with one occurrence filled in; it knows no repeats."""
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": meetup.entry.title,
        "startdt": _extended(one.start),
        "enddt": _extended(one.end),
        "body": f"{meetup.entry.summary}\n\n{url}",
        "location": meetup.place,
    }
    return (
        f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(query, quote_via=quote)}"
    )


def _basic(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _extended(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
