"""Sliders that need no kernel: in Jupyter, in Colab and in the built page.

Every frame of a flipbook is drawn when the cell runs, so moving the slider only chooses which frame
is shown. In ipywidgets 8 the browser makes that choice, and the built page works like the notebook.
Colab's ipywidgets 7 has no ``Stack``: there the kernel, which is running anyway, swaps the frame.
"""

import base64
import html
import io
from collections.abc import Iterable

from .drawing import Drawing

MAX_FRAMES = 24
MAX_FRAME_BYTES = 40_000
_DPI = 110
_COLOURS = 96  # enough for smooth lines and a colour map, at a third of the bytes of full colour


def flipbook(draw, values, *, label, describe):
    """Show one figure per value, chosen with a slider.

    The slider moves by mouse and by the arrow keys, and shows the value itself.

    Args:
        draw: function value → matplotlib ``Figure``, which is closed after rendering, or ``rc.diagrams.Drawing``. Give
            all figures the same size and axis limits, so that only what depends on the value moves.
        values: 2 to 24 values, in the order of the slider; ``str(value)`` is what the slider shows.
        label: what the slider changes, a few words.
        describe: function value → one line of text that says what the figure shows. It stands under
            the figure and is what a screen reader reads out, so put the numbers to notice into it.

    Returns:
        An ipywidgets ``VBox``: make it the last expression of a cell.

    Raises:
        ValueError: too few or too many values, a frame over 40,000 bytes, an empty description.
        TypeError: ``draw`` returned neither a figure nor a drawing, or ``describe`` did not return a string; or one of
            them isn't a function, ``label`` isn't a string, or ``values`` aren't several.
    """
    import ipywidgets

    for name, function in (("draw", draw), ("describe", describe)):
        if not callable(function):
            raise TypeError(f"{name} must be a function of a value, got {type(function).__name__}")
    if not isinstance(label, str):
        raise TypeError(f"label must be a string, got {type(label).__name__}")
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"values must be a list of values, got {values!r}")
    values = list(values)
    if not 2 <= len(values) <= MAX_FRAMES:
        raise ValueError(
            f"values must hold 2 to {MAX_FRAMES} values, got {len(values)}"
            " (each one is stored in the notebook as a picture: keep those that tell the story)"
        )
    frames = [_frame(draw(value), describe(value), value, label) for value in values]

    slider = ipywidgets.SelectionSlider(
        options=[str(value) for value in values],
        index=0,
        description=label,
        style={"description_width": "initial"},
        layout={"width": "100%", "max_width": "40rem"},
    )
    if hasattr(ipywidgets, "Stack"):
        layout = ipywidgets.Layout(width="100%", margin="0")  # one for all, as each is stored
        pages = ipywidgets.Stack([ipywidgets.HTML(frame, layout=layout) for frame in frames], selected_index=0)
        ipywidgets.jsdlink((slider, "index"), (pages, "selected_index"))
    else:
        pages = ipywidgets.HTML(frames[0])
        slider.observe(lambda change: setattr(pages, "value", frames[change["new"]]), "index")
    book = ipywidgets.VBox([slider, pages])
    book.add_class("rnncourse-flipbook")  # the script of the built pages looks for this name
    return book


def _frame(figure, text, value, label):
    """One frame as HTML: an HTML widget can hold alt text, an image widget cannot."""
    picture = _picture(figure, value, label)
    if not isinstance(text, str):
        raise TypeError(f"describe({value!r}) must return a string, got {type(text).__name__}")
    if not text.strip():
        raise ValueError(f"describe({value!r}) must say what the figure shows, got an empty string")
    return (
        f"<div>{picture}"
        '<p role="status" style="margin: 0; font-size: 14px; line-height: 1.4; white-space: normal;'
        ' color: var(--jp-widgets-label-color, inherit)">'  # readable on light and on dark pages
        f"{html.escape(' '.join(text.split()))}</p></div>"
    )


def _picture(figure, value, label):
    """A figure or a drawing as HTML."""
    from matplotlib.figure import Figure

    if isinstance(figure, Drawing):
        return figure._repr_html_()
    if not isinstance(figure, Figure):
        raise TypeError(
            f"draw({value!r}) must return a matplotlib Figure or a Drawing, got {type(figure).__name__}"
            " (end it with `return fig`)"
        )
    png, (width, height) = _png(figure)
    if len(png) > MAX_FRAME_BYTES:
        raise ValueError(
            f"the frame of draw({value!r}) is {len(png):,} bytes,"
            f" expected at most {MAX_FRAME_BYTES:,}:"
            " make figsize smaller or draw fewer points, images and colours"
        )
    alt = html.escape(f"Figure for {label} = {value}; the text below says what it shows")
    source = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
    # width and height reserve the space, so the page doesn't jump while a frame is decoded
    size = f'width="{width}" height="{height}"'
    return f'<img alt="{alt}" {size} src="{source}" style="max-width: 100%; height: auto">'


def _png(figure):
    """Render and close a figure; the same figure gives the same bytes on every run."""
    from matplotlib import pyplot as plt
    from PIL import Image

    if figure.get_layout_engine() is None:
        figure.set_layout_engine("constrained")  # room for labels, same size
    full = io.BytesIO()
    figure.savefig(full, format="png", dpi=_DPI, metadata={"Software": None})
    plt.close(figure)
    small = io.BytesIO()
    image = Image.open(full).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return small.getvalue(), image.size
