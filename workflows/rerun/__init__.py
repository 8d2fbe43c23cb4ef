"""Running chosen jobs again: which, what follows, and how."""
