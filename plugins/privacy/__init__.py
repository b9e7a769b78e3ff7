"""No e-mail address, IP number or user agent string in the store or in what is published.

1. `scan` finds them in a text, written plainly or in code (`&#64;`, `%40`, `[at]`);
2. `store` looks through a thread, before anything is written: a hit is a fault of the comment;
3. `output` looks through every file that was written, and `pictures` through what pictures say of where
   and by whom they were taken; a hit ends the build while the old output still stands.

Messages show what they found masked (j***@e***.org), so that they can be passed on.

Setting           Default  Means
PUBLIC_ADDRESSES  ()       what is public on purpose, as it is written: ("press@site.example", "9.9.9.9")
REPLY_TO          None     where readers may write to; always allowed
"""


def register() -> None:
    from plugins.privacy.plugin import connect

    connect()
