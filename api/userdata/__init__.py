"""Files and user data over HTTP."""

from ninja import Router

from api.userdata import files, history, values

router = Router()
for part in (files, values, history):
    router.add_router("", part.router)

__all__ = ["router"]
