"""Makes fixture.json: arguments and correctly rounded results of the functions of RealMath.

    python3 make_fixture.py > fixture.json

needs mpmath. The random numbers are seeded: the same script makes the same file.

A row is three words: the bit pattern of the argument, that of the correctly rounded result, both in hexadecimal,
and by how many ulps of that result the exact one exceeds it, to four digits. So an error can be measured that is
far below one ulp. A power has two arguments, and so a row of four words.
"""

import json
import random
import struct

import mpmath as mp

mp.mp.prec = 1200

FORMATS = {
    # name: bit pattern, value, significand bits, least exponent of an ulp
    "Float": (">I", ">f", 24, -149),
    "Double": (">Q", ">d", 53, -1074),
}

FUNCTIONS = {
    "exp": mp.exp,
    "expm1": mp.expm1,
    "expNonPositive": mp.exp,
    "expNegatedMagnitude": lambda x: mp.exp(-abs(x)),
    "log": mp.log,
    "log1p": mp.log1p,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "logSigmoid": lambda x: -mp.log1p(mp.exp(-x)),
}

# Arguments at which a search over many more than these found the largest errors.
ADVERSE = {
    "exp": {"Float": [4.5054946, 3.1192474, -5.1709633, 16.314783], "Double": [2.4504557278052852]},
    "expm1": {"Float": [0.34659934, 0.34668574, 17.136202], "Double": [37.104726092046761]},
    "expNonPositive": {"Float": [-0.17422585, -0.1738904, -9.732233], "Double": [-0.33217439693037892]},
    "expNegatedMagnitude": {"Float": [5.1709633], "Double": [2.7569686066150307]},
    "log": {"Float": [0.70683336, 1.2806551, 1.4009095], "Double": [0.70006847993152355]},
    "log1p": {"Float": [0.44859508, 0.4533377, 0.9492818], "Double": [-0.30171851650203751]},
    "sigmoid": {"Float": [-2.7091863, -4.145895, -4.157294], "Double": [-2.7569686066150307]},
    "softplus": {"Float": [-0.4582996, -0.45283404, -0.44335696, 0.0075952085], "Double": [7.6426954618012839e-06]},
    "logSigmoid": {"Float": [-0.0021254674, 0.4582996, 0.45283404], "Double": [-0.0023233389168359235]},
}


# The same for powers.
ADVERSE_POWERS = {
    "Float": [(1.0000001, 7.4e8), (0.99999994, -1.48e9), (3.0, 80.5)],
    "Double": [
        (0.06281987384540637, 1.3747945293507087),
        (1.1969882793361197, 321.9486358641401),
        (1.000138531305951, 447980.5839446921),
        (14.155391605381912, 0.13307045810079793),
        (0.9029896928328761, 6945.368315565496),
        (4.0655684337327395e201, -1.5273578227086484),
    ],
}


def to_format(x, name):
    """x rounded to the format, as a Python float."""
    value = FORMATS[name][1]
    return struct.unpack(value, struct.pack(value, x))[0]


def pattern(x, name):
    """The bit pattern of a number of the format."""
    bits, value, _, _ = FORMATS[name]
    integer = struct.unpack(bits, struct.pack(value, x))[0]
    return format(integer, "08x" if name == "Float" else "016x")


def rounded(exact, name):
    """The nearest number of the format, ties to even, and the excess of the exact one in its ulps."""
    _, _, precision, least = FORMATS[name]
    if exact == 0:
        return 0.0, 0.0
    exponent = max(mp.frexp(exact)[1] - precision, least)
    units = int(mp.nint(mp.ldexp(exact, -exponent)))
    value = mp.ldexp(mp.mpf(units), exponent)
    # A result that was rounded up to a power of two has the greater ulp of that.
    if units != 0:
        exponent = max(mp.frexp(value)[1] - precision, least)
    return float(value), float(mp.ldexp(exact - value, -exponent))


def signed_powers(random_source, lower, upper, count):
    """Numbers of either sign whose binary logarithm is uniformly distributed."""
    return [random_source.choice([-1, 1]) * 2 ** random_source.uniform(lower, upper) for _ in range(count)]


def uniform(random_source, lower, upper, count):
    return [random_source.uniform(lower, upper) for _ in range(count)]


def arguments(function, name, source):
    """Arguments that reach all that the function distinguishes."""
    ln2 = float(mp.log(2))
    if name == "Float":
        zero, least_normal, overflow, tiny = -103.9, -87.4, 88.72, -149
    else:
        zero, least_normal, overflow, tiny = -745.1, -708.4, 709.78, -1074
    signed = signed_powers(source, -60, 1, 40) + signed_powers(source, tiny, -60, 10) + uniform(source, -3, 3, 60)
    # Where the reduced argument is largest, and where it is smallest.
    halves = [(n + 0.5) * ln2 * (1 + source.uniform(-1, 1) * 1e-6) for n in range(-12, 12)]
    wholes = [n * ln2 for n in range(-12, 13) if n != 0]
    if function == "exp":
        return signed + halves + wholes + uniform(source, zero, overflow, 60) + uniform(source, zero, least_normal, 30)
    if function == "expm1":
        return signed + halves + wholes + uniform(source, -45, overflow, 60)
    if function == "expNonPositive":
        return [-abs(x) for x in signed + halves + wholes] + uniform(source, -20, 0, 60)
    if function == "expNegatedMagnitude":
        return signed + halves + wholes + uniform(source, zero, -zero, 60)
    if function == "log":
        near_one = [1 + x for x in signed_powers(source, -24, -1, 60)]
        roots = [0.5**0.5 * 2**k * (1 + source.uniform(-1, 1) * 1e-6) for k in range(-10, 10)]
        powers = [2 ** source.uniform(tiny, 127 if name == "Float" else 1023) for _ in range(60)]
        subnormal = [2 ** source.uniform(tiny, tiny + 22) for _ in range(20)]
        return near_one + roots + powers + subnormal + uniform(source, 0, 10, 40)
    if function == "log1p":
        inside = [x for x in signed if x > -1]
        roots = [0.5**0.5 * 2**k * (1 + source.uniform(-1, 1) * 1e-6) - 1 for k in range(-10, 10)]
        powers = [2 ** source.uniform(0, 127 if name == "Float" else 1023) for _ in range(30)]
        return inside + roots + powers + uniform(source, -1, 1, 60) + [-1 + 2.0**-k for k in range(1, 24)]
    return signed + halves + wholes + uniform(source, zero, -zero, 60) + uniform(source, -20, 20, 40)


def power_arguments(name, source):
    """Bases and exponents whose powers reach all of the range."""
    tiny, huge = (-149, 127) if name == "Float" else (-1074, 1023)
    bases = [2 ** source.uniform(-4, 4) for _ in range(80)]
    pairs = [(x, source.choice([source.uniform(-5, 5), 1 / source.uniform(1, 20)])) for x in bases]
    bases = [2 ** source.uniform(tiny, huge) for _ in range(60)]
    bases += [source.uniform(0.7, 1.5) for _ in range(60)]
    bases += [1 + source.choice([-1, 1]) * 2 ** source.uniform(-52, -2) for _ in range(40)]
    # Where the centre of the logarithm changes.
    for c in [0.75, 1.5]:
        bases += [c**0.5 * 2 ** source.randint(-8, 8) * (1 + source.uniform(-1, 1) * 1e-6) for _ in range(20)]
    for x in bases:
        x = to_format(x, name)
        if x not in (0, 1):
            pairs.append((x, source.uniform(0.999 * tiny, 0.999 * huge) / float(mp.log(x, 2))))
    return pairs + ADVERSE_POWERS[name]


def main():
    fixture = {}
    for function, exact in FUNCTIONS.items():
        fixture[function] = {}
        for name in FORMATS:
            source = random.Random(f"{function} {name}")
            rows = []
            for x in arguments(function, name, source) + ADVERSE[function][name]:
                x = to_format(x, name)
                value, excess = rounded(exact(mp.mpf(x)), name)
                rows.append(f"{pattern(x, name)} {pattern(value, name)} {excess:.4f}")
            fixture[function][name] = rows
    fixture["pow"] = {}
    for name in FORMATS:
        rows = []
        for pair in power_arguments(name, random.Random(f"pow {name}")):
            x, y = (to_format(number, name) for number in pair)
            value, excess = rounded(mp.power(mp.mpf(x), mp.mpf(y)), name)
            rows.append(f"{pattern(x, name)} {pattern(y, name)} {pattern(value, name)} {excess:.4f}")
        fixture["pow"][name] = rows
    print(json.dumps(fixture, indent=0))


main()
