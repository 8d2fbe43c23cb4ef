"""What every router of the REST API is built from."""
