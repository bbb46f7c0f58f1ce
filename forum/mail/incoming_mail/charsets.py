"""Charsets that mails declare: those of texts are read, whatever else Python could decode."""

import codecs
import re

#: By Python's names for them. Others are of programs, such as punycode, whose decoder takes
#: a time that grows as a square.
_OF_TEXTS = re.compile(
    r"utf-.+|ascii|iso8859-\d+|cp\w+|koi8-\w|mac-\w+|gb\w+|big5\w*|shift_jis\w*|euc_\w+"
    r"|iso2022_\w+|hz|johab|tis-620|ptcp154|kz1048|hp-roman8"
)

#: Python keeps each name that it was asked for.
_NAME = re.compile(r"[\w.:+-]{1,40}", re.ASCII)


def decode(raw: bytes, charset: str) -> str | None:
    """The text of ``raw`` in ``charset``; None where that is none, or not that of ``raw``."""
    try:
        return raw.decode(charset) if is_of_texts(charset) else None
    except ValueError:
        return None


def is_of_texts(charset: str) -> bool:
    """Whether ``charset`` names one that texts are in."""
    if not _NAME.fullmatch(charset):
        return False
    try:
        return bool(_OF_TEXTS.fullmatch(codecs.lookup(charset).name))
    except (LookupError, ValueError):
        return False
