"""From text to one document with positions."""
