"""Addresses outside the site: asked politely, judged slowly, and what became of each remembered.

1. `outside` finds every such link of the content, with file and line;
2. `client` asks for an address over HTTP within `limits`, never a private one unless that host was
   named (`addresses`); `politeness` sees to it that no host is asked too much: one request at a time with
   a pause, robots.txt, Retry-After;
3. `follow` goes after redirects, HEAD first and GET where that does not tell enough; `page` reads what
   a page says of itself;
4. `verdict` judges one look; `remember` adds it to the ledger (plugins.resources.ledger), in which a
   link is dead only after failures on several days;
5. `checking` does all of it for all links at once; `review` goes through what nobody has looked at for
   a year.

Only these commands touch the network. A build reads the ledger, and nothing else.
"""
