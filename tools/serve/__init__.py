"""The development server: rebuilds on save, reloads the browser by itself, keeps the last good site up.

1. `command` checks what was asked, takes the port, and starts the rest.
2. `watching` says which files were saved; `rebuilding` runs `builder` into a fresh folder of
   `generations`, and cancels a build that a newer save has overtaken.
3. A build that succeeded becomes the `site` that `live` holds; one that failed becomes a `failure`.
4. `server` and `handler` answer the browser like a good static host (`addresses`, `rules`,
   plugins.media_types) and put one script into each page (`pages`).
5. `client/reload.js` hears of every outcome: it reloads, swaps stylesheets, or shows the faults.

Nothing of this server is ever written into a built file.
"""

from tools.serve.builder import Build, BuildResult
from tools.serve.command import serve

__all__ = ["Build", "BuildResult", "serve"]
