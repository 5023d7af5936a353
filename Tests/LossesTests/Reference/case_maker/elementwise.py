"""What every elementwise loss is asked, and the regression losses."""

import torch

from .machinery import DTYPES, INFINITY, LAYOUTS, NAN, in_layouts, is_in_grid, short


def elementwise(cases, data, options, ranks=(0, 1, 4), is_steady=lambda drawn: True):
    """What every elementwise loss is asked. `data` and each option draw arguments for a shape and a dtype, again where
    they are not steady; `ranks` are asked beside 2 and 3."""
    def each(name, option, shape, dtype, layout=0):
        while not is_steady(drawn := in_layouts(data(shape, dtype) | options[option](shape, dtype), layout)):
            pass
        cases.accept_each(f"{name}/{option}", **drawn)

    names = list(options)
    for dtype in DTYPES:
        for i, layout in enumerate(LAYOUTS):
            for j, option in enumerate(names):
                if is_in_grid(j, i, dtype):
                    each(f"grid/{short(dtype)}/{layout}", option, cases.shape(2 + i % 2), dtype, i)
        for rank in ranks:
            each(f"rank/{short(dtype)}/{rank}", names[rank % len(names)], cases.shape(rank), dtype)
    for shape in ((0,), (2, 0), (0, 3), (2, 0, 3)):
        for option in names if shape == (0, 3) else names[:1]:
            each(f"empty/{shape}", option, shape, torch.float64)
    each("one", names[-1], (1,), torch.float64)
    # More than the widest vector, and no multiple of any vector's length.
    long, wide = 2 * cases.random.randint(32, 36) + 1, 2 * cases.random.randint(11, 13) + 1
    reductions = ({"reduction": "none"}, {"reduction": "sum"}) if "reduction" in cases.defaults else ({}, {})
    cases.accept("vectors/contiguous", **data((long,), torch.float64), **reductions[0])
    cases.accept("vectors/transposed", **in_layouts(data((3, wide), torch.float32), 1), **reductions[1])


def pair(a, b, dtype=torch.float64):
    return {"input": torch.tensor(a, dtype=dtype), "target": torch.tensor(b, dtype=dtype)}


def refuse_shapes(cases, argument, *shapes, **extra):
    """Targets or weights of these shapes beside an input of shape [2, 3]."""
    half = torch.full((2, 3), 0.5)
    for shape in shapes:
        cases.refuse(f"{argument}_shape/{shape}",
                     **{"input": half, "target": half, **extra, argument: torch.full(shape, 0.5)})


def refuse_reduction(cases, **extra):
    cases.refuse("reduction", **pair([0.5], [0.5]), **extra, reduction="average")


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
        # PyTorch's sign of NaN is 0; the library's is NaN.
        takes_sign = cases.loss == "l1_loss" or extra.get("beta") == 0
        cases.accept_each(f"edge/not_a_number{end}", ("input", "target") if takes_sign else (), **extra,
                          **pair([NAN, 1, 2], [0, NAN, 1.5]))
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
