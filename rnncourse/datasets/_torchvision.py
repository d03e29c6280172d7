"""Import torchvision where its compiled operators don't match the installed torch.

A CUDA wheel of torchvision beside a CPU build of torch fails on import with
``operator torchvision::nms does not exist``. The course needs torchvision only for its data sets,
which use no compiled operator, so declaring the two schemas that the import looks up is enough.
This is tried only when the plain import has failed.
"""

import sys

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_declared = []  # a Library withdraws its schemas when it is collected, so keep it


def torchvision_datasets():
    """Return the module ``torchvision.datasets``.

    Raises:
        ImportError, RuntimeError: what the import raised, where torchvision is missing or broken otherwise.
    """
    try:
        import torchvision.datasets
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        library = torch.library.Library("torchvision", "DEF")
        for schema in _SCHEMAS:
            library.define(schema)
        _declared.append(library)
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]  # the failed import left half of the package behind
        import torchvision.datasets
    return torchvision.datasets
