"""No random case is too slow, for a busy machine isn't a bug; where CI is set they repeat."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "course", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("course")
