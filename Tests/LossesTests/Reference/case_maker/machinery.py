"""What all the losses share: tensors in their layouts, the cases while they are made, PyTorch's own samples."""

import inspect
import json
import math
import random

import torch
import torch.nn.functional as F

from . import formulas

TORCH = "2.13.0+cpu"
DTYPES = (torch.float64, torch.float32)
# The types of 16 bits, and the reductions that each has cases of.
HALVES = {torch.bfloat16: ("none", "mean"), torch.float16: ("sum",)}
REDUCTIONS = ("none", "sum", "mean")
LAYOUTS = ("contiguous", "transposed", "rows", "permuted", "broadcast", "stepped", "broadcast_last")
INFINITY, NAN = math.inf, math.nan
# The digits of what a float32 case expects: a fifth of what Float can tell apart.
FLOAT_DIGITS = 8
# Arguments that exist only in Python, or only for compatibility: no other interface has them.
PYTHON_ONLY = {"size_average", "reduce", "_stacklevel", "dtype", "options"}
# PyTorch's own samples with more elements than this in any tensor are left out, to keep the files small; but these
# losses have hardly a sample that is smaller, and their larger ones are taken in float64. Of many samples alike, every
# nth is enough, where n does not divide the number of options: then the steps meet them all.
SAMPLE_LIMIT = 30
LARGER_SAMPLES = {"triplet_margin_loss": 50, "multi_margin_loss": 50, "multilabel_margin_loss": 50}
SAMPLE_STEPS = {"gaussian_nll_loss": 11, "poisson_nll_loss": 5, "linear_cross_entropy": 5, "nll_loss": 5,
                "binary_cross_entropy_with_logits": 5, "margin_ranking_loss": 5}


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


def mapped(function, argument):
    """The argument with the function applied to each of its tensors, of which it may be a list."""
    if isinstance(argument, (list, tuple)):
        return [mapped(function, part) for part in argument]
    return function(argument) if isinstance(argument, torch.Tensor) else argument


def tensors_of(argument):
    """The tensors of an argument, which may be one or a list of them."""
    found = []
    mapped(found.append, argument)
    return found


def encoded(argument, digits=None):
    """An argument or a result as JSON, with all digits of its numbers or with so many."""
    if isinstance(argument, (list, tuple)):
        return [encoded(part, digits) for part in argument]
    if isinstance(argument, torch.Tensor):
        layout = {} if argument.is_contiguous() else {"strides": list(argument.stride())}
        return {"dtype": short(argument.dtype), "shape": list(argument.shape), **layout,
                "values": [encoded(value, digits) for value in argument.reshape(-1).tolist()]}
    if isinstance(argument, float) and not math.isfinite(argument):
        return "NaN" if math.isnan(argument) else "Infinity" if argument > 0 else "-Infinity"
    if isinstance(argument, float) and digits:
        return float(f"{argument:.{digits}g}")
    return argument


def close(actual, expected, tolerance):
    """The format's comparison."""
    scale = torch.where(expected.isfinite(), expected.abs(), 0).reshape(-1).max() if expected.numel() else 0
    same = (actual == expected) | (actual.isnan() & expected.isnan())
    return bool((same | ((actual - expected).abs() <= tolerance * expected.abs().clamp(min=0.05 * scale))).all())


# Cases

class Cases:
    """The cases of one loss while they are made, and the generator that their numbers come from.

    `differentiated` names the arguments with a gradient.
    """

    def __init__(self, loss, seed, differentiated):
        self.loss, self.seed, self.differentiated = loss, seed, differentiated
        self.function = getattr(formulas, loss, None) or getattr(F, loss)
        self.reductions = REDUCTIONS
        self.random = random.Random(f"{loss} {seed}")
        self.cases, self.dropped = {}, []
        self.calls = {}  # the arguments of the cases that PyTorch computes
        if loss == "logsigmoid":  # a builtin, without a signature
            self.defaults = {"input": None}
        else:
            parameters = inspect.signature(self.function).parameters.values()
            self.defaults = {p.name: None if p.default is p.empty else p.default
                             for p in parameters if p.name not in PYTHON_ONLY}

    def shape(self, rank, smallest=2):
        """An axis of length 1 keeps the cases of four axes small."""
        largest = (3, 3) if rank <= 2 else (2, 3, 2) if rank == 3 else (2, 3, 1, 2)
        return tuple(self.random.randint(min(smallest, size), size) for size in largest[:rank])

    def floats(self, shape, dtype, low=-3, high=3):
        """Uniform numbers that are short to write: decimals for float64, exact binary fractions for float32."""
        steps = 1000 if dtype == torch.float64 else 128
        low, high = math.ceil(low * steps), math.floor(high * steps)
        drawn = [self.random.randint(low, high) / steps for _ in range(math.prod(shape))]
        return torch.tensor(drawn, dtype=dtype).reshape(shape)

    def fractions(self, shape, dtype, low=-3, high=3):
        """Exact binary fractions in every dtype: then a hinge that is nearly at its kink is exactly there, and it does
        not matter in which order an implementation adds up."""
        return self.floats(shape, torch.float32, low, high).to(dtype)

    def signs(self, shape, dtype):
        return torch.tensor([self.random.choice((-1, 1)) for _ in range(math.prod(shape))], dtype=dtype).reshape(shape)

    def indices(self, shape, count, dtype=torch.int64):
        drawn = [self.random.randrange(count) for _ in range(math.prod(shape))]
        return torch.tensor(drawn, dtype=dtype).reshape(shape)

    def evaluate(self, arguments, dtype, upstream=None):
        """The value, and the gradient of each differentiated argument, computed in `dtype`; and the upstream, drawn
        if there is none: never constant, of both signs, bounded away from 0."""
        copies = {name: mapped(lambda x: x.to(dtype if x.is_floating_point() else x.dtype, copy=True).contiguous(), a)
                  for name, a in arguments.items()}
        leaves = {name: mapped(torch.Tensor.requires_grad_, copies[name]) for name in self.differentiated
                  if tensors_of(copies[name]) and all(x.is_floating_point() for x in tensors_of(copies[name]))}
        value = self.function(**copies)
        output = {}
        if isinstance(value, tuple):  # PyTorch returns what the loss is the mean of, too
            output, value = {"output": value[0].detach()}, value[1]
        if upstream is None:
            first = next(argument for argument in arguments.values() if isinstance(argument, torch.Tensor))
            upstream = self.floats(value.shape, first.dtype, 0.25, 2)
            upstream = torch.where(self.indices(value.shape, 2).bool(), upstream, -upstream)
        # What has no part in a value, such as the weights of classes that no row has, has gradient 0.
        gradients = iter(torch.autograd.grad(value, tensors_of(list(leaves.values())), upstream.to(dtype),
                                             materialize_grads=True))
        return ({"value": value.detach()} | output
                | {name: mapped(lambda _: next(gradients), leaf) for name, leaf in leaves.items()}), upstream

    def accept(self, name, unchecked=(), **arguments):
        """Adds what PyTorch computes. `unchecked` names what is not compared: the value, or a gradient.

        Where PyTorch in float32, in which types of 16 bits are computed too, misses its own float64 result by half of
        what is allowed, the numbers are badly conditioned, and the case would measure luck: then another upstream is
        tried.
        """
        arguments = self.defaults | arguments
        for _ in range(10):
            expected, upstream = self.evaluate(arguments, torch.float64)
            is_double = upstream.dtype == torch.float64
            single = expected if is_double else self.evaluate(arguments, torch.float32, upstream)[0]
            if all(close(*pair, 0.5e-5) for key in expected if key not in unchecked
                   for pair in zip(tensors_of(single[key]), tensors_of(expected[key]))):
                break
        else:
            self.dropped.append(name)
            return
        digits = None if is_double else FLOAT_DIGITS
        result = {key: None if key in unchecked else encoded(tensor, digits) for key, tensor in expected.items()}
        beside = {key: result.pop(key) for key in ("value", "output") if key in result}
        self.insert(name, arguments, upstream=encoded(upstream), expect=beside | {"gradients": result})

    def accept_each(self, name, unchecked=(), **arguments):
        """The same with every reduction, where the loss has one."""
        if "reduction" not in self.defaults:
            return self.accept(name, unchecked, **arguments)
        for reduction in self.reductions:
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
        if "value" in rest["expect"]:
            self.calls[name] = arguments
        self.cases[name] = {"name": name, "arguments": {n: encoded(a) for n, a in arguments.items()}, **rest}

    def rounded(self, dtype):
        """The smallest call in float32 for each reduction, with its numbers rounded to 16 bits."""
        cases = Cases(self.loss, f"{self.seed} {short(dtype)}", self.differentiated)
        cases.function = self.function
        for reduction in HALVES[dtype] if "reduction" in self.defaults else (None,):
            calls = [(name, call) for name, call in self.calls.items()
                     if call.get("reduction") == reduction and is_ordinary(self.cases[name])]
            name, call = min(calls, key=lambda item: len(json.dumps(self.cases[item[0]])))
            cases.accept(f"{short(dtype)}/{name}", **{
                key: mapped(lambda x: x.to(dtype) if x.is_floating_point() else x, a) for key, a in call.items()})
        return cases

    def write(self, folder, suffix=""):
        lines = ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in self.cases.values())
        (folder / f"{self.loss}{suffix}.json").write_text(
            f'{{"loss":"{self.loss}","torch":"{TORCH}","cases":[\n{lines}\n]}}\n')


def is_ordinary(case):
    """Whether a case is in float32, of some elements, with a value other than 0, and finite in all that is compared, which
    is everything."""
    gradients = [part for gradient in case["expect"]["gradients"].values()
                 for part in (sum(gradient, []) if isinstance(gradient, list) else [gradient])]
    expected = [case["expect"]["value"], *gradients]
    tensors = [a for a in case["arguments"].values() if isinstance(a, dict)]
    return (tensors[0]["dtype"] == "float32" and len(tensors[0]["values"]) >= 6
            and None not in expected and any(expected[0]["values"])
            and not any(v is None or isinstance(v, str) for t in (*tensors, *expected) for v in t["values"]))


def is_in_grid(option, layout, dtype):
    """Whether the nth option has cases of a layout and a dtype. The first has them of all; each other one of every layout,
    but in one dtype after the other."""
    return option == 0 or (option + layout + DTYPES.index(dtype)) % 2 == 0


def operator_samples(cases):
    """PyTorch's own samples. An operator's variants are the same calls with `dtype`, which exists only in Python."""
    from torch.testing._internal.common_methods_invocations import op_db

    limit = LARGER_SAMPLES.get(cases.loss, SAMPLE_LIMIT)

    def named(sample):
        # Where a sample brings an object that computes something, it is the default's own.
        values = dict(zip(cases.defaults, (sample.input, *sample.args))) | sample.kwargs
        return {name: None if callable(value) and not isinstance(value, torch.Tensor) else value
                for name, value in values.items()}

    def is_small(arguments):
        return all(a.numel() <= limit for a in arguments.values() if isinstance(a, torch.Tensor))

    for op in op_db:
        if op.name.removeprefix("nn.functional.") != cases.loss or op.variant_test_name:
            continue
        for dtype in DTYPES if limit == SAMPLE_LIMIT else DTYPES[:1]:
            random.seed(cases.seed)
            torch.manual_seed(cases.seed)
            samples = [(i, arguments) for i, arguments in enumerate(map(named, op.sample_inputs("cpu", dtype)))
                       if is_small(arguments)]
            for i, arguments in samples[::SAMPLE_STEPS.get(cases.loss, 1)]:
                cases.accept(f"torch/sample/{short(dtype)}/{i}", **arguments)
        for i, error in enumerate(op.error_inputs("cpu") if op.error_inputs_func else ()):
            cases.refuse(f"torch/{i}", **named(error.sample_input))
