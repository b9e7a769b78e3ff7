"""What search engines read of a meetup: an Event of schema.org, as JSON-LD."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plugins.entries.dates import iso
from plugins.meetups.model import Meetup, Occurrence

Thing = dict[str, Any]
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_EVERY = {"DAILY": "D", "WEEKLY": "W", "MONTHLY": "M", "YEARLY": "Y"}


def event_ld(
    meetup: Meetup,
    shown: tuple[Occurrence, ...],
    url: str,
    image: str,
    organizer: Thing,
    language: str,
) -> Thing:
    """The meetup as an Event; one that repeats as a series with the occurrences `shown` in it.

    url, image: absolute addresses. organizer: the author of the site, who is the host unless another is named.
    """
    thing = _one(meetup, meetup.first, url, image, organizer, language)
    thing["@id"] = f"{url}#event"
    repeat = meetup.repeat
    if repeat is None:
        return thing
    thing["@type"] = "EventSeries"
    if meetup.endless:
        del thing["endDate"]
    else:
        thing["endDate"] = iso(meetup.last.end)
    thing["eventSchedule"] = _schedule(meetup)
    thing["subEvent"] = [_one(meetup, one, url, image, organizer, language) for one in shown]
    return thing


def _one(
    meetup: Meetup, one: Occurrence, url: str, image: str, organizer: Thing, language: str
) -> Thing:
    entry = meetup.entry
    status = {"cancelled": "EventCancelled"}.get(meetup.state, "EventScheduled")
    if meetup.moved and meetup.moved_from:
        status = "EventRescheduled"
    modes = {(True, True): "Mixed", (False, True): "Online"}
    mode = modes.get((meetup.venue is not None, meetup.online is not None), "Offline")
    thing: Thing = {
        "@type": "Event",
        "name": entry.title,
        "description": entry.summary,
        "url": url,
        "image": image,
        "inLanguage": language,
        "startDate": iso(one.start),
        "endDate": iso(one.end),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "organizer": organizer
        if organizer["name"] == meetup.host
        else {"@type": "Person", "name": meetup.host},
    }
    if meetup.moved and meetup.moved_from:
        thing["previousStartDate"] = iso(meetup.moved_from)
    places = _places(meetup)
    if places:
        thing["location"] = places if len(places) > 1 else places[0]
    if meetup.cost:
        thing["isAccessibleForFree"] = meetup.cost.amount == "0"
        thing["offers"] = {
            "@type": "Offer",
            "price": meetup.cost.amount,
            "priceCurrency": meetup.cost.currency,
            "availability": "https://schema.org/InStock",
            "validFrom": iso(entry.date or one.start),
            "validThrough": iso(one.start),
            "url": meetup.rsvp_address if (meetup.rsvp_address or "").startswith("http") else url,
        }
        if meetup.cancelled:
            thing["offers"]["availability"] = "https://schema.org/Discontinued"
    if meetup.capacity:
        thing["maximumAttendeeCapacity"] = meetup.capacity
    return thing


def _places(meetup: Meetup) -> list[Thing]:
    found: list[Thing] = []
    venue = meetup.venue
    if venue:
        place: Thing = {
            "@type": "Place",
            "name": venue.name,
            "address": venue.address,
            "hasMap": venue.map,
        }
        if venue.position:
            latitude, longitude = venue.position
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": latitude,
                "longitude": longitude,
            }
        if venue.url:
            place["url"] = venue.url
        found.append(place)
    if meetup.online:
        found.append({"@type": "VirtualLocation", "url": meetup.online})
    if not found:  # tentative: an Event must have a location all the same
        found.append({"@type": "Place", "name": "To be announced"})
    return found


def _schedule(meetup: Meetup) -> Thing:
    """The repeat as a Schedule, whose words are fewer than those of a rule: subEvent is exact."""
    repeat = meetup.repeat
    if repeat is None:
        raise ValueError(f"{meetup.entry.place} does not repeat")
    parts = dict(part.split("=") for part in repeat.rule.split(";"))
    begins = meetup.begins.start
    made: Thing = {
        "@type": "Schedule",
        "startDate": f"{begins:%Y-%m-%d}",
        "startTime": f"{begins:%H:%M:%S}",
        "endTime": f"{meetup.begins.end:%H:%M:%S}",
        "scheduleTimezone": meetup.zone.key,
        "repeatFrequency": f"P{parts.get('INTERVAL', '1')}{_EVERY[parts['FREQ']]}",
    }
    if not repeat.endless:
        made["endDate"] = f"{meetup.last.start:%Y-%m-%d}"
    days = [day for day in parts.get("BYDAY", "").split(",") if day]
    if days:
        made["byDay"] = [
            f"https://schema.org/{_DAYS[day]}" if day in _DAYS else day for day in days
        ]
    for name, key in (("BYMONTH", "byMonth"), ("BYMONTHDAY", "byMonthDay")):
        if name in parts:
            made[key] = [int(number) for number in parts[name].split(",")]
    if repeat.skip:
        made["exceptDate"] = [_day(one) for one in repeat.skip]
    return made


def _day(when: datetime) -> str:
    return f"{when:%Y-%m-%d}"
