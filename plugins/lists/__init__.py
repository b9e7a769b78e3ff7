"""Lists: home, archive, topics, and the page for what is not found.

`listing` decides what stands on each page and where; `plugin` hands the pages to the theme.

Setting       Default  Means
TOPIC_SIZE    20       posts on one page of a topic
ARCHIVE_SIZE  100      posts on one page of the archive
HOME_SIZE     6        posts on the home page
"""


def register() -> None:
    from plugins.lists.plugin import connect

    connect()
