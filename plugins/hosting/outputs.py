"""The files of a host and of the theme, as outputs; and the constants that every page has from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from plugins.entries.gather import file_of
from plugins.entries.settings import Settings
from plugins.faults import ContentFaults, Fault
from plugins.hosting import assets, files
from plugins.outputs.model import Output


@dataclass(frozen=True, slots=True)
class Form:
    """The form for subscribing by mail. hidden: (name, value) of what the service wants besides."""

    action: str
    field: str
    hidden: tuple[tuple[str, str], ...]


class Hosting:
    """icon: the favicon, as SVG."""

    def __init__(self, settings: Settings, icon: Path) -> None:
        self._settings = settings
        static = settings.theme / "static"
        action = settings.get("SUBSCRIBE_ACTION")
        self._styles = {
            folder.name: assets.style(static / "css", folder.name)
            for folder in sorted((static / "css/blocks").iterdir())
            if folder.is_dir() and (folder.name != "form" or action)
        }
        # What the pages below /<name>/ need besides: in one file with the rest, which spares a request.
        everywhere = sorted((static / "js").glob("*.js"))
        self._scripts = {
            path.stem: assets.script([*everywhere, path], path.stem)
            for path in sorted((static / "js" / "pages").glob("*.js"))
        }
        self._scripts["site"] = assets.script(everywhere)
        self._icon = assets.icon_address(icon)
        self._policy = self._form_policy(action)
        self._key_file = self._indexnow_file()

    def constants(self) -> Mapping[str, Any]:
        """styles, scripts: their addresses by name, "form" "" when there is no form."""
        settings, base = self._settings, self._settings.base_path
        action = settings.get("SUBSCRIBE_ACTION")
        hidden = tuple((str(k), str(v)) for k, v in settings.get("SUBSCRIBE_HIDDEN") or ())
        return {
            "base_path": base,
            "styles": {"form": ""}
            | {name: base + style.address for name, style in self._styles.items()},
            "scripts": {name: base + script.address for name, script in self._scripts.items()},
            "icon_address": self._icon,
            "light": settings.palette.light,
            "dark": settings.palette.dark,
            # It stands between double quotes, and has none.
            "policy": Markup(files.POLICY),  # noqa: S704
            "form_policy": Markup(self._policy),  # noqa: S704
            "form": Form(action, settings.get("SUBSCRIBE_FIELD") or "email", hidden)
            if action
            else None,
        }

    def addresses(self) -> Iterable[str]:
        yield from ("/robots.txt", "/manifest.webmanifest", "/sitemap.xml")
        if self._key_file:
            yield f"/{self._key_file}"

    def outputs(self, redirects: Mapping[str, str], addresses: Iterable[str]) -> Iterator[Output]:
        """redirects: old address to new. addresses: of every page."""
        settings, base = self._settings, self._settings.base_path
        used = [
            script
            for name, script in self._scripts.items()
            if name == "site" or f"/{name}/" in addresses
        ]
        for asset in (*self._styles.values(), *used):
            yield Output(asset.address, asset.text, str)
        texts = {
            "/_headers": files.headers(base),
            "/_redirects": files.redirects(redirects, base),
            "/robots.txt": files.robots(settings.url),
            "/manifest.webmanifest": files.manifest(
                settings.name, settings.tagline, base, settings.palette.light.paper
            ),
        }
        if self._key_file:
            texts[f"/{self._key_file}"] = settings.get("INDEXNOW_KEY")
        for old, new in redirects.items():
            texts[f"/{file_of(old)}"] = files.redirect_page(
                new, settings.url, base, settings.language
            )
        for address, text in texts.items():
            yield Output(address, text, str)

    def _form_policy(self, action: str | None) -> str:
        if not action:
            return files.POLICY
        try:
            return files.policy_for_form(action)
        except ValueError as error:
            message = f"SUBSCRIBE_ACTION: {error}"
            raise ContentFaults([Fault("pelicanconf.py", None, message)]) from None

    def _indexnow_file(self) -> str | None:
        key = self._settings.get("INDEXNOW_KEY")
        if key is None:
            return None
        try:
            return files.key_file(key)
        except ValueError as error:
            raise ContentFaults([Fault("publishconf.py", None, f"INDEXNOW_KEY: {error}")]) from None
