"""The REST API: its routers, who may call them, and how errors are answered."""

from torc_site.api.mounting import api

__all__ = ["api"]
