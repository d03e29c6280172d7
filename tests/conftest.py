"""Random cases have no deadline, for a busy machine isn't a bug; where CI is set they repeat."""

import os

from hypothesis import settings

settings.register_profile("course", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("course")
