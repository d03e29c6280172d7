"""The checks of arguments that several parts of the package need, each with its one wording."""

import difflib


def check_whole_number(argument, value, least):
    """Raise a ValueError that names the argument, unless ``value`` is a whole number of at least ``least``."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{argument} must be a whole number of at least {least}, got {value!r}")


def check_name(argument, value, known):
    """Raise a ValueError that names the argument, unless ``value`` is one of the ``known`` names."""
    if isinstance(value, str) and value in known:
        return
    among = f"one of {', '.join(known)}"
    if len(known) > 20:  # nobody reads hundreds of names
        near = difflib.get_close_matches(str(value), known, 5, 0.5)
        among = f"one of {len(known)} names, such as {', '.join(near or list(known)[:5])}"
    raise ValueError(f"{argument} must be {among}, got {value!r}")


def check_sizes(**sizes):
    """Raise a ValueError that names the argument, unless each of the sizes is a whole number of at least 1."""
    for argument, value in sizes.items():
        check_whole_number(argument, value, 1)


def check_probability(argument, value):
    """Raise a ValueError that names the argument, unless ``value`` is a probability below 1."""
    if not 0 <= value < 1:
        raise ValueError(f"{argument} must be a probability, 0 <= {argument} < 1, got {value}")


def check_sequences(inputs, features):
    """Raise a ValueError that names the argument, unless ``inputs`` are sequences (B, T, features) with T >= 1."""
    if inputs.ndim != 3 or inputs.shape[1] == 0 or inputs.shape[2] != features:
        raise ValueError(f"inputs must have the shape (B, T, {features}) with T >= 1, got {tuple(inputs.shape)}")
