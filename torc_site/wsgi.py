"""The web application as gunicorn loads it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torc_site.settings")

from django.core.wsgi import get_wsgi_application

import torc_site.celery  # noqa: F401 - tasks published by the web find this app as the current one

application = get_wsgi_application()
