"""The URLs of the API and of the pages, and the views for errors."""

from django.urls import URLPattern, URLResolver, include, path

from api.app import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("torc-service/v1/", api.urls),
    path("", include("pages.urls")),
]

handler400 = "torc_site.errors.bad_request"
handler403 = "torc_site.errors.permission_denied"
handler404 = "torc_site.errors.not_found"
handler500 = "torc_site.errors.server_error"
