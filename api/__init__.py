"""The REST API: routers, authentication, and the answers to errors."""
