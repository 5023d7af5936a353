"""Cases of the losses that compare regions."""

import torch

from .machinery import DTYPES, LAYOUTS, REDUCTIONS, in_layouts, short


def drawn(cases, mode, dtype, *, labels=True, ignore=None, shape=None):
    """Scores, and labels or masks of 0 and 1."""
    shape = shape or (2, 3, *(cases.random.randint(2, 3) for _ in range(cases.random.randint(1, 2))))
    target = (*shape[:1], *shape[2:]) if mode == "multiclass" and labels else shape
    truth = cases.indices(target, 3 if mode == "multiclass" and labels else 2)
    if ignore is not None:
        truth = torch.where(cases.indices(target, 4) == 0, ignore, truth)
    return {"input": cases.floats(shape, dtype), "target": truth if labels else truth.to(dtype), "mode": mode,
            "ignore_index": ignore}


def options(cases):
    found = {"plain": {}, "smoothing": {"smoothing": 0.5}, "per_sample": {"per_sample": True}}
    if cases.loss == "generalized_dice_loss":
        return {"plain": {}, "smoothing": {"smoothing": 0.5}, "whole": {"per_sample": False, "smoothing": 0.0}}
    if cases.loss == "tversky_loss":
        found |= {"prices": {"alpha": 0.25, "beta": 0.75}, "gamma": {"gamma": 1.5, "smoothing": 0.25}}
    return found


def regions(cases):
    for i, mode in enumerate(("binary", "multiclass", "multilabel")):
        for j, (name, option) in enumerate(options(cases).items()):
            for k, dtype in enumerate(DTYPES):
                arguments = drawn(cases, mode, dtype, labels=(i + j + k) % 2 == 0)
                cases.accept(f"{mode}/{name}/{short(dtype)}", **arguments, **option, reduction=REDUCTIONS[(j + k) % 3])
        cases.accept_each(f"{mode}/ignore", **drawn(cases, mode, torch.float64, ignore=255))
        probabilities = drawn(cases, mode, torch.float64)
        probabilities["input"] = cases.floats(probabilities["input"].shape, torch.float64, 0.1, 0.9)
        cases.accept(f"{mode}/probabilities", **probabilities, from_logits=False, reduction="none")
    cases.accept_each("binary/channel", input=cases.floats((2, 1, 3), torch.float64), mode="binary",
                      target=cases.indices((2, 3), 2))
    cases.accept("multiclass/one_hot", **drawn(cases, "multiclass", torch.float64, labels=False))
    for j, layout in enumerate(LAYOUTS):
        arguments = in_layouts(drawn(cases, "multiclass", DTYPES[j % 2]), j)
        cases.accept(f"layout/{layout}", **arguments, reduction=REDUCTIONS[j % 3])
    absent = {"input": cases.floats((2, 3, 4), torch.float64), "target": torch.zeros(2, 4, dtype=torch.int64)}
    cases.accept_each("edge/absent", **absent)
    cases.accept_each("edge/absent/per_sample", **absent | {"target": torch.tensor([[0, 0, 1, 1], [2, 2, 2, 2]])},
                      per_sample=True)
    far = torch.tensor([[[40.0, -40], [-40, 40]]], dtype=torch.float64)
    cases.accept_each("edge/certain", input=far, target=torch.tensor([[0, 1]]))
    cases.accept_each("edge/wrong", input=far, target=torch.tensor([[1, 0]]))
    ones = torch.ones(2, 3, 4)
    for shape in ((2, 3), (2, 5), (3, 4)):
        cases.refuse(f"shapes/{shape}", input=ones, target=torch.zeros(shape, dtype=torch.int64))
    for label in (3, -1):
        cases.refuse(f"label/{label}", input=ones, target=torch.full((2, 4), label))
    cases.refuse("mask", input=ones, target=2 * ones, mode="multilabel")
    labels = torch.zeros(2, 4, dtype=torch.int64)
    cases.refuse("smoothing", input=ones, target=labels, smoothing=-1.0)
    cases.refuse("mode", input=ones, target=labels, mode="panoptic")
    cases.refuse("reduction", input=ones, target=labels, reduction="average")
