"""In how many directions do the states of an untrained network vary?"""

from . import Mistake, Number

exercise = Number(
    name="states-dimensions",
    chapter="inside_the_state",
    title="How many directions?",
    minutes=10,
    kind="measure",
    statement=r"""
Take an untrained plain network: `torch.manual_seed(0)`, then `rc.RecurrentModel("rnn_tanh", 8, 32, 10)`. It reads all test images of `rc.datasets.digits()`. Collect its 32 numbers at every step of every image.
How many principal components does it take to hold at least 90 % of their variance?
""",
    solution="""
from sklearn.decomposition import PCA

torch.manual_seed(0)
model = rc.RecurrentModel("rnn_tanh", 8, 32, 10)
with torch.no_grad():
    h = model.states(rc.datasets.digits().test.x).numpy()
share = PCA().fit(h.reshape(-1, 32)).explained_variance_ratio_
answer = np.argmax(share.cumsum() >= 0.9) + 1
""",
    mistakes=(
        Mistake("last step", 6, "that is for the last step alone; take the states of all eight steps"),
        Mistake("scaled", 8, "that is for states scaled to variance 1 in each unit; leave them as they are"),
        Mistake("inputs", 4, "that is for the rows of the images; take the network's states"),
        Mistake("95 %", 10, "that many hold 95 %"),
        Mistake("99 %", 15, "that many hold 99 %"),
        Mistake("all", 32, "that many hold everything"),
    ),
    hints=(
        "model.states(x) is (N, T, H); reshape it to (N·T, H).",
        "PCA().fit(…).explained_variance_ratio_ has the shares in falling order; add them up.",
    ),
    explanation=r"""
Seven of 32, in a network that has learned nothing, fed with rows of eight numbers of which four components hold 90 %. A small number of directions is thus no sign that training has made the states simple: inputs that vary in few directions do the same.
""",
)
