"""The fixtures of sheets, of which the open data are."""

from tests.forum.library.sheets.conftest import draft, files_folder, place, sheet

__all__ = ["draft", "files_folder", "place", "sheet"]
