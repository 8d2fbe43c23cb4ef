"""The WSGI application that gunicorn loads."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torc_site.settings")

from django.core.wsgi import get_wsgi_application

from torc_site import celery

application = get_wsgi_application()

import torc_site.urls  # noqa: F401 - once, before the web processes fork, not at each one's first request

celery.load()
