"""The pages in a real browser, against a real server and a real worker."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.acceptance.installation import Installation

SECONDS = 1000.0
EVIL = "<img src=x onerror=alert(1)>"
SPEC = f"""\
name: config_pipeline
description: Jobs that pass configuration via user_data

jobs:
  - name: generate_config
    command: |
      until [ -e go ]; do sleep 0.05; done
      echo '{{"learning_rate": 0.001, "batch_size": 32, "epochs": 10}}' > config.json
      torc user-data update ${{user_data.output.ml_config}} --data "$(cat config.json)"
    resource_requirements: minimal
  - name: train_model
    command: |
      echo "Training with config:"
      torc user-data get ${{user_data.input.ml_config}} --data-only
    resource_requirements: gpu_large
  - name: "{EVIL}"
    command: |
      printf '\\033[31mred\\033[0m <script>alert(2)</script>\\n10%%\\r100%%\\n'
      torc user-data get ${{user_data.input.ml_config}} --data-only
    resource_requirements: gpu_small

user_data:
  - name: ml_config
    data: null

resource_requirements:
  - {{name: minimal, num_cpus: 1, memory: 1g, runtime: PT5M}}
  - {{name: gpu_small, num_cpus: 4, num_gpus: 1, memory: 16g, runtime: PT1H}}
  - {{name: gpu_large, num_cpus: 8, num_gpus: 2, memory: 32g, runtime: PT4H}}
"""


def status_of(page: Page, job: str) -> str:
    row = page.locator("#job-table tr", has=page.get_by_role("link", name=job, exact=True))
    return (row.locator(".st").text_content() or "").strip()


def create(page: Page, spec: str, button: str) -> None:
    page.goto("/workflows/new")
    page.locator("#id_text").fill(spec)
    page.get_by_role("button", name=button, exact=True).click()


def let_go(installation: Installation) -> None:
    (installation.data_dir / "workflows/1/go").touch()


def test_a_workflow_from_upload_to_log_without_a_reload(
    page: Page, installation: Installation
) -> None:
    upload_with_a_mistake_at_first(page)
    page.evaluate("window.sameDocument = true")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("h1")).to_contain_text("running")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#chips")).to_contain_text("running")
    assert status_of(page, "train_model") == "◌ blocked"
    let_go(installation)
    expect(page.locator("h1")).to_contain_text("completed")
    assert status_of(page, "train_model") == "✓ completed"
    assert status_of(page, EVIL) == "✓ completed"
    assert page.evaluate("window.sameDocument") is True
    assert page.locator("img").count() == 0

    see_log_as_text(page)
    page.get_by_role("link", name="ml_config").click()
    expect(page.locator("#value-text")).to_contain_text('"epochs": 10')
    edit_under_conflict(page, installation)

    page.get_by_role("link", name="Results").click()
    expect(page.locator("#result-table tr[id^=result-]")).to_have_count(3)
    expect(page.locator("#result-table .st-completed")).to_have_count(3)


def upload_with_a_mistake_at_first(page: Page) -> None:
    mistaken = SPEC.replace("user_data.input.ml_config}", "user_data.input.ml_konfig}", 1)
    create(page, mistaken, "Check")
    expect(page.locator("#mistakes")).to_contain_text("Line 12")
    expect(page.locator("#mistakes")).to_contain_text("ml_config")
    expect(page.locator("#id_text")).to_have_value(re.compile("name: config_pipeline"))
    create(page, SPEC, "Check")
    expect(page.locator("#plan")).to_contain_text("config_pipeline is valid")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator("h1")).to_contain_text("not initialized")


def see_log_as_text(page: Page) -> None:
    page.get_by_role("link", name=EVIL, exact=True).click()
    expect(page.locator(".log")).to_contain_text("red <script>alert(2)</script>")
    expect(page.locator(".log")).to_contain_text('"batch_size": 32')
    assert "\x1b" not in page.content()
    assert "10%" not in (page.locator(".log").text_content() or "")


def edit_under_conflict(page: Page, installation: Installation) -> None:
    page.get_by_role("link", name="Edit").click()
    page.locator("textarea").fill('{"epochs": 20')
    expect(page.locator("#json-message")).to_contain_text("line 1")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#errors")).to_contain_text("Line 1")
    expect(page.locator("textarea")).to_have_value('{"epochs": 20')
    installation.torc("user-data", "update", "1", "--data", '{"epochs": 30}')
    page.locator("textarea").fill('{"epochs": 20}')
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#theirs")).to_contain_text('{"epochs": 30}')
    expect(page.locator("textarea")).to_have_value('{"epochs": 20}')
    page.get_by_role("button", name="Replace with mine").click()
    expect(page.locator("#value-text")).to_have_text('{"epochs": 20}')
    assert installation.json("user-data", "get", "1")["data"] == {"epochs": 20}


def test_a_log_follows_while_its_reader_is_at_the_end(
    page: Page, installation: Installation
) -> None:
    command = "seq 1 200; until [ -e go ]; do sleep 0.05; done; seq 201 400"
    create(page, f"name: w\njobs:\n  - {{name: long, command: '{command}'}}\n", "Create and start")
    page.get_by_role("link", name="long", exact=True).click()
    log = page.locator(".log")
    expect(log).to_contain_text("200")
    expect(page.locator("h1")).to_contain_text("running")
    log.evaluate("element => { element.scrollTop = 0; }")
    with page.expect_request(re.compile("rev=")):
        pass  # a poll of the page has passed, and the reader is left where he is
    assert log.evaluate("element => element.scrollTop") == 0
    expect(log.locator('[id="L400"]')).to_have_count(0)
    log.evaluate("element => { element.scrollTop = element.scrollHeight; }")
    let_go(installation)
    expect(log.locator('[id="L400"]')).to_have_count(1)
    rest = "element => element.scrollHeight - element.scrollTop - element.clientHeight"
    page.wait_for_function(f"({rest})(document.querySelector('.log')) < 40")
    expect(log.locator('[id="L399"]')).to_have_count(1)


def test_a_log_rests_when_paused_and_its_lines_have_addresses(
    page: Page, installation: Installation
) -> None:
    command = "seq 1 5000; until [ -e go ]; do sleep 0.05; done; seq 5001 5003"
    create(page, f"name: w\njobs:\n  - {{name: long, command: '{command}'}}\n", "Create and start")
    page.get_by_role("link", name="long", exact=True).click()
    line = '[id="L{}"]'.format
    expect(page.locator(line(5000))).to_have_count(1)
    page.reload()  # a page that was open before the lines came has followed them all
    expect(page.locator(line(5000))).to_have_count(1)
    expect(page.locator(line(3000))).to_have_count(0)
    page.get_by_role("button", name="Pause").click()
    let_go(installation)
    expect(page.locator("h1")).to_contain_text("completed")
    expect(page.locator(line(5003))).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(line(5003))).to_have_count(1)
    page.get_by_role("link", name="earlier lines").click()
    expect(page.locator(line(1001))).to_have_count(1)
    page.locator(line(1500)).click()
    page.locator(line(1502)).click(modifiers=["Shift"])
    address = page.url
    page.goto("/workers")
    page.goto(address)
    expect(page.locator(".log mark")).to_have_text(["1500", "1501", "1502"])
    expect(page.locator(line(1501))).to_be_in_viewport()


def test_a_hidden_page_rests_and_a_typed_filter_survives_the_polls(page: Page) -> None:
    create(page, "name: w\njobs:\n  - {name: long, command: sleep 20}\n", "Create and start")
    page.locator("#filters input[name=q]").fill("half typed")
    for _ in range(2):
        with page.expect_response(re.compile("rev=")) as answer:
            pass
        assert answer.value.status in (200, 204)
    expect(page.locator("#filters input[name=q]")).to_have_value("half typed")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    polls: list[str] = []
    page.on("request", lambda request: polls.append(request.url))
    page.wait_for_timeout(5 * SECONDS)  # nothing else can show that nothing happens
    assert polls == []


def test_a_page_says_when_it_is_no_longer_up_to_date(
    page: Page, installation: Installation
) -> None:
    create(page, "name: w\njobs:\n  - {name: long, command: sleep 20}\n", "Create and start")
    expect(page.locator("h1")).to_contain_text("running")
    expect(page.locator("#follows")).to_contain_text("live")
    page.route("**/w/**", lambda route: route.abort())
    page.evaluate("console.error = () => undefined")
    expect(page.locator("#stale")).to_contain_text("Not updated since")
    expect(page.locator("#follows")).to_be_hidden()
    expect(page.locator("h1")).to_contain_text("running")
    page.unroute("**/w/**")
    expect(page.locator("#stale")).to_be_hidden()


def test_the_pages_work_without_scripts(browser: Browser, installation: Installation) -> None:
    installation.start()
    context = browser.new_context(base_url=installation.url, java_script_enabled=False)
    page = context.new_page()
    link = re.search(r"http\S+/sign-in/\S+", installation.log)
    assert link
    page.goto(link[0])
    page.locator("main button").click()
    create(page, "name: w\njobs:\n  - {name: quick, command: echo printed}\n", "Create")
    page.get_by_role("button", name="Start").click()
    installation.torc("run", "1")
    page.reload()
    expect(page.locator("h1")).to_contain_text("completed")
    page.get_by_role("link", name="quick", exact=True).click()
    expect(page.locator(".log")).to_contain_text("printed")
    context.close()


def test_no_page_is_wider_than_a_phone(page: Page) -> None:
    create(page, "name: w\njobs:\n  - {name: quick, command: 'true'}\n", "Create and start")
    expect(page.locator("h1")).to_contain_text("completed")
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, f"the page is wider than {width} pixels"
