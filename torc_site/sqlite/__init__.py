"""Django's SQLite backend that waits for the write lock in short steps."""
