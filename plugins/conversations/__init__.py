"""Conversations: the threads of a static JSON store, published with the entries they belong to.

1. `store` reads every thread file and checks it against `model` (and so against schema.json);
2. `threads` looks through them and binds each to its entry by the permanent key, `tree` builds each into the
   order in which it is read, with depth and replies;
3. `markup` turns each comment's Markdown into safe HTML;
4. `people` tells who speaks, `faces` and `portraits` what they look like, `mail_links` how to answer them;
5. `view` is what a template sees of a thread; `pages` makes /conversations/ and /people/.

Setting         Default      Means
COMMENTS_STORE  "comments"   the store: a folder, relative to the content folder
TALK_SIZE       50           conversations on one page
PEOPLE_FROM     2            under how many entries somebody must have spoken to have a page
HOST_KEY        None         the key under which the author speaks; commands write with it, and no
                             build shows the host's badge under another, or a name like the host's
REPLY_TO        None         where readers may write to: every comment offers it; None offers nothing
"""


def register() -> None:
    from plugins.conversations.plugin import connect

    connect()
