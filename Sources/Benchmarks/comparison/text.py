"""How numbers and tables are written."""


def line(cells):
    return "| " + " | ".join(cells) + " |"


def microseconds(nanoseconds):
    if nanoseconds is None:
        return ""
    value = nanoseconds / 1000
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def megabytes(size):
    return "" if size is None else f"{size / 1e6:.1f}"


def ratio(value):
    return "" if value is None else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
