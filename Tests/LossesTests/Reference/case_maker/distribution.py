"""Losses that are likelihoods or divergences of distributions."""

import torch

from .elementwise import elementwise, pair, refuse_reduction, refuse_shapes
from .machinery import DTYPES, INFINITY, NAN, REDUCTIONS, short

# Target shapes that do not broadcast to [2, 3].
WRONG = ((2,), (2, 2), (4,), (3, 2), (4, 1))


def poisson(cases):
    def data(shape, dtype):
        return {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype, 0.01, 4)}

    def linear(shape, dtype):
        return {"input": cases.floats(shape, dtype, 0.25), "log_input": False}

    elementwise(cases, data, {"plain": lambda shape, dtype: {}, "full": lambda shape, dtype: {"full": True},
                              "linear": linear,
                              "linear_full": lambda *drawn: linear(*drawn) | {"full": True, "eps": 0.125}})
    for dtype in DTYPES:
        name = short(dtype)
        # The approximation of Stirling counts where the target is above 1, and not at 1.
        cases.accept_each(f"edge/full/{name}", full=True, **pair(
            [0.5, 1, -1, 0.25, 2], [0.25, 1, 1 + 2.0**-20, 2, 3.5], dtype))
        # Where the target is not positive, PyTorch's gradient of the masked term is NaN.
        cases.accept_each(f"edge/full_masked/{name}", unchecked=("target",), full=True, **pair(
            [0.5, 1, -1, 2], [0, -1, -0.0, 3], dtype))
        cases.accept_each(f"edge/targets/{name}", **pair([0.5, 1, -1, 2], [0, -1.5, -0.0, 0], dtype))
        cases.accept_each(f"edge/linear_zero/{name}", log_input=False, **pair(
            [0, 0, 0.5, 2], [0, 2, 0, 3], dtype))
        cases.accept_each(f"edge/big/{name}", **pair([80, -80, 0, -0.0], [2, 3, 1, 0], dtype))
        cases.accept_each(f"edge/linear_big/{name}", log_input=False, **pair([1e6, 4e5, 1], [2e5, 4e5, 1], dtype))
    cases.accept_each("edge/infinity", **pair([-INFINITY, 0.5, 1], [1, 2, INFINITY]))
    # 0·(−∞)
    cases.accept_each("edge/infinity/no_target", unchecked=("value",), **pair([-INFINITY, 0.5], [0, 2]))
    cases.accept_each("edge/not_a_number", **pair([NAN, 1, 2], [1, NAN, 3]))
    cases.accept_each("edge/not_a_number/linear", log_input=False, **pair([NAN, 1, 2], [1, NAN, 3]))
    for eps in (0.0, 0.5):
        cases.accept_each(f"edge/eps/{eps}", log_input=False, eps=eps, **pair([0.5, 1, 2], [0, 1, 3]))
    cases.accept_each("edge/minus_eps", log_input=False, eps=0.5, **pair([-0.5, 1, 2], [1, 1, 3]))
    # 0·log 0 again, and the gradient has 0/0.
    cases.accept_each("edge/minus_eps/no_target", unchecked=("value", "input"), log_input=False, eps=0.5,
                      **pair([-0.5, 1, 2], [0, 1, 3]))
    cases.accept_each("edge/negative", log_input=False, **pair([-1, 1, 2], [1, 0, 3]))
    refuse_shapes(cases, "target", *WRONG)
    refuse_reduction(cases)


def gaussian(cases):
    def data(shape, dtype):
        return {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype),
                "var": cases.floats(shape, dtype, 0.125, 3)}

    def along_an_axis(shape, dtype):
        axis = cases.random.randrange(max(len(shape), 1))
        return {"var": cases.floats((*shape[:axis], *([1] * bool(shape)), *shape[axis + 1:]), dtype, 0.125, 3)}

    elementwise(cases, data, {
        "same": lambda shape, dtype: {},
        "no_last_axis": lambda shape, dtype: {"var": cases.floats(shape[:-1], dtype, 0.125, 3)},
        "number": lambda shape, dtype: {"var": cases.random.randint(1, 12) / 4, "full": True},
        "one_axis": along_an_axis,
    })
    for dtype in DTYPES:
        cases.accept_each(f"full/{short(dtype)}", **data((2, 3), dtype), full=True, eps=1.0)
    square = {"input": cases.floats((2, 2), torch.float64), "target": cases.floats((2, 2), torch.float64)}
    cases.accept_each("shapes/square", **square, var=cases.floats((2,), torch.float64, 0.125, 3))
    for axes in ((1, 3, 2), (2, 1, 2), (2, 3, 1)):
        cases.accept_each(f"shapes/{axes}", **data((2, 3, 2), torch.float32) | {
            "var": cases.floats(axes, torch.float32, 0.125, 3)})
    for dtype in DTYPES:
        # A variance below eps counts as eps, and has the gradient that eps would have.
        cases.accept_each(f"edge/clamp/{short(dtype)}", eps=0.25, var=torch.tensor([0, 0.125, 0.25, 0.5], dtype=dtype),
                          **pair([1, 2, 0.5, -1], [0, 2, 0, 1], dtype))
        cases.accept_each(f"edge/default_clamp/{short(dtype)}", var=torch.tensor([0, 1e-7, 2], dtype=dtype),
                          **pair([1, 2, 0.5], [0, 2, 0], dtype))
    for number in (0.0, -0.0, 1e-7, INFINITY, NAN):
        cases.accept_each(f"edge/number/{number}", **pair([1, 2, 0.5], [0, 2, 0]), var=number)
    cases.accept_each("edge/eps_0", eps=0.0, full=True, **pair([1, 2], [0, 2]), var=torch.tensor([1e-3, 2]).double())
    for name, x, t, var in (("not_a_number", [NAN, 1, 2, 1], [0, NAN, 1, 0], [1, 2, NAN, 0.5]),
                            ("infinity", [INFINITY, 1, 0.5], [0, -INFINITY, 1], [1, 2, 0.5]),
                            ("infinities", [INFINITY, 1], [INFINITY, 2], [1, 2]),
                            ("infinite_variance", [1, 2], [0, 1], [INFINITY, 1])):
        cases.accept_each(f"edge/{name}", **pair(x, t), var=torch.tensor(var, dtype=torch.float64))
    half = torch.full((2, 3), 0.5)
    refuse_shapes(cases, "target", *WRONG, var=half)
    refuse_shapes(cases, "var", (3,), (), (1,), (1, 1), (2, 2), (2, 4), (2, 0), (2, 3, 1), (1, 2, 3), (3, 2))
    cases.refuse("var_shape/rank_0", **pair(0.5, 1), var=torch.tensor([0.5]))
    cases.refuse("var_shape/two_axes", input=torch.ones(2, 3, 2), target=torch.ones(2, 3, 2), var=torch.ones(1, 3, 1))
    for value in (-1.0, -1e-30, -INFINITY):
        cases.refuse(f"negative_var/{value}", **pair([1, 2], [0, 1]), var=torch.tensor([0.5, value]).double())
        cases.refuse(f"negative_var/number/{value}", **pair([1, 2], [0, 1]), var=value)
    cases.refuse("negative_var/no_last_axis", input=half, target=half, var=torch.tensor([-1.0, 1]))
    refuse_reduction(cases, var=torch.tensor([0.5]).double())


def kl_div(cases):
    cases.reductions = (*REDUCTIONS, "batchmean")

    def logarithms(shape, dtype):
        return cases.floats(shape, dtype, -3, -0.125)

    elementwise(cases, lambda shape, dtype: {"input": logarithms(shape, dtype),
                                             "target": cases.floats(shape, dtype, 0.0625, 1)},
                {"plain": lambda shape, dtype: {},
                 "log_target": lambda shape, dtype: {"target": logarithms(shape, dtype), "log_target": True}})
    for dtype in DTYPES:
        name = short(dtype)
        # The target's gradient in PyTorch is NaN at 0.
        cases.accept_each(f"edge/zero_target/{name}", unchecked=("target",), **pair(
            [[-1, -2, -0.5], [-3, -0.25, -1]], [[0, 1, 0.5], [-0.0, 0, 1]], dtype))
        cases.accept_each(f"edge/not_probabilities/{name}", **pair(
            [[0.5, -2], [3, -0.25]], [[2, 0.25], [4, 1.5]], dtype))
        cases.accept_each(f"edge/log_target/{name}", log_target=True, **pair(
            [[0.5, -2], [-80, -0.25]], [[1, 0], [-40, -80]], dtype))
    for log_target in (False, True):
        cases.accept_each(f"edge/not_a_number/{log_target}", log_target=log_target, **pair(
            [NAN, -1, -2], [0.5, NAN, 0.25]))
        cases.accept_each(f"edge/infinite_loss/{log_target}", log_target=log_target, **pair(
            [-INFINITY, -1, -2], [0.5, 0.125, 0.25]))
    cases.accept_each("edge/plus_infinity", **pair([INFINITY, -1], [0.5, 0.25]))
    # 0·(−∞), and the logarithm of the target's gradient.
    cases.accept_each("edge/impossible", unchecked=("value", "target"), **pair([-INFINITY, -1], [0, 1]))
    cases.accept_each("edge/impossible/log_target", unchecked=("value", "target"), log_target=True,
                      **pair([-INFINITY, -1, -2], [-INFINITY, -INFINITY, -1]))
    cases.accept_each("edge/negative_target", **pair([-1, -2], [-0.5, 0.5]))
    refuse_shapes(cases, "target", *WRONG)
    refuse_reduction(cases)
