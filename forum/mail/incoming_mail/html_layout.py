"""The HTML of a mail as text, laid out in a process of its own.

What a stranger sends can be made to cost minutes, or to break the library that reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from accounts.base.sandbox import Bounds, run_decoder
from forum.mail.incoming_mail import html_text

#: Characters of HTML that are read of a mail: more is hardly anybody's own words.
MAX_LENGTH = 200_000
#: What the layout of as much may take.
BOUNDS = Bounds(cpu_seconds=3, seconds=60, memory=512 * 2**20, output=10 * MAX_LENGTH)
#: Pictures that are written in the HTML itself, which nobody reads.
_DATA = re.compile(r"data:[^\s\"'()<>]{200,}")
#: What stands where the rest of a long mail is not read.
_CUT = "[…]"


def lay_out(
    parts: Sequence[str], *, with_pictures: bool = False
) -> tuple[list[str], list[str]]:
    """The text of each of ``parts``, the HTML of a mail, and the pictures that they show.

    Of all parts together MAX_LENGTH is read; where the rest is left out the text says so. Raise
    DecoderStopped where it cannot be laid out within BOUNDS.
    """
    read, remaining = [], MAX_LENGTH
    for part in (_DATA.sub("data:", it) for it in parts):
        read.append(part[:remaining])
        remaining -= len(part)
        if remaining <= 0:
            break
    if not any(map(str.strip, read)):
        return [], []
    arguments = ["pictures"] if with_pictures else []
    output = run_decoder(
        html_text.__file__, json.dumps(read).encode(), *arguments, bounds=BOUNDS
    )
    texts, pictures = json.loads(output)
    if remaining < 0 and (text := texts[-1].rstrip()):
        is_quoted = text.rpartition("\n")[2].startswith(">")
        texts[-1] = f"{text}\n{'> ' if is_quoted else ''}{_CUT}"
    return texts, pictures
