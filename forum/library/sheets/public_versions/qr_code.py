"""QR codes, as the path of an SVG: what a page that was printed leads back by."""

from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

#: Modules of white around the code, which readers need.
_BORDER = 4


class CodePath(NamedTuple):
    """``path`` is the ``d`` of a path in a square of ``size`` units, one a module."""

    size: int
    path: str


@lru_cache(256)
def code_path(address: str) -> CodePath:
    """The code of ``address``; the same address gives the same."""
    from qrcode import QRCode  # It brings Pillow, which no other page needs.

    code = QRCode(border=_BORDER)
    code.add_data(address)
    rows = code.get_matrix()
    drawn = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                drawn.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return CodePath(len(rows), "".join(drawn))
