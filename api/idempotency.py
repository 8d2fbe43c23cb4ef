"""Idempotency-Key: a creation that is sent again is not done again, but answered as before."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Status

from accounts.credentials import ApiRequest
from accounts.models import CreationKey
from api.audit import OWN_TRANSACTIONS
from api.exceptions import Conflict, Invalid
from api.json_response import dumps, json_response

CREATIONS = frozenset(
    {
        *("create_workflow", "create_from_spec", "create_job", "create_jobs"),
        *("create_file", "create_files", "create_user_data", "create_user_data_list"),
        *("create_resource_requirements", "create_failure_handler"),
        *("create_compute_node", "create_event"),
    }
)
"""Endpoints; not that for tokens, whose answer is stored nowhere."""
LIFETIME = timedelta(days=1)
LONGEST_KEY = 255

View = Callable[..., Any]


def honor_idempotency_keys(view: View) -> View:
    """Wrap an endpoint that creates something so that it takes an Idempotency-Key."""
    if view.__name__ not in CREATIONS:
        return view

    @wraps(view)
    def keyed_view(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, *args, **kwargs)
        _refuse_bad_key(key)
        is_atomic = view.__name__ not in OWN_TRANSACTIONS
        return _answer_once(request, key, lambda: view(request, *args, **kwargs), is_atomic)

    return keyed_view


def _refuse_bad_key(key: str) -> None:
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(
            "idempotency_key_invalid",
            f"An Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters.",
            hint="Use a random UUID.",
        )


def _answer_once(request: ApiRequest, key: str, create: Callable[[], Any], is_atomic: bool) -> Any:
    """Create and store the answer, or return the one that is stored.

    The row is written before anything is created: of two requests at once, one creates.

    Args:
        request: of a person.
        key: what the client calls this creation.
        create: creates it and returns the answer.
        is_atomic: it is one transaction, so that an error leaves nothing.
    """
    user_id = request.auth.user_id
    digest = _digest_of(request)
    now = timezone.now()
    CreationKey.objects.filter(created_at__lt=now - LIFETIME).delete()
    try:
        with transaction.atomic():
            row = CreationKey.objects.create(
                user_id=user_id, key=key, request_digest=digest, created_at=now
            )
    except IntegrityError:
        return _stored_answer(CreationKey.objects.filter(user_id=user_id, key=key).first(), digest)
    try:
        answer = create()
    except Exception as error:
        # Nothing was created, so the same key may try again; not if the database failed between
        # the transactions of a creation, of which something may be stored.
        if is_atomic or not isinstance(error, DatabaseError):
            row.delete()
        raise
    row.answer = _as_text(answer)
    row.save(update_fields=["answer"])
    return answer


def _digest_of(request: HttpRequest) -> str:
    address = f"{request.method} {request.get_full_path()}\n"
    return sha256(address.encode() + request.body).hexdigest()


def _stored_answer(row: CreationKey | None, digest: str) -> Any:
    if row is not None and row.request_digest != digest:
        raise Invalid(
            "idempotency_key_reused",
            "This Idempotency-Key came with another request before.",
            hint="Use a new key for each creation.",
        )
    if row is None or not row.answer:
        raise Conflict(
            "idempotency_key_in_use",
            "The first request with this Idempotency-Key has not ended, or its end is not known.",
            hint="Try again soon; if this stays, look whether it was created, then use a new key.",
        )
    stored = json.loads(row.answer)
    if stored["text"] is not None:
        return json_response(stored["text"], stored["status"])
    return Status(stored["status"], stored["value"])


def _as_text(answer: Any) -> str:
    """Return an endpoint's answer as JSON text: a response as its text, else its fields."""
    if isinstance(answer, HttpResponse):
        stored = {"status": answer.status_code, "text": answer.content.decode(), "value": None}
    elif isinstance(answer, Status):
        stored = {"status": answer.status_code, "text": None, "value": answer.value}
    else:
        stored = {"status": 200, "text": None, "value": answer}
    return dumps(stored)
