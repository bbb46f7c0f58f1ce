"""Places on the map of France, each a circle with a number."""

from typing import NamedTuple

#: In the measures of the outline, as is where departments are (``components/france_map.html``).
_MIN_RADIUS, _MAX_RADIUS = 10, 15


class MapPlace(NamedTuple):
    """A department or a country, and how many of what is listed lie there."""

    code: str
    name: str
    count: int  # type: ignore[assignment]
    x: int | None = None
    y: int | None = None
    is_in_france: bool = True

    @property
    def radius(self) -> int:
        """The radius of its circle, which grows slowly with the number."""
        return min(_MAX_RADIUS, _MIN_RADIUS + len(str(self.count)) + self.count // 10)


def department_of_address(address: str) -> str:
    """The code of the department that the postal code in ``address`` says; else empty."""
    words = (word.strip("(),.;:-–") for word in address.replace(",", " ").split())
    codes = [it for it in words if len(it) == 5 and it.isascii() and it.isdigit()]
    if not codes:
        return ""
    code = codes[-1]
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code.startswith(("97", "98")) else code[:2]
