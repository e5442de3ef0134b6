"""The planner in the browser: ``streamlit run app.py``, or ``lifecircle app``."""

from streamlit.starlette import App

from geo.ui.server import MIDDLEWARE, ROUTES, SCRIPT, report

app = App(SCRIPT, routes=ROUTES, middleware=MIDDLEWARE, on_script_error=report)
