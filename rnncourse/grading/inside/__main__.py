"""The process of a student's code. It is sent cells and arguments, and sends back plain values, nothing else.

What comes from here proves nothing but what the student's code returned: the verdict is found elsewhere, by who
knows the expected values. So nothing in this process needs protection from the student.
"""

import importlib.util
import json
import os
import random
import sys
import types

channel = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
nowhere = os.open(os.devnull, os.O_RDWR)
os.dup2(nowhere, 0)
os.dup2(nowhere, 1)  # what a student prints goes nowhere

import calls  # noqa: E402
import cells  # noqa: E402
import limits  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import values  # noqa: E402


def main():
    settings = json.loads(channel[0].readline())
    sys.path[:] = [*settings["paths"], *sys.path[1:]]  # without this folder, whose names a student may use
    torch.set_num_threads(1)
    for name in ("calls", "cells", "limits", "values"):  # nor these
        del sys.modules[name]
    _load_when_used("rnncourse")
    limits.apply(settings["cpu_seconds"])
    calls.refuse()
    _send({"ready": True})
    os.dup2(nowhere, 2)
    names = cells.new_namespace()
    while line := channel[0].readline():
        request = json.loads(line)
        reply = _answer(request, names)
        text = json.dumps({**reply, "n": request["n"]})
        if len(text) > settings["most"]:
            text = json.dumps({"error": {"type": "TooLarge", "text": "the value is too large"}, "n": request["n"]})
        _send_text(text)
    os._exit(0)  # with no regard to what a student has registered for the end


def _answer(request, names):
    random.seed(request["seed"])
    np.random.seed(request["seed"] % 2**32)
    torch.manual_seed(request["seed"])
    if "cells" in request:
        # the process is ended only where a cell ignores that it is stopped
        limits.allow_computing(2 * request["seconds"] + len(request["cells"]))
        return {"errors": cells.run(request["cells"], names, request["seconds"], request["wait"])}
    limits.allow_computing(request["seconds"])
    try:
        if request["name"] not in names:
            return {"missing": True}
        found = names[request["name"]]
        if "arguments" not in request:
            return {"callable": True} if callable(found) else {"value": values.encode(found)}
        arguments = [values.decode(argument) for argument in request["arguments"]]
        value = values.encode(found(*arguments))
        after = [values.encode(argument) for argument in arguments]
        before = request["arguments"]
        changed = {n: new for n, new in enumerate(after) if new != before[n]}
        return {"value": value, "changed": changed}
    except BaseException as error:
        return {"error": cells.described(error)}


def _send(message):
    _send_text(json.dumps(message))


def _send_text(text):
    channel[1].write(text.encode() + b"\n")
    channel[1].flush()


class LaterModule(types.ModuleType):
    """A package that is loaded when the first of its names is used: it takes seconds, and many notebooks never do."""

    def __getattr__(self, name):  # only asked for what isn't there yet
        if name.startswith("__") and name not in ("__all__", "__version__"):  # who looks at all modules loads none
            raise AttributeError(name)
        self.__class__ = types.ModuleType
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)

    def __dir__(self):
        return list(self.__all__)


class ShortNames:
    """Finds ``rnncourse.cells`` and other short names, which the package gives to its modules when it is loaded."""

    def find_spec(self, name, path=None, target=None):
        package = sys.modules.get(name.partition(".")[0])
        if isinstance(package, LaterModule):
            package.__version__  # noqa: B018  this loads it
            if name in sys.modules:
                self.module = sys.modules.pop(name)  # else the import system would load it a second time
                return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        self.own = self.module.__spec__
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.own


def _load_when_used(name):
    sys.meta_path.insert(0, ShortNames())
    spec = importlib.util.find_spec(name)
    module = sys.modules[name] = LaterModule(name)
    module.__spec__, module.__file__, module.__path__ = spec, spec.origin, spec.submodule_search_locations


main()
