"""The site as a whole: the one Pelican plugin of this project, and what puts all others together.

1. `plugin` is the Pelican side: a reader for Markdown entries, and a generator that comes last;
2. `assembly` gathers in order: entries, what each kind makes of them, threads, pictures, links;
3. `home` is the front page and the page for what is not found (what a reader can follow stands in plugins.pages);
4. `outputs` lists every file of the site, which plugins.outputs writes.

Setting    Default  Means
HOME_SIZE  6        posts on the home page
"""


def register() -> None:
    from plugins.site.plugin import connect

    connect()
