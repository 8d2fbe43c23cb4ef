from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from jobs.statuses import DISPLAY_ORDER, RERUNNABLE, JobStatus
from specification.limits import MAX_SPEC_BYTES
from workflows.rerun.options import RerunOptions
from workflows.rerun.resource_change import ResourceChange
from workflows.rerun.selection import Selection

ANY = "any"
"""Stands for every status whose jobs can run again."""
RERUN_WORDS = [status.word for status in DISPLAY_ORDER if status in RERUNNABLE]


def _text(placeholder: str) -> forms.TextInput:
    return forms.TextInput(attrs={"placeholder": placeholder, "size": 14})


def _number(placeholder: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"placeholder": placeholder})


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
        # Browsers send CR LF at the end of each line, which the text of the spec did not have.
        text = text.replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError("Choose a file, or paste the text of a spec.")
        if len(text.encode()) > MAX_SPEC_BYTES:
            raise forms.ValidationError(f"A spec has at most {MAX_SPEC_BYTES // 2**20} MiB.")
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
    """The jobs to run again and how, as an address names them."""

    status = forms.MultipleChoiceField(
        required=False, choices=[(word, word) for word in (ANY, *RERUN_WORDS)]
    )
    family = forms.CharField(required=False, strip=False, max_length=255)
    cause = forms.CharField(required=False, strip=False, max_length=200)
    name = forms.CharField(required=False, strip=False, max_length=255)
    return_code = forms.IntegerField(required=False)
    around = forms.ChoiceField(
        required=False,
        label="Which jobs",
        choices=(
            ("", "these and what follows from them"),
            ("upstream", "also what they wait for"),
            ("only", "only these"),
        ),
    )
    memory = forms.CharField(
        required=False, max_length=32, label="Memory", widget=_text("as before, or 12g")
    )
    runtime = forms.CharField(
        required=False, max_length=64, label="Runtime", widget=_text("as before, or PT2H")
    )
    num_cpus = forms.IntegerField(
        required=False, min_value=1, label="CPUs", widget=_number("as before")
    )
    num_gpus = forms.IntegerField(
        required=False, min_value=0, label="GPUs", widget=_number("as before")
    )

    def clean(self) -> dict[str, Any]:
        """Read the ids of jobs: any number of them, separated by commas."""
        cleaned: dict[str, Any] = super().clean() or {}
        texts = self.data.getlist("job") if isinstance(self.data, QueryDict) else []
        ids = [part for text in texts for part in text.split(",") if part]
        if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in ids):
            raise forms.ValidationError("A job is named by its id, a number.")
        cleaned["job_ids"] = tuple(dict.fromkeys(int(text) for text in ids))
        return cleaned

    def selection(self) -> Selection:
        """Return the selected jobs."""
        values, words = self.cleaned_data, self.cleaned_data["status"]
        chosen = RERUN_WORDS if ANY in words else words
        return Selection(
            job_ids=values["job_ids"],
            statuses=tuple(JobStatus.of_word(word) for word in chosen),
            family=values["family"] or None,
            cause=values["cause"] or None,
            name=values["name"] or None,
            return_code=values["return_code"],
        )

    def options(self, *, starts: bool = True, force: bool = False) -> RerunOptions:
        """Return how they run again.

        Args:
            starts: let workers take them at once.
            force: cancel those of them that run.
        """
        values = self.cleaned_data
        return RerunOptions(
            with_downstream=values["around"] != "only",
            with_upstream=values["around"] == "upstream",
            change=ResourceChange(
                memory=values["memory"] or None,
                runtime=values["runtime"] or None,
                num_cpus=values["num_cpus"],
                num_gpus=values["num_gpus"],
            ),
            starts=starts,
            force=force,
        )
