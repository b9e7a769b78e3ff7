"""The commands: `./invoke --list` names them, `./invoke --help build` says what one takes.

Each reads its arguments, calls one function and prints what came of it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit

from tools.commands import command
from tools.settings import SITE

if TYPE_CHECKING:
    from plugins.entries.kinds import Kind

ROOT = Path(__file__).resolve().parent
_HELP_CONTENT = "the folder with posts/, pages/, comments/ and images/ (content)"


def _here(typed: str | None, default: str) -> Path:
    """A path as typed in the folder from which the command was started."""
    return (
        Path(os.environ.get("LAUNCHED_FROM", ".")) / typed
        if typed
        else (SITE if default == "content" else ROOT) / default
    )


def _run(*command: str) -> None:
    import subprocess

    code = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
    if code:
        raise Exit(code=code)


@command(
    help={
        "content": _HELP_CONTENT,
        "output": "the folder to write (output)",
        "at": 'build as if it were this moment, in ENTRY_TIMEZONE: "2026-12-01 18:00"',
        "drafts": "show drafts and what is dated later, under a banner",
        "production": "build for the live address, with publishconf.py",
    }
)
def build(
    _: Context,
    content: str | None = None,
    output: str | None = None,
    at: str | None = None,
    drafts: bool = False,
    production: bool = False,
) -> None:
    """Build the site, to look at."""
    from tools.build import build as run

    built = run(_here(content, "content"), _here(output, "output"), at, drafts, production)
    for warning in built.warnings:
        print(f"Look at {warning}")
    print(built)


@command(
    help={
        "port": "the port to serve at (8000)",
        "content": _HELP_CONTENT,
        "drafts": "show drafts and what is dated later, under a banner",
        "open": "open the site in a browser",
    }
)
def serve(
    _: Context,
    port: int = 8000,
    content: str | None = None,
    drafts: bool = False,
    open: bool = False,  # noqa: A002 - the option's name
) -> None:
    """Show the site at http://127.0.0.1:8000/, built anew at each save."""
    from tools.serve import serve as run

    run(_here(content, "content"), port, drafts=drafts, open_browser=open)


@command(help={"content": _HELP_CONTENT})
def check(_: Context, content: str | None = None) -> None:
    """Look for everything that is wrong with the content, drafts too, and write nothing."""
    from tools.check import check as run

    checked = run(_here(content, "content"))
    for warning in checked.warnings:
        print(f"Look at {warning}")
    print(checked)


@command(
    positional=["title"],
    help={
        "title": "the post's title, in quotes",
        "content": _HELP_CONTENT,
        "topics": "its topics, between commas",
    },
)
def post(_: Context, title: str, content: str | None = None, topics: str = "") -> None:
    """Begin a new post, as a draft dated now."""
    from tools.new import new_post

    print(new_post(title, _here(content, "content"), topics))


@command(
    positional=["title", "start"],
    help={
        "title": "the meetup's title, or the name of its series, in quotes",
        "start": 'when it starts, in ENTRY_TIMEZONE: "2027-02-10 18:00"',
        "content": _HELP_CONTENT,
    },
)
def meetup(_: Context, title: str, start: str, content: str | None = None) -> None:
    """Begin a new meetup, as a draft, with the place and host of the last one of that name."""
    from tools.meetups import new_meetup

    print(new_meetup(title, start, _here(content, "content")))


@command(
    name="record",
    help={
        "forget": "the id of a meetup that was taken away, which calendars may lose",
        "content": _HELP_CONTENT,
    },
)
def meetups_record(_: Context, forget: str | None = None, content: str | None = None) -> None:
    """Record what calendars are told of the meetups; after each change of one, before publishing."""
    from tools.meetups import record

    print(record(_here(content, "content"), forget))


@command(
    positional=["url"],
    help={
        "url": "the address of the page",
        "private": "ask it even when it is on this machine or its network",
        "content": _HELP_CONTENT,
    },
)
def resource(_: Context, url: str, private: bool = False, content: str | None = None) -> None:
    """Begin a resource, as a draft, with what the page at an address says of itself."""
    from tools.links.beginning import new_resource
    from tools.links.desk import desk

    print(new_resource(url, desk(_here(content, "content")), private=private))


@command(
    name="check",
    help={
        "only": "a part of an address, or of a file's name: look at these alone",
        "private": "a host on this machine or its network that may be asked",
        "content": _HELP_CONTENT,
    },
)
def resources_check(
    _: Context, only: str = "", private: str = "", content: str | None = None
) -> None:
    """Ask for every link outside the site, politely, and remember what became of it."""
    from tools.links.checking import check as run
    from tools.links.desk import desk
    from tools.links.progress import bar

    allowed = frozenset({private} if private else ())
    with bar("Asking") as progress:
        checked = run(desk(_here(content, "content")), only, allowed, progress=progress)
    print(checked)


@command(name="review", help={"content": _HELP_CONTENT})
def resources_review(_: Context, content: str | None = None) -> None:
    """Go through the resources that nobody has looked at for a year, and those in doubt."""
    import webbrowser

    from tools.links.desk import desk
    from tools.links.review import review

    at = desk(_here(content, "content"))
    print(review(at, ask=_answer, show=print, open_page=webbrowser.open))


@command(
    help={"no-browser": "leave out the tests that drive a browser", "only": "a file or name to run"}
)
def test(_: Context, no_browser: bool = False, only: str = "") -> None:
    """Run every test, in a real browser too; gets Chromium when there is none."""
    arguments = ["pytest", "-n", "auto", *([only] if only else [])]
    if no_browser:
        if os.environ.get("CI"):
            raise Exit("CI runs every test: --no-browser is for a desk.", code=2)
        print("The tests that drive a browser are left out.")
        arguments += ["-m", "not browser"]
    else:
        from tools.browser import require_chromium

        os.environ["CHROMIUM"] = str(require_chromium())
    _run(*arguments)


@command()
def lint(_: Context) -> None:
    """Style, likely mistakes, spelling."""
    _run("ruff", "check", ".")
    _run("ruff", "format", "--check", ".")
    _run("codespell_lib")


@command()
def types(_: Context) -> None:
    """What a function is given is what it says it takes."""
    _run("mypy", "plugins", "tools", "bench", "tasks.py", "invoke")


@command(
    help={
        "posts": "how many posts, between commas (1000)",
        "runs": "how often each is run (3)",
        "profile": "where the time of a cold build goes",
    }
)
def bench(_: Context, posts: str = "1000", runs: int = 3, profile: bool = False) -> None:
    """Speed and memory, side by side with plain Pelican, and with Hugo when it is there."""
    arguments = ["--posts", posts, "--runs", str(runs), *(["--profile"] if profile else [])]
    _run("bench.run", *arguments)


@command(help={"upgrade": "move everything to the newest version allowed"})
def pins(_: Context, upgrade: bool = False) -> None:
    """Make the pinned requirements anew from pyproject.toml; needs uv."""
    from tools.pins import regenerate

    for line in regenerate(ROOT, upgrade=upgrade) or ["Nothing changed."]:
        print(line)


@command()
def clean(_: Context) -> None:
    """Take away what builds and tests left: output, .cache and the tools' own folders."""
    from tools.build import clean as run

    for path in run():
        print(f"Removed {path}")


# ---- tips ------------------------------------------------------------------------------------------

_HELP_ISSUE = "the issue by its month, 2026-11; without it, the latest that is public"


def _campaign(content: str | None) -> Any:
    from tools.newsletter.campaign import campaign

    folder = _here(content, "content")
    return campaign(folder, folder.resolve().parent if content else ROOT)


def _counting(done: int, of: int) -> None:
    if sys.stdout.isatty():
        print(f"\r{done:,} of {of:,}", end="\n" if done == of else "", flush=True)


@command(
    name="tips",
    help={"month": "its month, 2026-12; without it, the one after the latest"}
    | {"content": _HELP_CONTENT},
)
def new_tips(_: Context, month: str | None = None, content: str | None = None) -> None:
    """Begin the next issue of the campaign, a draft with its four items."""
    from tools.new import new_issue

    print(new_issue(_here(content, "content"), month))


@command(
    name="preview",
    help={
        "issue": "the issue by its month, 2026-12, public or not; without it, the latest that is public",
        "open": "open it in a browser (yes); --no-open only writes it",
        "content": _HELP_CONTENT,
    },
)
def tips_preview(
    _: Context,
    issue: str | None = None,
    open: bool = True,  # noqa: A002 - the option's name
    content: str | None = None,
) -> None:
    """Show the mail of an issue, as it would go out."""
    import webbrowser

    from tools.newsletter.campaign import preview

    page, told = preview(_campaign(content), issue)
    print(told)
    if open:
        webbrowser.open(page.resolve().as_uri())


@command(name="check", help={"issue": _HELP_ISSUE, "content": _HELP_CONTENT})
def tips_check(_: Context, issue: str | None = None, content: str | None = None) -> None:
    """Look for what is wrong with the mail of an issue: links, pictures, size."""
    from tools.newsletter.campaign import check as run

    print(run(_campaign(content), issue))


@command(
    name="send",
    help={
        "to": "send a proof to this one address",
        "list": "send it to everybody on this list (CSV) who has not got it",
        "issue": _HELP_ISSUE,
        "dry-run": "say who would get it, and send nothing",
        "again": "also to those in doubt, who may have it already",
        "refused": "also to those whom their server refused",
        "yes": "do not ask before the first goes out",
        "content": _HELP_CONTENT,
    },
)
def tips_send(
    _: Context,
    to: str | None = None,
    list: str | None = None,  # noqa: A002 - the option's name
    issue: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    refused: bool = False,
    yes: bool = False,
    content: str | None = None,
) -> None:
    """Send an issue: a proof with --to, or with --list to everybody, once each."""
    from tools.newsletter.campaign import send_list, send_proof

    if (to is None) == (list is None):
        raise Exit("Say --to ADDRESS for a proof, or --list FILE.csv for everybody.", code=2)
    if to is not None:
        print(send_proof(_campaign(content), issue, to))
        return
    ask = (lambda _: True) if yes else _ask
    print(
        send_list(
            _campaign(content),
            issue,
            _here(list, ""),
            ask,
            dry_run=dry_run,
            again=again,
            refused=refused,
            progress=_counting,
        )
    )


@command(
    name="who",
    help={
        "code": "what the link had in place of {token}, or the whole link",
        "list": "the list, a CSV file",
        "content": _HELP_CONTENT,
    },
)
def tips_who(
    _: Context,
    code: str,
    list: str,  # noqa: A002 - the option's name
    content: str | None = None,
) -> None:
    """Say who on a list followed an unsubscribe link, by its code."""
    from tools.newsletter.leaving import who

    campaign = _campaign(content)
    print(who(campaign.root, code, _here(list, ""), campaign.published))


@command(
    name="export",
    help={
        "issue": _HELP_ISSUE,
        "output": "the folder to write (.cache/export/<month>)",
        "unsubscribe": "what your service puts each reader's way out in place of ({{ unsubscribe_url }})",
        "content": _HELP_CONTENT,
    },
)
def tips_export(
    _: Context,
    issue: str | None = None,
    output: str | None = None,
    unsubscribe: str = "{{ unsubscribe_url }}",
    content: str | None = None,
) -> None:
    """Write the mail of an issue as files for a mailing service."""
    from tools.newsletter.campaign import export

    folder = _here(output, "") if output else None
    print(export(_campaign(content), issue, folder, unsubscribe))


# ---- publishing ------------------------------------------------------------------------------------

_HELP_TO = "the address to publish to (PUBLISH_TO in publishconf.py)"
_HELP_YES = "do not ask"


def _typed(command: str, *names: str) -> list[str]:
    """Which of a command's arguments stand behind it without a dash. Invoke has none that may be left
    out, so those that are not there are no arguments of it this time."""
    typed = sys.argv[sys.argv.index(command) + 1 :] if command in sys.argv else []
    count = next((at for at, one in enumerate(typed) if one.startswith("-")), len(typed))
    return list(names[:count])


def _publishing(content: str | None, to: str | None) -> Any:
    from tools.deploy.desk import desk

    return desk(_here(content, "content"), to)


@command(
    name="site",
    default=True,
    help={
        "to": _HELP_TO,
        "dry_run": "say what would be done, and write nothing at the host",
        "yes": _HELP_YES,
        "force_delete": "delete as many files as it takes",
        "files": "name every file that changes",
        "content": _HELP_CONTENT,
    },
)
def publish_site(
    _: Context,
    to: str | None = None,
    dry_run: bool = False,
    yes: bool = False,
    force_delete: bool = False,
    files: bool = False,
    content: str | None = None,
) -> None:
    """Build, look it all through, say what changes, ask, and bring it to readers."""
    from tools.deploy.bar import bar
    from tools.deploy.publishing import Choices, publish

    choices = Choices(dry_run, force_delete, files)
    ask = (lambda _: True) if yes else _ask
    with bar("Sending") as progress:
        print(publish(_publishing(content, to), choices, ask, _say, progress))


@command(
    name="rollback",
    positional=_typed("publish.rollback", "release"),
    help={
        "release": "how its id begins, as publish.list shows it (the one before)",
        "to": _HELP_TO,
        "yes": _HELP_YES,
    },
)
def publish_rollback(
    _: Context, release: str | None = None, to: str | None = None, yes: bool = False
) -> None:
    """Make an earlier release live again: pages, conversations and feeds."""
    from tools.deploy.bar import bar
    from tools.deploy.publishing import roll_back

    ask = (lambda _: True) if yes else _ask
    with bar("Going back") as progress:
        print(roll_back(_publishing(None, to), release, ask, _say, progress))


@command(name="list", help={"to": _HELP_TO})
def publish_list(_: Context, to: str | None = None) -> None:
    """List the releases that one can go back to."""
    from tools.deploy.history import listed

    print(listed(_publishing(None, to)))


@command(
    name="diff",
    positional=_typed("publish.diff", "one", "other"),
    help={
        "one": 'how a release\'s id begins, "live" or "content" (live)',
        "other": "the same (content)",
        "to": _HELP_TO,
        "content": _HELP_CONTENT,
    },
)
def publish_diff(
    _: Context,
    one: str | None = None,
    other: str | None = None,
    to: str | None = None,
    content: str | None = None,
) -> None:
    """How two releases differ, or what is live and the content."""
    from tools.deploy.history import compared

    print(compared(_publishing(content, to), one, other))


@command(name="status", help={"to": _HELP_TO, "content": _HELP_CONTENT})
def publish_status(_: Context, to: str | None = None, content: str | None = None) -> None:
    """How the content, the last release and what readers get differ."""
    from tools.deploy.history import status

    print(status(_publishing(content, to), _say))


@command(
    name="forget",
    positional=["what"],
    help={
        "what": "an address or a feed id that is meant to be gone",
        "to": _HELP_TO,
        "content": _HELP_CONTENT,
    },
)
def publish_forget(
    _: Context, what: str, to: str | None = None, content: str | None = None
) -> None:
    """Let an address be gone for good, which no publish does by itself."""
    from tools.deploy.history import forget

    print(forget(_publishing(content, to), what))


def _say(line: str) -> None:
    print(line, flush=True)


# ---- comments --------------------------------------------------------------------------------------

_HELP_ENTRY = "the entry: its key, id, slug, file, or a part of its title"
_HELP_ID = "the comment's id, or a link to it"
_HELP_DRAFT = "a file with a text to begin with, such as one that was kept"


def _desk(content: str | None) -> Any:
    from tools.comments.desk import desk

    return desk(_here(content, "content"))


def _answer(question: str) -> str:
    """What is typed; nothing at the end of the input."""
    try:
        return input(question)
    except EOFError:
        print()
        return ""


def _ask(question: str) -> bool:
    """Yes only when it is typed; the end of the input is a no."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        print()
        return False


@command(name="check", help={"content": _HELP_CONTENT})
def comments_check(_: Context, content: str | None = None) -> None:
    """Look for everything that is wrong with the threads, and write nothing."""
    from tools.comments.care import check as run

    print(run(_desk(content)))


@command(name="index", help={"content": _HELP_CONTENT})
def comments_index(_: Context, content: str | None = None) -> None:
    """Write the store's index.json, with which it can be served from any host of files."""
    from tools.store.publish_index import write_index

    print(write_index(_desk(content).store))


@command(name="pull")
def comments_pull(_: Context) -> None:
    """Fetch the comments when COMMENTS_STORE is an address."""
    from tools.store import pull_for

    print(pull_for(SITE / "pelicanconf.py"))


@command(name="waiting", help={"content": _HELP_CONTENT})
def comments_waiting(_: Context, content: str | None = None) -> None:
    """List what waits for your answer: questions first, the oldest first."""
    from tools.comments.care import waits

    print(waits(_desk(content)))


@command(name="stats", help={"content": _HELP_CONTENT})
def comments_stats(_: Context, content: str | None = None) -> None:
    """The conversations in figures."""
    from tools.comments.care import figures

    print(figures(_desk(content)))


@command(
    name="add",
    positional=["entry"],
    help={
        "entry": _HELP_ENTRY,
        "name": "who says it; without it, you",
        "email": "their address; it only makes their key, and is kept nowhere",
        "url": "their site",
        "date": 'when it was said: "2026-11-23 18:00"; without it, now',
        "to": "the id of the comment that it answers",
        "draft": _HELP_DRAFT,
        "content": _HELP_CONTENT,
    },
)
def comments_add(
    _: Context,
    entry: str,
    name: str | None = None,
    email: str | None = None,
    url: str | None = None,
    date: str | None = None,
    to: str | None = None,
    draft: str | None = None,
    content: str | None = None,
) -> None:
    """Put a comment into a thread, in your editor."""
    from tools.comments.verbs import add

    begun = _here(draft, "") if draft else None
    print(add(_desk(content), entry, name, email, url, date, to, begun))


@command(
    name="reply",
    positional=["entry", "identity"],
    help={
        "entry": _HELP_ENTRY,
        "identity": _HELP_ID,
        "draft": _HELP_DRAFT,
        "content": _HELP_CONTENT,
    },
)
def comments_reply(
    _: Context, entry: str, identity: str, draft: str | None = None, content: str | None = None
) -> None:
    """Answer a comment as yourself, in your editor."""
    from tools.comments.verbs import reply

    print(reply(_desk(content), entry, identity, _here(draft, "") if draft else None))


@command(
    name="edit",
    positional=["entry", "identity"],
    help={
        "entry": _HELP_ENTRY,
        "identity": _HELP_ID,
        "draft": _HELP_DRAFT,
        "content": _HELP_CONTENT,
    },
)
def comments_edit(
    _: Context, entry: str, identity: str, draft: str | None = None, content: str | None = None
) -> None:
    """Change a comment's words, in your editor."""
    from tools.comments.verbs import edit

    print(edit(_desk(content), entry, identity, _here(draft, "") if draft else None))


@command(
    name="delete",
    positional=["entry", "identity"],
    help={"entry": _HELP_ENTRY, "identity": _HELP_ID, "content": _HELP_CONTENT},
)
def comments_delete(_: Context, entry: str, identity: str, content: str | None = None) -> None:
    """Take a comment away; with replies, its place stays."""
    from tools.comments.verbs import delete

    print(delete(_desk(content), entry, identity))


@command(
    name="close",
    positional=["entry"],
    help={
        "entry": _HELP_ENTRY,
        "reason": "why, in a few words; readers see it",
        "content": _HELP_CONTENT,
    },
)
def comments_close(_: Context, entry: str, reason: str, content: str | None = None) -> None:
    """Let a thread take no more replies."""
    from tools.comments.verbs import close

    print(close(_desk(content), entry, reason))


@command(name="open", positional=["entry"], help={"entry": _HELP_ENTRY, "content": _HELP_CONTENT})
def comments_open(_: Context, entry: str, content: str | None = None) -> None:
    """Let a closed thread take replies again."""
    from tools.comments.verbs import open_again

    print(open_again(_desk(content), entry))


@command(
    name="pin",
    positional=["entry", "identity"],
    help={
        "entry": _HELP_ENTRY,
        "identity": _HELP_ID,
        "off": "take the pin off it",
        "content": _HELP_CONTENT,
    },
)
def comments_pin(
    _: Context, entry: str, identity: str, off: bool = False, content: str | None = None
) -> None:
    """Pin a remark, so that it is read first."""
    from tools.comments.verbs import pin

    print(pin(_desk(content), entry, identity, off=off))


@command(
    name="person",
    positional=["person"],
    help={
        "person": "a name they use, the address of their page, or their key",
        "picture": "show this picture, which they gave, in place of their mark",
        "no_picture": "take their picture away",
        "no_page": "have no page about them, however often they speak",
        "page": "let them have one again",
        "content": _HELP_CONTENT,
    },
)
def comments_person(
    _: Context,
    person: str,
    picture: str | None = None,
    no_picture: bool = False,
    no_page: bool = False,
    page: bool = False,
    content: str | None = None,
) -> None:
    """Show a person's picture in place of their mark; have no page about them."""
    from tools.comments.persons import set_person

    given = _here(picture, "") if picture else None
    wanted = None if page == no_page else page
    print(set_person(_desk(content), person, given, no_picture, wanted))


@command(
    name="doctor",
    help={
        "fix": "show each change, ask, keep a copy, write",
        "clocks": "date a reply that is earlier than what it answers one second after it",
        "content": _HELP_CONTENT,
    },
)
def comments_doctor(
    _: Context, fix: bool = False, clocks: bool = False, content: str | None = None
) -> None:
    """Look for circles, orphans, doubled ids, wrong clocks, garbled text; --fix mends."""
    from tools.comments.care import mend

    print(mend(_desk(content), fix=fix, clocks=clocks, ask=_ask, show=print))


@command(
    name="merge",
    positional=["base", "ours", "theirs"],
    help={
        "base": "what both copies began with",
        "ours": "our copy; the merged thread is written here",
        "theirs": "their copy",
        "path": "how messages name the file",
    },
)
def comments_merge(_: Context, base: str, ours: str, theirs: str, path: str = "") -> None:
    """Merge two copies of a thread; git calls this (comments.setup)."""
    from tools.comments.care import merge

    merge(_here(base, ""), _here(ours, ""), _here(theirs, ""), path or ours)


@command(name="setup")
def comments_setup(_: Context) -> None:
    """Have git merge threads comment by comment; once for each copy of the repository."""
    from tools.comments.care import setup

    print(setup(ROOT))


def new_commands() -> list[Any]:
    """`new.<word>` for each kind of entry that has none of its own; a page is one of them."""
    from plugins.kinds import KINDS

    own = {"posts", "meetups", "resources", "tips"}
    return [_new_command(kind) for folder, kind in KINDS.items() if folder not in own]


def _new_command(kind: Kind) -> Any:
    def begin(_: Context, title: str, content: str | None = None) -> None:
        from tools.new import new_entry

        print(new_entry(kind, title, _here(content, "content")))

    begin.__doc__ = f"Begin a new {kind.word}, as a draft dated now."
    help_title = f"the {kind.word}'s title, in quotes"
    return command(
        name=kind.word.replace(" ", "-"),
        positional=["title"],
        help={"title": help_title, "content": _HELP_CONTENT},
    )(begin)


namespace = Collection(build, serve, check, test, lint, types, bench, pins, clean)
namespace.add_collection(Collection("new", post, meetup, resource, new_tips, *new_commands()))
namespace.add_collection(Collection("meetups", meetups_record))
namespace.add_collection(Collection("resources", resources_check, resources_review))
namespace.add_collection(
    Collection(
        "comments",
        comments_check,
        comments_index,
        comments_pull,
        comments_waiting,
        comments_stats,
        comments_add,
        comments_reply,
        comments_edit,
        comments_delete,
        comments_close,
        comments_open,
        comments_pin,
        comments_person,
        comments_doctor,
        comments_merge,
        comments_setup,
    )
)
namespace.add_collection(
    Collection("tips", tips_preview, tips_check, tips_send, tips_export, tips_who)
)
namespace.add_collection(
    Collection(
        "publish",
        publish_site,
        publish_rollback,
        publish_list,
        publish_diff,
        publish_status,
        publish_forget,
    )
)
