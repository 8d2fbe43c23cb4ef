"""The `pages` application: the pages, their forms and their template tags."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"
