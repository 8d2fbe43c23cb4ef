"""The web server: gunicorn with a worker whose threads never wait for a slow client."""
