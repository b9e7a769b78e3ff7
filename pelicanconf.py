"""What this site is. publishconf.py says what differs when it goes live; each plugin's package says what
its settings mean and their defaults."""

SITENAME = "Activate Learning"
SITESUBTITLE = "Notes and conversations on how people at work learn from each other"
SITEURL = "http://localhost:8000"
AUTHOR = "activatelearning"
# The key under which the author speaks in threads. The host's badge comes from it and from nothing else.
HOST_KEY = "16210535b46ef444f394778e1bb91c6c"

# Where a reader may write to: the contact page shows it, and every comment and open thread has a link to
# it. None shows nothing.
REPLY_TO = "hello@activatelearning.example"

# The start of every feed id (RFC 4151). It says whose ids these are and since when, so it stays as it
# is even when the site moves: a change makes every entry new again in every feed reader.
FEED_ID_AUTHORITY = "activatelearning.example,2014"

# --- content ---------------------------------------------------------------------------------------
PATH = "content"
OUTPUT_PATH = "output"
ARTICLE_PATHS = ["posts"]
PAGE_PATHS = ["pages"]
STATIC_PATHS: list[str] = []
ENTRY_TIMEZONE = TIMEZONE = "Australia/Sydney"
COMMENTS_STORE = "comments"

# --- the way around, shown for as much of it as there is ---------------------------------------------
MENU = (
    ("Archive", "/archive/"),
    ("Conversations", "/conversations/"),
    ("Meetups", "/meetups/"),
    ("Resources", "/resources/"),
    ("About", "/about/"),
)
FOOTER_MENU = (
    ("Topics", "/topics/"),
    ("Campaign", "/activate-my-learning/"),
    ("Tips", "/tips/"),
    ("Working with me", "/working-with-me/"),
    ("How we talk here", "/commenting/"),
    ("Privacy", "/privacy/"),
    ("Contact", "/contact/"),
    ("Subscribe", "/subscribe/"),
)
# The home page invites to these two when they are there.
MEETUP_PAGE = "pages/sydney-third-place"
CAMPAIGN_PAGE = "pages/activate-my-learning"
TIPS_NAME = "Activate My Learning"

# --- the monthly mail ------------------------------------------------------------------------------
# Where the form for subscribing is sent to: the address that your mailing service gives you. Without it
# there is no form. What else it may need stands in plugins/hosting.
SUBSCRIBE_ACTION = None
# "https://…/leave?who={token}": where one click leaves the list, when you send the mail yourself.
UNSUBSCRIBE_URL = None

# --- addresses -----------------------------------------------------------------------------------
ARTICLE_URL = "posts/{slug}/"
PAGE_URL = "{slug}/"

# --- how it is built -------------------------------------------------------------------------------
PLUGINS = ["plugins.site"]
THEME = "theme"
THEME_STATIC_PATHS: list[str] = []
LOCALE = ["C.UTF-8", "en_US.UTF-8", "C"]
DEFAULT_LANG = "en-AU"

# Our plugin holds back drafts and later entries, and writes every file.
WITH_FUTURE_DATES = True
ARTICLE_TRANSLATION_ID = PAGE_TRANSLATION_ID = None
DIRECT_TEMPLATES: list[str] = []
ARTICLE_SAVE_AS = PAGE_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
CATEGORIES_SAVE_AS = TAGS_SAVE_AS = AUTHORS_SAVE_AS = ARCHIVES_SAVE_AS = ""
FEED_ALL_ATOM = FEED_ALL_RSS = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TRANSLATION_FEED_ATOM = None
