"""The Pelican side of hosting.

Leaves `reading_style_url`, `lists_style_url` (one for each folder of the theme's blocks), `script_url`,
`page_script_urls` (by the folder whose pages have a script besides), `icon_address`, `base_path` and
`policy` in the context, and `sign_up_policy` for the page with the form; adds its files to `addresses`;
writes the header and redirect files, robots.txt, the manifest, the icons, the key for search engines and a
page for each old address.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from pelican import signals

from plugins.entries.gather import file_of
from plugins.faults import ContentFaults, Fault
from plugins.hosting import assets, files


class HostingGenerator:
    def __init__(
        self,
        context: dict[str, Any],
        settings: dict[str, Any],
        theme: str,
        output_path: str,
        **_: Any,
    ) -> None:
        self.context = context
        self.settings = settings
        self.static = Path(theme) / "static"
        self.output = Path(output_path)
        self.base_path = urlsplit(settings["SITEURL"]).path

    def generate_context(self) -> None:
        self.styles = {
            folder.name: assets.style(self.static / "css", folder.name)
            for folder in sorted((self.static / "css/blocks").iterdir())
            if folder.is_dir() and (folder.name != "form" or self.settings.get("SUBSCRIBE_ACTION"))
        }
        # What the pages below /<name>/ need besides: in one file with the rest, which spares a request.
        own = sorted((self.static / "js" / "pages").glob("*.js"))
        everywhere = sorted((self.static / "js").glob("*.js"))
        self.page_scripts = {
            path.stem: assets.script([*everywhere, path], path.stem) for path in own
        }
        self.script = assets.script(everywhere)
        self.icons = [
            path for path in sorted((self.static / "icons").iterdir()) if path.name != "mark.svg"
        ]
        for sheet, style in self.styles.items():
            self.context[f"{sheet}_style_url"] = self.base_path + style.address
        self.context["script_url"] = self.base_path + self.script.address
        self.context["page_script_urls"] = {
            name: self.base_path + script.address for name, script in self.page_scripts.items()
        }
        self.context["icon_address"] = assets.icon_address(self.static / "icons" / "favicon.svg")
        self.context["base_path"] = self.base_path
        # It stands between double quotes, and has none.
        self.context["policy"] = Markup(files.POLICY)  # noqa: S704
        self.context["sign_up_policy"] = Markup(self._sign_up_policy())  # noqa: S704
        self.key_file = self._key_file()
        fixed = {"/robots.txt", "/manifest.webmanifest", "/sitemap.xml"}
        fixed |= {f"/{self.key_file}"} if self.key_file else set()
        self.context["addresses"] |= fixed | {f"/{icon.name}" for icon in self.icons}

    def generate_output(self, _: Any) -> None:
        settings, moved = self.settings, self.context["redirects"]
        used = [
            script
            for name, script in self.page_scripts.items()
            if f"/{name}/" in self.context["addresses"]
        ]
        for asset in (*self.styles.values(), self.script, *used):
            self._write(asset.address, asset.text)
        for icon in self.icons:
            shutil.copyfile(icon, self.output / icon.name)
        self._write("_headers", files.headers(self.base_path))
        self._write("_redirects", files.redirects(moved, self.base_path))
        self._write("robots.txt", files.robots(settings["SITEURL"]))
        if self.key_file:
            self._write(self.key_file, settings["INDEXNOW_KEY"])
        manifest = files.manifest(
            settings["SITENAME"], settings["SITENAME"], settings["SITESUBTITLE"], self.base_path
        )
        self._write("manifest.webmanifest", manifest)
        for old, new in moved.items():
            self._write(
                file_of(old),
                files.redirect_page(new, settings["SITEURL"], self.base_path),
            )

    def _sign_up_policy(self) -> str:
        action = self.settings.get("SUBSCRIBE_ACTION")
        if not action:
            return files.POLICY
        try:
            return files.policy_for_form(action)
        except ValueError as error:
            raise ContentFaults(
                [Fault("pelicanconf.py", None, f"SUBSCRIBE_ACTION: {error}")]
            ) from None

    def _key_file(self) -> str | None:
        key = self.settings.get("INDEXNOW_KEY")
        if key is None:
            return None
        try:
            return files.key_file(key)
        except ValueError as error:
            raise ContentFaults([Fault("publishconf.py", None, f"INDEXNOW_KEY: {error}")]) from None

    def _write(self, address: str, text: str) -> None:
        path = self.output / address.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def connect() -> None:
    signals.get_generators.connect(_generators)


def _generators(_: object) -> type[HostingGenerator]:
    return HostingGenerator
