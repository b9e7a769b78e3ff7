"""What a host of files needs besides pages: headers, redirects, robots.txt, the web manifest; and the
theme's styles and scripts as one file for a page each, named by their content so that they may be kept
for ever."""


def register() -> None:
    from plugins.hosting.plugin import connect

    connect()
