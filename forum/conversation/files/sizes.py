"""Sizes of files, in words."""

from django.utils import formats
from django.utils.translation import gettext as _


def size_in_words(size: int) -> str:
    """``size`` bytes as people say it: *640 ko*, *2,4 Mo*, *12 Mo*; in English *2.4 MB*."""
    if size < 1000:
        return _("%(n)s octets") % {"n": size}
    if size < 10**6:
        return _("%(n)s ko") % {"n": round(size / 1000)}
    amount, unit = size / 10**6, _("%(n)s Mo")
    if size >= 10**9:
        amount, unit = size / 10**9, _("%(n)s Go")
    amount = round(amount, 1 if amount < 9.95 else 0)  # number_format cuts, and rounds nothing.
    return unit % {"n": formats.number_format(amount, 0 if amount == round(amount) else 1)}
