"""What Streamlit runs from top to bottom for every page view: only calls the page."""

from geo.ui.page import show

show()
