from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from accounts import token_text
from accounts.actors import Actor, Scope

LINK_LIFETIME = timedelta(minutes=15)
FAILURE_WINDOW = timedelta(minutes=15)
MAX_FAILURES_PER_NAME = 5
MAX_FAILURES_PER_ADDRESS = 50
LAST_USED_GRAIN = timedelta(minutes=1)


class User(AbstractUser):
    """A person who may sign in; staff see every workflow."""

    session_round = models.PositiveIntegerField(default=0, db_default=0)
    """Grows when all sessions are ended: one that began in an earlier round is not valid."""

    def get_session_auth_hash(self) -> str:
        """Return what a session has to present: it changes with the password and with the round."""
        digest = super().get_session_auth_hash()
        return f"{digest}.{self.session_round}" if self.session_round else digest

    def end_sessions(self) -> None:
        """End every session of this person in every browser."""
        User.objects.filter(pk=self.pk).update(session_round=F("session_round") + 1)
        self.refresh_from_db(fields=["session_round"])

    def actor(self) -> Actor:
        """Return this person with all rights, as a signed-in browser has them."""
        return Actor(user_id=self.pk, username=self.username, is_staff=self.is_staff)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """API tokens, by whether they are valid and whose they are."""

    def valid(self, now: datetime) -> Self:
        """Return tokens that are neither revoked nor expired, of people who may still sign in."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(unexpired, revoked_at=None, user__is_active=True)

    def of(self, actor: Actor) -> Self:
        """Return the actor's own tokens; nobody, staff included, manages another's."""
        return self.filter(user_id=actor.user_id) if actor.may_manage_tokens else self.none()

    def revoke_all(self, user: User, now: datetime) -> int:
        """End every token of a person for good; return how many were valid."""
        n_valid = self.valid(now).filter(user=user).count()
        self.filter(user=user, revoked_at=None).update(revoked_at=now)
        return n_valid


class ApiToken(models.Model):
    """A named key for scripts; only its digest is kept."""

    class TokenScope(models.TextChoices):
        READ = "read", "read only"
        RUN = "run", "read, change and run"
        ADMIN = "admin", "everything: delete, and tokens too"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    scope = models.CharField(max_length=5, choices=TokenScope, default="run")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.name} (torc_pat_{self.prefix}_…)"

    def actor(self) -> Actor:
        """Return the person this token belongs to, with the token's scope."""
        scope: Scope = "read"
        if self.scope in ("run", "admin"):
            scope = "run" if self.scope == "run" else "admin"
        return replace(self.user.actor(), scope=scope, token_id=self.pk)

    def note_use(self, now: datetime) -> None:
        """Write last_used_at at most once a minute, however often the token is used."""
        is_old = Q(last_used_at=None) | Q(last_used_at__lte=now - LAST_USED_GRAIN)
        if self.last_used_at is None or self.last_used_at <= now - LAST_USED_GRAIN:
            ApiToken.objects.filter(is_old, pk=self.pk).update(last_used_at=now)

    def revoke(self, now: datetime) -> bool:
        """End the token for good; return whether this call did it."""
        return ApiToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=now) == 1


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    """Sign-in links, by whether they can still be used."""

    def open(self, text: str, now: datetime) -> Self:
        """Return the unused, unexpired link of a code, if there is one."""
        return self.filter(digest=token_text.digest_of(text), used_at=None, expires_at__gt=now)


class SignInLink(models.Model):
    """A link that signs one person in once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = SignInLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"sign-in link of {self.user_id}"

    def consume(self, now: datetime) -> bool:
        """Mark the link as used; of two calls at once, one returns True."""
        unused = SignInLink.objects.filter(pk=self.pk, used_at=None, expires_at__gt=now)
        return unused.update(used_at=now) == 1


class SignInFailureQuerySet(models.QuerySet["SignInFailure"]):
    """Recent wrong passwords, and those that are being checked."""

    def exceed_limits(self, username: str, address: str, now: datetime) -> bool:
        """Return whether this name from this address has to wait before the next try."""
        recent = self.filter(failed_at__gt=now - FAILURE_WINDOW, address=address)
        if recent.filter(username=username).count() >= MAX_FAILURES_PER_NAME:
            return True
        return recent.count() >= MAX_FAILURES_PER_ADDRESS


class SignInFailure(models.Model):
    """One wrong password, or one being checked, kept as long as it counts against the next try."""

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=45)
    failed_at = models.DateTimeField()

    objects = SignInFailureQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("address", "failed_at"), name="signinfailure_recent"),)

    def __str__(self) -> str:
        return f"{self.username} from {self.address}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Audit entries; they are read and added, never changed."""

    def by(self, actor: Actor) -> Self:
        """Return what the actor's person did."""
        return self.filter(user_id=actor.user_id)

    def on_workflow(self, workflow_id: int) -> Self:
        """Return what was done to a workflow and to what belongs to it."""
        return self.filter(workflow_id=workflow_id)

    def update(self, **changes: Any) -> int:
        """Raise TypeError: entries are never changed."""
        raise TypeError("audit entries are append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raise TypeError: entries are never changed."""
        raise TypeError("audit entries are append-only")


class AuditEntry(models.Model):
    """One thing that a person did: who, what, when, to what, and from where.

    It refers to people, tokens and workflows by id only, so that it outlives them.
    """

    class Surface(models.TextChoices):
        WEB = "web", "page"
        API = "api", "API"
        CLI = "cli", "command line"

    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    username = models.CharField(max_length=150)
    """As it was then; of a failed sign-in, the name that was tried."""
    token_id = models.BigIntegerField(null=True)
    surface = models.CharField(max_length=3, choices=Surface)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    verb = models.CharField(max_length=64)
    workflow_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=32, blank=True)
    """What `object_id` is an id of: job, user_data, token, ..."""
    object_id = models.BigIntegerField(null=True)
    summary = models.JSONField(default=dict)
    """Counts and options of what was done; never a secret or a value."""
    before_hash = models.CharField(max_length=16, blank=True)
    after_hash = models.CharField(max_length=16, blank=True)
    """Of the object's row: equal rows have equal hashes."""

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("workflow_id", "-id"), name="audit_by_workflow"),
            models.Index(fields=("user_id", "-id"), name="audit_by_user"),
        )

    def __str__(self) -> str:
        return f"{self.username} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry.

        Raises:
            TypeError: it is there already.
        """
        if not self._state.adding:
            raise TypeError("audit entries are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise TypeError: entries are never changed."""
        raise TypeError("audit entries are append-only")


class CreationKey(models.Model):
    """An Idempotency-Key that a client sent, and the answer to the first request with it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    """Of method, address and body: another request with the same key is a mistake."""
    answer = models.TextField(blank=True)
    """JSON text; empty until the first request has ended well."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="creation_key_once"),)
        indexes = (models.Index(fields=("created_at",), name="creation_key_age"),)

    def __str__(self) -> str:
        return self.key
