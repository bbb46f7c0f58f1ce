"""Static files for production: joined, minified, compressed, named after their content."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from forum.site.static_bundles import bundle

OUR_FOLDERS = ("accounts/", "forum/", "realtime/")

type Paths = dict[str, tuple[Any, str]]
"""Where each static file comes from: a storage, and the file's path in it."""


class BundlingStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which first joins and minifies our stylesheets and scripts."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: Paths, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, Any]]:
        """Hash and compress ``paths``, our own with what they import."""
        with TemporaryDirectory() as folder:
            bundled = {} if dry_run else bundle_files(paths, Path(folder))
            yield from super().post_process(bundled, dry_run=dry_run, **options)


def is_ours(name: str) -> bool:
    """Whether ``name`` is a script or a stylesheet of our own, not of a library."""
    return name.startswith(OUR_FOLDERS) and name.endswith((".css", ".js"))


def bundle_files(paths: Paths, folder: Path) -> Paths:
    """``paths``, of which ours are bundled in ``folder``, each with what it imports."""
    sources = {name: place for name, place in paths.items() if is_ours(name)}

    def read(name: str) -> str:
        storage, path = sources[name]
        with storage.open(path) as file:
            source: bytes = file.read()
            return source.decode()

    storage = FileSystemStorage(folder)
    entries = {name: (storage, name) for name in sources}
    for name in entries:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(bundle(name, read))
    return {name: place for name, place in paths.items() if name not in sources} | entries
