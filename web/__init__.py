"""What pages and the REST API share: the request type, and answers that a browser saves."""
