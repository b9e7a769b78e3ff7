"""What is looked at before anything travels: the built site as a stranger, a feed reader and a search
engine will see it. Nothing here writes to the site or asks a host.

1. `leaks`: is anything in it that must not be public? `private` says what that is, `lying_about` what of
   it lies around the project, `fingerprints` makes needles of it, `words` makes haystacks of the output.
2. `checked`: does what was written hold together? `pages`, `feeds`, `calendars`, `others`, `budgets`.
3. `ledger`: would anything that readers hold on to, an address or a feed id, be lost?

Each answers with all its faults (`plugins.faults.Fault`) at once.
"""
