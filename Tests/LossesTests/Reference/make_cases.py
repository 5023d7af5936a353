"""Makes the reference cases that the library is held to, from a pinned PyTorch.

    python make_cases.py [--output DIR] [--seed N] [--only NAME …]

writes one `<loss>.json` per loss into DIR (default: `Cases`, beside this script). The same seed gives the same bytes;
another seed gives other numbers and other shapes, and the test suite can be pointed at that folder instead.

PyTorch must be the pinned version. In a virtual environment outside the repository:

    pip install torch==2.13.0+cpu numpy expecttest

(`expecttest` is wanted by the module that holds PyTorch's operator samples).

How a case comes about: its arguments are drawn in the dtype and the memory layout that it is about, then copied to
contiguous float64, and there PyTorch computes the value and, for a random upstream, the gradients. So what is expected
never depends on layout, and a float32 case expects the float64 evaluation of the same numbers.

To add a loss, write a function that fills a `Cases`, and give it a line in `LOSSES`.
"""

import argparse
import inspect
import json
import math
import random
import sys
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F

TORCH = "2.13.0+cpu"
DTYPES = (torch.float64, torch.float32)
REDUCTIONS = ("none", "sum", "mean")
LAYOUTS = ("contiguous", "transposed", "rows", "permuted", "broadcast", "stepped", "broadcast_last")
INFINITY, NAN = math.inf, math.nan
# Arguments that exist only in Python, or only for compatibility: no other interface has them.
PYTHON_ONLY = {"size_average", "reduce", "_stacklevel", "dtype"}
# PyTorch's own samples with more elements than this in any tensor are left out, to keep the files small.
SAMPLE_LIMIT = 30


# Tensors

def short(dtype):
    return str(dtype).removeprefix("torch.")


def laid_out(x, layout):
    """`x` in another memory layout. The broadcasts repeat the first slice of an axis along it, with a stride of 0."""
    if x.dim() == 0 or layout == "contiguous":
        return x
    if layout == "transposed":
        axes = tuple(reversed(range(x.dim())))
        return x.permute(axes).contiguous().permute(axes)
    if layout == "permuted":
        return x.movedim(0, -1).contiguous().movedim(-1, 0)
    if layout == "rows":
        return x.repeat_interleave(2, 0)[::2]
    if layout == "stepped":  # the odd element at the end of a row keeps the axes from coalescing
        return torch.cat([x.repeat_interleave(2, -1), x[..., :1]], -1)[..., :-1:2]
    return x.narrow(0 if layout == "broadcast" else -1, 0, 1).expand(x.shape)


def in_layouts(arguments, first):
    """Each tensor in a layout of its own: the first in `LAYOUTS[first]`, the next in the one after it, and so on."""
    tensors = [name for name, argument in arguments.items() if isinstance(argument, torch.Tensor)]
    return arguments | {name: laid_out(arguments[name], LAYOUTS[(first + i) % len(LAYOUTS)])
                        for i, name in enumerate(tensors)}


def encoded(argument):
    """An argument as JSON."""
    if isinstance(argument, torch.Tensor):
        layout = {} if argument.is_contiguous() else {"strides": list(argument.stride())}
        return {"dtype": short(argument.dtype), "shape": list(argument.shape), **layout,
                "values": [encoded(value) for value in argument.reshape(-1).tolist()]}
    if isinstance(argument, float) and not math.isfinite(argument):
        return "NaN" if math.isnan(argument) else "Infinity" if argument > 0 else "-Infinity"
    return argument


def close(actual, expected, tolerance):
    """The format's comparison."""
    scale = torch.where(expected.isfinite(), expected.abs(), 0).reshape(-1).max() if expected.numel() else 0
    same = (actual == expected) | (actual.isnan() & expected.isnan())
    return bool((same | ((actual - expected).abs() <= tolerance * expected.abs().clamp(min=0.05 * scale))).all())


# Cases

class Cases:
    """The cases of one loss while they are made, and the generator that their numbers come from."""

    def __init__(self, loss, seed):
        self.loss, self.seed, self.function = loss, seed, getattr(F, loss)
        self.random = random.Random(f"{loss} {seed}")
        self.cases, self.dropped = {}, []
        if loss == "logsigmoid":  # a builtin, without a signature
            self.defaults = {"input": None}
        else:
            parameters = inspect.signature(self.function).parameters.values()
            self.defaults = {p.name: None if p.default is p.empty else p.default
                             for p in parameters if p.name not in PYTHON_ONLY}

    def shape(self, rank, smallest=2):
        largest = (3, 3) if rank <= 2 else (2, 3, 2, 2)
        return tuple(self.random.randint(smallest, size) for size in largest[:rank])

    def floats(self, shape, dtype, low=-3, high=3):
        """Uniform numbers that are short to write: decimals for float64, exact binary fractions for float32."""
        steps = 1000 if dtype == torch.float64 else 128
        low, high = math.ceil(low * steps), math.floor(high * steps)
        drawn = [self.random.randint(low, high) / steps for _ in range(math.prod(shape))]
        return torch.tensor(drawn, dtype=dtype).reshape(shape)

    def indices(self, shape, count, dtype=torch.int64):
        drawn = [self.random.randrange(count) for _ in range(math.prod(shape))]
        return torch.tensor(drawn, dtype=dtype).reshape(shape)

    def evaluate(self, arguments, dtype, upstream=None):
        """The value, and the gradient of each differentiated argument, computed in `dtype`; and the upstream, drawn
        if there is none: never constant, of both signs, bounded away from 0."""
        copies = {name: a.to(dtype if a.is_floating_point() else a.dtype, copy=True).contiguous()
                  if isinstance(a, torch.Tensor) else a for name, a in arguments.items()}
        leaves = {name: copies[name].requires_grad_() for name in LOSSES[self.loss][1]
                  if copies[name].is_floating_point()}
        value = self.function(**copies)
        if upstream is None:
            upstream = self.floats(value.shape, arguments["input"].dtype, 0.25, 2)
            upstream = torch.where(self.indices(value.shape, 2).bool(), upstream, -upstream)
        gradients = torch.autograd.grad(value, tuple(leaves.values()), upstream.to(dtype))
        return {"value": value.detach()} | dict(zip(leaves, gradients)), upstream

    def accept(self, name, unchecked=(), **arguments):
        """Adds what PyTorch computes. `unchecked` names what is not compared: the value, or a gradient.

        Where PyTorch in float32 misses its own float64 result by half of what is allowed, the numbers are badly
        conditioned, and the case would measure luck: then another upstream is tried.
        """
        arguments = self.defaults | arguments
        for _ in range(10):
            expected, upstream = self.evaluate(arguments, torch.float64)
            dtype = upstream.dtype
            single = expected if dtype == torch.float64 else self.evaluate(arguments, dtype, upstream)[0]
            if all(key in unchecked or close(single[key], expected[key], 0.5e-5) for key in expected):
                break
        else:
            self.dropped.append(name)
            return
        result = {key: None if key in unchecked else encoded(tensor) for key, tensor in expected.items()}
        self.insert(name, arguments, upstream=encoded(upstream),
                    expect={"value": result.pop("value"), "gradients": result})

    def accept_each(self, name, unchecked=(), **arguments):
        """The same with every reduction, where the loss has one."""
        if "reduction" not in self.defaults:
            return self.accept(name, unchecked, **arguments)
        for reduction in REDUCTIONS:
            self.accept(f"{name}/{reduction}", unchecked, reduction=reduction, **arguments)

    def refuse(self, name, **arguments):
        """Adds a call that PyTorch refuses."""
        arguments = self.defaults | arguments
        try:
            self.function(**arguments)
        except (RuntimeError, ValueError, IndexError) as error:
            self.insert(f"error/{name}", arguments, expect={"error": str(error).splitlines()[0]})
        else:
            raise AssertionError(f"{self.loss}: PyTorch accepts {name}")

    def insert(self, name, arguments, **rest):
        assert name not in self.cases, f"{self.loss}: two cases are named {name}"
        self.cases[name] = {"name": name, "arguments": {n: encoded(a) for n, a in arguments.items()}, **rest}

    def write(self, folder):
        lines = ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in self.cases.values())
        (folder / f"{self.loss}.json").write_text(f'{{"loss":"{self.loss}","torch":"{TORCH}","cases":[\n{lines}\n]}}\n')


def operator_samples(cases):
    """PyTorch's own samples. An operator's variants are the same calls with `dtype`, which exists only in Python."""
    from torch.testing._internal.common_methods_invocations import op_db

    def named(sample):
        return dict(zip(cases.defaults, (sample.input, *sample.args))) | sample.kwargs

    for op in op_db:
        if op.name.removeprefix("nn.functional.") != cases.loss or op.variant_test_name:
            continue
        for dtype in DTYPES:
            random.seed(cases.seed)
            torch.manual_seed(cases.seed)
            for i, arguments in enumerate(map(named, op.sample_inputs("cpu", dtype))):
                if all(a.numel() <= SAMPLE_LIMIT for a in arguments.values() if isinstance(a, torch.Tensor)):
                    cases.accept(f"torch/sample/{short(dtype)}/{i}", **arguments)
        for i, error in enumerate(op.error_inputs("cpu") if op.error_inputs_func else ()):
            cases.refuse(f"torch/{i}", **named(error.sample_input))


# Elementwise losses

def elementwise(cases, data, options):
    """What every elementwise loss is asked. `data` and each option draw arguments for a shape and a dtype."""
    def each(name, option, shape, dtype, layout=0):
        drawn = data(shape, dtype) | options[option](shape, dtype)
        cases.accept_each(f"{name}/{option}", **in_layouts(drawn, layout))

    names = list(options)
    for dtype in DTYPES:
        for i, layout in enumerate(LAYOUTS):
            for option in names:
                each(f"grid/{short(dtype)}/{layout}", option, cases.shape(2 + i % 2), dtype, i)
        for rank in (0, 1, 4):
            each(f"rank/{short(dtype)}/{rank}", names[rank % len(names)], cases.shape(rank), dtype)
    for shape in ((0,), (2, 0), (0, 3), (2, 0, 3)):
        for option in names if shape == (0, 3) else names[:1]:
            each(f"empty/{shape}", option, shape, torch.float64)
    each("one", names[-1], (1,), torch.float64)
    # More than a block of 256 elements, and no multiple of any vector's length.
    long, wide = 2 * cases.random.randint(130, 145) + 1, 2 * cases.random.randint(43, 45) + 1
    reductions = ({"reduction": "sum"}, {"reduction": "none"}) if "reduction" in cases.defaults else ({}, {})
    cases.accept("blocks/contiguous", **data((long,), torch.float64), **reductions[0])
    cases.accept("blocks/transposed", **in_layouts(data((3, wide), torch.float32), 1), **reductions[1])


def pair(a, b, dtype=torch.float64):
    return {"input": torch.tensor(a, dtype=dtype), "target": torch.tensor(b, dtype=dtype)}


def refuse_shapes(cases, argument, *shapes):
    """Targets or weights of these shapes beside an input of shape [2, 3]."""
    half = torch.full((2, 3), 0.5)
    for shape in shapes:
        cases.refuse(f"{argument}_shape/{shape}", **{"input": half, "target": half, argument: torch.full(shape, 0.5)})


def refuse_reduction(cases):
    cases.refuse("reduction", **pair([0.5], [0.5]), reduction="average")


def regression(cases):
    """L1, MSE, SmoothL1, Huber. Targets that would broadcast are in no case: the library wants equal shapes."""
    def weight(shape, dtype):
        return {"weight": cases.floats(shape, dtype, 0.25, 2)}

    def threshold(shape, dtype):
        return {"beta" if "beta" in cases.defaults else "delta": cases.random.randint(2, 28) / 10}

    options, kinks = {"plain": lambda shape, dtype: {}}, [{}]
    if "beta" in cases.defaults:
        options |= {"beta": threshold, "beta_0": lambda shape, dtype: {"beta": 0.0}}
        kinks = [{"beta": beta} for beta in (1.0, 0.5, 0.0, INFINITY)]
    if "delta" in cases.defaults:
        options["delta"] = threshold
        kinks = [{"delta": delta} for delta in (1.0, 0.5, INFINITY)]
    if "weight" in cases.defaults:
        options["weight"] = weight if "delta" not in options else lambda *drawn: weight(*drawn) | threshold(*drawn)
        zeros = torch.tensor([0, 0.5, 2], dtype=torch.float64)
        cases.accept_each("edge/zero_weight", **pair([1, 2, -3], [0.5, 0, 1]), weight=zeros)
        refuse_shapes(cases, "weight", (3,), (2, 1), (1,), (), (2,), (1, 2, 3))
    elementwise(cases, lambda shape, dtype: {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype)},
                options)
    for extra in kinks:
        end = "".join(f"/{value}" for value in extra.values())
        for dtype in DTYPES:
            cases.accept_each(f"edge/kinks/{short(dtype)}{end}", **extra, **pair(
                [0, -0.0, 1, 0.5, -0.5, 2, 1, -3, 0.75], [0, 0, 1, 0, 0, 1, 2, 1, 0.5], dtype))
        cases.accept_each(f"edge/not_a_number{end}", **extra, **pair([NAN, 1, 2], [0, NAN, 1.5]))
        cases.accept_each(f"edge/infinity{end}", **extra, **pair([INFINITY, 1, -2], [3, 0.5, INFINITY]))
        cases.accept_each(f"edge/infinities{end}", **extra, **pair([INFINITY, -INFINITY, 1], [INFINITY, INFINITY, 2]))
    for dtype, exponents in ((torch.float64, (30, -30)), (torch.float32, (10, -10))):
        for exponent in exponents:
            cases.accept_each(f"edge/magnitude/{exponent}", input=10.0**exponent * cases.floats((5,), dtype),
                              target=10.0**exponent * cases.floats((5,), dtype))
    refuse_shapes(cases, "target", (2, 2), (4,), (3, 2), (2, 3, 2))
    refuse_reduction(cases)
    for option, values in (("beta", (-1.0, -1e-9, NAN)), ("delta", (0.0, -1.0, NAN))):
        for value in values if option in cases.defaults else ():
            cases.refuse(f"{option}/{value}", **pair([1.0], [0.0]), **{option: value})


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
    elementwise(cases, data, options)
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


# Losses along a class axis

def along_an_axis(cases):
    """Softmax and log-softmax."""
    for dtype in DTYPES:
        name = short(dtype)
        for rank in range(5):
            for dim in range(-max(rank, 1), max(rank, 1)):
                cases.accept(f"rank/{name}/{rank}/{dim}", input=cases.floats(cases.shape(rank, 1), dtype), dim=dim)
        for i, layout in enumerate(LAYOUTS):
            for rank, dim in ((2, 0), (2, 1), (3, 0), (3, 1), (3, 2), (4, i % 4)):
                x = laid_out(cases.floats(cases.shape(rank), dtype), layout)
                cases.accept(f"grid/{name}/{layout}/{rank}/{dim}", input=x, dim=dim)
        for kind, row in {"big": [1000, 999, -1000, 998.5], "confident": [40, 0, 1, 39], "equal": [7, 7, 7, 7],
                          "shift": [10000, 10001, 10002.5, 9999], "minus_infinity": [-INFINITY, 0, 1, -INFINITY],
                          "one_finite": [-INFINITY, 2, -INFINITY, -INFINITY], "no_finite": [-INFINITY] * 4,
                          "plus_infinity": [INFINITY, 0, 1, 2], "not_a_number": [NAN, 0, 1, 2]}.items():
            x = torch.stack([torch.tensor(row, dtype=dtype), cases.floats((4,), dtype)])
            cases.accept(f"edge/{kind}/{name}/last", input=x, dim=1)
            cases.accept(f"edge/{kind}/{name}/first", input=x.T.contiguous(), dim=0)
    for shape in ((0,), (2, 0), (0, 3), (2, 0, 3)):
        for dim in range(len(shape)):
            cases.accept(f"empty/{shape}/{dim}", input=torch.zeros(shape, dtype=torch.float64), dim=dim)
    classes, rows = 2 * cases.random.randint(130, 140) + 1, 2 * cases.random.randint(64, 70) + 1
    cases.accept("blocks/classes", input=cases.floats((1, classes), torch.float64, -8, 8), dim=1)
    cases.accept("blocks/rows", input=cases.floats((rows, 2), torch.float32), dim=-1)
    cases.accept("blocks/inner", input=cases.floats((2, rows), torch.float32), dim=0)
    for shape, dim in (((2, 3), 2), ((2, 3), -3), ((3,), 1), ((), 1), ((), -2)):
        cases.refuse(f"axis/{shape}/{dim}", input=torch.zeros(shape), dim=dim)


def class_options(cases, option, shape, dtype):
    """The options that the name lists, for scores [C], [N, C] or [N, C, d…]."""
    classes, extra = shape[0] if len(shape) == 1 else shape[1], {}
    if "weight" in option:
        extra["weight"] = cases.floats((classes,), dtype, 0.25, 2)
    if "ignore" in option:
        extra["ignore_index"] = cases.random.randrange(classes)
    if "smooth" in option:
        extra["label_smoothing"] = 1.0 if "smooth_all" in option else 0.1
    return extra


def labelled(cases, shape, dtype, option):
    """Scores with class indices, of which the first counts, and the last is ignored where one may be."""
    extra = class_options(cases, option, shape, dtype)
    target = cases.indices(() if len(shape) == 1 else shape[:1] + shape[2:], shape[0] if len(shape) == 1 else shape[1])
    if "ignore_index" in extra:
        target.view(-1)[-1] = extra["ignore_index"]
        target.view(-1)[0] = (extra["ignore_index"] + 1) % (shape[0] if len(shape) == 1 else shape[1])
    # Scores of one sign, as log-probabilities have: a sum of NLLs near 0 would be nothing but rounding.
    scores = cases.floats(shape, dtype, -3, -0.125 if cases.loss == "nll_loss" else 3)
    return {"input": scores, "target": target} | extra


def probable(cases, shape, dtype, option):
    """Scores with class probabilities."""
    return {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype, 0.0625, 1),
            **class_options(cases, option, shape, dtype)}


def class_grid(cases, kind, draw, options):
    """Every option in every layout, over the kinds of shape; `draw` makes the arguments."""
    def each(name, shape, dtype, option, layout=0):
        cases.accept_each(f"{kind}/{name}/{option}", **in_layouts(draw(cases, shape, dtype, option), layout))

    for dtype in DTYPES:
        for j, option in enumerate(options):
            each(f"grid/{short(dtype)}/unbatched", cases.shape(1), dtype, option, 3 * j)
            for i, layout in enumerate(LAYOUTS):
                rank = 2 + (i + j) % 3
                each(f"grid/{short(dtype)}/{layout}/{rank}", cases.shape(rank), dtype, option, i)
    for shape in ((0, 3), (2, 3, 0), (0, 3, 2)):
        each(f"empty/{shape}", shape, torch.float64, "weight" if len(shape) == 2 else "plain")
    each("rank_5", (2, 3, 1, 2, 2), torch.float64, "plain")
    each("one", (1, 1), torch.float64, "plain")
    classes, rows = 2 * cases.random.randint(130, 140) + 1, 2 * cases.random.randint(64, 70) + 1
    cases.accept(f"{kind}/blocks/classes", **draw(cases, (1, classes), torch.float64, options[-1]))
    cases.accept(f"{kind}/blocks/rows", **draw(cases, (rows, 2), torch.float32, options[-1]), reduction="none")
    cases.accept(f"{kind}/blocks/inner", **draw(cases, (1, 2, rows), torch.float32, "plain"))


def index_edges(cases, dtype, **smoothing):
    # PyTorch's log-softmax turns the gradient of an ignored row into NaN where the row is not finite.
    poisoned = () if cases.loss == "nll_loss" else ("input",)
    end = short(dtype) + ("/smooth" if smoothing else "")
    scores, weight = cases.floats((3, 4), dtype, -5, -0.125), cases.floats((4,), dtype, 0.25, 2)
    some_zero = torch.tensor([0, 0.5, 2, 1], dtype=dtype)

    def each(name, target, replaced=(), unchecked=(), index=torch.int64, **extra):
        x = scores.clone()
        for position, value in replaced:
            x[position] = value
        cases.accept_each(f"edge/{name}/{end}", unchecked, input=x, target=torch.tensor(target, dtype=index),
                          **smoothing, **extra)

    for shape, option in (((4,), "plain"), ((3, 4), "plain"), ((3, 4), "weight"), ((2, 4, 2), "weight")):
        drawn = labelled(cases, shape, dtype, option)
        drawn["target"] = torch.full_like(drawn["target"], -100)
        cases.accept_each(f"edge/all_ignored/{shape}/{option}/{end}", **drawn, **smoothing)
    each("ignored", [1, -100, 3])
    each("ignored_weight", [-100, 2, 3], weight=weight)
    each("ignored_class", [0, 1, 0], ignore_index=0)
    each("ignored_above", [1, 300, 3], ignore_index=300)
    each("ignored_below", [1, -1, 3], ignore_index=-1, weight=weight)
    each("bytes", [3, 0, 1], index=torch.uint8)
    each("bytes_ignored", [3, 255, 1], index=torch.uint8, ignore_index=255)
    each("zero_weight", [0, 1, 3], weight=some_zero)
    if not smoothing:  # 0/0, whose gradient is NaN in PyTorch, in places that depend on the kernel
        cases.accept(f"edge/zero_total_weight/{end}", unchecked=("input",), input=scores,
                     target=torch.tensor([0, 0, -100]), weight=some_zero)
    for value in (NAN, INFINITY, -INFINITY):
        each(f"ignored_row/{value}", [1, -100, 3], [(1, value)], unchecked=poisoned)
    each("ignored_row/one_minus_infinity", [-100, 2, 3], [((0, 1), -INFINITY)], weight=weight)
    each("minus_infinity/selected", [1, 2, 3], [((1, 2), -INFINITY)])
    each("minus_infinity/elsewhere", [1, 2, 3], [((1, 0), -INFINITY), ((1, 1), -INFINITY)])
    each("not_a_number/selected", [1, 2, 3], [((1, 2), NAN)])
    each("not_a_number/elsewhere", [1, 2, 3], [((1, 0), NAN)])
    if cases.loss == "cross_entropy":
        # Rows of little loss stand beside one of much: alone, they would be nothing but PyTorch's rounding.
        big = [(0, torch.tensor([1000, -1000, 999, 0.5])), (1, torch.tensor([-1000, 0, 1000, 40]))]
        each("big", [0, 3, 1], big)
        each("big_weight", [2, 0, 1], big, weight=weight)


def probability_edges(cases, end, **smoothing):
    def each(name, x, t, unchecked=(), dtype=torch.float64, **extra):
        other = [0.25, -1.5, 2.0]
        drawn = pair([x, other], t, dtype) | smoothing | extra
        cases.accept_each(f"probabilities/edge/{name}/{end}", unchecked, **drawn)

    each("one_hot", [1, 2, 0.5], [[0, 1, 0], [0, 0, 1]])
    each("no_target", [1, 2, 0.5], [[0, 0, 0], [0.5, 0.25, 0.25]])
    each("single", [1, 2, 0.5], [[0, 1, 0], [0, 0.5, 0.5]], dtype=torch.float32)
    each("big", [1000, -1000, 40], [[0.5, 0.25, 0.25], [0, 0, 1]])
    each("not_a_number", [1, NAN, 2], [[0.5, 0.5, 0], [0.25, 0.25, 0.5]])
    each("not_a_number_target", [1, 2, 3], [[NAN, 0.5, 0], [0.25, 0.25, 0.5]])
    each("zero_weight", [1, 2, 3], [[0.5, 0.25, 0.25], [1, 0, 0]], weight=torch.tensor([0, 2, 0.5]).double())
    each("negative_ignore_index", [1, 2, 3], [[0.5, 0.25, 0.25], [1, 0, 0]], ignore_index=-1)
    each("minus_infinity", [1, -INFINITY, 2], [[0.5, 0.25, 0.25], [1, 0, 0]])
    if not smoothing:
        # 0·(−∞) makes PyTorch's value NaN, and the target's gradient stands on the same −∞.
        each("minus_infinity_unused", [1, -INFINITY, 2], [[0.5, 0, 0.5], [1, 0, 0]], unchecked=("value", "target"))


def class_errors(cases):
    """Refusals of class indices. No integer dtype that PyTorch lacks is among them: the library takes any."""
    def refuse(name, shape, target, **extra):
        cases.refuse(name, input=torch.full(shape, -1.0), target=torch.as_tensor(target), **extra)

    for label in (3, -1, 300, 2**40):
        refuse(f"label_range/{label}/batch", (2, 3), [0, label])
        refuse(f"label_range/{label}/unbatched", (3,), label)
        refuse(f"label_range/{label}/inner", (2, 3, 2), [[0, 1], [2, label]])
    refuse("label_range/default_ignore_index", (2, 3), [0, -100], ignore_index=0)
    refuse("label_range/byte", (2, 3), torch.tensor([0, 200], dtype=torch.uint8))
    for shape in ((2,), (4,), (1,), (), (1, 3), (0,)):
        refuse(f"weight_shape/{shape}", (2, 3), [0, 1], weight=torch.ones(shape))
    refuse("weight_shape/inner", (2, 3, 2), [[0, 1], [2, 0]], weight=torch.ones(2))
    refuse("weight_shape/unbatched", (3,), 0, weight=torch.ones(2))
    for shape, *targets in (((), ()), ((0,), ()), ((2, 0), (2,)), ((3,), (2,)), ((1, 3), ()),
                            ((2, 3), (3,), (1,), (), (2, 1)), ((2, 3, 2), (2,), (2, 3), (2, 2, 1)),
                            ((2, 3, 2, 2), (2, 4), (2, 2)), ((2, 3, 1, 2, 2), (2, 1, 4))):
        for target in targets:
            refuse(f"shapes/{shape}/{target}", shape, torch.zeros(target, dtype=torch.int64))
    refuse("reduction", (2, 3), [0, 1], reduction="average")
    refuse("float_labels", (2, 3), [0.0, 1.0])


def class_indices(cases, more_options):
    """What NLL and cross entropy have in common."""
    class_grid(cases, "indices", labelled, ("plain", "weight", "ignore", *more_options))
    for dtype in DTYPES:
        index_edges(cases, dtype)
    cases.accept_each("edge/no_class_all_ignored", input=torch.zeros((2, 0), dtype=torch.float64),
                      target=torch.tensor([-100, -100]))
    class_errors(cases)


def nll_loss(cases):
    class_indices(cases, ["weight+ignore"])
    cases.accept_each("edge/positive", input=cases.floats((2, 3), torch.float64, 0.25), target=torch.tensor([2, 0]))


def cross_entropy(cases):
    class_indices(cases, ["smooth", "weight+ignore+smooth"])
    index_edges(cases, torch.float64, label_smoothing=0.125)
    class_grid(cases, "probabilities", probable, ("plain", "weight", "smooth", "weight+smooth"))
    probability_edges(cases, "plain")
    probability_edges(cases, "smooth", label_smoothing=0.125)
    for draw in (labelled, probable):
        cases.accept_each(f"smooth_all/{draw.__name__}", **draw(cases, cases.shape(2), torch.float32, "smooth_all"))
        cases.accept_each(f"smooth_all/weight/{draw.__name__}",
                          **draw(cases, cases.shape(3), torch.float64, "smooth_all+weight"))
    for shape in ((2, 0), (0,), (2, 0, 2)):
        cases.accept_each(f"probabilities/empty/{shape}", **probable(cases, shape, torch.float64, "plain"))
    half = torch.full((2, 3), 0.5)
    for smoothing in (1.5, 1 + 1e-9):
        for name, target in (("indices", torch.tensor([0, 1])), ("probabilities", half)):
            cases.refuse(f"label_smoothing/{smoothing}/{name}", input=half, target=target, label_smoothing=smoothing)
    cases.refuse("probabilities/ignore_index", input=half, target=half, ignore_index=1)
    cases.refuse("probabilities/rank_0", input=torch.tensor(0.5), target=torch.tensor(0.5))
    cases.refuse("probabilities/integers", input=half, target=torch.ones((2, 3), dtype=torch.int64))
    refuse_shapes(cases, "target", (3,), (2, 1), (2, 4), (1, 3), (2, 3, 1))
    for shape in ((2,), (1,), (), (1, 3)):
        cases.refuse(f"probabilities/weight_shape/{shape}", input=half, target=half, weight=torch.ones(shape))


# For each loss, what fills its cases, and the arguments with a gradient.
BOTH = ("input", "target")
LOSSES = {
    "l1_loss": (regression, BOTH),
    "mse_loss": (regression, BOTH),
    "smooth_l1_loss": (regression, BOTH),
    "huber_loss": (regression, BOTH),
    "binary_cross_entropy": (binary_cross_entropy, BOTH),
    "binary_cross_entropy_with_logits": (binary_cross_entropy_with_logits, BOTH),
    "nll_loss": (nll_loss, ("input",)),
    "cross_entropy": (cross_entropy, BOTH),
    "log_softmax": (along_an_axis, ("input",)),
    "softmax": (along_an_axis, ("input",)),
    "logsigmoid": (logsigmoid, ("input",)),
}


def main():
    parser = argparse.ArgumentParser(description="Makes the reference cases from PyTorch.")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "Cases", metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=LOSSES, default=list(LOSSES), metavar="NAME")
    options = parser.parse_args()
    if torch.__version__ != TORCH:
        sys.exit(f"The cases come from torch {TORCH}, but this is {torch.__version__}. See the top of this file.")
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # PyTorch warns about shapes before it refuses them
    options.output.mkdir(parents=True, exist_ok=True)
    for loss in options.only:
        cases = Cases(loss, options.seed)
        LOSSES[loss][0](cases)
        operator_samples(cases)
        cases.write(options.output)
        dropped = f", badly conditioned and left out: {', '.join(cases.dropped)}" if cases.dropped else ""
        print(f"{loss}: {len(cases.cases)} cases{dropped}")


if __name__ == "__main__":
    main()
