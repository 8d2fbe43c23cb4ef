"""How pages and API are served: gunicorn, and a worker whose threads never wait for a client."""
