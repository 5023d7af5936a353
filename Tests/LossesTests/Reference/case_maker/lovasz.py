"""Cases of the Lovász extensions of the Jaccard loss."""

import torch

from .machinery import DTYPES, LAYOUTS, REDUCTIONS, in_layouts, short


def drawn(cases, dtype, ignore=None, shape=None):
    """Scores of which no two are the same, and labels."""
    is_hinge = cases.loss == "lovasz_hinge_loss"
    shape = shape or (2, 1 if is_hinge else 3, cases.random.randint(2, 3), 2)
    target = shape if is_hinge else (shape[0], *shape[2:])
    truth = cases.indices(target, 2 if is_hinge else 3)
    if ignore is not None:
        truth = torch.where(cases.indices(target, 4) == 0, ignore, truth)
    return {"input": cases.floats(shape, dtype), "target": truth, "ignore_index": ignore}


def lovasz(cases):
    for i, per_image in enumerate((False, True)):
        for j, ignore in enumerate((None, 255, 0)):
            for k, dtype in enumerate(DTYPES):
                for reduction in REDUCTIONS[(i + j + k) % 2:]:
                    cases.accept(f"plain/{per_image}/{ignore}/{short(dtype)}/{reduction}", **drawn(cases, dtype, ignore),
                                 per_image=per_image, reduction=reduction)
    for j, layout in enumerate(LAYOUTS):
        if layout.startswith("broadcast") or LAYOUTS[(j + 1) % len(LAYOUTS)].startswith("broadcast"):
            continue  # equal scores have equal errors, whose order is not PyTorch's
        cases.accept(f"layout/{layout}", **in_layouts(drawn(cases, DTYPES[j % 2]), j), reduction=REDUCTIONS[j % 3])
    is_hinge = cases.loss == "lovasz_hinge_loss"
    cases.accept("edge/positions", **drawn(cases, torch.float64, shape=(5,) if is_hinge else (5, 3)))
    if is_hinge:
        cases.accept("edge/channel", input=cases.floats((2, 1, 3), torch.float64), target=cases.indices((2, 3), 2))
    for name, label in (("absent", 0), ("ignored", 7)):
        arguments = drawn(cases, torch.float64, 7)
        arguments["target"] = torch.full_like(arguments["target"], label)
        for per_image in (False, True):
            cases.accept(f"edge/{name}/{per_image}", **arguments, per_image=per_image)
    ones = torch.ones(2, 3, 4)
    for shape in ((2, 3), (2, 5), (3, 4)):
        cases.refuse(f"shapes/{shape}", input=ones, target=torch.zeros(shape, dtype=torch.int64))
    labels = torch.zeros((2, 3, 4) if is_hinge else (2, 4), dtype=torch.int64)
    for label in (3, -1):
        cases.refuse(f"label/{label}", input=ones, target=labels + label)
    cases.refuse("reduction", input=ones, target=labels, reduction="average")
