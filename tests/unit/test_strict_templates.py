"""A template that names what does not exist fails a test, whatever the template does with it."""

from pathlib import Path

import pytest
from django.template import Context, Engine, Template

from tests import strict_templates


class Job:
    name = "fit_1"


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(strict_templates, "TEMPLATES", tmp_path)
    return tmp_path


def rendered(folder: Path, text: str) -> str:
    (folder / "page.html").write_text(text)
    template: Template = Engine(dirs=[str(folder)]).get_template("page.html")
    return template.render(Context({"job": Job(), "attempt": None}))


@pytest.mark.parametrize(
    "text",
    [
        "{{ job.nmae }}",
        "{{ nothing }}",
        "{{ job.nmae|default:1 }}",
        "{% if job.nmae %}{% endif %}",
        "{% if not job.nmae %}{% endif %}",
        '{% if job.nmae == "fit_1" %}{% endif %}',
        "{% for letter in job.nmae %}{% endfor %}",
        "{% with name=job.nmae %}{% endwith %}",
        "{% firstof job.nmae job.name %}",
    ],
)
def test_a_name_that_does_not_exist_fails_the_test(templates: Path, text: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="there is no n"):
        rendered(templates, text)


def test_names_that_exist_are_shown(templates: Path) -> None:
    assert rendered(templates, "{{ job.name }}") == "fit_1"


def test_of_none_any_attribute_may_be_read(templates: Path) -> None:
    assert rendered(templates, "{% if attempt.cause %}{{ attempt.cause }}{% endif %}") == ""


def test_templates_of_libraries_may_name_what_they_like(templates: Path) -> None:
    assert Template("{{ nothing }}").render(Context()) == ""
