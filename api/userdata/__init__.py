"""Files and user data over HTTP."""

from ninja import Router

from api.userdata import files, history, user_data

router = Router()
for part in (files, user_data, history):
    router.add_router("", part.router)

__all__ = ["router"]
