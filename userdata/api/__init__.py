"""Files and user data over HTTP."""

from ninja import Router

from userdata.api.files import router as files
from userdata.api.values import router as values

router = Router()
router.add_router("", files)
router.add_router("", values)

__all__ = ["router"]
