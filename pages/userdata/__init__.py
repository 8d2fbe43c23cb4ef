"""The pages of what jobs read and write: user data and files."""
