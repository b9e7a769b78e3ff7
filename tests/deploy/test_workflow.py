"""The workflow that publishes by itself: what it runs, and what its owner is told of it."""

from __future__ import annotations

import re

from tests.sites import ROOT
from tools.deploy.address import FORMS

TEXT = (ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8")
HEAD, _, STEPS = TEXT.partition("name: Publish")


def test_it_publishes_by_the_command_that_the_owner_types() -> None:
    assert "run: ./invoke publish --yes" in STEPS
    assert "fetch-depth: 0" in STEPS


def test_every_secret_is_explained_and_stands_in_one_step_only() -> None:
    used = re.findall(r"secrets\.([A-Z_]+)", STEPS)
    assert used
    assert sorted(used) == sorted(set(used))
    for name in used:
        assert name in HEAD, name
        assert f"{name}: ${{{{ secrets.{name} }}}}" in STEPS


def test_every_kind_of_host_that_it_can_reach_is_explained() -> None:
    for scheme in FORMS.keys() - {"file"}:
        assert f"#   {scheme}://" in HEAD


def test_the_hourly_question_keeps_its_failure_and_sends_no_waiting_push_away() -> None:
    look, _, publish = STEPS.partition("\n  publish:")
    assert "set -euo pipefail\n          answer=" in look
    assert "concurrency:" not in look
    assert "    concurrency:\n      group: publish\n" in publish


def test_a_push_of_code_is_tested_and_one_of_content_is_looked_through_by_its_publish() -> None:
    assert "if: github.event_name == 'push' && needs.look.outputs.code == 'true'" in STEPS
    assert "-- . ':!content'" in STEPS


def test_every_action_and_every_machine_is_pinned() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert all(re.fullmatch(r"[\w/-]+@v\d+", one) for one in re.findall(r"uses: (\S+)", text))
        assert "-latest" not in text


def test_the_only_job_that_may_write_is_the_one_that_publishes() -> None:
    assert "\npermissions: {}\n" in STEPS
    assert STEPS.count(": write") == 1
    assert STEPS.index(": write") > STEPS.index("\n  publish:")
