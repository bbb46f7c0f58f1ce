"""What was measured, as Markdown, a line as soon as there is one."""


def print_table(rows):
    """Print dictionaries of the same keys as a table, as they come."""
    is_first = True
    for row in rows:
        if is_first:
            print(f"| {' | '.join(row)} |\n|{'---|' * len(row)}")
        print(f"| {' | '.join(map(_format, row.values()))} |", flush=True)
        is_first = False


def parts(values):
    """The median, the 99th percentile and the last of ``values``; nan where there are none."""
    values = sorted(values) or [float("nan")]
    return values[len(values) // 2], values[int(len(values) * 0.99)], values[-1]


def _format(value):
    if isinstance(value, tuple | list):
        return ", ".join(map(_format, value))
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}"
    if isinstance(value, dict):
        return ", ".join(f"{key} × {count}" for key, count in value.items()) or "–"
    return str(value)
