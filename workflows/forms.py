from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from torc_site.http import SPEC_LIMIT


class SpecForm(forms.Form):
    """A spec as a file, or as text."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="File",
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.json"}),
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label="Spec",
        widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false", "rows": 24}),
    )

    def clean(self) -> dict[str, Any]:
        """Let a chosen file take the place of the text."""
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        text = _text_of(file) if file else cleaned.get("text", "")
        # Browsers send the line ends of the network, which a spec's own text did not have.
        text = text.replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError("Choose a file, or paste the text of a spec.")
        if len(text.encode()) > SPEC_LIMIT:
            raise forms.ValidationError(f"A spec has at most {SPEC_LIMIT // 2**20} MiB.")
        cleaned["text"] = text
        cleaned["filename"] = file.name if file else None
        return cleaned


def _text_of(file: "UploadedFile[bytes]") -> str:
    try:
        return bytes(file.read()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"The file is not UTF-8 text (byte {error.start:,})."
        raise forms.ValidationError(message) from error


class RerunForm(forms.Form):
    """What is to run again."""

    scope = forms.ChoiceField(choices=(("failed", "failed"), ("all", "all")))
    starts = forms.BooleanField(required=False)
