"""A site at Netlify, by its own command: `netlify://site-id`, or the site's name for its id.

`netlify deploy --prod --no-build` sends, `netlify api getSite` tells which deploy is live, and `netlify api
restoreSiteDeploy` goes back to one that Netlify still has; one that it has thrown away is sent again from
what is kept here. The site's id is asked for before anything is sent: given one that it does not know, the
command would make a new site.

What Netlify is to do besides stands in the site's own `_redirects` and `_headers`; a netlify.toml of the
project is not read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from tools.deploy.address import Address
from tools.deploy.manifest import Manifest
from tools.deploy.targets.command_line import NETWORK, CommandFault, Program, Refused
from tools.deploy.targets.own_command import LiveDeploy, OwnCommandTarget

COMING = (1.0, 2.0, 4.0)
"""Seconds between looks at whether what was sent is live."""

_FAULTS = (
    CommandFault(
        "login",
        r"Authentication required|\bUnauthorized\b|(?i:not logged in)|\b401\b",
        "Netlify does not know who you are: NETLIFY_AUTH_TOKEN is not set, is wrong or has expired. Make "
        "a token in your user settings at Netlify (Applications, Personal access tokens) and set it, or run "
        "netlify login",
    ),
    CommandFault(
        "locked",
        r"Deployments are \W?locked",
        "deploys of this site are locked at Netlify. Unlock them on the site's page of deploys, and "
        "publish again",
    ),
    CommandFault(
        "quota",
        r"Payment Required|(?i:usage) (?:limit|exceeded)|exceeded|credit|suspended|paused|\b402\b",
        "what your plan at Netlify allows is used up, or the site is paused. Look at its billing page",
    ),
    CommandFault(
        "often",
        r"Too Many Requests|(?i:rate limit)|\b429\b",
        "Netlify takes only so many deploys in a minute and in a day. Wait, and publish again",
    ),
    CommandFault(
        "permission",
        r"\bForbidden\b|(?i:access denied)|\b403\b",
        "your account may not publish this site. Have its owner make you a developer of the team",
    ),
    CommandFault(
        "unknown",
        r"\bNot Found\b|(?i:project not found)|cannot be found",
        "Netlify has no such site that your account may see. Its id stands under Project configuration, "
        "General",
    ),
    CommandFault(
        "network", NETWORK, "Netlify cannot be reached. Look at your line, and publish again"
    ),
)


class NetlifyTarget(OwnCommandTarget):
    program = Program(
        "netlify", "Netlify", "npm install -g netlify-cli", ("NETLIFY_AUTH_TOKEN",), _FAULTS
    )

    def __init__(self, address: Address, root: Path) -> None:
        super().__init__(address, root)
        self._site = address.host

    def open(self) -> None:
        if self.address.path:
            raise self.wrong(f"names more than a site; write netlify://{self.address.host}")
        super().open()

    def shown(self) -> LiveDeploy | None:
        site = self._asked()
        self._site = str(site["id"])
        deploy = site.get("published_deploy")
        if not deploy:
            return None
        if not isinstance(deploy, dict) or not deploy.get("id"):
            raise self.command.odd(json.dumps(site))
        title = str(deploy.get("title") or "")
        when = str(deploy.get("published_at") or deploy.get("created_at") or "")
        about = ", ".join(part for part in (when, f'"{title}"' if title else "") if part)
        return LiveDeploy(str(deploy["id"]), title, about)

    def mark(self, identity: str) -> str:
        return f"release {identity}"

    def check(self, manifest: Manifest) -> None:
        for path in manifest:
            if "#" in path or "?" in path:
                raise self.wrong(f"{path}: Netlify takes no name with # or ?; rename the file")
            hidden = [
                part
                for part in PurePosixPath(path).parts
                if (part.startswith(".") and part != ".well-known") or part.startswith("__MACOSX")
            ]
            if hidden:
                raise self.wrong(f"{path}: netlify sends nothing named {hidden[0]}; leave it out")

    def deployed(self, site: Path, identity: str) -> str:
        out = self.command.send(
            *("deploy", "--prod", "--no-build", "--dir", str(site), "--site", self._site),
            *("--message", self.mark(identity), "--json"),
        )
        answer = self.command.read(out)
        deploy = answer.get("deploy_id") if isinstance(answer, dict) else None
        if not deploy:
            raise self.command.odd(out)
        if not self._comes_to_show(str(deploy)):
            raise Refused(
                f"{self.address}: Netlify has deploy {deploy}, but shows another. Publish it on the site's page of deploys, where "
                "publishing may be stopped",
                "locked",
            )
        return str(deploy)

    def restored(self, deploys: tuple[str, ...]) -> str | None:
        for deploy in deploys:
            try:
                self._api("restoreSiteDeploy", {"site_id": self._site, "deploy_id": deploy})
            except Refused as error:
                if error.kind != "unknown":
                    raise
                continue
            if self._comes_to_show(deploy):
                return deploy
        return None

    def _comes_to_show(self, deploy: str) -> bool:
        """Whether the deploy is live, at once or after some seconds."""
        for wait in (0.0, *COMING):
            time.sleep(wait)
            live = self.shown()
            if live is not None and live.deploy == deploy:
                return True
        return False

    def _asked(self) -> dict[str, Any]:
        try:
            found = self._api("getSite", {"site_id": self._site})
        except Refused as error:
            if error.kind != "unknown" or "." in self._site:
                raise
            # A site is known by its id or by one of its domains, and this may be its name.
            found = self._api("getSite", {"site_id": f"{self._site}.netlify.app"})
        if not isinstance(found, dict) or not found.get("id"):
            raise self.command.odd(json.dumps(found))
        return found

    def _api(self, method: str, data: Mapping[str, str]) -> Any:
        return self.command.answer("api", method, "--data", json.dumps(data))
