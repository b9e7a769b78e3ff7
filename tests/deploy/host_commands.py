"""Stand-ins for `netlify` and `wrangler`: they answer as these do, and keep a folder as the host would.

<host>/state.json     every deploy with its files by hash, and which one is live
<host>/blobs/<hash>   contents that have arrived
<host>/site           what readers get: a link to a whole site, replaced in one step
<host>/calls.jsonl    arguments, names of the environment, working folder of each call
<host>/mode           a failure to play: a word of MODES, or "word:n" for the first n writing calls
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import zlib
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MODES = {
    "netlify": {
        "login": "Error: Authentication required. NETLIFY_AUTH_TOKEN is not set and `netlify login` can be used",
        "refused": "JSONHTTPError: Unauthorized",
        "permission": "JSONHTTPError: Forbidden",
        "quota": "JSONHTTPError: Payment Required",
        "often": "JSONHTTPError: Too Many Requests",
        "locked": 'Error: Deployments are "locked" for production context of this project.',
        "network": "FetchError: request to https://host/ failed, reason: connect ECONNREFUSED 127.0.0.1:1",
        "disk": "Error: ENOSPC: no space left on device, write",
        "old": "error: unknown option '--no-build'",
        "leak": 'Error: header "Bearer {token}" was turned down',
    },
    "wrangler": {
        "login": "✘ [ERROR] In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN",
        "refused": "✘ [ERROR] A request to the Cloudflare API failed.\n\n  Invalid access token [code: 9109]",
        "permission": "✘ [ERROR] A request failed.\n\n  Authentication error [code: 10000]",
        "account": "✘ [ERROR] More than one account available but unable to select one",
        "quota": "✘ [ERROR] Error: Pages only supports up to 20,000 files in a deployment for your current plan.",
        "often": "✘ [ERROR] A request failed.\n\n  Please wait and consider throttling [code: 971]",
        "network": "✘ [ERROR] fetch failed",
        "disk": "✘ [ERROR] ENOSPC: no space left on device, write",
        "old": "✘ [ERROR] Unknown arguments: commit-dirty",
        "leak": "✘ [ERROR] \x1b[31mheader Bearer {token}\x1b[0m was turned down",
    },
}
TOKENS = {"netlify": "NETLIFY_AUTH_TOKEN", "wrangler": "CLOUDFLARE_API_TOKEN"}
KNOWN = {"netlify": ("site-id", "mine.netlify.app"), "wrangler": ("proj",)}


class Host:
    """The host's side, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "blobs").mkdir(parents=True, exist_ok=True)
        self._state = folder / "state.json"

    @property
    def state(self) -> dict[str, Any]:
        if not self._state.exists():
            return {"deploys": [], "live": None, "production": "main"}
        found: dict[str, Any] = json.loads(self._state.read_text())
        return found

    def save(self, state: dict[str, Any]) -> None:
        new = self._state.with_suffix(".new")
        new.write_text(json.dumps(state))
        new.replace(self._state)

    def receive(self, site: Path, called: str, branch: str, mode: str) -> dict[str, Any]:
        """A deploy of that folder: what is not here yet arrives, then it is live."""
        state = self.state
        files = {}
        arrived = []
        paths = sorted(path for path in site.rglob("*") if path.is_file())
        for number, path in enumerate(paths):
            if mode == "killed" and number == len(paths) // 2:
                os.kill(os.getpid(), signal.SIGKILL)
            content = path.read_bytes()
            digest = f"{zlib.crc32(content):08x}-{len(content)}"
            blob = self.folder / "blobs" / digest
            if not blob.exists():
                blob.write_bytes(content)
                arrived.append(path.relative_to(site).as_posix())
            files[path.relative_to(site).as_posix()] = digest
        with (self.folder / "arrived.jsonl").open("a") as log:
            log.write(json.dumps(arrived) + "\n")
        if mode == "slow":
            (self.folder / "slow").touch()
            time.sleep(0.5)
        production = branch == state["production"]
        state["made"] = state.get("made", 0) + 1
        deploy = {"id": f"d{state['made']}", "called": called, "branch": branch}
        deploy |= {"files": files, "status": "1 minute ago", "production": production}
        state["deploys"].append(deploy)
        self.save(state)
        if production:
            self.show(deploy["id"])
        return deploy

    def show(self, identity: str) -> None:
        state = self.state
        deploy = next(one for one in state["deploys"] if one["id"] == identity)
        whole = self.folder / f"whole-{time.monotonic_ns()}"
        for name, digest in deploy["files"].items():
            (whole / name).parent.mkdir(parents=True, exist_ok=True)
            (whole / name).hardlink_to(self.folder / "blobs" / digest)
        link = self.folder / "site.new"
        link.symlink_to(whole.name)
        link.replace(self.folder / "site")
        state["live"] = identity
        self.save(state)


def main(name: str) -> None:
    host = Host(Path(os.environ["STAND_IN_HOST"]))
    arguments = sys.argv[1:]
    with (host.folder / "calls.jsonl").open("a") as log:
        call = {"name": name, "arguments": arguments, "cwd": str(Path.cwd())}
        log.write(json.dumps({**call, "environment": sorted(os.environ)}) + "\n")
    for folder in (".netlify", ".wrangler"):
        Path(folder).mkdir()
    mode = _mode(host, arguments)
    if mode == "hang":
        time.sleep(60)
    if mode == "odd":
        print("Welcome to the new beta!\nNothing else to say.")
        raise SystemExit
    if mode in MODES[name]:
        _fail(name, MODES[name][mode].format(token=os.environ.get(TOKENS[name])))
    if name == "netlify":
        _netlify(host, arguments, mode)
    else:
        _wrangler(host, arguments, mode)


def _mode(host: Host, arguments: list[str]) -> str:
    """ "word" plays at each call, "word:n" at the next n calls that write."""
    file = host.folder / "mode"
    word, _, times = (file.read_text() if file.exists() else "").partition(":")
    if not times:
        return word
    if "deploy" not in arguments or int(times) < 1:
        return ""
    file.write_text(f"{word}:{int(times) - 1}")
    return word


def _fail(name: str, text: str) -> None:
    print(f" ›   {text}" if name == "netlify" else text, file=sys.stderr)
    if name == "wrangler":
        print('\n🪵  Logs were written to "/home/jo/.wrangler/logs/1.log"', file=sys.stderr)
    raise SystemExit(1)


def _after(arguments: list[str], flag: str) -> str:
    return arguments[arguments.index(flag) + 1]


def _netlify(host: Host, arguments: list[str], mode: str) -> None:
    if arguments[0] == "deploy":
        assert {"--prod", "--no-build", "--json"} <= set(arguments)
        assert _after(arguments, "--site") == "site-id", "it would make a new site"
        site = Path(_after(arguments, "--dir"))
        deploy = host.receive(site, _after(arguments, "--message"), "main", mode)
        answer = {
            "site_id": "site-id",
            "deploy_id": deploy["id"],
            "url": "https://mine.netlify.app",
        }
        print(json.dumps(answer, indent=2), end="")
        return
    method, data = arguments[1], json.loads(_after(arguments, "--data"))
    if data["site_id"] not in KNOWN["netlify"]:
        _fail("netlify", "JSONHTTPError: Not Found")
    state = host.state
    if method == "getSite":
        live = next((one for one in state["deploys"] if one["id"] == state["live"]), None)
        shown = live and {"id": live["id"], "title": live["called"], "published_at": "2026-11-25"}
        print(json.dumps({"id": "site-id", "name": "mine", "published_deploy": shown}, indent=2))
        return
    assert method == "restoreSiteDeploy"
    if not any(one["id"] == data["deploy_id"] for one in state["deploys"]):
        _fail("netlify", "JSONHTTPError: Not Found")
    host.show(data["deploy_id"])
    print(json.dumps({"id": data["deploy_id"], "state": "ready"}))


def _wrangler(host: Host, arguments: list[str], mode: str) -> None:
    if _after(arguments, "--project-name") not in KNOWN["wrangler"]:
        _fail("wrangler", "✘ [ERROR] A request failed.\n\n  Project not found. [code: 8000007]")
    state = host.state
    if arguments[:3] == ["pages", "deployment", "list"]:
        production = _after(arguments, "--environment") == "production"
        rows = [
            {"Id": one["id"], "Environment": "Production" if production else "Preview"}
            | {"Branch": one["branch"], "Source": one["called"][:7], "Status": one["status"]}
            for one in reversed(state["deploys"])
            if one["production"] == production
        ]
        print(json.dumps(rows, indent=2))
        return
    assert arguments[:2] == ["pages", "deploy"]
    called, branch = _after(arguments, "--commit-hash"), _after(arguments, "--branch")
    deploy = host.receive(Path(arguments[2]), called, branch, mode)
    print(f"✨ Success! Uploaded {len(deploy['files'])} files (0.06 sec)\n✨ Deployment complete!")
    if mode == "silent":
        return
    rows = [
        {"type": "wrangler-session", "version": 1},
        {"type": "pages-deploy", "version": 1, "deployment_id": deploy["id"]},
        {"type": "pages-deploy-detailed", "deployment_id": deploy["id"]}
        | {"environment": "production" if deploy["production"] else "preview"}
        | {"production_branch": state["production"]},
    ]
    told = Path(os.environ["WRANGLER_OUTPUT_FILE_PATH"])
    told.write_text("".join(json.dumps(row) + "\n" for row in rows))
