"""The transaction that writes starts and ends, and why attempts failed."""
