"""Execute one notebook and write down how near each of its numeric assertions was to failing.

    python tools/margin_recorder.py book/vanishing_gradients.ipynb records.json OFFSET

The code is rewritten as it runs: a comparison that an ``assert`` needs to be true notes both its sides, and an
assertion that fails is noted and doesn't stop the notebook. Every seed that NumPy or PyTorch gets is moved by OFFSET.
``margins.py`` makes a table of several such runs.
"""

import ast
import json
import math
import operator
import os
import pathlib
import re
import sys

import nbformat
import numpy as np
import torch

ORDERS = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
CLOSE = ("allclose", "isclose", "assert_close")
_DIGITS = re.compile(r"[^.]*\.(\d+)([f%]?)$")


class Recorder:
    """What the rewritten code calls; ``records`` maps each place to the nearest that was found there."""

    def __init__(self):
        self.records = {}

    def note(self, place, text, kind, *values):
        found = self.records.setdefault(place, {"text": text, "kind": kind, "found": []})["found"]
        if kind == "printed":  # each number has a margin of its own
            found.append(values)
        else:
            nearest = max if kind == "tolerance" else min
            found[:] = [nearest(pair) for pair in zip(found or values, values, strict=True)]

    def compare(self, place, text, tolerance, functions, *sides):
        """The value of a comparison, chained or not; each pair of neighbours is noted."""
        value = True
        for number, (function, left, right) in enumerate(zip(functions, sides, sides[1:], strict=False)):
            value = function(left, right)
            self._sides(f"{place} {number}", text, tolerance, function, left, right)
            if number < len(functions) - 1 and not value:
                return value
        return value

    def _sides(self, place, text, tolerance, function, left, right):
        low, high = (left, right) if function in (operator.lt, operator.le) else (right, left)
        try:
            low, high = np.broadcast_arrays(as_array(low), as_array(high))
        except (TypeError, ValueError):
            return  # names or lists are compared, not numbers
        if not low.size or low.dtype.kind not in "biuf" or high.dtype.kind not in "biuf":
            return
        # counts: "at least 3" still holds by one at 3, and fails at 2
        step = float(function in (operator.le, operator.ge) and low.dtype.kind in "iu" and high.dtype.kind in "iu")
        low, high = low.astype(float).ravel(), high.astype(float).ravel()
        with np.errstate(all="ignore"):
            gap = np.where(np.isfinite(high - low), high - low + step, np.where(high > low, np.inf, -np.inf))
            ratio = np.where((low > 0) & (high > 0), np.log(high / low), np.nan)
            share = np.where(high > 0, low / high, np.inf)
        if tolerance:
            self.note(place, text, "tolerance", float(share.max()))
        else:
            self.note(place, text, "gap", float(gap.min()), float(ratio.min()))

    def close(self, place, text, function, first, second, **options):
        """The value of np.isclose and its like; the difference is noted as a share of the tolerance."""
        a, b = (as_array(side).astype(float) for side in (first, second))
        if function is torch.testing.assert_close and "atol" not in options:
            rtol, atol = torch.testing._comparison.default_tolerances(first, second)
        else:
            rtol, atol = options.get("rtol", 1e-5), options.get("atol", 1e-8)
        with np.errstate(all="ignore"):
            share = np.abs(a - b) / (atol + rtol * np.abs(b))
        share = share[~((a == b) | (np.isnan(a) & np.isnan(b)))]
        self.note(place, text, "tolerance", float(share.max(initial=0.0)))
        return function(first, second, **options)

    def holds(self, place, text, value):
        self.note(place, text, "verdict", bool(value))

    def printed(self, place, text, digits, value):
        """A printed number and the distance to the next value that is printed otherwise, both in last digits."""
        try:
            scaled = float(value) * 10**digits
        except (TypeError, ValueError):
            return value
        if math.isfinite(scaled):
            self.note(place, text, "printed", scaled, abs(scaled - math.floor(scaled) - 0.5))
        return value


def names(recorder):
    """What rewritten code refers to."""
    return {"_margins": recorder} | {f"_{order.__name__}": function for order, function in ORDERS.items()}


def as_array(value):
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)


class Rewriting(ast.NodeTransformer):
    """The code of one cell, with calls of a recorder named ``_margins``.

    Args:
        cell: its number, for the names of the places.
        checked: whether the tests compare what the cell prints.
    """

    def __init__(self, cell, checked=True):
        self.cell, self.checked, self.count = cell, checked, 0

    def visit_Module(self, node):
        return ast.fix_missing_locations(self.generic_visit(node))

    def visit_Assert(self, node):
        text = ast.unparse(node.test)
        place = self._place(node)
        test = self._needed(node.test)
        return ast.copy_location(ast.Expr(self._call("holds", place, text, test)), node)

    def visit_Expr(self, node):
        value = node.value
        if isinstance(value, ast.Call) and _name(value.func) == "assert_close":
            node.value = self._needed(value)
            return node
        return self.generic_visit(node)

    def visit_FormattedValue(self, node):
        self.generic_visit(node)
        if not self.checked or not isinstance(node.format_spec, ast.JoinedStr) or node.conversion != -1:
            return node
        parts = node.format_spec.values
        form = _DIGITS.match(parts[-1].value) if parts and isinstance(parts[-1], ast.Constant) else None
        if form and form[2]:
            digits = int(form[1]) + (2 if form[2] == "%" else 0)
            text = ast.unparse(node.value)
            node.value = self._call("printed", self._place(node), text, ast.Constant(digits), node.value)
        return node

    def _needed(self, node):
        """An expression that must be true: where its truth needs that of a comparison, this is recorded."""
        match node:
            case ast.BoolOp(op=ast.And()):
                node.values = [self._needed(value) for value in node.values]
            case ast.BoolOp(op=ast.Or()):
                node.values[-1] = self._needed(node.values[-1])  # it is asked if none of the others is true
            case ast.IfExp():
                node.body, node.orelse = self._needed(node.body), self._needed(node.orelse)
            case ast.Compare() if all(type(op) in ORDERS for op in node.ops):
                return self._comparison(node)
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() | ast.ListComp() as each]):
                each.elt = self._needed(each.elt)
            case ast.Call(func=ast.Attribute(attr="all") as func):
                func.value = self._needed(func.value)
            case ast.Call(args=[first, second]) if _name(node.func) in CLOSE:
                arguments = node.func, first, second
                return self._call("close", self._place(node), ast.unparse(node), *arguments, keywords=node.keywords)
        return node

    def _comparison(self, node):
        text = ast.unparse(node)
        sides = [node.left, *node.comparators]
        rising = isinstance(node.ops[0], ast.Lt | ast.LtE)
        tolerance = len(sides) == 2 and _is_size(sides[0] if rising else sides[1])
        names = ast.Tuple([ast.Name(f"_{type(op).__name__}", ast.Load()) for op in node.ops], ast.Load())
        return self._call("compare", self._place(node), text, ast.Constant(tolerance), names, *sides)

    def _place(self, node):
        self.count += 1  # several places may share a line, and the parts of a string even a column
        return f"cell {self.cell}, line {node.lineno}, {self.count}"

    def _call(self, method, place, text, *arguments, keywords=()):
        function = ast.Attribute(ast.Name("_margins", ast.Load()), method, ast.Load())
        return ast.Call(function, [ast.Constant(place), ast.Constant(text), *arguments], list(keywords))


def _name(function):
    return getattr(function, "attr", getattr(function, "id", None))


def _is_size(node):
    """Whether an expression is the size of a difference: ``abs(a - b)``, ``(a - b).abs().max()``."""
    differ = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub) for part in ast.walk(node))
    return differ and any(isinstance(part, ast.Call) and _name(part.func) == "abs" for part in ast.walk(node))


def move_seeds(offset):
    """Every seed that NumPy or PyTorch gets from now on is another one."""
    seed, default_rng = torch.manual_seed, np.random.default_rng

    class Generator(torch.Generator):
        def manual_seed(self, value):
            return super().manual_seed(int(value) + offset)

    def moved_rng(value=None):
        if isinstance(value, int | np.integer):
            return default_rng(int(value) + offset)
        return default_rng([*value, offset] if isinstance(value, list | tuple) else value)

    torch.Generator = Generator
    torch.manual_seed = torch.random.manual_seed = lambda value: seed(int(value) + offset)
    np.random.default_rng = moved_rng


def record(path, offset=0):
    """Execute the notebook at ``path`` in its folder: a dict of its records and of the cells that raised."""
    from IPython.core.interactiveshell import InteractiveShell

    notebook = nbformat.read(path, as_version=4)
    os.chdir(pathlib.Path(path).resolve().parent)
    if offset:
        move_seeds(offset)
    recorder, shell, raised = Recorder(), InteractiveShell.instance(), []
    shell.user_ns |= names(recorder)
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        checked = not {"nbval-ignore-output", "nbval-skip"} & set(cell.metadata.get("tags", ()))
        shell.ast_transformers = [Rewriting(number, checked)]
        if not shell.run_cell(cell.source, store_history=True).success:
            raised.append(number)
    return {"records": recorder.records, "raised": raised}


if __name__ == "__main__":
    notebook_path, out, seed_offset = sys.argv[1:]
    out = pathlib.Path(out).resolve()  # the notebook runs in its own folder
    out.write_text(json.dumps(record(notebook_path, int(seed_offset))), encoding="utf-8")
