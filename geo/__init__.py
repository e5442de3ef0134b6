"""Lifecircle: who can walk to a service in time, who cannot and why, and what a new site changes."""

__version__ = "0.1.0"
