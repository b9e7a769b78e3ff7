"""After the switch: the live site is read back, and only when it is what was sent, others are told.

1. What readers get is fetched and compared with the release (`sample` says what, `live` asks, `seen` says in
   words what came of it and what to do).
2. What waits for that follows, once a release (`steps`): the hub of the feeds is told what is new in which
   (`hub`), search engines which pages are (`indexnow`).

Setting              Default                               Means
PUBLISH_SEEN_WITHIN  300                                   seconds in which the live site must show what was sent
WEBSUB_HUB           None                                  the hub that feeds name and that is told of news
INDEXNOW_KEY         None                                  the key under which search engines are told
INDEXNOW_ENDPOINT    https://api.indexnow.org/indexnow     where; it passes on to all that take part
"""
