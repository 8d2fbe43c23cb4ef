"""Where each address leads."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from torc_site.api import api

PAGES = ("accounts.urls", "workflows.urls", "jobs.urls", "userdata.urls")

urlpatterns: list[URLPattern | URLResolver] = [
    path("torc-service/v1/", api.urls),
    *(path("", include(pages)) for pages in PAGES if find_spec(pages)),
]

handler400 = "torc_site.errors.bad_request"
handler403 = "torc_site.errors.permission_denied"
handler404 = "torc_site.errors.not_found"
handler500 = "torc_site.errors.server_error"
