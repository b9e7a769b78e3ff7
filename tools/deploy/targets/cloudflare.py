"""A site at Cloudflare Pages, by its own command: `cloudflare-pages://project`, or `…//project/branch`.

`wrangler pages deploy` sends, `wrangler pages deployment list` tells which deploy is live. Without a branch
in the address it is the project's production branch: that of its last production deploy, "main" before the
first. A deploy to another branch is a preview with an address of its own.

The list has no message, but the first seven digits of a commit: a hash of the release's id is sent as that.
A site that somebody went back to in the dashboard is not told by the list, which knows the latest deploy
only; what readers get is read back after each publish and by `publish.status`.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from tools.deploy.address import Address
from tools.deploy.manifest import Manifest
from tools.deploy.targets.command_line import NETWORK, CommandFault, Program, Refused
from tools.deploy.targets.own_command import LiveDeploy, OwnCommandTarget

FILES, MOST_FILES = 20_000, 100_000
"""Files that a site may have on the free plan, and on any."""
OCTETS = 25 * 1024 * 1024
"""Octets that a file may have, on any plan."""
_NOT_LIVE = frozenset({"Failure", "Active", "Idle", "Canceled", "Skipped", "Unknown"})
_ROOT_ONLY = frozenset({"_worker.js", "_routes.json", "functions", ".wrangler"})
_NOWHERE = frozenset({".DS_Store", "node_modules", ".git"})
"""What wrangler keeps for itself, or never sends."""

_FAULTS = (
    CommandFault(
        "account",
        r"specify an account ID|(?i:more than one account)|code: 7003\]",
        "it is not clear which account is meant. Set CLOUDFLARE_ACCOUNT_ID to the id that stands on the "
        "overview page of Workers & Pages",
    ),
    CommandFault(
        "unknown",
        r"code: 8000007\]|Project not found",
        "Cloudflare has no such project in this account. Correct the address, or make it once: "
        "wrangler pages project create NAME --production-branch main",
    ),
    CommandFault(
        "login",
        r"set a CLOUDFLARE_API_TOKEN|(?i:not logged in)|wrangler login|Invalid (?i:api|access) (?i:token)"
        r"|code: (?:9109|6003|1000)\]",
        "Cloudflare does not know who you are: CLOUDFLARE_API_TOKEN is not set, is wrong or has expired. "
        "Make a token with the permission Account, Cloudflare Pages, Edit and set it, or run wrangler login",
    ),
    CommandFault(
        "permission",
        r"code: (?:10000|10001)\]|Authentication error|\bForbidden\b|\b403\b",
        "Cloudflare does not let this token publish here: it is wrong or has expired, it lacks the "
        "permission Account, Cloudflare Pages, Edit, or CLOUDFLARE_ACCOUNT_ID is of another account",
    ),
    CommandFault(
        "quota",
        r"only supports (?:up to|files up to)|(?i:limit) (?:reached|exceeded)|exceeded|maximum number",
        f"the site is beyond what Cloudflare takes on your plan ({FILES:,} files on the free one, 25 MiB a "
        "file, 500 deploys a month)",
    ),
    CommandFault(
        "often",
        r"Too Many Requests|(?i:rate limit)|throttl|\b429\b|code: 971\]",
        "Cloudflare takes only so many requests in five minutes. Wait, and publish again",
    ),
    CommandFault(
        "network", NETWORK, "Cloudflare cannot be reached. Look at your line, and publish again"
    ),
)


class CloudflareTarget(OwnCommandTarget):
    program = Program(
        "wrangler",
        "Cloudflare",
        "npm install -g wrangler",
        ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"),
        _FAULTS,
    )

    def __init__(self, address: Address, root: Path) -> None:
        super().__init__(address, root)
        self._branch = address.path or "main"

    def shown(self) -> LiveDeploy | None:
        live = self._list("production")
        if self.address.path and not (live and live[0]["Branch"] == self._branch):
            live = [row for row in self._list("preview") if row["Branch"] == self._branch]
        if not live:
            return None
        row = live[0]
        self._branch = str(row["Branch"])
        return LiveDeploy(str(row["Id"]), str(row["Source"]), str(row["Status"]))

    def mark(self, identity: str) -> str:
        return _commit(identity)[:7]

    def check(self, manifest: Manifest) -> None:
        if len(manifest) > MOST_FILES:
            raise self.wrong(
                f"the site has {len(manifest):,} files; Cloudflare takes {FILES:,} on the free plan, "
                f"{MOST_FILES:,} on any"
            )
        for path, stamp in manifest.items():
            if stamp.size > OCTETS:
                raise self.wrong(
                    f"{path} has {stamp.size / 1024 / 1024:.1f} MiB, and Cloudflare takes no file beyond "
                    "25 MiB. Make it smaller, or put it elsewhere"
                )
            parts = PurePosixPath(path).parts
            if parts[0] in _ROOT_ONLY or _NOWHERE.intersection(parts):
                raise self.wrong(f"{path}: wrangler keeps that name for itself; rename the file")

    def deployed(self, site: Path, identity: str) -> str:
        with tempfile.TemporaryDirectory(prefix="publish-") as folder:
            told = Path(folder, "told.ndjson")
            out = self.command.send(
                *("pages", "deploy", str(site), "--project-name", self.address.host),
                *("--branch", self._branch, "--commit-dirty=true"),
                *("--commit-hash", _commit(identity), "--commit-message", f"release {identity}"),
                more={"WRANGLER_OUTPUT_FILE_PATH": str(told)},
            )
            lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
        made = self._made(lines, out, identity)
        if not self.address.path and made.get("environment") == "preview":
            branch = made.get("production_branch") or "its name"
            raise Refused(
                f"{self.address}: it went to a preview of its own, since the project's production branch is "
                f"not {self._branch}. Write cloudflare-pages://{self.address.host}/{branch} and publish again",
                "branch",
            )
        return str(made["deployment_id"])

    def _made(self, lines: list[str], out: str, identity: str) -> dict[str, Any]:
        """What wrangler's record of a deploy says of it. Older ones leave none; then the list tells."""
        made: dict[str, Any] = {}
        for line in lines:
            row = self.command.read(line)
            if isinstance(row, dict) and row.get("deployment_id"):
                made |= row
        if not made:
            live = self.shown()
            if live is None or live.mark != self.mark(identity):
                raise self.command.odd(out)
            made["deployment_id"] = live.deploy
        return made

    def _list(self, environment: str) -> list[dict[str, Any]]:
        """Deploys that went live, the latest first."""
        rows = self.command.answer(
            *("pages", "deployment", "list", "--project-name", self.address.host),
            *("--environment", environment, "--json"),
        )
        wanted = {"Id", "Branch", "Source", "Status"}
        if not isinstance(rows, list) or not all(
            isinstance(row, dict) and wanted <= row.keys() for row in rows
        ):
            raise self.command.odd(json.dumps(rows))
        return [row for row in rows if row["Status"] not in _NOT_LIVE]


def _commit(identity: str) -> str:
    """What stands for a release where a commit is asked for: 40 hexadecimal digits."""
    return hashlib.sha256(identity.encode()).hexdigest()[:40]
