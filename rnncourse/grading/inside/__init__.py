"""What runs beside a student's code, in a process of its own; it needs nothing else of the package.

Started as a folder, ``python -I …/inside``, so that torch is all that must be loaded.
"""
