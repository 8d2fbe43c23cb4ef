"""Where each address leads."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

PAGES = ("accounts.urls", "workflows.urls", "jobs.urls", "userdata.urls")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(pages)) for pages in PAGES if find_spec(pages)
]

if (_api := find_spec("torc_site.api")) and _api.origin:
    from torc_site.api import api

    urlpatterns.append(path("torc-service/v1/", api.urls))

handler400 = "torc_site.errors.bad_request"
handler403 = "torc_site.errors.permission_denied"
handler404 = "torc_site.errors.not_found"
handler500 = "torc_site.errors.server_error"
