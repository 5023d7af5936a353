"""Cases of the adaptive softmax."""

import torch

from .machinery import DTYPES, LAYOUTS, NAN, laid_out, mapped, short

DIFFERENTIATED = ("input", "head_weight", "head_bias", "tail_weights")
# Cutoffs, the number of classes, and the features of the input. In the last, the second tail has no features.
FORMS = {"one_cluster": ([2], 4, 4), "clusters": ([1, 3], 6, 5), "no_features": ([2, 3], 5, 5)}


def drawn(cases, form, rows, dtype, div_value=2.0, biased=False):
    """A call whose rows have the first class of each cluster, and then any. Without `rows`, it is not batched."""
    cutoffs, classes, features = FORMS[form]
    scores = cutoffs[0] + len(cutoffs)
    batch = () if rows is None else (rows,)
    tails = []
    for i, (start, end) in enumerate(zip(cutoffs, cutoffs[1:] + [classes])):
        size = int(features // div_value ** (i + 1))
        tails.append([cases.floats((size, features), dtype, -1, 1), cases.floats((end - start, size), dtype, -2, 2)])
    target = cases.indices(batch, classes)
    target.view(-1)[:len(cutoffs)] = torch.tensor(cutoffs)[:target.numel()]
    return {"input": cases.floats((*batch, features), dtype, -2, 2), "target": target, "cutoffs": cutoffs,
            "div_value": div_value, "head_weight": cases.floats((scores, features), dtype, -1, 1),
            "head_bias": cases.floats((scores,), dtype, -1, 1) if biased else None, "tail_weights": tails}


def adaptive_log_softmax(cases):
    for i, (form, div_value, biased) in enumerate((
            ("one_cluster", 4.0, False), ("one_cluster", 1.5, True), ("clusters", 2.0, True),
            ("clusters", 1.0, False), ("no_features", 4, True))):
        for j, rows in enumerate((3, None)):
            dtype = DTYPES[(i + j) % 2]
            cases.accept(f"{form}/{div_value}/{'bias/' if biased else ''}{rows}/{short(dtype)}",
                         **drawn(cases, form, rows, dtype, div_value, biased))
    for i, layout in enumerate(LAYOUTS):
        arguments = drawn(cases, "one_cluster", 4, DTYPES[i % 2], biased=True)
        # Classes of one weight would have equal scores, and hardly a gradient.
        other = "stepped" if layout.startswith("broadcast") else layout
        cases.accept(f"layouts/{layout}", **{
            name: mapped(lambda x: laid_out(x, layout if name == "input" else other), a)
            for name, a in arguments.items()})
    for name, label in (("shortlist", 0), ("first_cluster", 1), ("last_cluster", 4)):
        arguments = drawn(cases, "clusters", 3, torch.float64)
        cases.accept(f"edge/{name}", **arguments | {"target": torch.full((3,), label)})
    arguments = drawn(cases, "clusters", 3, torch.float64, biased=True)
    arguments["input"][1, 0] = NAN
    cases.accept("edge/nan", **arguments)
    cases.accept("edge/no_rows", **drawn(cases, "clusters", 0, torch.float64))

    valid = drawn(cases, "clusters", 3, torch.float32)
    for label in (6, -1, -100):
        cases.refuse(f"label/{label}", **valid | {"target": torch.tensor([0, 1, label])})
    for cutoffs in ([0, 3], [-1, 3], [3, 1], [1, 1]):
        cases.refuse(f"cutoffs/{cutoffs}", **valid | {"cutoffs": cutoffs})
    cases.refuse("rows", **valid | {"target": torch.tensor([0, 1])})
    cases.refuse("unbatched", **valid | {"target": torch.tensor(1)})
    cases.refuse("features", **valid | {"input": torch.ones(3, 4)})
    cases.refuse("axes", **valid | {"input": torch.ones(3, 1, 5)})
    cases.refuse("head", **valid | {"head_weight": torch.ones(3, 4)})
