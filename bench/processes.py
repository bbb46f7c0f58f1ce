"""What processes cost: CPU and memory, with their children, read from ``/proc``."""

from pathlib import Path

PROC = Path("/proc")


def process_tree(pids):
    """``pids`` and all that descend from them."""
    children = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], list(pids)
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu(pids):
    """Seconds of CPU that the living threads of ``pids`` and their children have had."""
    spent = 0
    for pid in process_tree(pids):
        for thread in _list_folder(PROC / str(pid) / "task"):
            spent += int((_read(thread / "schedstat") or "0").split()[0])
    return spent / 1e9


def memory(pids):
    """Bytes resident in ``pids`` and their children."""
    total = 0
    for pid in process_tree(pids):
        for line in _read(PROC / str(pid) / "status").splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) * 1024
    return total


def _parent(entry):
    text = _read(entry / "stat")
    return int(text.rpartition(")")[2].split()[1]) if text else None


def _list_folder(folder):
    try:
        return list(folder.iterdir())
    except OSError:  # It ended meanwhile.
        return []


def _read(path):
    try:
        return path.read_text()
    except OSError:
        return ""
