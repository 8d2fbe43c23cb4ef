"""The web application as gunicorn loads it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torc_site.settings")

from django.core.wsgi import get_wsgi_application

from torc_site import celery

application = get_wsgi_application()

import torc_site.urls  # noqa: F401 - once for all web processes, instead of in each at its first request

celery.load()
