"""Templates may name only what there is: a name that does not exist fails the test.

Django shows nothing in its place, takes it for false in `{% if %}` and for no value in a filter:
a renamed field would leave a page without a part of it, and nobody would know. Of a value that is
None, any attribute may be read, since a template that has a value to show reads the same one.
"""

from pathlib import Path
from typing import Any

import pytest
from django.template import base

from torc_site.environment import PROJECT_DIR

TEMPLATES = PROJECT_DIR / "templates"


def refuse_missing_names() -> None:
    """Let the project's own templates fail the test when they name what does not exist."""
    look_up = base.Variable._resolve_lookup  # type: ignore[attr-defined]

    def strict(variable: base.Variable, context: Any) -> Any:
        try:
            return look_up(variable, context)
        except base.VariableDoesNotExist as error:
            template = _own_template(context)
            missing, value = error.params
            if template is None or value is None:
                raise
        # This is no Exception: a comparison in `{% if %}` would take any for false.
        pytest.fail(f"{template} names {variable.var}, but there is no {missing}", pytrace=False)

    base.Variable._resolve_lookup = strict  # type: ignore[attr-defined]


def _own_template(context: Any) -> Path | None:
    """Return which of the project's templates is being rendered; None if it is a library's."""
    template = getattr(getattr(context, "render_context", None), "template", None)
    path = Path(template.origin.name) if template else Path()
    return path.relative_to(TEMPLATES) if path.is_relative_to(TEMPLATES) else None
