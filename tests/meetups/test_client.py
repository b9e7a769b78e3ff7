"""What a calendar program makes of it: a meetup that is moved or called off stays one event.

`Client` does what RFC 5546 section 2.1.5 asks of one: an event is known by its UID, and a version takes the
place of another when its SEQUENCE is higher, or the same and its DTSTAMP not earlier.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.meetups.reading_back import events
from tests.sites import Site
from tools.meetups import record

pytestmark = pytest.mark.slow

LATER = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATEST = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


class Client:
    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def take(self, site: Site, file: str = "meetups.ics") -> dict[str, str]:
        """Import a calendar; what became of each event: "new", "changed" or "kept"."""
        became = {}
        for one in events(site, file):
            uid, had = str(one["UID"]), self.events.get(str(one["UID"]))
            if had is None or _version(one) > _version(had):
                self.events[uid] = one
                became[uid] = "new" if had is None else "changed"
            else:
                became[uid] = "kept"
        return became


def _version(one: Any) -> tuple[int, datetime]:
    return int(one["SEQUENCE"]), one["DTSTAMP"].dt


@pytest.fixture
def announced(site: Site) -> tuple[Site, Client]:
    """A site with one meetup, recorded and published, and a client that has it."""
    site.meetup("a", series="S")
    record(site.content, now=datetime(2026, 11, 1, tzinfo=UTC))
    site.build()
    client = Client()
    assert list(client.take(site).values()) == ["new"]
    return site, client


def publish(site: Site, now: datetime) -> None:
    record(site.content, now=now)
    assert site.build().warnings == ()


def test_a_meetup_that_is_moved_is_one_event_at_the_new_time_each_time_it_is_imported(
    announced: tuple[Site, Client],
) -> None:
    site, client = announced
    moved = {"start": "2026-12-03 18:30", "status": "moved", "moved_from": "2026-12-02 18:00"}
    site.meetup("a", series="S", **moved)
    publish(site, LATER)
    for became in ("changed", "kept"):
        assert list(client.take(site).values()) == [became]
        (only,) = client.events.values()
        assert only["DTSTART"].dt.isoformat() == "2026-12-03T18:30:00+11:00"
        assert int(only["SEQUENCE"]) == 1
        assert str(only["STATUS"]) == "CONFIRMED"
    # From the file of the meetup, of its series and of all it is the same event.
    for file in ("meetups/a.ics", "meetups/series/s.ics"):
        assert list(client.take(site, file).values()) == ["kept"]
    assert len(client.events) == 1


def test_a_meetup_that_is_called_off_is_one_cancelled_event_each_time_it_is_imported(
    announced: tuple[Site, Client],
) -> None:
    site, client = announced
    site.meetup("a", series="S", status="cancelled")
    publish(site, LATER)
    for became in ("changed", "kept"):
        assert list(client.take(site).values()) == [became]
        (only,) = client.events.values()
        assert str(only["STATUS"]) == "CANCELLED"
    site.build(at="2027-06-01")
    assert list(client.take(site).values()) == ["kept"]


def test_moved_then_called_off_then_held_after_all_is_one_event_with_the_last_word(
    announced: tuple[Site, Client],
) -> None:
    site, client = announced
    for number, (head, now) in enumerate(
        (
            ({"venue": "The Hall"}, LATER),
            ({"venue": "The Hall", "status": "cancelled"}, LATER),
            ({"venue": "The Hall"}, LATEST),
        ),
        1,
    ):
        site.meetup("a", series="S", **head)
        publish(site, now)
        assert list(client.take(site).values()) == ["changed"]
        (only,) = client.events.values()
        assert int(only["SEQUENCE"]) == number
    assert str(only["STATUS"]) == "CONFIRMED"
    assert str(only["LOCATION"]).startswith("The Hall")


def test_a_client_that_has_the_newer_version_does_not_go_back_to_the_older(
    announced: tuple[Site, Client],
) -> None:
    site, client = announced
    before = (site.output / "meetups.ics").read_bytes()
    site.meetup("a", series="S", status="cancelled")
    publish(site, LATER)
    client.take(site)
    (site.output / "meetups.ics").write_bytes(before)
    assert list(client.take(site).values()) == ["kept"]


def test_a_site_that_moves_to_another_host_doubles_nothing(
    announced: tuple[Site, Client],
) -> None:
    site, client = announced
    site.meetup("a", series="S", title="Another title", host="Somebody else", slug="elsewhere")
    site.build(site_url="https://new.example/here")
    assert list(client.take(site).values()) == ["kept"]
    assert len(client.events) == 1


def test_a_repeat_of_which_one_date_is_left_out_stays_one_event(site: Site) -> None:
    client = Client()
    site.meetup("a", repeats="first Wednesday, 5 times")
    publish(site, LATER)
    client.take(site)
    site.meetup("a", repeats="first Wednesday, 5 times", **{"except": "2027-01-06"})
    publish(site, LATEST)
    assert list(client.take(site).values()) == ["changed"]
    assert len(client.events) == 1
