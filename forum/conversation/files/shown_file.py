"""A file as a post shows it: part of what is kept in the post's own row, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse

from forum.conversation.files.names import ending_of
from forum.conversation.files.sizes import size_in_words

#: Where a picture is shown: as wide as the text at most.
_SIZES = "(min-width: 60em) 44rem, 100vw"


@dataclass(frozen=True)
class ShownFile:
    """What a post shows of one of its files.

    ``widths``: those that a picture is kept in, or the first page of a PDF. ``tool``: the id of
    the tool that it is a version of.
    """

    pk: str
    name: str
    size: int
    is_image: bool
    state: str
    width: int | None
    height: int | None
    colour: str
    description: str
    widths: tuple[int, ...]
    tool: int | None = None

    @property
    def words(self) -> str:
        """What it is called and said to show."""
        return f"{self.name}\u00a0: {self.description}" if self.description else self.name

    @property
    def address(self) -> str:
        """Its address: for a picture, in its largest size."""
        return reverse("file", args=[self.pk, self.name])

    @property
    def middle_address(self) -> str:
        """The address of a picture in the size that most screens show."""
        return self._address_of(self.widths[-2] if len(self.widths) > 1 else self.widths[0])

    @property
    def smallest_address(self) -> str:
        """The address of a picture, or of a first page, in its smallest size."""
        return self._address_of(self.widths[0])

    @property
    def largest_address(self) -> str:
        """The address of a picture, or of a first page, in its largest size."""
        return self._address_of(self.widths[-1])

    @property
    def srcset(self) -> str:
        """The addresses of a picture in all sizes, as ``<img srcset>`` has them."""
        return ", ".join(f"{self._address_of(it)} {it}w" for it in self.widths)

    @property
    def sizes(self) -> str:
        """How wide a picture is shown, as ``<img sizes>`` has it."""
        return _SIZES

    @property
    def ending(self) -> str:
        """What kind of file it is: *PDF*."""
        return ending_of(self.name).upper()

    @property
    def size_in_words(self) -> str:
        """Its size as people say it."""
        return size_in_words(self.size)

    def _address_of(self, width: int) -> str:
        is_whole = self.is_image and width == self.widths[-1]
        return self.address if is_whole else f"{self.address}?largeur={width}"


def written(files: Iterable[ShownFile]) -> str:
    """``files`` as a post's row keeps them; "" for none."""
    rows = [asdict(file) for file in files]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def read(text: str) -> list[ShownFile]:
    """What ``written`` gave."""
    rows: list[dict[str, Any]] = json.loads(text) if text else []
    return [ShownFile(**row | {"widths": tuple(row["widths"])}) for row in rows]
