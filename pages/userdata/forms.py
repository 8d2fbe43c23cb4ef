from django import forms

from specification.formats.json_text import JsonError
from specification.json_values import loads_json
from specification.limits import MAX_DATA_BYTES


class ValueForm(forms.Form):
    """A new value, and the version that it replaces."""

    value = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)

    def clean_value(self) -> str:
        """Check the JSON strictly and return it as it was typed, without the space around it."""
        # Browsers send CR LF at the end of each line; JSON means the same with LF alone.
        text: str = self.cleaned_data["value"].replace("\r\n", "\n").strip()
        if not text:
            raise forms.ValidationError("Type a JSON value, such as null.")
        try:
            loads_json(text, max_bytes=MAX_DATA_BYTES)
        except JsonError as error:
            problem = error.problem
            place = f"Line {problem.line}, column {problem.column}: " if problem.line else ""
            hint = f" {problem.hint}" if problem.hint else ""
            raise forms.ValidationError(f"{place}{problem.detail}{hint}") from error
        return text
