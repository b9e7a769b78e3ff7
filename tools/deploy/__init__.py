"""From a built site to static hosting, so that nobody need be afraid of it.

1. The production build goes into a fresh folder and is looked through (`before`): all that `check` knows,
   and whether anything in it is not public, or would come to feed readers as new.
2. What the host has is compared with it by content hash (`manifest`, `release`), and told in a reader's
   terms (`plan`). Until here nothing at the host was touched, and --dry-run ends here.
3. What differs travels (`targets`): assets, then pages, then feeds. It goes live by one rename or one
   commit where the host can do that, and by order where it cannot.
4. The live site is read back (`after`). Only when it is what was sent, others are told of it.

Setting                Default  Means
PUBLISH_TO             None     the target as one address, such as "rsync://me@host.example/srv/www" (`address`)
PUBLISH_MOST_DELETED   20       files that may be deleted without --force-delete
PUBLISH_SEEN_WITHIN    300      seconds in which the live site must show what was sent
WEBSUB_HUB             None     the hub that feeds name and that is told of news, an address (W3C WebSub)
INDEXNOW_KEY           None     the key under which search engines are told (indexnow.org)

In the environment: PUBLISH_SSH, how ssh is called ("ssh -F config"); keys and tokens as each host's own
programs and libraries read them (AWS_ACCESS_KEY_ID, NETLIFY_AUTH_TOKEN, CLOUDFLARE_API_TOKEN …).
"""
