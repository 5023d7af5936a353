"""Sums of ten million terms. A few samples stand there many times over, in random order, so that the exact sum is that of
their losses by their counts; the gradients are compared where each sample stands first."""

import numpy as np
from mpmath import log, mpf
from mpmath import exp as power

from . import exact
from .cases import FORMULAS, Case, is_real
from .draw import Draw
from .rows import ROWS_OF_TABLE

TERMS = 10_000_000
DRAWS = 8
ROWS = ("`L1Loss`", "`MSELoss`", "`BCEWithLogitsLoss`", "`SoftMarginLoss`", "`CrossEntropyLoss`, labels",
        "`CosineEmbeddingLoss`", "`TripletMarginLoss`")


class LongCase(Case):
    """The mean over all samples."""

    def __init__(self, row, draw):
        _, _, arguments = ROWS_OF_TABLE[row]
        drawn = [next(arguments(draw))[1] for _ in range(DRAWS)]
        self.samples = {name: np.concatenate([d[name] for d in drawn]) if isinstance(value, np.ndarray) else value
                        for name, value in drawn[0].items()}
        first = next(iter(self.samples.values()))
        self.places = draw.random.integers(0, len(first), TERMS * len(first) // first.size)
        self.places[:len(first)] = np.arange(len(first))
        super().__init__(row, "long", draw, {
            name: value[self.places] if isinstance(value, np.ndarray) else value
            for name, value in self.samples.items()} | {"reduction": "mean"})

    def exact_results(self):
        given = {name: exact.array(value) if is_real(value) else value for name, value in self.samples.items()}
        terms, _ = FORMULAS[self.loss](**given)
        share = mpf(self.upstream.item()) / len(self.places)
        exact.differentiate(terms, [share] * len(terms))
        counts = np.bincount(self.places).tolist()
        value = sum(count * term for count, term in zip(counts, exact.values(terms))) / len(self.places)
        return {"value": np.array(value, object)} | {name: exact.derivatives(given[name])
                                                     for name in self.differentiated}

    def comparable(self, name, result):
        return result if name == "value" else result[:len(self.samples[name])]


class LongRow(Case):
    """One sample of many classes."""

    def __init__(self, draw):
        self.scores = np.sort(draw.normal(200, scale=3))
        self.places = draw.random.integers(0, len(self.scores), TERMS)
        self.places[:len(self.scores)] = np.arange(len(self.scores))
        super().__init__("`CrossEntropyLoss`, labels", "classes", draw, {
            "input": self.scores[self.places][None], "target": np.array([7]), "weight": None, "ignore_index": -100,
            "label_smoothing": 0.0, "reduction": "mean"})

    def exact_results(self):
        powers = [power(mpf(score)) for score in self.scores.tolist()]
        total = sum(count * e for count, e in zip(np.bincount(self.places).tolist(), powers))
        upstream = mpf(self.upstream.item())
        gradient = [(e / total - (place == 7)) * upstream for place, e in enumerate(powers)]
        return {"value": np.array(log(total) - mpf(self.scores[7].item()), object), "input": np.array(gradient, object)}

    def comparable(self, name, result):
        return result if name == "value" else result[0, :len(self.scores)]


def make(dtype, seed):
    for row in ROWS:
        case = LongCase(row, Draw(dtype, [seed, *row.encode()]))
        case.compute()
        yield case
    case = LongRow(Draw(dtype, seed))
    case.compute()
    yield case
