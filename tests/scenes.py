"""What a page looks like in the middle of something, and a study that is under way."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

STUDY = """\
name: study
description: A small study that is under way
failure_handlers:
  - name: twice
    rules: [{match_all_exit_codes: true, max_retries: 1}]
jobs:
  - name: fit_{i}
    command: |
      echo "settings $(torc user-data get ${user_data.input.settings} --data-only)"
      torc user-data update ${user_data.output.score_{i}} --data '{"loss": 0.{i}, "epochs": {i}}'
      echo "weights" > model_{i}.bin
    output_files: ["model_{i}"]
    parameters: {i: "1:6"}
    resource_requirements: small
  - name: flaky
    command: |
      echo try >> tries
      if [ "$(wc -l < tries)" -lt 2 ]; then echo "OSError: the disk is busy" >&2; exit 75; fi
    failure_handler: twice
    resource_requirements: small
  - name: train
    command: |
      n=0
      while true; do n=$((n + 1)); echo "epoch $n: loss 0.$((1000 - n))"; sleep 0.2; done
    depends_on: [flaky]
    resource_requirements: small
  - {name: report, command: echo done, depends_on: [train], input_files: [model_1, model_2]}
  - {name: huge, command: echo never, resource_requirements: huge}
files:
  - {name: "model_{i}", path: "model_{i}.bin", parameters: {i: "1:6"}}
user_data:
  - {name: settings, data: {rate: 0.1, layers: [64, 32], optimizer: {name: adam, decay: 0.01}}}
  - {name: "score_{i}", parameters: {i: "1:6"}}
resource_requirements:
  - {name: small, num_cpus: 1, memory: 64m, runtime: PT10M}
  - {name: huge, num_cpus: 900, memory: 64m, runtime: PT10M}
"""
N_SOON = 7
"""Jobs that complete while the long one runs."""
MISTAKEN = STUDY.replace("depends_on: [flaky]", "depends_on: [flacky]")
OF_STUDY = [
    "/w/1",
    "/w/1/files",
    "/w/1/data",
    "/w/1/data/1",
    "/w/1/events",
    "/w/1/jobs/7",
    "/workers",
    "/w/1/jobs/8?log=stdout",
    "/w/1/jobs/8?log=stdout&q=epoch+1",
    "/w/1/jobs/9",
    "/w/1/jobs/10",
    "/w/1?q=nothing-is-called-so",
    "/w/1/results?data=loss&data=epochs&x=data.epochs&y=data.loss",
]


def check(page: Page, spec: str) -> None:
    """Paste a spec and ask whether it is right."""
    page.goto("/workflows/new")
    page.locator("#id_text").fill(spec)
    page.get_by_role("button", name="Check").click()


def mistaken_spec(page: Page) -> None:
    """A spec with a mistake was checked."""
    check(page, MISTAKEN)
    expect(page.locator("#mistakes")).to_be_visible()


def right_spec(page: Page) -> None:
    """A spec without one was checked."""
    check(page, STUDY)
    expect(page.locator("#plan")).to_be_visible()


def new_token(page: Page) -> None:
    """A token was made and is shown once."""
    page.goto("/tokens")
    page.get_by_label("Name").fill("nightly sweep on c14")
    page.get_by_role("button", name="Create token").click()
    expect(page.locator("#export")).to_be_visible()


def invalid_value(page: Page) -> None:
    """Text that is no JSON was typed as a value."""
    page.goto("/w/1/data/1/edit")
    page.locator("#value").fill('{"rate": 0.1,\n "layers": [64, 32}')
    expect(page.locator("#json-message")).to_contain_text("line 2")


def conflict(page: Page) -> None:
    """Somebody else saved the value that is being edited."""
    page.goto("/w/1/data/1/edit")
    hidden = page.locator("#value-form input[type=hidden]").all()
    form: dict[str, str | float | bool] = {
        field.get_attribute("name") or "": field.input_value() for field in hidden
    }
    before = page.locator("#value").input_value()
    form["value"] = re.sub(r'("rate": ?0\.\d)', r"\g<1>5", before)
    saved = page.request.post(page.url, form=form, headers={"Referer": page.url})
    assert saved.ok
    page.locator("#value").fill('{"rate": 0.3}')
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#conflict")).to_be_visible()


def changed_value(page: Page) -> None:
    """A value has versions."""
    page.goto("/w/1/data/1/history")


def stale_jobs(page: Page) -> None:
    """Jobs have read a value that was changed since."""
    page.goto("/w/1/reinitialize")
    expect(page.locator("#stale-jobs")).to_be_visible()


def asked_for_keys(page: Page) -> None:
    """The keys are explained."""
    page.goto("/w/1")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def signed_out(page: Page) -> None:
    """Nobody is signed in any more."""
    page.context.clear_cookies()
    page.goto("/w/1")
    expect(page.get_by_label("Password")).to_be_visible()


def used_link(page: Page) -> None:
    """A link was used before."""
    page.goto("/sign-in/used")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_contain_text("no longer")


SCENES: list[Callable[[Page], None]] = [
    mistaken_spec,
    right_spec,
    new_token,
    invalid_value,
    conflict,
    changed_value,
    stale_jobs,
    asked_for_keys,
    signed_out,
    used_link,
]
"""The last ones are of somebody who is not signed in."""
