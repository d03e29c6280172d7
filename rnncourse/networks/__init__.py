"""Networks: cells and recurrences step by step, models for sequences and for fixed sizes, initial weights."""
