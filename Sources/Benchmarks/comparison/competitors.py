"""The ways to compute a loss and its gradient in PyTorch and JAX, their times, and the memory that they take."""

import contextlib
import ctypes
import functools
import gc
import signal
import statistics
import sys
import time
import warnings
from pathlib import Path

from .rows import Row

try:
    import torch

    from .torch_losses import CHUNKED_LOSSES
    from .torch_losses import LOSSES as TORCH_LOSSES
except ImportError:
    torch = None

try:
    import jax
    import jax.numpy as jnp

    from .jax_losses import LOSSES as JAX_LOSSES
except ImportError:
    jax = None

WAYS = ["eager", "compiled", "chunked", "JAX", "JAX into"]
# Those that users write. The others are shown, but no ratio is relative to them.
COUNTED = ["eager", "compiled", "chunked", "JAX"]

# JAX has no strides.
JAX_FORMATS = ["float", "double", "float16", "bfloat16"]

# What the first call of a way may take, compilation included.
FIRST_CALL_SECONDS = 120


class Competitors:
    def __init__(self, threads, ways, with_values=False):
        """With values, each of the ways is also measured without the gradient."""
        self.ways = {*ways, *(value_way(way) for way in ways if with_values)}
        # They say what a compiler could not do, which the times show.
        warnings.simplefilter("ignore")
        if torch:
            torch.set_num_threads(threads)

    def calls(self, name):
        """Returns a function to call for each way of a row. Ways that fail are reported and left out."""
        clear_caches()
        row = Row(name)
        ways = {}
        if torch and row.loss in TORCH_LOSSES:
            ways |= torch_ways(row)
        if jax and row.loss in JAX_LOSSES and row.format in JAX_FORMATS:
            jax.config.update("jax_enable_x64", row.format == "double")
            ways |= jax_ways(row)
        ways = {way: call for way, call in ways.items() if way in self.ways}
        for way, call in list(ways.items()):
            try:
                with time_limit(FIRST_CALL_SECONDS):
                    call()
            except Exception as error:
                print(f"{name}, {way}: {type(error).__name__}: {first_line(error)}", file=sys.stderr)
                del ways[way]
        return ways

    def measure(self, calls):
        return {way: median_time(call) for way, call in calls.items()}

    def memory(self, calls):
        """Returns the bytes that each way takes besides the gradients it returns, where the system tells."""
        return {way: bytes for way, call in calls.items() if (bytes := memory_beside_results(call)) is not None}


def value_way(way):
    """The name of a way without the gradient."""
    return f"{way} value"


def first_line(error):
    return next(iter(str(error).splitlines()), "")


@contextlib.contextmanager
def time_limit(seconds):
    """Raises `TimeoutError` in the body after some seconds, where the system can."""
    def stop(*_):
        raise TimeoutError(f"it takes more than {seconds} seconds")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def clear_caches():
    """Frees the memory of the previous row, and the functions compiled for it."""
    if torch:
        torch._dynamo.reset()
    if jax:
        jax.clear_caches()
    gc.collect()


def torch_tensor(array):
    if array.dtype.name == "bfloat16":  # which PyTorch does not take from NumPy
        return torch.from_numpy(array.view("int16")).view(torch.bfloat16).clone()
    return torch.from_numpy(array).clone()


def torch_ways(row):
    loss = TORCH_LOSSES[row.loss]
    arguments = [torch_tensor(each) for each in row.arguments]
    upstream = torch_tensor(row.upstream)
    inputs, others = arguments[: row.differentiated], arguments[row.differentiated :]
    leaves = [each.clone().requires_grad_() for each in inputs]

    def autograd(loss):
        value = loss(*leaves, *others)
        return value, torch.autograd.grad(value, leaves, upstream)

    def value(loss):
        with torch.no_grad():
            return loss(*inputs, *others)

    losses = {"eager": loss, "compiled": torch.compile(loss, dynamic=False)}
    if row.loss in CHUNKED_LOSSES:
        losses["chunked"] = CHUNKED_LOSSES[row.loss]
    return {way: functools.partial(autograd, loss) for way, loss in losses.items()} | {
        value_way(way): functools.partial(value, loss) for way, loss in losses.items()}


def jax_ways(row):
    loss = JAX_LOSSES[row.loss]
    arguments = [jnp.asarray(each) for each in row.arguments]
    upstream = jnp.asarray(row.upstream)
    inputs, others = arguments[: row.differentiated], arguments[row.differentiated :]

    def whole(upstream, inputs, others):
        value, pullback = jax.vjp(lambda *inputs: loss(*inputs, *others), *inputs)
        return value, pullback(upstream)

    new = jax.jit(whole)
    # The unused argument donates its memory to a result of the same shape.
    into = jax.jit(lambda gradients, *arguments: whole(*arguments), donate_argnums=0, keep_unused=True)
    value = jax.jit(lambda inputs, others: loss(*inputs, *others))
    gradients = tuple(jnp.zeros_like(each) for each in inputs)

    def call_into():
        nonlocal gradients
        value, gradients = into(gradients, upstream, inputs, others)
        return jax.block_until_ready((value, gradients))

    return {
        "JAX": lambda: jax.block_until_ready(new(upstream, inputs, others)),
        "JAX into": call_into,
        value_way("JAX"): lambda: jax.block_until_ready(value(inputs, others)),
    }


def median_time(call):
    """Returns the median time in nanoseconds, with the rules of the Swift program."""
    warm_up, budget = 3e7, 3e8
    spent = 0
    while spent < warm_up:
        last = time_of(call)
        spent += last
    fewest = 3 if last > budget else 11
    return statistics.median(time_of(call) for _ in range(max(fewest, int((budget - warm_up) / last))))


def time_of(call):
    start = time.perf_counter_ns()
    call()
    return time.perf_counter_ns() - start


def memory_beside_results(call):
    """Returns by how many bytes the memory in use rises above what it was, without the gradients, or `None`."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if not trim:
        return None
    gc.collect()
    # Memory that was freed but kept would be used again, and not be seen.
    trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = bytes_in_use("VmRSS:")
    value, gradients = call()
    return max(0, bytes_in_use("VmHWM:") - before - sum(each.nbytes for each in gradients))


def bytes_in_use(name):
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) << 10
