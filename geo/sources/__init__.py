"""Read the world: streets, boundaries, service points and people, from files and downloads."""
