"""What differs when the site goes live: its address. `./invoke build --production` builds with this."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pelicanconf import *  # noqa: F403

SITEURL = "https://activatelearning.example"
