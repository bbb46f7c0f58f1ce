"""Which folders of a floor have a module of a given name: none is entered in a list."""

from importlib import import_module
from pathlib import Path


def feature_modules(package: str, name: str) -> list[str]:
    """The full names of the modules called ``name`` in the folders of ``package``, in order.

    ``feature_modules("forum", "urls")`` has ``forum.conversation.threads.urls`` in it.
    """
    (root,) = import_module(package).__path__
    paths = sorted(Path(root).glob(f"*/**/{name}.py"))
    return [
        ".".join((package, *path.relative_to(root).with_suffix("").parts)) for path in paths
    ]
