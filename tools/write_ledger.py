"""Write the tables of the ledger's page from the records: ``python tools/write_ledger.py`` (``make ledger``).

For each report and each study a table: what a recipe is, what was published, and the runs with their mean and its
interval. Settings that all rows of a table share are said once, above it. The page is a function of the records and the
recipes alone, so after new runs the command writes it anew.
"""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import write_order
from chapters import ROOT

from rnncourse.studies import RECIPES, RESULTS, figures, lag_results, ledger
from rnncourse.studies.ledger import ADDITION, LENGTHS
from rnncourse.studies.reports import R1, REPORTS

PAGE = ROOT / "book" / "ledger.md"


def _starting(*beginnings, without=()):
    """The ids of the recipes with one of these beginnings and none of those parts, in their order."""
    return [id for id in RECIPES if id.startswith(beginnings) and not any(part in id for part in without)]


def _ending(beginning, end):
    """The ids with this beginning and this end."""
    return [id for id in _starting(beginning) if id.endswith(end)]


@dataclass(frozen=True)
class Table:
    """A table of the page.

    Attributes:
        heading: with its # signs; empty to go on under the one before.
        text: what is in it and which chapters use it.
        ids: of its recipes.
        metric: as in the records.
        then: a function of the folder of records, for a table of another kind after it.
    """

    heading: str
    text: str
    ids: list
    metric: str = "test_accuracy"
    then: Callable | None = None


CELLS = {
    "rnn_tanh": "tanh RNN", "rnn_relu": "ReLU RNN", "gru": "GRU", "lstm": "LSTM", "mingru": "minGRU",
    "minlstm": "minLSTM", "lru": "LRU", "cnn": "CNN", "mlp": "MLP",
}  # fmt: skip
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "momentum": "SGD with momentum"}
ORDERS = {"shuffled": "shuffled pixels", "shuffled_rows": "shuffled rows", "pixels": "pixel by pixel"}
READOUTS = {
    "last": "last step read out", "final": "final states read out", "mean_max": "mean and maximum read out",
    "every": "every step read out", "flatten": "all states read out at once",
}  # fmt: skip
LOSSES = {"binary_cross_entropy": "BCE", "brier": "MSE"}
STARTS = {"orthogonal": "orthogonal weights", "keras": "Keras's initial weights"}
SCHEDULES = {"one_cycle": "one-cycle", "hold_then_decay": "rate held, then decayed"}
CHANGES = {"flip": "mirror images", "shift": "shifted images"}


def settings(recipe):
    """Aspect → how a recipe sets it, in words; empty where it is at its simplest."""
    data, model, train = recipe.data, recipe.model, recipe.train
    kind = model.get("kind", model.get("cell"))
    held = data.get("validation", 0)
    return {
        "order": ORDERS.get(data.get("order"), data.get("order", "")),
        "pixels": "pixels {:.3g} to {:.3g}".format(*data["value_range"]).replace("-", "−")
                  if "value_range" in data else "",
        "overlap": "test examples seen in training" if data.get("overlap") else "",
        "held": (f"{100 * held:g} %" if held < 1 else f"{held:,}") + " held out" if held else "",
        "loss": LOSSES.get(train.get("loss"), ""),
        "cell": CELLS[kind] + (" in both directions" if model.get("bidirectional") else ""),
        "filters": f"filters {', '.join(map(str, model['filters']))}" if "filters" in model else "",
        "units": (f"{model['layers']} × " if model.get("layers", 1) > 1 else "") + f"{model['hidden_size']:,} units",
        "dense": f"a dense layer of {model['dense']}" if "dense" in model else "",
        "readout": READOUTS[model.get("readout", "last")] if "cell" in model else "",
        "dropout": f"dropout {model['dropout']:g}" if model.get("dropout") else "",
        "start": STARTS.get(recipe.initial.get("name"), ""),
        "optimizer": OPTIMIZERS[train.get("optimizer", "adam")],
        "rate": f"rate {train['lr']:g}",
        "schedule": SCHEDULES.get(train.get("schedule"), ""),
        "decay": f"weight decay {train['weight_decay']:g}" if train.get("weight_decay") else "",
        "clip": f"clipped to {train['clip_norm']:g}" if train.get("clip_norm") else "",
        "augment": CHANGES.get(train.get("augment"), ""),
        "batch": f"batches of {train['batch_size']}",
        "epochs": "1 epoch" if train["epochs"] == 1 else f"{train['epochs']} epochs",
        "patience": f"patience {train['patience']}" if train.get("patience") else "",
    }  # fmt: skip


def descriptions(ids):
    """(what all recipes share, id → what it doesn't share), in words."""
    each = {id: settings(RECIPES[id]) for id in ids}
    shared = {key for key in next(iter(each.values())) if len({words[key] for words in each.values()}) == 1}

    def said(words, keys):
        return ", ".join(text for key, text in words.items() if text and key in keys)

    own = {id: said(words, words.keys() - shared) for id, words in each.items()}
    return said(each[ids[0]], shared), own


def places(half):
    """How many decimal places show two digits of half an interval's width, 0 to 5."""
    return min(5, max(0, 1 - math.floor(math.log10(half)))) if half > 0 else 1


def in_per_cent(found):
    """Whether a row of the ledger has a fraction of 1."""
    return found["metric"] not in ("test_loss", "seconds")


def figure(found):
    """(mean, interval) of a row of the ledger as texts; accuracies in per cent with at most two places."""
    if found["n"] == 0:
        return "–", "–"
    percent = in_per_cent(found)
    scale = 100 if percent else 1
    mean, low, high = (value and scale * value for value in (found["mean"], found["low"], found["high"]))
    if found["n"] == 1 or found["diverged"] or low == high:
        return f"{mean:.1f}" if percent else f"{mean:.2g}", "all equal" if low is not None and low == high else "–"
    number = min(places((high - low) / 2), 2 if percent else 5)
    low, high = max(low, 0), min(high, 100) if percent else high
    return f"{mean:.{number}f}", f"{low:.{number}f} to {high:.{number}f}"


def published(found):
    """The published figure of a row of the ledger as text, in per cent where it is a fraction of 1."""
    value = found["published"]
    if value is None:
        return ""
    return f"{100 * value:.2f}".removesuffix("0") if in_per_cent(found) else f"{value:g}"


def markdown(head, rows, right=()):
    """A table without the columns that are empty in all rows; ``right``: the columns of numbers."""
    kept = [n for n, name in enumerate(head) if name not in ("published", "failed") or any(line[n] for line in rows)]
    rules = ["--:" if head[n] in right else "---" for n in kept]
    return write_order.table([head[n] for n in kept], [[line[n] for n in kept] for line in rows], rules)


def table(one, folder):
    """A table with its text above it."""
    found = {}
    for line in ledger(one.ids, folder):
        # that of the table; in addition the accuracy is bit accuracy, and the published figure has this name
        if line["metric"] in (one.metric, "bit_accuracy") or line["id"] not in found:
            found[line["id"]] = line
    made = [id for id in one.ids if found[id]["runs"]]
    missing = len(one.ids) - len(made)
    text = [one.heading, one.text] if one.heading else [one.text]
    if made:
        shared, own = descriptions(made)
        if shared:
            text.append(f"All: {shared}.")
        rows = [
            (f"`{id}`", own[id], published(found[id]), found[id]["runs"], found[id]["diverged"] or "",
             *figure(found[id]))
            for id in made
        ]  # fmt: skip
        head = ("recipe", "what it is", "published", "runs", "failed", "mean", "95 % interval")
        text.append(markdown(head, rows, right=("published", "runs", "failed", "mean")))
    if missing:
        text.append(f"Not run: {missing} of {len(one.ids)} recipes.")
    return "\n\n".join(text)


def others(folder):
    """The published figures other than accuracies, of the first and the fifth report."""
    ids = [id for id in ("R1-after", "R5-gru", "R5-cnn") if ledger([id], folder)[0]["runs"]]
    rows = [
        (f"`{line['id']}`", line["metric"].replace("_", " "), published(line), *figure(line))
        for line in ledger(ids, folder)
        if line["published"] is not None and line["metric"] != "test_accuracy"
    ]  # fmt: skip
    head = ("recipe", "figure", "published", "mean", "95 % interval")
    text = "Two reports give more than the accuracy: averages over the classes, single classes in per cent, and losses."
    return f"### Other published figures\n\n{text}\n\n" + markdown(head, rows, right=("published", "mean"))


def lengths(folder):
    """Addition of numbers of other widths than those of the training."""
    rows = []
    for id in _starting(ADDITION):
        found = {line["metric"]: line["mean"] for line in ledger([id.replace(ADDITION, LENGTHS)], folder)}
        five = figures(id, "exact_match", folder).values()
        if five:
            means = [found["bit_accuracy_20"], found["bit_accuracy_1000"], statistics.fmean(five),
                     found["exact_match_20"], found["exact_match_1000"]]  # fmt: skip
            rows.append((f"`{id}`", *(f"{100 * mean:.1f}" for mean in means)))
    head = ("recipe", "bits of 20", "bits of 1,000", "sums of 5", "sums of 20", "sums of 1,000")
    text = (
        "The same networks on numbers of 20 and of 1,000 bits, means of the runs in per cent: the bits that are right, "
        "and the sums that are right in every bit ({term}`exact match`), beside those of five bits."
    )
    return f"{text}\n\n" + markdown(head, rows, right=head[1:])


def lags(folder):
    """How far back a cell can learn to look: the chosen rate and the runs that solved their task."""
    text = (
        "### How far back a cell can learn to look\n\nThree tasks at three lags each, five networks of about 4,700 "
        "parameters: {doc}`how_long_is_long_term`. Seeds 0 to 2 chose a learning rate by validation, ten others are "
        "reported. "
    )
    try:
        found = lag_results(folder)
    except ValueError:
        return text + "Not all of its runs are in the ledger, so there is no table yet."
    nets = list(dict.fromkeys(key[2] for key in found))
    rows = [
        (f"{task}, {lag}", *(_reach(found[task, lag, net]) for net in nets))
        for task, lag in dict.fromkeys(key[:2] for key in found)
    ]
    text += "Each field has the chosen rate and how many of the reported runs solved their task; the recipes are "
    text += "named `lag-TASK-LAG-NETWORK-RATE`."
    return f"{text}\n\n" + markdown(("task, lag", *nets), rows)


def _reach(reach):
    return f"{reach.id.rsplit('-', 1)[1]}: {reach.solved} of {len(reach.steps)}"


def _tables():
    return (
        Table(
            "## The first report: Pashkova",
            "Plain networks on Fashion-MNIST {cite:p}`pashkova`. The report gives the figures of `R1-after`. The six "
            "recipes between its two networks, which {doc}`what_made_it_better` takes apart, change one or two of its "
            "three settings.",
            [recipe.id for recipe in R1],
        ),
        Table(
            "", "The smaller network, with what the report advises to try, for {doc}`clothes_again`:",
            _starting("R1-after-small-"),
        ),
        Table(
            "## The second report: Recurrent Neural Networks",
            "Plain networks and LSTMs on Fashion-MNIST {cite:p}`blog-fashion`. The report gives no figures and no "
            "settings; {doc}`clothes_again` compares the four.",
            _starting("R2-"),
        ),
        Table(
            "## The third report: EE6132, lab 4\n\n### Digits",
            "MNIST {cite:p}`ee6132-lab4`, with and without {term}`weight decay` (`-reg`), and four times as long "
            "(`-long`). {doc}`digits_three_ways` compares the networks, {doc}`craft_of_training` the weight decay.",
            _starting("R3-mnist-"),
        ),
        Table(
            "",
            "The other networks of the report's grid, seed 0 each, for {doc}`digits_three_ways` and "
            "{doc}`craft_of_training`:",
            _starting("R3-grid-"),
        ),
        Table(
            "### Recall",
            "The digit to recall from a sequence, with either reading of the report's readout: {doc}`remembering`.",
            _starting("R3-recall-", without=("-apart", "-long")),
        ),
        Table("", "No test sequence is in the training set:", _ending("R3-recall-", "-apart")),
        Table("", "Trained five times as long:", _ending("R3-recall-", "-long")),
        Table(
            "### Addition",
            "Binary numbers of five bits, with both losses and either reading of the report's cell: {doc}`carrying`. "
            "The figures are {term}`bit accuracy`.",
            _starting(ADDITION, without=("-apart", "-long")),
        ),
        Table("", "No test pair is in the training set:", _ending(ADDITION, "-apart")),
        Table("", "Trained five times as long:", _ending(ADDITION, "-long"), then=lengths),
        Table(
            "## The fourth report: Harper",
            "MNIST {cite:p}`harper2024`: {doc}`digits_three_ways` tests what the report says of deep LSTMs, and under "
            "which reading of it the two ReLU networks have their figures. First the report's own six:",
            [recipe.id for recipe in REPORTS if recipe.id.startswith("R4-")],
        ),
        Table("", "The LSTMs, trained three times as long:", _ending("R4-lstm-", "-long")),
        Table(
            "", "Other readings of the ReLU network with one layer; a published figure stands where both are likely:",
            _starting("R4-rnn-relu-1-"),
        ),
        Table("", "And with two layers:", _starting("R4-rnn-relu-2-")),
        Table(
            "## The fifth report: Dang",
            "A GRU and a CNN on Fashion-MNIST {cite:p}`dang`. {doc}`clothes_again` compares them, "
            "{doc}`craft_of_training` asks what dropout does to them.",
            _starting("R5-"), then=others,
        ),
        Table(
            "## Studies of our own\n\n### Networks of 100,000 parameters",
            "MNIST, three learning rates each, of which seed 0 chose one by its validation loss: "
            "{doc}`digits_three_ways`.",
            _starting("matched-"),
        ),
        Table(
            "### Weight decay",
            "The plain network of the third report with other strengths, in Adam and in AdamW: "
            "{doc}`craft_of_training`.",
            _starting("decay-"),
        ),
        Table(
            "### Does order matter?",
            "Four networks that read the same clothes in four orders: {doc}`does_order_matter`.",
            _starting("order-"),
        ),
        Table(
            "### Recipes of the course",
            "What was tried to do better than the reports; validation chose one of each kind. First digits, with a "
            "recurrent network, for {doc}`digits_three_ways`:",
            _starting("course-digits-"),
        ),
        Table("", "Clothes, for {doc}`clothes_again`:", _starting("course-clothes-")),
        Table("", "Clothes with a CNN, for {doc}`clothes_again`:", _starting("course-cnn-")),
        Table(
            "### Short trainings",
            "Made from the cheapest on, until one reached a report's accuracy on the validation images; the others "
            "weren't needed. {doc}`faster` times them. Digits:",
            _starting("fast-digits-", without=("large",)),
        ),
        Table("", "Digits, in larger batches:", _starting("fast-digits-large-")),
        Table("", "Clothes:", _starting("fast-clothes-")),
        Table("", "Clothes with a CNN:", _starting("fast-cnn-")),
        Table(
            "### Linear recurrences",
            "Five cells in two layers of about 10,000 parameters in all, four learning rates, of which seed 0 chose "
            "one by its validation loss: {doc}`after_the_lstm`. First the adding problem, with the test loss (squared "
            "error):",
            _starting("modern-adding-"), "test_loss",
        ),
        Table("", "Copying, with the test loss in nats:", _starting("modern-copy-"), "test_loss"),
        Table("", "Digits read pixel by pixel, with the accuracy:", _starting("modern-digits-")),
    )  # fmt: skip


def tables(folder=RESULTS):
    """All tables with the texts above them."""
    parts = []
    for one in _tables():
        parts.append(table(one, folder))
        if one.then:
            parts.append(one.then(folder))
    return "\n\n".join([*parts, lags(folder)])


def page(folder=RESULTS):
    """The text of the page: its introduction as it stands, and the tables."""
    return write_order.between(PAGE.read_text(encoding="utf-8"), "tables", tables(folder), by="ledger")


def main():
    """Write the page if it differs, and say so."""
    text = page()
    if PAGE.read_text(encoding="utf-8") != text:
        PAGE.write_text(text, encoding="utf-8")
        print(f"{PAGE.relative_to(ROOT).as_posix()}: written")


if __name__ == "__main__":
    main()
