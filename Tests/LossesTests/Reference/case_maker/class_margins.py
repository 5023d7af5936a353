"""Hinges between the scores of classes. Their scores are binary fractions, for a hinge at its kink has no gradient."""

import torch

from .machinery import DTYPES, INFINITY, LAYOUTS, NAN, in_layouts, is_in_grid, short

# Rows of which the first class is the right one, and what infinity does to them. The last one has no infinite loss.
INFINITE = {"right": [[INFINITY, 1, 0.5], [1, -INFINITY, 2]], "wrong": [[-INFINITY, 1, 2], [1, INFINITY, 2]],
            "both": [[INFINITY, INFINITY, 1], [-INFINITY, -INFINITY, 0]]}
# PyTorch's hinge is not open where it is NaN, so that it loses nothing by these rows; in the library they are NaN.
NOT_NUMBERS = [[NAN, 1, 2], [1, NAN, 2], [0, 1, 2]]


def margin_grid(cases, draw, options):
    """Every option in every layout; `draw` makes the scores and the labels for a shape, an option the rest."""
    def each(name, shape, dtype, option, layout=0):
        drawn = draw(shape, dtype) | options[option](shape[-1], dtype)
        cases.accept_each(f"{name}/{option}", **in_layouts(drawn, layout))

    names = list(options)
    for dtype in DTYPES:
        for j, option in enumerate(names):
            each(f"grid/{short(dtype)}/unbatched", (cases.random.randint(3, 5),), dtype, option, 3 * j)
            for i, layout in enumerate(LAYOUTS):
                if not is_in_grid(j, i, dtype):
                    continue
                shape = (cases.random.randint(2, 3), cases.random.randint(3, 5))
                each(f"grid/{short(dtype)}/{layout}", shape, dtype, option, i)
        for shape in ((1,), (1, 1), (3, 1), (1, 3)):
            each(f"small/{short(dtype)}/{shape}", shape, dtype, names[-1])
    classes, rows = 2 * cases.random.randint(130, 140) + 1, 2 * cases.random.randint(64, 70) + 1
    cases.accept("blocks/classes", **draw((1, classes), torch.float64))
    cases.accept("blocks/rows", **draw((rows, 2), torch.float32), reduction="none")
    # Without rows, PyTorch reduces memory that it never wrote.
    for reduction in cases.reductions:
        cases.accept(f"empty/{reduction}", () if reduction == "none" else ("value",), reduction=reduction,
                     **draw((0, 3), torch.float64))


def refuse_labels(cases, refusals):
    """Refusals of scores of a shape, with labels."""
    for name, shape, target in refusals:
        cases.refuse(name, input=torch.full(shape, 0.5), target=torch.as_tensor(target))


def multi_margin(cases):
    def draw(shape, dtype):
        return {"input": cases.fractions(shape, dtype), "target": cases.indices(shape[:-1], shape[-1])}

    def weight(classes, dtype):
        return {"weight": cases.floats((classes,), dtype, 0.25, 2)}

    margin_grid(cases, draw, {
        "plain": lambda classes, dtype: {},
        "p_2": lambda classes, dtype: {"p": 2},
        "weight": weight,
        "all": lambda *drawn: weight(*drawn) | {"p": 2, "margin": cases.random.randint(1, 12) / 8},
    })
    for p in (1, 2):
        def each(name, x, target, **extra):
            cases.accept_each(f"{name}/p_{p}", input=torch.as_tensor(x, dtype=torch.float64),
                              target=torch.tensor(target), p=p, **extra)

        each("edge/kink", [[0, 1, 0.5, 2], [1, 0, 1, 1]], [1, 0])
        for margin in (0.0, -0.5, -4.0):
            each(f"edge/margin/{margin}", [[0, 1, 1, 2], [1, 0, 0.5, 1.5]], [1, 0], margin=margin)
        for name, rows in INFINITE.items():
            each(f"edge/infinity/{name}", rows, [0, 0])
        each("edge/not_a_number", NOT_NUMBERS, [0, 0, 0], unchecked=("value", "input"))
        each("edge/zero_weight", [[0, 1, 0.5], [1, 0, 0.75]], [1, 0], weight=torch.tensor([0, 2, 1]).double())
        # One label for one sample, whichever of the two has an axis for it.
        each("shapes/rank_0", 0.5, 0)
        each("shapes/rank_0/one_label", 0.5, [0], weight=torch.tensor([2.0]).double())
        each("shapes/unbatched/one_label", [0.5, -1, 0.25], [2])
        each("shapes/one_row/rank_0_label", [[0.5, -1, 0.25]], 2)
    refuse_labels(cases, [
        *((f"label_range/{label}/{shape}", shape, [0, label] if len(shape) == 2 else label)
          for label in (3, -1, -100, 2**40) for shape in ((2, 3), (3,))),
        ("label_range/rank_0", (), 1),
        *((f"shapes/{shape}/{target}", shape, torch.zeros(target).long()) for shape, target in (
            ((2, 3), (3,)), ((2, 3), (1,)), ((2, 3), ()), ((2, 3), (2, 1)), ((2, 3), (2, 3)), ((3,), (2,)),
            ((3,), (3,)), ((3,), (1, 1)), ((2, 3, 2), (2,)), ((2, 3, 2), (2, 2)), ((2, 0), (2,)), ((0,), ()),
            ((0,), (0,)), ((0, 0), (0,)), ((0, 3), (1,)), ((), (2,)))),
        ("float_labels", (2, 3), [0.0, 1.0])])
    batch, unbatched = {"input": torch.ones(2, 3), "target": torch.tensor([0, 1])}, {
        "input": torch.ones(3), "target": torch.tensor(1)}
    cases.refuse("reduction", **batch, reduction="average")
    for p in (0, 3, -1, 1.5, NAN):
        cases.refuse(f"p/{p}", **batch, p=p)
    for shape in ((2,), (4,), (1,), (0,), (), (1, 3), (2, 3)):
        cases.refuse(f"weight_shape/{shape}", **batch, weight=torch.ones(shape))
        cases.refuse(f"weight_shape/unbatched/{shape}", **unbatched, weight=torch.ones(shape))


def multilabel_margin(cases):
    def row(classes):
        """Some labels, the same one perhaps twice; then what ends them, and labels that do not count."""
        count = cases.random.randint(0, classes)
        labels = [cases.random.randrange(classes) for _ in range(count)]
        return (labels + [-1] + [cases.random.randrange(-1, classes) for _ in range(classes)])[:classes]

    def draw(shape, dtype):
        rows = [row(shape[-1]) for _ in range(shape[0] if len(shape) == 2 else 1)]
        return {"input": cases.fractions(shape, dtype), "target": torch.tensor(rows, dtype=torch.int64).reshape(shape)}

    margin_grid(cases, draw, {"plain": lambda classes, dtype: {}})

    def each(name, x, target, unchecked=()):
        cases.accept_each(name, unchecked, input=torch.as_tensor(x, dtype=torch.float64), target=torch.tensor(target))

    scores = [0.125, 0.25, 0.5, 0.75]
    for name, target in {"none": [-1, -1, -1, -1], "none_before_some": [-1, 3, 0, 1], "one": [2, -1, -1, -1],
                         "some_after": [3, 0, -1, 1], "ended_twice": [3, -1, 0, -1], "all": [3, 1, 0, 2],
                         "twice": [3, 3, -1, 0], "four_times": [1, 1, 1, 1], "twice_apart": [2, 0, 2, -1]}.items():
        each(f"edge/labels/{name}", scores, target)
        each(f"edge/labels/{name}/batch", [scores, scores[::-1]], [target, [2, 0, -1, -1]])
    each("edge/kink", [[0, 1, 0.5, 2], [1, 0, 1, 1]], [[1, -1, 0, 0], [0, 2, -1, -1]])
    for name, rows in INFINITE.items():
        each(f"edge/infinity/{name}", rows, [[0, -1, 0], [0, -1, -1]])
    each("edge/not_a_number", NOT_NUMBERS, [[0, -1, 0]] * 3, unchecked=("value", "input"))
    each("edge/not_compared", [[INFINITY, NAN, 0.5], [INFINITY, NAN, 1]], [[-1, 0, 1], [0, 1, 2]])
    # One sample of one class, whichever of the two has an axis for it.
    for label in (0, -1):
        each(f"shapes/rank_0/{label}", 0.5, label)
        each(f"shapes/rank_0/one_label/{label}", 0.5, [label])
        each(f"shapes/one_class/{label}", [0.5], label)
    refuse_labels(cases, [
        *((f"label_range/{labels}", (3,), labels) for labels in (
            [3, -1, -1], [-2, -1, -1], [0, 3, -1], [0, -2, 1], [0, -1, 3], [-1, -1, -2], [0, 1, 2**40], [-100, 0, 1])),
        ("label_range/batch", (2, 3), [[0, 1, -1], [-1, 0, 3]]),
        ("label_range/rank_0", (), 1),
        *((f"shapes/{shape}/{target}", shape, torch.zeros(target).long()) for shape, target in (
            ((2, 3), (3,)), ((2, 3), (2,)), ((2, 3), ()), ((2, 3), (2, 2)), ((2, 3), (1, 3)), ((2, 3), (3, 3)),
            ((2, 3), (2, 3, 1)), ((3,), (2,)), ((3,), (1, 3)), ((3,), ()), ((2, 3, 2), (2, 3, 2)), ((2, 0), (2, 0)),
            ((0,), (0,)), ((0, 0), (0, 0)), ((0, 3), (0, 2)))),
        ("float_labels", (2, 3), torch.zeros(2, 3))])
    cases.refuse("reduction", **draw((2, 3), torch.float32), reduction="average")
