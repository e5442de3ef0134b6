"""Files that are made to misuse the machine, and what becomes of them."""
