"""Entries: what an author writes, read from Markdown, checked, and given permanent ids.

A file of any kind goes the same way:

1. `head` splits the metadata lines from the text and remembers their line numbers;
2. `model` checks them against the kind's typed head and tells every fault;
3. `reading` decides what is public at the moment of the build (drafts and what is dated later stay
   out) and finds two entries with one id or one address;
4. `body` turns the Markdown into HTML, with headings, typographic quotes and figures.

Setting            Default              Means
ENTRY_TIMEZONE     "Australia/Sydney"   the zone of a date that is written without an offset
FEED_ID_AUTHORITY  (must be set)        "example.org,2014", the start of every feed id (RFC 4151)
RENAMED_TOPICS     {}                  {"PKM": "Personal knowledge mastery"}: old names, new names
BUILD_AT           None                 the moment to build for; None is now
BUILD_DRAFTS       False                True shows drafts and later entries, under a banner
"""
