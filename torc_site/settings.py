"""Django's settings, made from the environment variables that docs/settings.md lists."""

import os
import sys
from typing import Any

import pysqlite3
from django.core.exceptions import ImproperlyConfigured

from torc_site import environment as env
from torc_site import postgresql
from torc_site.processes import folders
from torc_site.processes.secret_key import secret_key
from torc_site.processes.settings_check import NUMBERS

OLDEST_SQLITE = (3, 51, 3)  # older ones can corrupt a WAL database that several processes write

os.umask(0o077)
if pysqlite3.sqlite_version_info < OLDEST_SQLITE:
    raise ImproperlyConfigured(
        f"SQLite {pysqlite3.sqlite_version} is older than 3.51.3: reinstall requirements.txt."
    )
sys.modules["sqlite3"] = pysqlite3  # before Django's backend imports the system's library
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

try:
    ENVIRONMENT = env.current()
    TORC_DATA_DIR = folders.open_private(ENVIRONMENT.data_dir, "TORC_DATA_DIR")
    TORC_NODE_DIR = ENVIRONMENT.node_dir
    TORC_HOST = ENVIRONMENT.host
    TORC_PORT = ENVIRONMENT.port
    TORC_PUBLIC_URL = ENVIRONMENT.public_url
    TORC_API_URL = ENVIRONMENT.api_url
    TORC_BROKER_URL = ENVIRONMENT.broker_url or folders.embedded_broker_url(ENVIRONMENT)
    TORC_OVERSIZED_JOBS = ENVIRONMENT.oversized_jobs
    TORC_NUM_CPUS = ENVIRONMENT.optional_number("TORC_NUM_CPUS", *NUMBERS["TORC_NUM_CPUS"])
    TORC_NUM_GPUS = ENVIRONMENT.optional_number("TORC_NUM_GPUS", *NUMBERS["TORC_NUM_GPUS"])
    TORC_MEMORY = ENVIRONMENT.memory
    TORC_UMASK = ENVIRONMENT.umask
    TORC_LOST_SECONDS = ENVIRONMENT.lost_seconds
    TORC_TAGS = ENVIRONMENT.words("TORC_TAGS")
    SECRET_KEY = secret_key(ENVIRONMENT)
    ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
    TORC_TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
    _LOG_LEVEL = ENVIRONMENT.log_level
    _SERVER_DATABASE = None if ENVIRONMENT.uses_sqlite else ENVIRONMENT.server_database
except env.SettingError as error:
    raise ImproperlyConfigured(str(error)) from None

DEBUG = False
ROOT_URLCONF = "torc_site.urls"
WSGI_APPLICATION = "torc_site.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "accounts",
    "userdata",
    "jobs",
    "workflows",
    "pages",
    "api",
]

MIDDLEWARE = [
    "torc_site.middleware.ContentSecurityPolicyMiddleware",
    "torc_site.middleware.HostAndOriginMiddleware",
    "torc_site.middleware.BodyRulesMiddleware",
    "torc_site.middleware.DatabaseErrorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "torc_site.middleware.SignInRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.resources("templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

_SQLITE: dict[str, Any] = {
    "ENGINE": "torc_site.sqlite",
    "NAME": TORC_DATA_DIR / "torc.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 0,  # torc_site.sqlite waits instead
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA wal_autocheckpoint=1000; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY"
        ),
    },
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": _SQLITE
    if _SERVER_DATABASE is None
    else {
        "ENGINE": "django.db.backends.postgresql",
        **_SERVER_DATABASE,
        "OPTIONS": postgresql.connection_options(_SERVER_DATABASE["OPTIONS"]),
    }
}
DATABASES["default"] |= {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

_IS_HTTPS = TORC_PUBLIC_URL.startswith("https:")
_INSTALLATION = folders.folder_hash(TORC_DATA_DIR)  # cookies ignore ports, so each has its own
SESSION_COOKIE_NAME = f"torc_session_{_INSTALLATION}"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _IS_HTTPS
CSRF_COOKIE_NAME = f"torc_csrf_{_INSTALLATION}"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = _IS_HTTPS
CSRF_TRUSTED_ORIGINS = [TORC_PUBLIC_URL]
CSRF_FAILURE_VIEW = "torc_site.errors.csrf_failure"
if _IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: they are not ours to decide about
    "security.W008",  # the proxy redirects to https; jobs and the CLI speak http on the loopback
    "security.W021",  # HSTS preload: nor is the whole domain
]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 2**20  # torc_site.middleware refuses earlier, with the limit
FILE_UPLOAD_PERMISSIONS = 0o600

STATIC_URL = "/static/"
STATICFILES_DIRS = [env.resources("static")]
WHITENOISE_USE_FINDERS = True  # no collectstatic: the files are read once, at the start
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": _LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},  # not the warnings about pages that do not exist
        "celery": {"level": "WARNING"},  # it writes a line or two for each job
        "kombu": {"level": "ERROR"},
    },
}
