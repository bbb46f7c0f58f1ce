"""The page of the act templates, which also hands them out.

What makes a PDF is imported as one is made: reportlab is large, and other pages need none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from accounts.base.rate_limits import RateLimit
from accounts.charter.act_templates import odt
from accounts.charter.act_templates.documents import TEMPLATES
from accounts.charter.act_templates.forms import ActTemplateForm
from accounts.charter.models import Authority, CharterVersion
from accounts.viewers.middleware import ViewerRequest

if TYPE_CHECKING:
    from accounts.charter.act_templates.documents import ActFacts, ActTemplate


#: Making one takes some time, and whoever passes by may ask.
DOWNLOADS = RateLimit("act-template", "60/h/ip")
_PDF = "application/pdf"


@require_http_methods(["GET", "HEAD", "POST"])
def act_templates(request: ViewerRequest) -> HttpResponse:
    """The templates, for anyone. A POST answers with the one that it names, filled in.

    Nothing is stored; and as nothing is in the URL, no log holds the names that were given.
    """
    version = CharterVersion.objects.in_force()
    if version is None:
        raise Http404
    name = request.user.full_name if request.user.is_authenticated else ""
    sent = request.POST if request.method == "POST" else None
    form = ActTemplateForm(sent, initial={"typed_name": name})
    kind, _dash, extension = request.POST.get("act_template", "").partition("-")
    if kind not in TEMPLATES or extension not in _FORMATS:
        return _render_page(request, version, form)
    if refusal := DOWNLOADS.refusal(request):
        form.add_error(None, refusal)
        return _render_page(request, version, form, 429)
    return _file(TEMPLATES[Authority(kind)], extension, form.facts(version))


@require_safe
def charter_pdf(request: ViewerRequest) -> HttpResponse:
    """The text of the version in force as a PDF, which an act encloses."""
    version = CharterVersion.objects.in_force()
    if version is None:
        raise Http404
    from accounts.charter.act_templates import pdf

    title = f"charte-{version.name}"
    content = pdf.render_charter(title, version.text, version.sha256)
    answer = HttpResponse(content, content_type=_PDF)
    answer["Content-Disposition"] = f'attachment; filename="{title}.pdf"'
    return answer


def _render_page(
    request: ViewerRequest, version: CharterVersion, form: ActTemplateForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "charter": version, "act_templates": TEMPLATES.values()}
    return render(request, "charter/act_templates.html", context, status=status)


def _render_pdf(title: str, blocks: list[tuple[str, str]]) -> bytes:
    from accounts.charter.act_templates import pdf

    return pdf.render_pdf(title, blocks)


_FORMATS = {"odt": (odt.render_odt, odt.MEDIA_TYPE), "pdf": (_render_pdf, _PDF)}


def _file(template: ActTemplate, extension: str, facts: ActFacts) -> HttpResponse:
    render_file, media_type = _FORMATS[extension]
    title = f"{template.file_name}-charte-{facts.version.name}"
    content = render_file(title, template.words(facts))
    name = "-".join(filter(None, [title, slugify(facts.organisation)[:60]]))
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    return answer
