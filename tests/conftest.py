"""Settings that all tests share."""

from hypothesis import settings

# A busy machine is no fault of the code: examples may take as long as they need.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
