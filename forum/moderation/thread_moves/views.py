"""The page that moves a thread, for animators, and the one that asks an author."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.pagination import NumberedPage, page_number
from accounts.viewers.middleware import ViewerRequest
from forum.base import rules
from forum.base.readership import readership_of
from forum.base.rules import Refused, require_moderator
from forum.conversation.threads.composer import set_form_values
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import get_thread
from forum.moderation.thread_moves import actions, consents, queries
from forum.moderation.thread_moves.forms import MoveThreadForm
from forum.moderation.thread_moves.known_titles import known_titles, may_know_reason
from forum.moderation.thread_moves.models import ThreadMove


@require_http_methods(["GET", "HEAD", "POST"])
def move_thread(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that moves a thread; while its authors are asked, how their answers stand."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    require_moderator(viewer)
    rules.require(rules.may_pin_or_move(viewer, thread), rules.read_only_reason(thread.space))
    pending = ThreadMove.objects.visible_to(viewer).pending().filter(thread=thread).first()
    if pending and request.method != "POST":
        return _render_pending(request, thread, pending)
    form = MoveThreadForm(
        request.POST if request.method == "POST" else None,
        viewer=viewer,
        thread=thread,
        initial={"space": thread.space.slug},
    )
    losing = None
    if request.method == "POST" and form.is_valid():
        try:
            move = actions.move_thread(thread, viewer, **form.cleaned_data)
        except actions.LosingChanged as refusal:
            losing = queries.losing_readers(thread, form.cleaned_data["space"])
            form.add_error(None, str(refusal))
            set_form_values(form, shown_losing=losing.stamp)
        except Refused as refusal:
            form.add_error("space", str(refusal))
        else:
            return _redirect_after(request, move)
    space_readerships = [
        (space, readership_of(space))
        for space in form.fields["space"].queryset  # type: ignore[attr-defined]
    ]
    context = {"thread": thread, "form": form, "space_readerships": space_readerships}
    context["losing"] = losing
    status = 422 if request.method == "POST" else 200
    return render(request, "moderation/thread_moves/move_thread.html", context, status=status)


@require_POST
def complete_move(request: ViewerRequest, pk: int) -> HttpResponse:
    """Move a thread without the posts of those who have not agreed."""
    viewer = request.viewer
    move = get_object_or_404(ThreadMove.objects.visible_to(viewer), pk=pk)
    return _redirect_after(request, actions.complete_move(move, viewer))


@require_POST
def withdraw_move(request: ViewerRequest, pk: int) -> HttpResponse:
    """Withdraw a move: the thread stays where it is."""
    viewer = request.viewer
    move = get_object_or_404(ThreadMove.objects.visible_to(viewer), pk=pk)
    actions.withdraw_move(move, viewer)
    messages.success(request, _("La demande est retirée : le fil reste où il est."))
    return redirect("thread-short", move.thread_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer_move(request: ViewerRequest, pk: int) -> HttpResponse:
    """Ask an author whether what they wrote may be read where the thread goes.

    The POST says ``agrees``, 1 or 0. Animators who wrote nothing there are not asked: they are
    shown how the answers stand, or the thread.
    """
    viewer = request.viewer
    moves = ThreadMove.objects.visible_to(viewer).select_related(
        "space__college", "space__group", "from_space", "proposed_by"
    )
    move = get_object_or_404(moves, pk=pk)
    posts = queries.own_posts_of(move, viewer)
    may_answer = posts.exists()
    is_asked = not move.space.is_within(move.from_space)
    knows_reason = may_know_reason(viewer, move)
    if not (is_asked or knows_reason):
        raise Http404
    if request.method != "POST" and not may_answer and viewer.is_animator:
        return redirect("move-thread" if move.is_pending else "thread-short", move.thread_id)
    if request.method == "POST":
        agrees = request.POST.get("agrees") == "1"
        answered = actions.answer_move(move, viewer, agrees)
        if answered.pk != pk:
            messages.info(request, _later_move_message())
        else:
            is_withheld = bool(consents.withheld_for(answered, viewer.person_id))
            text = _answer_message(answered, agrees, move.is_pending, is_withheld=is_withheld)
            messages.success(request, text)
        return redirect("answer-move", answered.pk)
    withheld = posts.filter(withheld_move=move)
    page = NumberedPage(posts, page_number(request.GET)).or_first()
    context = {
        "move": move,
        "title": known_titles(viewer, [move])[move.thread_id],
        "reason": move.reason if knows_reason else "",
        "is_asked": is_asked,
        "page": page,
        "posts": queries.shown_posts_of(page.rows, viewer, move),
        "may_answer": may_answer and (move.is_pending or withheld.exists()),
        "answer": move.answers.filter(author=viewer.person_id).first(),
        "readership": readership_of(move.space),
        "thread": Thread.objects.visible_to(viewer).filter(pk=move.thread_id).first(),
    }
    return render(request, "moderation/thread_moves/answer_move.html", context)


def _render_pending(request: ViewerRequest, thread: Thread, move: ThreadMove) -> HttpResponse:
    answers = queries.author_answers(move)
    context = {
        "thread": thread,
        "move": move,
        "answers": answers,
        "readership": readership_of(move.space),
        "may_complete": move.is_pending and consents.may_move_first(thread, move),
    }
    return render(request, "moderation/thread_moves/pending_move.html", context)


def _redirect_after(request: ViewerRequest, move: ThreadMove) -> HttpResponse:
    if move.moved_at:
        messages.success(request, _("Le fil est déplacé vers « %s ».") % move.space)
        return redirect("thread-short", move.thread_id)
    messages.info(
        request,
        _("Ceux qui ont écrit ici sont consultés : le fil changera d’espace avec leur accord."),
    )
    return redirect("move-thread", move.thread_id)


def _later_move_message() -> str:
    return _(
        "C’est noté. Depuis, d’autres encore lisent ce fil : vos messages n’y sont montrés que "
        "si vous l’acceptez aussi."
    )


def _answer_message(
    move: ThreadMove, agrees: bool, was_pending: bool, *, is_withheld: bool
) -> str:
    if agrees and is_withheld:
        return _(
            "C’est noté. Un message montre aussi des mots de quelqu’un qui ne l’a pas "
            "accepté : il reste caché jusque-là, ou jusqu’à ce qu’il soit dit autrement."
        )
    if not agrees:
        return _("C’est noté : vos messages restent à leurs lecteurs.")
    if move.moved_at and was_pending:
        return _("Merci : tous ont accepté, et le fil a changé d’espace.")
    if move.moved_at:
        return _("Merci : vos messages se lisent désormais avec le fil.")
    return _(
        "Merci : le fil changera d’espace quand tous auront accepté, ou sans les messages de "
        "ceux qui ne l’acceptent pas."
    )
