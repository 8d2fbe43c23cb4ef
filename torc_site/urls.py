"""Where each address leads."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from api.app import api

PAGES = ("pages.accounts.urls", "pages.urls", "pages.jobs.urls", "pages.userdata.urls")

urlpatterns: list[URLPattern | URLResolver] = [
    path("torc-service/v1/", api.urls),
    *(path("", include(pages)) for pages in PAGES if find_spec(pages)),
]

handler400 = "torc_site.errors.bad_request"
handler403 = "torc_site.errors.permission_denied"
handler404 = "torc_site.errors.not_found"
handler500 = "torc_site.errors.server_error"
