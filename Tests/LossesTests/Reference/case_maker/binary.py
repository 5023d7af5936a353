"""Losses of yes and no."""

import torch
import torch.nn.functional as F

from .elementwise import elementwise, pair, refuse_reduction, refuse_shapes
from .machinery import DTYPES, INFINITY, NAN, short


def weight_options(cases, argument):
    """Weights of the input's shape, and of its last axis."""
    parts = {"full": slice(None), "last": slice(-1, None)}
    return {f"{argument}_{name}": lambda shape, dtype, part=part: {argument: cases.floats(shape[part], dtype, 0.25, 2)}
            for name, part in parts.items()}


def accept_broadcasts(cases, argument, data):
    shape = (2, *cases.shape(2))
    for axes in ((), (1,), (2, 1, 1), (shape[1], 1), (2, 1, shape[2])):
        dtype = DTYPES[len(axes) % 2]
        weight = cases.floats(axes, dtype, 0.25, 2)
        cases.accept_each(f"broadcast/{argument}/{axes}", **data(shape, dtype), **{argument: weight})


def binary_cross_entropy(cases):
    def data(shape, dtype):
        return {"input": cases.floats(shape, dtype, 0.01, 0.99), "target": cases.floats(shape, dtype, 0, 1)}

    elementwise(cases, data, {"plain": lambda shape, dtype: {}} | weight_options(cases, "weight"))
    accept_broadcasts(cases, "weight", data)
    for dtype, nearest in ((torch.float64, 1 - 1e-13), (torch.float32, 1 - 2.0**-24)):
        def each(name, x, t, unchecked=()):
            cases.accept_each(f"edge/{name}/{short(dtype)}", unchecked, **pair(x, t, dtype))

        each("targets", [0.25, 0.75, 0.5, 0.125], [0, 1, 1, 0])
        each("near_ends", [1e-13, nearest, 1e-7, 1e-4], [0.5, 0.5, 0, 1])
        # The target's gradient is not clamped in PyTorch, and infinite here, although the value is clamped.
        each("ends", [0, 0, 0, 1, 1, 1], [0, 0.5, 1, 0, 0.5, 1], unchecked=("target",))
        each("right_ends", [0, 1, 0.25, 0.5], [0, 1, 1, 0], unchecked=("target",))
    cases.accept_each("edge/clamp", unchecked=("target",), **pair([1e-50, 1e-44, 0.5], [1, 0.25, 0.5]))
    for value in (-0.125, 1.125, -1e-30, INFINITY, NAN):
        cases.refuse(f"input_range/{value}", **pair([0.5, value], [0.5, 0.5]))
        cases.refuse(f"target_range/{value}", **pair([0.5, 0.5], [0.5, value]))
    refuse_shapes(cases, "target", (3,), (2, 1), (1, 3), (2, 2), (), (6,), (1, 2, 3))
    refuse_shapes(cases, "weight", (2,), (4, 2, 3), (1, 2, 3), (3, 2), (4,), (0,))
    refuse_reduction(cases)
    cases.refuse("dtypes", input=torch.tensor([0.5]), target=torch.tensor([0.5], dtype=torch.float64))


def binary_cross_entropy_with_logits(cases):
    def data(shape, dtype):
        return {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype, 0, 1)}

    options = {"plain": lambda shape, dtype: {}} | weight_options(cases, "weight") | weight_options(cases, "pos_weight")
    options["both"] = lambda *drawn: options["weight_full"](*drawn) | options["pos_weight_last"](*drawn)

    def is_steady(drawn):
        """Whether no derivative with respect to the target is the difference of nearly equal numbers."""
        x, positive = drawn["input"], drawn.get("pos_weight", 1)
        return bool(((F.softplus(x) - positive * F.softplus(-x)).abs() >= 0.2).all())

    elementwise(cases, data, options, is_steady=is_steady)
    for argument in ("weight", "pos_weight"):
        accept_broadcasts(cases, argument, data)
        refuse_shapes(cases, argument, (2,), (4, 2, 3), (1, 2, 3), (3, 2), (4,))
    refuse_shapes(cases, "target", (3,), (2, 1), (1, 3), (2, 2), (), (6,), (1, 2, 3))
    refuse_reduction(cases)
    for dtype in DTYPES:
        name = short(dtype)
        # Small values stand beside large ones: alone, x − logσ(x) would be nothing but PyTorch's cancellation.
        for positive in (None, 0.0, 3.0):
            extra = {} if positive is None else {"pos_weight": torch.tensor([positive], dtype=dtype)}
            cases.accept_each(f"edge/big/{name}/{positive}", **extra, **pair(
                [1000, 1000, 1000, -1000, -1000, -1000, 40, -40, 0], [0, 0.5, 1, 0, 0.5, 1, 1, 0, 0.5], dtype))
        cases.accept_each(f"edge/targets/{name}", **pair([0.5, -2, 0, -0.0, 3], [0, 1, 1, 0, 1], dtype))
        cases.accept_each(f"edge/unchecked_targets/{name}", **pair([0.5, -2, 1.5, -1], [-0.5, 1.75, 3, -2], dtype))
    for name, extra in (("plain", {}), ("pos_weight", {"pos_weight": torch.tensor(3.0, dtype=torch.float64)})):
        # PyTorch's value is NaN on these, from 0·∞ or ∞ − ∞, although the limit exists.
        cases.accept_each(f"edge/infinity/{name}", unchecked=("value",), **extra,
                          **pair([INFINITY, INFINITY, -INFINITY, -INFINITY, -INFINITY, 0.5], [0.5, 1, 0, 0.5, 1, 1]))
        cases.accept_each(f"edge/plus_infinity/{name}", **extra, **pair([INFINITY, INFINITY, 1], [0, 0.5, 1]))
        cases.accept_each(f"edge/not_a_number/{name}", **extra, **pair([NAN, 1, 2], [0.5, NAN, 1]))


def logsigmoid(cases):
    elementwise(cases, lambda shape, dtype: {"input": cases.floats(shape, dtype, -6, 6)},
                {"plain": lambda shape, dtype: {}})
    for dtype in DTYPES:
        for name, x in {"big": [1000, -1000, 40, -40, 100, -100, 3], "zero": [0, -0.0], "tiny": [1e-30, -1e-30],
                        "infinity": [INFINITY, -INFINITY, 1], "not_a_number": [NAN, 1]}.items():
            cases.accept(f"edge/{name}/{short(dtype)}", input=torch.tensor(x, dtype=dtype))


def soft_margin(cases):
    elementwise(cases, lambda shape, dtype: {"input": cases.floats(shape, dtype), "target": cases.signs(shape, dtype)},
                {"plain": lambda shape, dtype: {}})
    # As far as PyTorch's exponential reaches, in each dtype.
    for dtype, far in ((torch.float64, 700), (torch.float32, 80)):
        cases.accept_each(f"edge/big/{short(dtype)}", **pair(
            [far, far, -far, -far, 36, 37, -37, 0, -0.0], [1, -1, 1, -1, 1, 1, 1, 1, -1], dtype))
        cases.accept_each(f"edge/unchecked_targets/{short(dtype)}", input=cases.floats((2, 3), dtype),
                          target=cases.floats((2, 3), dtype, -2, 2))
    # Beyond, it overflows: the value is infinite, and the gradient NaN.
    cases.accept_each("edge/overflow", unchecked=("value", "input"), **pair([1000, -1000, 1], [-1, 1, 1]))
    cases.accept_each("edge/underflow", **pair([1000, -1000, 1], [1, -1, 1]))
    cases.accept_each("edge/infinity/right", **pair([INFINITY, -INFINITY, 1], [1, -1, 1]))
    cases.accept_each("edge/infinity/wrong", unchecked=("input",), **pair([INFINITY, -INFINITY, 1], [-1, 1, 1]))
    cases.accept_each("edge/not_a_number", **pair([NAN, 1, 2], [1, NAN, -1]))
    refuse_shapes(cases, "target", (2,), (2, 2), (4,), (3, 2), (4, 1))
    refuse_reduction(cases)


def multilabel_soft_margin(cases):
    def data(shape, dtype):
        return {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype, 0, 1)}

    elementwise(cases, data, {"plain": lambda shape, dtype: {}} | weight_options(cases, "weight"), ranks=(1, 4))
    accept_broadcasts(cases, "weight", data)
    for dtype in DTYPES:
        name = short(dtype)
        cases.accept_each(f"edge/targets/{name}", **pair([[0.5, -2, 0], [-0.0, 3, 1]], [[0, 1, 1], [0, 1, 0]], dtype))
        cases.accept_each(f"edge/unchecked_targets/{name}", **pair(
            [[0.5, -2], [1.5, -1]], [[-0.5, 1.75], [3, -2]], dtype))
        cases.accept_each(f"edge/big/{name}", **pair(
            [[1000, 1000, 1000], [-1000, -1000, -1000], [40, -40, 0]], [[0, 0.5, 1], [0, 0.5, 1], [1, 0, 0.5]], dtype))
    # PyTorch's value is NaN on these, from 0·∞, although the limit exists.
    cases.accept_each("edge/infinity", unchecked=("value",),
                      **pair([[INFINITY], [-INFINITY], [-INFINITY], [0.5]], [[1], [0], [0], [1]]))
    cases.accept_each("edge/infinite_loss", **pair([[INFINITY, 1], [-INFINITY, 2], [INFINITY, -1]],
                                                   [[0.5, 1], [0.5, 0], [0.25, 1]]))
    cases.accept_each("edge/not_a_number", **pair([[NAN, 1], [2, 1], [1, 2]], [[0.5, 1], [NAN, 1], [0, 1]]))
    refuse_shapes(cases, "target", (2,), (2, 2), (4,), (3, 2))
    refuse_shapes(cases, "weight", (2,), (2, 2), (4,), (3, 1), (3, 2))
    cases.refuse("rank_0", **pair(0.5, 1))
    refuse_reduction(cases)
