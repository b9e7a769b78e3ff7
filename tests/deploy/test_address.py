"""The address of a target, as somebody types it, wrongly too."""

from __future__ import annotations

import pytest

from tools.deploy.address import FORMS, parse_address
from tools.errors import ProjectError


@pytest.mark.parametrize("typed", [*FORMS.values(), "rsync://[::1]:2222/srv/www", "file:///a b/ü"])
def test_what_is_shown_is_what_was_typed(typed: str) -> None:
    assert str(parse_address(typed)).replace("::1", "[::1]") == typed


def test_the_parts_are_what_a_target_needs() -> None:
    one = parse_address(
        "rsync://me@host.example:2222/srv/www/?server=nginx&keep=3&compressed=gz,br"
    )
    assert (one.user, one.host, one.port, one.path, one.keep) == (
        "me",
        "host.example",
        2222,
        "/srv/www",
        3,
    )
    assert one.options["compressed"] == "gz,br"
    assert parse_address("rsync://host.example/~/www").path == "~/www"
    bucket = parse_address("s3://My.Bucket/a/b/?endpoint=http://127.0.0.1:9000&region=eu")
    assert (bucket.host, bucket.path) == ("My.Bucket", "a/b")
    assert bucket.options == {"endpoint": "http://127.0.0.1:9000", "region": "eu"}
    assert parse_address("github-pages://origin/docs/live").path == "docs/live"
    assert parse_address("s3://bucket").path == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "is no target; write one such as rsync://"),
        ("/srv/www", "is no target; write one such as"),
        ("rsnc://host/www", "did you mean rsync://me@host.example/srv/www?"),
        ("github://origin/gh-pages", "did you mean github-pages://origin/gh-pages?"),
        ("file://srv/www", "names no folder; write file:///srv/www, with three slashes"),
        ("file:///", "names no folder"),
        ("rsync:///srv/www", "names no host and folder"),
        ("rsync://host", "names no host and folder"),
        ("rsync://-oProxyCommand=x/www", "names no host and folder"),
        ("rsync://host:twelve/www", "Port could not be cast"),
        ("rsync://me:secret@host/www", "holds a password"),
        ("rsync://host/www/../../etc", 'has ".." in its path'),
        ("rsync://host/a%0ab", "control character"),
        ("rsync://host/www#top", '"#top" means nothing here'),
        ("github-pages://origin", "names no remote and branch"),
        ("s3://", "lacks a name; write s3://bucket/prefix"),
        ("netlify://", "lacks a name"),
        ("s3://bucket?server=nginx", '"server" is no option of s3; it has endpoint, region'),
        ("file:///www?server=caddy", 'server: "caddy" is not known; write nginx or apache'),
        ("file:///www?keep=0", 'keep: "0" is no number of releases'),
        ("file:///www?keep=many", 'keep: "many" is no number'),
    ],
)
def test_what_cannot_be_is_told_with_what_to_write(typed: str, said: str) -> None:
    with pytest.raises(ProjectError) as refused:
        parse_address(typed)
    assert said in str(refused.value)
    assert "secret" not in str(refused.value)
