"""What differs when the site goes live: its address, and what is not forgiven. `./invoke publish` and
`./invoke build --production` build with this."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pelicanconf import *  # noqa: F403

SITEURL = "https://activatelearning.example"

# Where `./invoke publish` brings it: docs/publishing.md has a table of what can stand here.
PUBLISH_TO = "github-pages://origin/gh-pages"

# No change of a meetup goes live before calendars can be told of it (plugins/meetups/ledger.py).
MEETUPS_LEDGER_REQUIRED = True
