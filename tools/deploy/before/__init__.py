"""What is looked at before anything travels: the built site as a stranger, a feed reader and a search
engine will see it. Nothing here writes to the site or asks a host.

1. `leaks`: is anything in it that must not be public? `private` says what that is, `private_files` what of
   it lies around the project, `public` what may stand anywhere, `fingerprints` makes needles of what is
   left, `words` makes haystacks of the output. `looked_through` remembers what held
   nothing.
2. `checked`: does what was written hold together? `facts` are what each file says by itself, of `pages`
   (and their `tags`), `feeds`, `calendars` and `others`; `budgets` is what a first view weighs.
3. `ledger`: would anything that readers hold on to, an address or a feed id, be lost? `published` is the
   file in which it is written down.

Each answers with all its faults (`plugins.faults.Fault`) at once.

Setting       Default  Means
PUBLIC_WORDS  ()       words that are no leak, though they stand in something private as well
"""
