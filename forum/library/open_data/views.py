"""The page of the open data with its files, and the page for press and institutions."""

from hashlib import sha256

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.base.pagination import page_number
from accounts.base.translations import SOURCE_LANGUAGE
from accounts.charter.register import count_member_territories, count_members
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from forum.library.open_data.files import FILES, FileQuery
from forum.library.open_data.queries import FILE_SHEETS, count_and_change, public_medians
from forum.library.open_data.tables import TABLES
from forum.library.sheets.public_versions.queries import (
    count_public_sheets,
    latest_public_versions,
)

_FILES = ReadingRateLimit("open_data", people="120/10m/user", guests="240/10m/ip")


@require_safe
def open_data(request: ViewerRequest) -> HttpResponse:
    """What there is to take along, what its columns mean, and under which licence."""
    count, changed_at = count_and_change()
    pages = range(1, -(-count // FILE_SHEETS) + 1)
    with override(SOURCE_LANGUAGE):  # As the files and their schemas say it.
        tables = [(str(table.title), table.name, table.columns) for table in TABLES.values()]
    context = {"count": count, "changed_at": changed_at, "tables": tables, "pages": pages[1:]}
    return render(request, "library/open_data/open_data.html", context)


@require_safe
def open_data_file(request: ViewerRequest, file: str, ending: str) -> HttpResponse:
    """A file of what a guest sees now. A browser asks each time whether it has changed."""
    if (data := FILES.get((file, ending))) is None:
        raise Http404
    if refusal := _FILES.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    query = FileQuery(page_number(request.GET), request.path, request.build_absolute_uri)
    with override(SOURCE_LANGUAGE):
        content = data.content(query)
    answer = HttpResponse(content, content_type=data.media_type)
    answer["ETag"] = etag = f'"{sha256(content).hexdigest()[:32]}"'
    answer["Cache-Control"] = "no-cache"
    # What a guest sees, any page of any site may read.
    answer["Access-Control-Allow-Origin"] = "*"
    if data.is_saved:
        answer["Content-Disposition"] = f'attachment; filename="{file}.{ending}"'
    response = get_conditional_response(request, etag=etag, response=answer)
    assert response is not None  # As ``answer`` is not.
    return response


@require_safe
def press(request: ViewerRequest) -> HttpResponse:
    """What the network is, in words and figures, and whom to ask about it."""
    context = {
        "organisation_count": count_members(),
        "territory_count": count_member_territories(),
        "sheet_count": count_public_sheets(),
        "versions": latest_public_versions(3),
        "medians": public_medians(),
    }
    return render(request, "library/open_data/press.html", context)
