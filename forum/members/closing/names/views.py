"""The page on which animators decide about the name of somebody who left."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.pagination import page_number
from accounts.base.parsing import parse_natural_number
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.members.closing.names import actions, queries
from forum.members.closing.names.models import NamePassage, NameRemoval


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("name-removal", "pk")
def name_removal(request: ViewerRequest, pk: int) -> HttpResponse:
    """The passages that wait, each with its words; a POST replaces the name in some of them."""
    viewer = request.viewer
    removal = NameRemoval.objects.get(pk=pk)
    page = queries.passages_page(viewer, removal, page_number(request.GET))
    if not page.rows:
        raise Http404
    if request.method == "POST":
        shown, chosen = (_ids(request.POST.getlist(name)) for name in ("shown", "chosen"))
        count = actions.decide(removal, viewer, shown, chosen)
        words = ngettext(
            "Le nom est remplacé dans %(n)d passage.",
            "Le nom est remplacé dans %(n)d passages.",
            count,
        )
        messages.success(request, words % {"n": count} if count else _("Rien n’a changé."))
        return redirect("review-queue")
    passages = queries.shown_passages(viewer, removal, page.rows)
    context = {
        "removal": removal,
        "page": page,
        "days": settings.FORUM_RETENTION["replaced_names"],
        "names": [phrase.words for phrase in queries.phrases_in(removal)],
        "waiting": [passage for passage in passages if passage.passage.replaced_at is None],
        "replaced": [passage for passage in passages if passage.passage.replaced_at],
    }
    return render(request, "members/names/name_removal.html", context)


@require_POST
@animator_required("review-queue")
def restore_name(request: ViewerRequest, pk: int) -> HttpResponse:
    """Put back what was replaced in a passage."""
    viewer = request.viewer
    passage = NamePassage.objects.visible_to(viewer).select_related("removal").get(pk=pk)
    if passage.replaced_at is None:
        raise Http404
    if actions.restore(passage, viewer):
        messages.success(request, _("Les mots sont rétablis."))
    else:
        messages.error(request, _("Ce texte a changé depuis : il reste comme il est."))
    return redirect("review-queue")


def _ids(values: Iterable[str]) -> set[int]:
    return {number for number in map(parse_natural_number, values) if number is not None}
