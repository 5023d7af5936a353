"""Losses of the scores of a linear layer."""

import math

import torch
import torch.nn.functional as F

from .classes import class_options, regularised
from .formulas import class_losses
from .machinery import DTYPES, INFINITY, LAYOUTS, NAN, in_layouts, laid_out, short

DIFFERENTIATED = ("input", "linear_weight", "linear_bias", "target")
# The shapes of the input, and of the axes of the weight between classes and features.
FORMS = {"unbatched": ((3,), ()), "batch": ((3, 2), ()), "one_axis": ((2, 3), (2,)), "two_axes": ((2, 2), (2, 2))}


def score_shape(input_shape, classes, positions):
    return (*input_shape[:-1], classes, *positions)


def layer(cases, input_shape, positions, dtype, option, classes):
    drawn = {"input": cases.floats(input_shape, dtype, -2, 2),
             "linear_weight": cases.floats((classes, *positions, input_shape[-1]), dtype, -1, 1)}
    if "bias" in option:
        drawn["linear_bias"] = cases.floats((classes, *positions), dtype, -1, 1)
    return drawn


def labelled(cases, input_shape, positions, dtype, option, classes=4):
    """A layer with class indices, of which the first counts, and the last is ignored where one may be."""
    drawn = layer(cases, input_shape, positions, dtype, option, classes)
    target = cases.indices((*input_shape[:-1], *positions), classes)
    extra = class_options(cases, option, (classes,), dtype)
    if "ignore_index" in extra:
        target.view(-1)[-1] = extra["ignore_index"]
        target.view(-1)[0] = (extra["ignore_index"] + 1) % classes
    return drawn | {"target": target} | extra


def probable(cases, input_shape, positions, dtype, option, classes=3):
    """A layer with class probabilities."""
    drawn = layer(cases, input_shape, positions, dtype, option, classes)
    target = cases.floats(score_shape(input_shape, classes, positions), dtype, 0.0625, 1)
    return drawn | {"target": target} | class_options(cases, option, (classes,), dtype)


def grid(cases, kind, draw, options):
    """Every option in every form and layout."""
    for i, option in enumerate(options):
        for j, (form, (input_shape, positions)) in enumerate(FORMS.items()):
            dtype = DTYPES[(i + j) % 2]
            drawn = draw(cases, input_shape, positions, dtype, option)
            cases.accept_each(f"{kind}/{form}/{short(dtype)}/{option}", **drawn)
    for i, layout in enumerate(LAYOUTS):
        for form in ("batch", "one_axis"):
            drawn = in_layouts(draw(cases, *FORMS[form], DTYPES[i % 2], options[-1]), i)
            # Classes of one weight would have equal scores, and hardly a gradient.
            if drawn["linear_weight"].stride(0) == 0:
                drawn["linear_weight"] = laid_out(cases.floats(drawn["linear_weight"].shape, DTYPES[i % 2], -1, 1),
                                                  "broadcast_last")
            cases.accept(f"{kind}/layouts/{form}/{layout}", **drawn, reduction=cases.reductions[i % 3])
    for input_shape, positions in (((0, 3), ()), ((0, 2), (2,)), ((2, 3), (0,))):
        cases.accept_each(f"{kind}/empty/{input_shape}/{positions}",
                          **draw(cases, input_shape, positions, torch.float64, "bias"))
    cases.accept_each(f"{kind}/no_features", **draw(cases, (2, 0), (), torch.float64, "bias"))
    cases.accept_each(f"{kind}/one_class", **draw(cases, (2, 2), (), torch.float64, "bias", 1))
    # More than a block of the depth, and parts of tiles.
    drawn = draw(cases, (1, 259), (), torch.float64, "bias", 2)
    # The loss of a single confident row would be nothing but PyTorch's rounding.
    cases.accept(f"{kind}/blocks/features", **drawn | {"linear_weight": drawn["linear_weight"] / 16})
    cases.accept(f"{kind}/blocks/classes", **draw(cases, (1, 1), (), torch.float64, "bias", 261))
    cases.accept(f"{kind}/blocks/rows", **draw(cases, (99, 1), (), torch.float32, "bias", 2), reduction="none")


def index_edges(cases):
    for dtype, option in zip(DTYPES, ("bias", "bias+weight+smooth")):
        for form, (input_shape, positions) in FORMS.items():
            drawn = labelled(cases, input_shape, positions, dtype, option)
            drawn["target"] = torch.full_like(drawn["target"], -100)
            cases.accept_each(f"edge/all_ignored/{form}/{option}/{short(dtype)}", **drawn)

    def each(name, target, replaced=(), unchecked=(), **extra):
        drawn = labelled(cases, (3, 2), (), torch.float64, "bias") | {"target": torch.tensor(target)}
        for argument, position, value in replaced:
            drawn[argument][position] = value
        cases.accept_each(f"edge/{name}", unchecked, **drawn, **extra)

    each("ignored", [1, -100, 3])
    each("ignored_above", [1, 300, 3], ignore_index=300)
    each("ignored_below", [1, -1, 3], ignore_index=-1)
    each("zero_weight", [0, 1, 3], weight=torch.tensor([0, 0.5, 2, 1]).double())
    # In an ignored row, PyTorch multiplies the zeros of the gradient by what the row holds.
    for value in (NAN, INFINITY):
        each(f"ignored_row/{value}", [1, -100, 3], [("input", (1, 0), value)],
             ("input", "linear_weight", "linear_bias"))
    for value in (NAN, -INFINITY):
        each(f"bias/{value}", [1, 2, 3], [("linear_bias", 0, value)])
    each("row/nan", [1, 2, 3], [("input", (1, 0), NAN)])
    each("big", [0, 3, 1], [("linear_bias", 0, 1000.0), ("linear_bias", 1, -1000.0)])


def errors(cases):
    half, labels = torch.full((2, 3), 0.5), torch.tensor([0, 1])
    weight = torch.full((4, 3), 0.5)

    def refuse(name, input=half, linear_weight=weight, target=labels, **extra):
        cases.refuse(name, input=input, linear_weight=linear_weight, target=torch.as_tensor(target), **extra)

    for label in (4, -1, 300, 2**40):
        refuse(f"label_range/{label}", target=[0, label])
        refuse(f"label_range/{label}/unbatched", input=half[0], target=label)
    refuse("label_range/positions", linear_weight=torch.ones(4, 2, 3), target=[[0, 1], [2, 4]])
    for shape in ((4, 2), (4, 4), (3,), (), (4, 2, 2)):
        refuse(f"linear_weight/{shape}", linear_weight=torch.ones(shape))
    refuse("linear_weight/unbatched_positions", input=half[0], linear_weight=torch.ones(4, 2, 3), target=[0, 1])
    for shape in ((3,), (1,), (), (4, 1), (1, 4)):
        refuse(f"linear_bias/{shape}", linear_bias=torch.ones(shape))
    refuse("linear_bias/positions", linear_weight=torch.ones(4, 2, 3), target=[[0, 1], [2, 3]],
           linear_bias=torch.ones(4))
    for shape in ((3,), (1,), (), (1, 4)):
        refuse(f"weight/{shape}", weight=torch.ones(shape))
    for shape in ((3,), (1,), (), (2, 1), (2, 2)):
        refuse(f"target/{shape}", target=torch.zeros(shape, dtype=torch.int64))
    for shape in ((2, 3), (4, 2), (1, 4)):
        refuse(f"probabilities/{shape}", target=torch.ones(shape))
    refuse("input/rank_0", input=torch.tensor(0.5), target=0)
    for index in (1, -1, -100):
        refuse(f"probabilities/ignore_index/{index}", target=torch.ones(2, 4), ignore_index=index)
    for smoothing in (1.5, 1 + 1e-9):
        refuse(f"label_smoothing/{smoothing}", label_smoothing=smoothing)
    refuse("reduction", reduction="average")
    refuse("float_labels", target=[0.0, 1.0])


def composed(input, linear_weight, target, linear_bias=None, weight=None, reduction="mean", ignore_index=None,
             label_smoothing=0.0, sample_weight=None, z_loss=None, soft_cap=None):
    """Inputs [B, T, F], weights of samples, z-loss and soft cap, which PyTorch lacks."""
    rows, layer = input.shape[:-1], linear_weight.shape[:-1]
    sizes = math.prod(rows), layer[0], math.prod(layer[1:])
    scores = F.linear(input, linear_weight.reshape(sizes[1] * sizes[2], -1),
                      None if linear_bias is None else linear_bias.reshape(-1))
    # As [rows…, classes, positions], and each position as a row of its own.
    flat = scores.reshape(sizes).movedim(1, -1).reshape(-1, layer[0])
    target = (target.reshape(sizes).movedim(1, -1).reshape(flat.shape)
              if target.is_floating_point() else target.reshape(-1))
    losses = class_losses(
        flat, target, weight, -100 if ignore_index is None else ignore_index, label_smoothing, z_loss, soft_cap,
        None if sample_weight is None else sample_weight.reshape(-1), reduction)
    return losses.reshape((*rows, *layer[1:])) if reduction == "none" else losses


def beyond_pytorch(cases):
    function, defaults = cases.function, cases.defaults
    cases.function = composed
    cases.defaults = defaults | {"sample_weight": None, "z_loss": None, "soft_cap": None}
    for draw in (labelled, probable):
        for i, option in enumerate(("bias", "bias+weight+smooth", "bias+weight+ignore")[:3 if draw is labelled else 2]):
            for j, input_shape in enumerate(((3,), (3, 2), (2, 2, 3))):
                dtype = DTYPES[(i + j) % 2]
                drawn = draw(cases, input_shape, (), dtype, option)
                name = f"{draw.__name__}/{input_shape}/{option}/{short(dtype)}"
                if len(input_shape) == 3:
                    cases.accept_each(f"batches/{name}", **drawn)
                weights = {"sample_weight": cases.floats(input_shape[:-1], dtype, 0.25, 2)}
                cases.accept_each(f"sample_weight/{name}", **drawn | weights)
        drawn = draw(cases, (3, 2), (), torch.float64, "bias")
        cases.accept_each(f"sample_weight/zero/{draw.__name__}", **drawn,
                          sample_weight=torch.tensor([0, 0.5, 2]).double())
    forms = {**FORMS, "batches": ((1, 2, 2), ())}
    regularised(cases, [
        (f"{draw.__name__}/{form}/{option}", draw(cases, *forms[form], DTYPES[(i + j) % 2], option))
        for draw, options in ((labelled, ("bias", "bias+weight+ignore+smooth")), (probable, ("bias+weight+smooth",)))
        for i, option in enumerate(options) for j, form in enumerate(forms)])
    cases.accept_each("z_loss+soft_cap/empty", **labelled(cases, (0, 2), (), torch.float64, "bias"), z_loss=0.25,
                      soft_cap=2.5)
    drawn = labelled(cases, (2, 2), (), torch.float64, "bias")
    cases.accept_each("z_loss+soft_cap/all_ignored", **drawn | {"target": torch.full_like(drawn["target"], -100)},
                      z_loss=0.25, soft_cap=2.5)
    cases.function, cases.defaults = function, defaults


def linear_cross_entropy(cases):
    grid(cases, "indices", labelled,
         ("plain", "bias", "bias+weight", "ignore", "bias+smooth", "bias+weight+ignore+smooth"))
    grid(cases, "probabilities", probable, ("plain", "bias", "bias+weight", "bias+weight+smooth"))
    index_edges(cases)
    errors(cases)
    beyond_pytorch(cases)
    for draw in (labelled, probable):
        cases.accept_each(f"smooth_all/{draw.__name__}", **draw(cases, (2, 2), (2,), torch.float32, "bias+smooth_all"))
