# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,mystnb
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The title of the chapter
#
# **Question.** One question that a curious person would ask, in one sentence?
#
# **You will be able to**
#
# - do one thing that can be tested;
# - and another.
#
# **Time.** 20 minutes to read. The exercises take 30 minutes more.
#
# **Needs.** The chapters and ideas that this one builds on.

# %% tags=["hide-input"]
try:
    import rnncourse as rc
except ModuleNotFoundError:
    # %pip install -q git+https://github.com/example/rnn-course
    import rnncourse as rc

# %% [markdown]
# ## Why: a heading that could be a question
#
# Say why the reader should want to know, then give the equation with the shape of everything in it:
#
# $$ h_t = \tanh(x_t W_x + h_{t-1} W_h + b), \qquad x_t: (B, I), \quad h_t: (B, H). $$
#
# Then a few lines of code, with the data first. Each code cell has a sentence before it that says what it does.

# %%
import matplotlib.pyplot as plt
import torch

scale = "sample"  # "full" for all 70,000 images
data = rc.datasets.fashion_mnist(scale)
print(data.name, "with", len(data.train.y), "sequences to learn from")

# %% [markdown]
# A result of training differs from machine to machine.
# The cell that trains is tagged `nbval-ignore-output`, so that its output is shown but not compared:

# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
model = rc.RecurrentModel("gru", data.input_size, 32, len(data.classes))
history = rc.fit(model, data, epochs=2, batch_size=50, lr=3e-3)
print(history)

# %% [markdown]
# The next cell asserts what holds everywhere, with an honest margin, and prints it.
# Its output is compared whenever the tests run:

# %%
result = rc.evaluate(model, data.test, data.classes)
assert result.accuracy > 0.3
print("After two epochs the network is right more than three times")
print("as often as one that guesses among ten classes.")

# %% [markdown]
# A figure ends with `plt.show()` and has a text in words for readers who can't see it:

# %% mystnb={"image": {"alt": "Two panels over the epochs: the loss falls, the accuracy rises."}}
history.plot()
plt.show()

# %% [markdown]
# **What to notice.** What the figure shows, with numbers that a cell has printed or asserted.
#
# A slider lets the reader change one thing.
# Each frame has a line of text, which stands in for the picture where nobody sees it:


# %%
def draw(rows):
    figure, ax = plt.subplots(figsize=(2.5, 2.5))
    image = data.test.x[0].clone()
    image[rows:] = 0
    ax.imshow(image, cmap="gray", vmin=0, vmax=1)
    ax.set(xticks=[], ylabel="time step")
    return figure


def describe(rows):
    return f"The first {rows} of 28 rows of the image."


rc.widgets.flipbook(draw, [7, 14, 21, 28], label="rows", describe=describe)

# %% [markdown]
# End the section with the question that leads to the next one.
#
# ## Summary
#
# - A claim, checked above.
#
# ## Exercises
#
# Most exercises have a cell with a check. Put your answer in place of the `...` and run the cell:
# `rc.check` says what holds and what doesn't, and gives a hint from the second try on.
# The solutions are folded; open questions have a rubric there.

# %% [markdown]
# ## References
#
# - {cite:t}`elman1990` introduced the network of this template.
