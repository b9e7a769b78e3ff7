"""Lines of rule files that cannot be read are told with their numbers; the others hold."""

from tools.serve.rules import headers_for, read_headers, read_redirects


def test_every_faulty_header_line_is_told() -> None:
    rules, faults = read_headers(
        "  X-Lost: 1\nposts\n/ok\n  X-Kept: 1\n  no header\n  Bad Name: 1\n"
    )
    assert faults == [
        "_headers:1: a header without an address above it",
        '_headers:2: "posts" is not an address; begin it with /',
        '_headers:5: "no header" is not a header; write Name: value',
        '_headers:6: "Bad Name: 1" is not a header; write Name: value',
    ]
    assert headers_for(rules, "/ok") == [("X-Kept", "1")]


def test_every_faulty_redirect_line_is_told() -> None:
    rules, faults = read_redirects("/a\n/b /c 999\nd /e\n/f /g 301 Country=au\n/h /i\n/j /k x\n")
    assert faults == [
        "_redirects:1: write /old /new 301",
        "_redirects:2: 999 is not a status that a redirect can have",
        '_redirects:3: "d" is not an address; begin it with /',
        "_redirects:4: write /old /new 301",
        "_redirects:6: write /old /new 301",
    ]
    assert [rule.target_for("/h") for rule in rules] == ["/i"]


def test_a_star_matches_everything_below_and_the_folder_itself() -> None:
    rules, _ = read_redirects("/old/* /new/:splat")
    targets = [rules[0].target_for(path) for path in ("/old", "/old/", "/old/a/b", "/older")]
    assert targets == ["/new/", "/new/", "/new/a/b", None]


def test_signs_that_mean_something_in_an_expression_mean_themselves() -> None:
    rules, _ = read_redirects("/a.b(c) /d")
    assert [rules[0].target_for(path) for path in ("/a.b(c)", "/axb(c)")] == ["/d", None]
