"""One step in PyTorch's layout."""

import torch

from . import Build, Property, Wrong


def case(generator):
    B, I, H = (int(torch.randint(2, 6, (), generator=generator)) for _ in range(3))  # noqa: E741
    H += H == I  # so that an input matrix the wrong way round doesn't fit
    shapes = (B, I), (B, H), (H, I), (H, H), (H,), (H,)
    return tuple(torch.randn(shape, generator=generator) for shape in shapes)


def near(a, b):
    return a.shape == b.shape and torch.allclose(a, b, atol=1e-5)


def activation(got, expected, x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    a = x @ weight_ih.T + h @ weight_hh.T + bias_ih + bias_hh
    if near(got, a) or near(got, a.relu()):
        return "the pre-activation is right, but the activation function isn't tanh"
    return None


def both_biases(got, expected, x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    products = x @ weight_ih.T + h @ weight_hh.T
    for name, b in (("bias_ih", bias_ih), ("bias_hh", bias_hh), ("their sum", bias_ih + bias_hh)):
        wrong = torch.tanh(products + bias_ih + bias_hh - b)
        if near(got, wrong):
            return f"{name} is missing; PyTorch adds two biases"
    return None


def recurrent_matrix(got, expected, x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    if near(got, torch.tanh(x @ weight_ih.T + h @ weight_hh + bias_ih + bias_hh)):
        return "weight_hh is used the wrong way round; it is square, so no shape complains"
    return None


def previous_state(got, expected, x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    if near(got, torch.tanh(x @ weight_ih.T + bias_ih + bias_hh)):
        return "the previous state doesn't enter"
    return None


exercise = Build(
    name="cell-torch-step",
    chapter="recurrent_cell",
    title="One step in PyTorch's layout",
    minutes=10,
    statement=r"""
Write one $\tanh$ step from the four tensors as `torch.nn.RNN` stores them:
`weight_ih` $(H, I)$, `weight_hh` $(H, H)$, `bias_ih` $(H)$ and `bias_hh` $(H)$.
The function takes $x_t$ and $h_{t-1}$ and returns $h_t$, of shape $(B, H)$.
""",
    function="torch_step",
    stub='''
def torch_step(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    """One step with PyTorch's tensors: (B, I), (B, H) → (B, H)."""
    return ...
''',
    solution='''
def torch_step(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    """One step with PyTorch's tensors: (B, I), (B, H) → (B, H)."""
    a = x @ weight_ih.T + h @ weight_hh.T + bias_ih + bias_hh
    return torch.tanh(a)
''',
    case=case,
    properties=(
        Property(
            "activation", activation,
            "Which function of the whole sum is the last thing in the chapter's equation?",
        ),
        Property(
            "both biases", both_biases,
            "Four tensors of weights and biases are given. Is each of them used once?",
        ),
        Property(
            "recurrent matrix", recurrent_matrix,
            "Each of the two matrices is the transpose of one in the chapter's equation.",
        ),
        Property(
            "previous state", previous_state,
            "Two products are added in the chapter's equation. What does each of them multiply?",
        ),
    ),
    also_right=(
        '''
def torch_step(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    cell = torch.nn.RNNCell(x.shape[1], h.shape[1])
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    cell.load_state_dict(dict(zip(names, (weight_ih, weight_hh, bias_ih, bias_hh))))
    return cell(x, h).detach()
''',
        '''
def torch_step(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    linear = torch.nn.functional.linear
    return torch.tanh(linear(x, weight_ih, bias_ih) + linear(h, weight_hh, bias_hh))
''',
    ),
    wrong=(
        Wrong("no tanh", fails="activation", edit=("torch.tanh(a)", "a")),
        Wrong("one bias only", fails="both biases", edit=(" + bias_hh", "")),
        Wrong("no bias", fails="both biases", edit=(" + bias_ih + bias_hh", "")),
        Wrong("the recurrent matrix isn't transposed", fails="recurrent matrix",
              edit=("weight_hh.T", "weight_hh")),
        Wrong("the input matrix isn't transposed", fails="runs", edit=("weight_ih.T", "weight_ih")),
        Wrong("the previous state is forgotten", fails="previous state", edit=(" + h @ weight_hh.T", "")),
        Wrong("ReLU instead of tanh", fails="activation", edit=("torch.tanh(a)", "torch.relu(a)")),
        Wrong("only one sequence", fails="shape", edit=("torch.tanh(a)", "torch.tanh(a)[0]")),
        Wrong("the given state is overwritten", fails="keeps its inputs",
              edit=("torch.tanh(a)", "h.copy_(torch.tanh(a))")),
    ),
    hints=("Which of the two matrix products fits as it stands? Write the shapes under each factor.",),
    explanation=r"""
Each matrix is transposed once, and both biases are added.
If $I \ne H$, forgetting the first transposition raises an error. Forgetting the second never does, because `weight_hh` is square.
""",
)  # fmt: skip
