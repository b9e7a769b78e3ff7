"""Plain Pelican, as its documentation sets it up: the least that writes what our site writes."""

SITENAME = "A made-up blog"
SITEURL = "https://blog.example.org"
AUTHOR = "activatelearning"
TIMEZONE = "Australia/Sydney"
DEFAULT_LANG = "en"
PATH = "content"
ARTICLE_PATHS = ["posts"]
STATIC_PATHS = ["images"]
THEME = "theme"
PLUGIN_PATHS = ["."]
PLUGINS = ["threads"]

ARTICLE_URL, ARTICLE_SAVE_AS = "posts/{slug}/", "posts/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "tags/{slug}/", "tags/{slug}/index.html"
CATEGORY_URL, CATEGORY_SAVE_AS = "categories/{slug}/", "categories/{slug}/index.html"
AUTHOR_SAVE_AS = ""

DIRECT_TEMPLATES = ["index", "archives", "tags", "categories", "sitemap"]
ARCHIVES_SAVE_AS = "archive/index.html"
TAGS_SAVE_AS, CATEGORIES_SAVE_AS = "tags/index.html", "categories/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"

DEFAULT_PAGINATION = 10
PAGINATED_TEMPLATES = dict.fromkeys(("index", "tag", "category"), DEFAULT_PAGINATION)
PAGINATION_PATTERNS = (
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)

FEED_ALL_ATOM = "feed.atom"
TAG_FEED_ATOM = "tags/{slug}/feed.atom"
CATEGORY_FEED_ATOM = "categories/{slug}/feed.atom"
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
FEED_MAX_ITEMS = 20
