"""Questions to the index itself."""

from forum.search_index.analysis import VERSION
from forum.search_index.models import IndexVersion


def served_versions() -> list[int]:
    """The versions of the analysis whose documents are searched, that of the code first.

    As long as not all is indexed by it, documents of the version before are searched too.
    """
    rows = list(IndexVersion.objects.order_by("-version").values_list("version", "finished_at"))
    if any(version == VERSION and finished_at for version, finished_at in rows):
        return [VERSION]
    return [VERSION, *(version for version, _at in rows if version < VERSION)]
