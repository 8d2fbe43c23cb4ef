"""The REST API: its routers, who may call them, and how errors are answered."""
