"""How far workflows are, and how long they take."""
