"""What is printed: tables, progress, JSON."""
