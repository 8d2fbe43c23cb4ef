"""What jobs printed: read, shown as text, searched."""
