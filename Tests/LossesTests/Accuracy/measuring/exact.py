"""Arithmetic of 100 digits that knows its derivatives, so that a formula need only be written once, as a value.

Numbers live in numpy arrays of objects. Every operation is recorded; `differentiate` goes back over the record.
"""

import mpmath
import numpy as np
from mpmath import mpf

mpmath.mp.dps = 100

RECORD = []


class Exact:
    """A number, the numbers it was computed from with its derivatives by them, and the derivative of a result by it."""

    __slots__ = ("value", "parents", "derivative")

    def __init__(self, value, *parents):
        self.value, self.parents, self.derivative = value, parents, 0
        RECORD.append(self)

    def __neg__(a):
        return Exact(-a.value, (a, -1))

    def __add__(a, b):
        return Exact(a.value + b.value, (a, 1), (b, 1)) if isinstance(b, Exact) else Exact(a.value + b, (a, 1))

    def __sub__(a, b):
        return Exact(a.value - b.value, (a, 1), (b, -1)) if isinstance(b, Exact) else Exact(a.value - b, (a, 1))

    def __rsub__(a, b):
        return Exact(b - a.value, (a, -1))

    def __mul__(a, b):
        if isinstance(b, Exact):
            return Exact(a.value * b.value, (a, b.value), (b, a.value))
        return Exact(a.value * b, (a, b))

    def __truediv__(a, b):
        if not isinstance(b, Exact):
            return Exact(a.value / b, (a, 1 / mpf(b)))
        quotient = a.value / b.value
        return Exact(quotient, (a, 1 / b.value), (b, -quotient / b.value))

    def __rtruediv__(a, b):
        quotient = b / a.value
        return Exact(quotient, (a, -quotient / a.value))

    def __pow__(a, power):
        result = a.value ** power
        return Exact(result, (a, power * result / a.value if a.value else 0))

    def __abs__(a):
        return Exact(abs(a.value), (a, mpmath.sign(a.value)))

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(a, b):
        return a.value < value_of(b)

    def __gt__(a, b):
        return a.value > value_of(b)

    def __ge__(a, b):
        return a.value >= value_of(b)

    def __le__(a, b):
        return a.value <= value_of(b)

    # What numpy's functions of these names call.

    def exp(a):
        result = mpmath.exp(a.value)
        return Exact(result, (a, result))

    def log(a):
        return Exact(mpmath.log(a.value), (a, 1 / a.value))

    def sqrt(a):
        root = mpmath.sqrt(a.value)
        return Exact(root, (a, 1 / (2 * root) if root else 0))


def value_of(number):
    return number.value if isinstance(number, Exact) else number


def array(numbers):
    """An array of exact numbers that have the values of `numbers`."""
    numbers = np.asarray(numbers)
    result = np.empty(numbers.shape, object)
    for place in np.ndindex(numbers.shape):
        result[place] = Exact(mpf(numbers[place].item()))
    return result


def each(function):
    """A function of a number as one of arrays."""
    return np.frompyfunc(function, 1, 1)


@each
def softplus(x):
    """log(1 + eˣ), without cancellation."""
    power = mpmath.exp(x.value)
    return Exact(mpmath.log1p(power), (x, power / (1 + power)))


@each
def sigmoid(x):
    power = mpmath.exp(-x.value)
    return Exact(1 / (1 + power), (x, power / (1 + power) ** 2))


@each
def rounded_to_value(x):
    """The same number as a constant: nothing is differentiated through it."""
    return x.value


def differentiate(results, upstream):
    """Leaves in every recorded number the derivative of Σ upstream · results by it."""
    for result, factor in zip(np.ravel(results), np.ravel(upstream)):
        result.derivative += factor
    for number in reversed(RECORD):
        if number.derivative:
            for parent, slope in number.parents:
                parent.derivative += slope * number.derivative
    RECORD.clear()


def values(numbers):
    return np.frompyfunc(value_of, 1, 1)(numbers)


def derivatives(numbers):
    return np.frompyfunc(lambda number: number.derivative, 1, 1)(numbers)
