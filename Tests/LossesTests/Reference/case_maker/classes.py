"""Losses along a class axis."""

import torch
import torch.nn.functional as F

from .elementwise import pair, refuse_shapes
from .formulas import class_losses
from .machinery import DTYPES, INFINITY, LAYOUTS, NAN, in_layouts, is_in_grid, laid_out, short


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
                if not is_in_grid(j, i, dtype):
                    continue
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
    # PyTorch smooths over masked classes, which costs infinity.
    unchecked = ("value", "input") if smoothing else ()
    each("minus_infinity/selected", [1, 2, 3], [((1, 2), -INFINITY)], unchecked)
    each("minus_infinity/elsewhere", [1, 2, 3], [((1, 0), -INFINITY), ((1, 1), -INFINITY)], unchecked)
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
    each("minus_infinity", [1, -INFINITY, 2], [[0.5, 0.25, 0.25], [1, 0, 0]],
         unchecked=("value", "input") if smoothing else ())
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


def composed(input, target, weight=None, sample_weight=None, reduction="mean", ignore_index=-100,
             label_smoothing=0.0, z_loss=None, soft_cap=None):
    """Weights of samples, z-loss, soft cap and masked classes, which PyTorch lacks."""
    axis = min(input.dim() - 1, 1)

    def flat(x):
        return x.movedim(axis, -1).reshape(-1, input.shape[axis])

    losses = class_losses(
        flat(input), flat(target) if target.is_floating_point() else target.reshape(-1), weight, ignore_index,
        label_smoothing, z_loss, soft_cap, None if sample_weight is None else sample_weight.reshape(-1), reduction)
    return losses.reshape(input.movedim(axis, -1).shape[:-1]) if reduction == "none" else losses


def regularised(cases, grid):
    """Soft cap and z-loss, for draws of every option in every kind of shape; classes that are masked."""
    options = ({"z_loss": 0.25}, {"soft_cap": 2.5}, {"z_loss": 0.125, "soft_cap": 4.0})
    for i, (name, drawn) in enumerate(grid):
        extra = options[i % 3]
        cases.accept_each(f"{'+'.join(extra)}/{name}", **drawn, **extra)


def beyond_pytorch(cases):
    function, defaults = cases.function, cases.defaults
    cases.function = composed
    cases.defaults = defaults | {"sample_weight": None, "z_loss": None, "soft_cap": None}
    for draw, options in ((labelled, ("plain", "weight", "smooth", "weight+ignore+smooth")),
                          (probable, ("plain", "weight", "weight+smooth"))):
        for i, option in enumerate(options):
            for rank in range(1, 5):
                dtype = DTYPES[(i + rank) % 2]
                drawn = draw(cases, cases.shape(rank), dtype, option)
                shape = drawn["input"].shape
                sample_shape = () if rank == 1 else shape[:1] + shape[2:]
                drawn["sample_weight"] = cases.floats(sample_shape, dtype, 0.25, 2)
                drawn = in_layouts(drawn, i + rank)
                cases.accept_each(f"sample_weight/{draw.__name__}/{rank}/{short(dtype)}/{option}", **drawn)
        drawn = draw(cases, (3, 4), torch.float64, "weight")
        cases.accept_each(f"sample_weight/zero/{draw.__name__}", **drawn,
                          sample_weight=torch.tensor([0, 0.5, 2]).double())
    shapes = ((3,), (2, 3), (2, 3, 2))
    regularised(cases, [
        (f"{draw.__name__}/{shape}/{option}", draw(cases, shape, DTYPES[(i + j) % 2], option))
        for draw, options in ((labelled, ("plain", "weight+ignore+smooth")), (probable, ("plain", "weight+smooth")))
        for i, option in enumerate(options)
        for j, shape in enumerate(shapes if i else (*shapes, (0, 3), (2, 3, 0)))])
    drawn = labelled(cases, (2, 3), torch.float64, "weight")
    cases.accept_each("z_loss+soft_cap/all_ignored", **drawn | {"target": torch.full_like(drawn["target"], -100)},
                      z_loss=0.25, soft_cap=2.5)
    for draw in (labelled, probable):
        for i, dtype in enumerate(DTYPES):
            drawn = draw(cases, (3, 4), dtype, "weight" if i else "plain")
            drawn["input"][1, 0] = drawn["input"][1, 2] = -INFINITY
            if draw is labelled:
                drawn["target"][1] = 3
            else:
                drawn["target"][1, 0] = drawn["target"][1, 2] = 0
            # The gradient of a target of a masked class is infinite.
            cases.accept_each(f"masked/{draw.__name__}/{short(dtype)}", ("target",), **drawn, label_smoothing=0.125)
    half = torch.full((2, 3), 0.5)
    for name, value in (("z_loss", -0.5), ("soft_cap", 0.0), ("soft_cap", -1.0)):
        cases.refuse(f"{name}/{value}", input=half, target=torch.tensor([0, 1]), **{name: value})
    cases.function, cases.defaults = function, defaults


def cross_entropy(cases):
    class_indices(cases, ["smooth", "weight+ignore+smooth"])
    index_edges(cases, torch.float64, label_smoothing=0.125)
    # PyTorch differentiates the weight for probabilities alone.
    cases.differentiated = (*cases.differentiated, "weight")
    class_grid(cases, "probabilities", probable, ("plain", "weight", "smooth", "weight+smooth"))
    probability_edges(cases, "plain")
    probability_edges(cases, "smooth", label_smoothing=0.125)
    cases.differentiated = cases.differentiated[:-1]
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
    beyond_pytorch(cases)
