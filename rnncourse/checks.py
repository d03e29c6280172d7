"""The two checks of arguments that every part of the package needs, each with its one wording."""


def check_whole_number(argument, value, least):
    """Raise a ValueError that names the argument, unless ``value`` is a whole number of at least ``least``."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{argument} must be a whole number of at least {least}, got {value!r}")


def check_name(argument, value, known):
    """Raise a ValueError that names the argument, unless ``value`` is one of the ``known`` names."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{argument} must be one of {', '.join(known)}, got {value!r}")
