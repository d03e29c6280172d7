"""Do the factors help a classifier?"""

from . import Open

exercise = Open(
    name="factors-for-a-classifier",
    chapter="linear_factor_models",
    title="Are they good for something?",
    minutes=30,
    statement=r"""
Are some factors better inputs for a linear classifier than others? Take the digits, and $K = 16$ numbers an image from PCA, from ICA, and from a sparse code with 16 atoms; also 64 atoms, and the pixels themselves. Train scikit-learn's `LogisticRegression` on each, with five choices of 200 training images. What do you expect for PCA against ICA, and why? What do you conclude?
""",
    rubric=(
        (
            2,
            "an expectation for PCA against ICA before the training, with its reason (each is a linear map of the other)",
        ),
        (2, "factors learned from the training images alone, and the regularisation chosen without the test images"),
        (2, "differences of accuracy choice by choice, with an interval"),
        (1, "a conclusion that separates the number of inputs from the kind of factors"),
    ),
    explanation=r"""
ICA's factors are PCA's, whitened and rotated: the same space. A linear classifier without regularisation can't tell them apart. With regularisation the scale of the inputs matters, and whitening has changed that.

```python
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

def coder(atoms):
    return MiniBatchDictionaryLearning(
        atoms, alpha=0.1, fit_algorithm="cd", transform_alpha=0.1,
        transform_algorithm="lasso_cd", random_state=0,
        transform_max_iter=20_000)

ways = {"PCA": PCA(16), "PCA, white": PCA(16, whiten=True),
        "ICA": FastICA(16, whiten="unit-variance", random_state=0),
        "16 atoms": coder(16), "64 atoms": coder(64)}
varies = train.std(0) > 0
X, X_new = train[:, varies], new[:, varies]
inputs = {name: (way.fit_transform(X), way.transform(X_new))
          for name, way in ways.items()}
inputs["pixels"] = X, X_new
y, goal = data.train.y.numpy(), data.test.y.numpy()
for name, (x, x_new) in inputs.items():
    scores = []
    for seed in range(5):
        i = np.random.default_rng(seed).permutation(len(x))[:200]
        model = GridSearchCV(LogisticRegression(max_iter=5000),
                             {"C": np.logspace(-2, 3, 6)}).fit(x[i], y[i])
        scores.append(100 * model.score(x_new, goal))
    print(f"{name:10}", *(f"{score:.1f}" for score in scores))
```

Compare the white PCA with ICA first: the two inputs differ by a rotation, and a penalty on the squares of the weights doesn't see a rotation, so the two must agree, and in our run every digit did. Whether the others differ by more than the choice of images does, your intervals must say.
(Pixels that never vary are left out first: scikit-learn 1.9's `FastICA` goes wrong where the first column is constant.)
""",
)
