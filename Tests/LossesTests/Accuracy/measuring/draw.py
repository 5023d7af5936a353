"""What inputs are drawn with."""

import numpy as np


class Draw:
    """Random numbers in the precision that is measured."""

    def __init__(self, dtype, seed):
        self.dtype, self.random = np.dtype(dtype), np.random.default_rng(seed)
        self.epsilon = np.finfo(dtype).eps
        # Far from 1, but with squares, cubes and sums that can be represented.
        self.tiny, self.huge = (1e-10, 1e10) if dtype == np.float32 else (1e-80, 1e80)

    def cast(self, numbers):
        return np.asarray(numbers).astype(self.dtype)

    def normal(self, *shape, scale=1, offset=0):
        return self.cast(offset + scale * self.random.standard_normal(shape))

    def uniform(self, low, high, *shape):
        return self.cast(self.random.uniform(low, high, shape))

    def powers(self, low, high, *shape):
        """Powers of ten: numbers of all magnitudes between the two exponents."""
        return self.cast(10.0 ** self.random.uniform(low, high, shape))

    def signs(self, *shape):
        return self.cast(self.random.choice([-1, 1], shape))

    def labels(self, classes, *shape):
        return self.random.integers(0, classes, shape)

    def probabilities(self, *shape):
        return self.cast(self.random.dirichlet(np.ones(shape[-1]), shape[:-1]))

    def beside(self, numbers):
        """A few units in the last place away."""
        return self.cast(numbers * (1 + self.epsilon * self.random.integers(-4, 5, np.shape(numbers))))
