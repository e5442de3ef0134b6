"""Maps: one look for the screen, the page and the print, and strings made inert before they reach HTML."""
