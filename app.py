"""The planner in the browser: ``streamlit run app.py``, or ``lifecircle app``."""

from streamlit.starlette import App

from geo.ui.server import MIDDLEWARE, ROUTES, SCRIPT, report, warmed

app = App(SCRIPT, routes=ROUTES, middleware=MIDDLEWARE, lifespan=warmed, on_script_error=report)
