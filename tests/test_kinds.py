"""A kind of entry is one package and one row: everything else follows from these."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser
import pytest

from plugins.entries.facts import Enclosure, Facts
from plugins.entries.kinds import EntryHead, Kind, key
from plugins.entries.model import Entry
from plugins.entries.section import Section
from plugins.entries.values import date, web_address
from plugins.kinds import KINDS
from tests.sites import Site, comment
from tools.new import new_entry

MP3 = "https://files.example/one.mp3"


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodeHead(EntryHead):
    date: datetime = key("Date", date)
    audio: str = key("Audio", web_address, example=MP3)


class Episodes(Section):
    def facts(self, entry: Entry) -> Facts:
        head: Any = entry.head
        return Facts("Listen", enclosure=Enclosure(head.audio, "audio/mpeg", 1234))


EPISODES = Kind(
    "podcast",
    "episode",
    EpisodeHead,
    lambda: Episodes,
    title="Podcast",
    thing="PodcastEpisode",
    draft="Audio: \nSummary: \n",
)


@pytest.fixture
def podcast(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setitem(KINDS, EPISODES.folder, EPISODES)
    for number in (1, 2):
        site.write(
            f"podcast/e{number}.md",
            f"Title: Episode {number}\nDate: 2026-05-0{number}\nAudio: {MP3}\n\nNotes on {number}.\n",
        )
    site.post("one", "As in [the first](../podcast/e1.md).")
    site.thread("podcast/e1", comment("a"))
    return site


def test_a_row_and_a_package_make_pages_a_list_feeds_and_all_the_rest(podcast: Site) -> None:
    built = podcast.build()
    assert built.counts["podcast"] == 2
    assert "2 episodes" in str(built)
    page = podcast.tree("podcast/e1/")
    assert page.xpath("string(//h1)") == "Episode 1"
    assert page.xpath("//*[@id='comment-a']")
    assert page.xpath("//div[@class='onward']//a/@href") == ["/posts/one/"]
    (card,) = page.xpath("//meta[@property='og:image']/@content")
    assert (podcast.output / card.split("8000/")[1]).is_file()
    listed = podcast.tree("podcast/")
    assert listed.xpath("string(//h1)") == "Podcast"
    assert listed.xpath("//a[@class='u-url p-name']/@href") == ["/podcast/e2/", "/podcast/e1/"]
    assert "2 episodes, the latest first." in listed.text_content()
    things = {thing["@type"]: thing for thing in podcast.json_ld("podcast/e1/")}
    assert things["PodcastEpisode"]["headline"] == "Episode 1"
    crumbs = [step["name"] for step in things["BreadcrumbList"]["itemListElement"]]
    assert crumbs == ["Activate Learning", "Podcast", "Episode 1"]
    sitemap = podcast.text("sitemap.xml")
    assert all(f"8000{one}<" in sitemap for one in ("/podcast/", "/podcast/e1/", "/podcast/e2/"))
    assert "/podcast/e1/#comment-a" in podcast.text("conversations/index.html")


def test_its_feeds_bring_the_enclosure(podcast: Site) -> None:
    podcast.build()
    for name in ("podcast/feed.atom", "podcast/feed.rss"):
        read = feedparser.parse((podcast.output / name).read_bytes())
        assert not read.bozo
        assert [entry.title for entry in read.entries] == ["Episode 2", "Episode 1"]
        (enclosure,) = read.entries[0].enclosures
        assert (enclosure.href, enclosure.type, enclosure.length) == (MP3, "audio/mpeg", "1234")
    (first, _) = json.loads(podcast.text("podcast/feed.json"))["items"]
    expected = {"url": MP3, "mime_type": "audio/mpeg", "size_in_bytes": 1234}
    assert first["attachments"] == [expected]
    assert podcast.tree("podcast/").xpath("//link[@type='application/rss+xml']/@href") == [
        "/podcast/feed.rss",
        "/feed.rss",
    ]


def test_its_lines_are_checked_and_its_drafts_begun(podcast: Site) -> None:
    podcast.write("podcast/e3.md", "Title: Third\nDate: 2026-05-03\n\nText.")
    assert podcast.refused()[0] == f'podcast/e3.md:1: Audio is missing; write "Audio: {MP3}"'
    (podcast.content / "podcast/e3.md").unlink()
    told = new_entry(EPISODES, "A new one", podcast.content)
    assert told.startswith(str(podcast.content / "podcast/a-new-one.md"))
    text = (podcast.content / "podcast/a-new-one.md").read_text()
    assert text.endswith("Audio: \nSummary: \nStatus: draft\n\n")
