"""How large the house is, in figures that grow only by a commit that says why.

``python -m tests.figures`` prints them, each beside the one that is noted in ``figures.json``,
and ends with 1 where one has grown; ``--write`` notes those of today. Lines are rounded up to
hundreds, so that small changes pass.
"""

import argparse
import ast
import json
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
NOTED = ROOT / "tests/figures.json"
FLOORS = ("accounts", "forum", "realtime")
#: Lines of a file that another could hold as well.
_SMALL = 15


def figures() -> dict[str, float]:
    """What is counted, by what it is of."""
    return _rooms() | _imports() | _lines()


def grown() -> dict[str, tuple[float, float]]:
    """``{figure: (noted, today)}`` of those that are beyond what is noted, or not noted."""
    noted = json.loads(NOTED.read_text())
    today = figures()
    return {
        name: (noted.get(name, 0), value)
        for name, value in today.items()
        if value > noted.get(name, 0)
    }


def _room_of(module: str) -> str:
    """The folder of a feature that ``module`` is in: in ``forum``, that of a wing."""
    return ".".join(module.split(".")[: 3 if module.startswith("forum.") else 2])


@cache
def _arrows() -> dict[str, set[str]]:
    """``{room: the rooms that it imports}``, but for what only types need."""
    graph = grimp.build_graph(*FLOORS, exclude_type_checking_imports=True, cache_dir=None)
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        room = _room_of(module)
        if ".migrations" in module or module.count(".") < 2:
            continue
        others = {_room_of(it) for it in graph.find_modules_directly_imported_by(module)}
        found.setdefault(room, set()).update(others - {room})
    return {room: {it for it in others if it in found} for room, others in found.items()}


def _rooms() -> dict[str, float]:
    arrows = _arrows()
    circles = [room for room in arrows if room in _reached(room)]
    straight = {room: arrows[room] - {*circles} for room in arrows if room not in circles}
    heights: dict[str, int] = {}
    for room in TopologicalSorter(straight).static_order():
        heights[room] = 1 + max((heights[it] for it in straight[room]), default=0)
    return {
        "rooms": len(arrows),
        "arrows between rooms": sum(map(len, arrows.values())),
        "rooms in circles": len(circles),
        "floors of rooms": max(heights.values()),
    }


def _reached(room: str) -> set[str]:
    """The rooms that ``room`` imports, however far away."""
    seen: set[str] = set()
    asked = [*_arrows()[room]]
    while asked:
        one = asked.pop()
        if one not in seen:
            seen.add(one)
            asked += _arrows()[one]
    return seen


def _sources(folder: str, ending: str) -> dict[Path, str]:
    return {
        path: path.read_text()
        for path in sorted((ROOT / folder).rglob(f"*.{ending}"))
        if "migrations" not in path.parts
    }


def _imports() -> dict[str, float]:
    lines = imported = small = 0
    for folder in FLOORS:
        for source in _sources(folder, "py").values():
            count = source.count("\n")
            lines += count
            small += 0 < count <= _SMALL
            imported += sum(
                node.end_lineno - node.lineno + 1
                for node in ast.walk(ast.parse(source))
                if isinstance(node, ast.Import | ast.ImportFrom)
            )
    return {
        "imports, in a hundred lines": round(100 * imported / lines, 1),
        "files of fifteen lines or fewer": small,
    }


def _lines() -> dict[str, float]:
    wings = [f"forum/{it.name}" for it in sorted((ROOT / "forum").iterdir()) if _is_wing(it)]
    folders = ["accounts", *wings, "realtime", "tests", "bench"]
    found = {f"lines of Python in {it}": _count(it, "py") for it in folders}
    found["lines of templates"] = _count("templates", "html")
    for floor in FLOORS:
        for ending in ("js", "css"):
            if count := _count(floor, ending):
                found[f"lines of {ending} in {floor}"] = count
    return found


def _is_wing(path: Path) -> bool:
    return (path / "__init__.py").exists() and path.name != "migrations"


def _count(folder: str, ending: str) -> int:
    count = sum(source.count("\n") for source in _sources(folder, ending).values())
    return -(-count // 100) * 100


def main() -> None:
    """Print the figures, or note them."""
    args = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    args.add_argument("--write", action="store_true")
    today = figures()
    if args.parse_args().write:
        NOTED.write_text(json.dumps(today, indent=2) + "\n")
    noted = json.loads(NOTED.read_text())
    for name, value in today.items():
        sign = "  has grown" if value > noted.get(name, 0) else ""
        print(f"{name:42} {value:>8} {noted.get(name, 0):>8}{sign}")
    sys.exit(bool(grown()))


if __name__ == "__main__":
    main()
