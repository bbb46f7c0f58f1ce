"""``--changed``: the tests near what has changed, and those of the house.

Near is what imports something of a folder that changed, or of one that imports from there. It
is a look while one works, in a fraction of the time; what lands has passed all tests.
"""

import subprocess
from functools import cache
from pathlib import Path

import grimp
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
#: All tests stand on these, so that all are near.
_GROUND = (
    "accounts/base/", "accounts/viewers/", "forum/base/", "forum/settings/", "pyproject.toml",
    "requirements.lock", "templates/base.html", "templates/components/", "templates/layouts/",
)  # fmt: skip


def pytest_addoption(parser):
    """``--changed`` and ``--changed=COMMIT``."""
    parser.addoption(
        "--changed",
        nargs="?",
        const="",
        metavar="COMMIT",
        help="only tests near what changed since COMMIT; by default, since what was pushed",
    )


def pytest_ignore_collect(collection_path, config):
    """Leave the other files out."""
    commit = config.getoption("changed")
    if commit is None or not collection_path.name.startswith("test_"):
        return None
    near = _files_near(commit)
    is_near = near is None or str(collection_path.relative_to(ROOT)) in near
    return None if is_near else True


@cache
def _files_near(commit):
    return files_near(changed_files(commit))


def changed_files(commit=""):
    """The files that differ from ``commit``, new ones too; by default from upstream."""
    base = [commit] if commit else _git("merge-base", "HEAD", "@{upstream}") or ["HEAD"]
    changed = _git("diff", "--name-only", *base)
    return {*changed, *_git("ls-files", "--others", "--exclude-standard")}


def files_near(files):
    """The files of the tests near these, or None for all."""
    helpers = {it for it in files if it.startswith("tests/") and "/test_" not in it}
    if helpers or any(it.startswith(_GROUND) for it in files):
        return None
    graph = grimp.build_graph(
        "accounts", "forum", "realtime", "tests", cache_dir=str(ROOT / ".import_linter_cache")
    )
    folders = _folders(graph, files)
    importers = {
        importer
        for module in graph.modules
        if _folder(module) in folders
        for importer in graph.find_modules_that_directly_import(module)
    }
    folders |= {_folder(it) for it in importers if not it.startswith("tests.")}
    near = {
        _path(it)
        for it in graph.modules
        if it.startswith("tests.") and {_folder(one) for one in _imported(graph, it)} & folders
    }
    house = {str(it.relative_to(ROOT)) for it in ROOT.glob("tests/test_*.py")}
    return near | house | {it for it in files if "/test_" in it}


def _folders(graph, files):
    """The packages of changed modules, and those whose templates changed."""
    packages = {_folder(it) for it in graph.modules if not it.startswith("tests")}
    found = set()
    for path in map(Path, files):
        if path.suffix == ".py":
            found.add(".".join(path.parent.parts))
        elif path.parts[0] == "templates":
            found |= {it for it in packages if it.split(".")[-1] == path.parent.name}
    return found & packages


def _imported(graph, test):
    """What a test imports, itself or by what stands beside it to help."""
    found = graph.find_modules_directly_imported_by(test)
    beside = {it for it in found if it.startswith("tests.") and it.count(".") > 1}
    return found.union(*(graph.find_modules_directly_imported_by(it) for it in beside))


def _folder(module):
    return module.rpartition(".")[0]


def _path(module):
    return f"{module.replace('.', '/')}.py"


def _git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.split()
