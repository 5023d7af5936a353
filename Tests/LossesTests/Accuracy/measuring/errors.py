"""How far results are from exact ones."""

import math

import numpy as np


def error(actual, exact):
    """The largest error in a tensor, in units in the last place of the largest exact number in it."""
    limits = np.finfo(actual.dtype)
    scale = max((abs(number) for number in exact.ravel()), default=0)
    unit = max(float(limits.eps) * scale, float(limits.smallest_subnormal))

    def error_of(number, exact):
        if abs(exact) > float(limits.max) * (1 + float(limits.eps) / 4):
            return 0.0 if math.isinf(number) and (number > 0) == (exact > 0) else math.inf
        return float(abs(exact - number) / unit) if math.isfinite(number) else math.inf

    return max((error_of(a, e) for a, e in zip(actual.ravel().tolist(), exact.ravel())), default=0.0)


class Errors:
    """The errors of values and gradients in some cases."""

    def __init__(self):
        self.value, self.gradient = [], []

    def add(self, case, results):
        for name, expected in case.exact.items():
            errors = self.value if name == "value" else self.gradient
            errors.append(error(case.comparable(name, results[name]), expected))
