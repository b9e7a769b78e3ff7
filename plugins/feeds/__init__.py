"""Feeds: the site, each topic, all conversations, and what else a plugin asks for, as Atom, RSS and
JSON Feed, full text, every address absolute.

`model` holds what a feed says, `syndication` writes Atom 1.0 (RFC 4287, with RFC 4685's reply counts)
and RSS 2.0 through feedgenerator, `jsonfeed` writes JSON Feed 1.1; `outputs` says which feeds there are.

Setting         Default  Means
FEED_SIZE       20       entries in a feed
TALK_FEED_SIZE  50       comments in the feed of conversations
WEBSUB_HUB      None     the address of a hub that every feed names (W3C WebSub): readers that ask it are told
                         of news at once. `./invoke publish` tells the hub
"""
