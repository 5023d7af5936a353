"""The cases: arguments, exact results, PyTorch's results; and the form in which this library is given them."""

import base64
import itertools
import json

import numpy as np
import torch
import torch.nn.functional as F

from . import exact, formulas, peers
from .draw import Draw
from .rows import CANCELLING, ROWS_OF_TABLE

NAMES = {np.dtype(np.float32): "float32", np.dtype(np.float64): "float64"}
ACTIVATIONS = {"softmax", "log_softmax", "logsumexp", "sigmoid", "logsigmoid"}
FORMULAS = {name: getattr(formulas, name) for name in dir(formulas)} | {"sigmoid": formulas.sigmoid_}
# What this library is told besides.
REGION = {"mode": "multiclass", "from_logits": True, "smoothing": 0.0, "per_sample": False, "ignore_index": None}
IMAGE = {"per_image": False, "ignore_index": None}
FURTHER = {
    "focal_loss": {"weight": None, "ignore_index": -100, "label_smoothing": 0.0},
    "linear_cross_entropy": {"linear_bias": None, "weight": None, "ignore_index": -100, "label_smoothing": 0.0},
    "dice_loss": REGION, "jaccard_loss": REGION, "generalized_dice_loss": REGION,
    "lovasz_hinge_loss": IMAGE, "lovasz_softmax_loss": IMAGE,
    "info_nce_loss": {"negatives": None, "symmetric": False},
    "rnnt_loss": {"clamp": -1.0},
}
# How many units in the last place of its addends a hinge is away from its kink.
CLEARANCE = 16
# The least sum, as a part of the sum of magnitudes. Where addends cancel, what is left of them is luck.
LEAST_PART = 0.25


class Case:
    def __init__(self, row, kind, draw, arguments):
        self.row, self.kind, self.draw = row, kind, draw
        self.loss, self.differentiated, _ = ROWS_OF_TABLE[row]
        self.arguments = arguments
        self.is_cancelling = kind in CANCELLING.get(row, ())
        self.is_peerless = hasattr(peers, self.loss)
        self.name = f"{row} {kind}"

    def compute(self):
        """The exact results, and PyTorch's. False where they would say nothing."""
        formulas.NEAREST[0] = 1
        self.is_sound = True
        torch_value, leaves = self.torch_value()
        upstream = self.draw.uniform(0.25, 2, *torch_value.shape) * self.draw.signs(*torch_value.shape)
        self.upstream = np.asarray(upstream)
        self.exact = self.exact_results()
        gradients = torch.autograd.grad(torch_value, list(leaves.values()), torch.from_numpy(self.upstream))
        self.torch = {"value": torch_value.detach().numpy()} | {
            name: gradient.numpy() for name, gradient in zip(leaves, gradients)}
        return self.is_sound and formulas.NEAREST[0] > CLEARANCE * self.draw.epsilon

    def torch_value(self):
        given = {name: torch.from_numpy(np.array(argument)) if isinstance(argument, np.ndarray) else argument
                 for name, argument in self.arguments.items()}
        if given.get("distance_function"):
            given["distance_function"] = lambda a, b: 1 - F.cosine_similarity(a, b)
        leaves = {name: given[name].requires_grad_() for name in self.differentiated}
        function = next(getattr(home, self.loss) for home in (peers, F, torch) if hasattr(home, self.loss))
        if self.loss in ("sigmoid", "logsigmoid"):
            return function(given["input"]), leaves
        return function(**given), leaves

    def exact_results(self):
        given = {name: exact.array(argument) if is_real(argument) else argument
                 for name, argument in self.arguments.items() if name != "reduction"}
        terms, denominator = FORMULAS[self.loss](**given)
        match self.arguments.get("reduction", "none"):
            case "none": value = terms
            case "sum": value = np.sum(terms)
            case "mean": value = np.ravel(terms / denominator).sum()
            case "batchmean": value = np.sum(terms / len(terms))
        value = np.asarray(value, object)
        if not value.shape and not self.is_cancelling:
            parts = np.ravel(exact.values(terms))
            self.is_sound = abs(parts.sum()) >= LEAST_PART * abs(parts).sum()
        exact.differentiate(value, [exact.mpf(g.item()) for g in self.upstream.ravel()])
        return {"value": np.asarray(exact.values(value), object)} | {name: exact.derivatives(given[name]) for name in self.differentiated}

    def comparable(self, name, result):
        """The part of a result that there is an exact one for."""
        return result

    def encoded(self):
        """In the format of the reference cases."""
        all_arguments = FURTHER.get(self.loss, {}) | self.arguments
        arguments = {name: encoded(argument) for name, argument in all_arguments.items()}
        return {"name": self.name, "arguments": arguments, "upstream": encoded(self.upstream),
                "expect": {"value": None, "gradients": {}}}


def is_real(argument):
    return isinstance(argument, np.ndarray) and argument.dtype in NAMES


def encoded(argument):
    if is_real(argument):
        values = base64.b64encode(argument.tobytes()).decode()
        return {"dtype": NAMES[argument.dtype], "shape": list(argument.shape), "values": values}
    if isinstance(argument, np.ndarray):
        return {"dtype": "int64", "shape": list(argument.shape), "values": argument.ravel().tolist()}
    return argument


def make(dtype, rows, repeats, seed):
    """All cases. Each kind of input is drawn `repeats` times, with the reductions in turn."""
    cases = []
    for row in rows:
        loss, _, arguments = ROWS_OF_TABLE[row]
        mean = "batchmean" if loss == "kl_div" else "mean"
        reductions = [{}] if loss in ACTIVATIONS else [{"reduction": name} for name in ("none", "sum", mean)]
        kinds = [kind for kind, _ in arguments(Draw(dtype, 0))]
        for number, reduction in zip(range(repeats), itertools.cycle(reductions)):
            for place, kind in enumerate(kinds):
                for attempt in itertools.count():
                    draw = Draw(dtype, [seed, number, attempt, *row.encode()])
                    drawn = next(itertools.islice(arguments(draw), place, None))[1]
                    case = Case(row, kind, draw, drawn | reduction)
                    if case.compute():
                        break
                    assert attempt < 1000, f"{case.name}: no draw will do"
                case.name += f" {number}"
                cases.append(case)
    return cases


def write(cases, folder):
    by_loss = {}
    for case in cases:
        by_loss.setdefault(case.loss, []).append(case.encoded())
    for loss, group in by_loss.items():
        (folder / f"{loss}.json").write_text(json.dumps({"loss": loss, "cases": group}))


def read(cases, folder):
    """This library's results, as it wrote them."""
    written = {}
    for path in folder.glob("*.json"):
        written |= json.loads(path.read_text())
    for case in cases:
        case.ours = {name: np.frombuffer(base64.b64decode(written[case.name][name]), case.draw.dtype)
                     .reshape(result.shape) for name, result in case.torch.items()}
