"""The page that hides what someone posted lately, and the one that shows it again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.base.form_views import posted
from accounts.models import User
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.moderation.forms import EndMeasureForm
from forum.moderation.measures.models import Measure
from forum.moderation.pages import answer_decision
from forum.moderation.recent_posts import actions, queries
from forum.moderation.recent_posts.forms import RecentPostsForm


@animator_required()
def recent_posts(request: ViewerRequest, pk: int) -> HttpResponse:
    """Hide what a person posted in the last 24 hours; what was hidden so, to show again."""
    viewer = request.viewer
    person = get_object_or_404(
        User.objects.exclude(pk=viewer.person_id or 0), pk=pk, is_active=True
    )

    def act(**values: Any) -> str:
        number = actions.hide_recent_posts(person, viewer, **values)
        words = ngettext("%(n)s message masqué.", "%(n)s messages masqués.", number)
        messages.success(request, words % {"n": number})
        return reverse("recent-posts", args=[pk])

    own = queries.recent_posts(viewer, User.objects.filter(pk=pk)).count()
    together = queries.recent_posts(viewer, queries.authors_with(person)).count()
    counts = {"number": own, "number_with_others": together}
    form = RecentPostsForm(posted(request), **counts)
    context = {
        "person": person,
        "hidden": queries.hidden_at_once(viewer, person),
        "title": _("Masquer les messages des dernières 24 heures"),
        "lead": _("D’un coup, partout où vous lisez. Chaque auteur reçoit le motif et les "
                  "faits, et vous pourrez tout rétablir d’un coup."),
        "button": _("Masquer ces messages"),
        "nothing": "" if together else _(
            "Rien à masquer : aucun message visible de cette personne ces dernières "
            "24 heures."
        ),
    }  # fmt: skip
    return answer_decision(request, form, act, context, "moderation/recent_posts.html")


@animator_required()
def restore_together(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show again all that was hidden at once with the post of a measure."""
    viewer = request.viewer
    measures = Measure.objects.visible_to(viewer).exclude(person=None)
    measure = get_object_or_404(measures.select_related("person"), pk=pk)

    def act(**values: Any) -> str:
        number = actions.restore_together(measure, viewer, **values)
        words = ngettext("%(n)s message rétabli.", "%(n)s messages rétablis.", number)
        messages.success(request, words % {"n": number})
        return reverse("recent-posts", args=[measure.person_id])

    context = {
        "person": measure.person,
        "title": _("Rétablir les messages masqués d’un coup"),
        "lead": _("Ceux qui ont été masqués en même temps, de tous leurs auteurs."),
        "button": _("Rétablir ces messages"),
    }
    return answer_decision(request, EndMeasureForm(posted(request)), act, context)
