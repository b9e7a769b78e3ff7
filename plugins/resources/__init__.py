"""Resources: what the author found elsewhere and thinks worth the time, and whether it is still there.

1. `reading` makes a checked `Resource` of each entry of content/resources, and looks up in `ledger`
   what the last `./invoke resources.check` found out about its link;
2. `groups` says what stands on the pages of /resources/, by topic and by kind;
3. `mentions` finds the posts, tips and comments that lead to a resource, or to what it is about;
4. `exports` writes its feeds as OPML and all of them as bookmarks; `thing` what search engines read;
5. `section` makes the pages.

A build asks no address for anything. It believes the ledger, which is committed with the content, and
so makes the same pages of it anywhere and at any time.

Setting          Default  Means
RESOURCES_SIZE   100      resources on one page of a list
"""
