"""Compute: pure functions on the model, no files, no screen, no settings."""
