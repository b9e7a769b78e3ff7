"""Meetups: announced once, in Markdown, and right everywhere, before, during and after.

1. `venues` reads the places of content/venues;
2. `reading` makes one checked `Meetup` of each entry: `times` turns what was typed into moments,
   `repeats` a rule or plain words into dates, `ledger` says what calendars were last told;
3. `agenda` sorts them by what is to come and what is past at the moment of the build;
4. `ics` writes calendars (with the rules of each time zone from `zones`), `event_ld` what search
   engines read, `elsewhere` the links into other calendars: all from the same `Meetup`;
5. `section` makes the pages and calendars.

Nothing that a page says in words hangs on when it is read: dates are absolute, and "next" and "past"
are put in by a script that looks at the clock. What nevertheless changes with time is in
`Reading.changes`, from which plugins.schedule says when to build again.

Setting                   Default  Means
MEETUPS_SIZE              30       past meetups on one page
MEETUPS_LEDGER_REQUIRED   False    True refuses to build when a change is not in the ledger
"""
