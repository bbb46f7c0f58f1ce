"""Replying to a thread: the composer's own page, the form, the enhanced form."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string

from accounts import viewers
from accounts.kept import typed_before
from accounts.natural import natural
from forum import markup
from forum.audiences import readers_of
from forum.threads import actions
from forum.threads.acting import Refused
from forum.threads.changes import TooFarBehind, changes
from forum.threads.composing import fresh, refill, reply_context
from forum.threads.forms import ReplyForm
from forum.threads.gates import to_sign_in
from forum.threads.models import Post, Thread, page_of


def replies(request, pk):
    """Reply to a thread: the composer on a page of its own, quoting ``?citer=``, or a POST."""
    viewer = viewers.of_request(request)
    if not viewer.is_registered:  # Asked first: a guest learns nothing, and loses nothing.
        return to_sign_in(request)
    shown = get_object_or_404(Thread.objects.visible_to(viewer).with_byline(), pk=pk)
    if request.method != "POST":
        typed = typed_before(request) or {"text": _quotation(request, viewer, shown)}
        typed = {"audience": shown.space_id} | typed
        return _composer(request, shown, ReplyForm(initial=fresh(typed), viewer=viewer))
    form = ReplyForm(request.POST, viewer=viewer)
    if not form.is_valid():
        return _composer(request, shown, form, status=422)
    try:
        typed = dict(form.cleaned_data)
        writer = viewer.writing_for(typed.pop("seat"))
        post = actions.post_reply(shown, writer, **typed)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        refill(form, audience=shown.space_id)
        return _composer(request, shown, form, status=403)
    if _is_enhanced(request):
        return _news(request, viewer, post)
    return redirect(post.place())


def _quotation(request, viewer, shown):
    number = natural(request.GET.get("citer", ""))
    if number is None:
        return ""
    seen = Post.objects.visible_to(viewer).select_related("author")
    quoted = seen.filter(thread=shown, number=number).first()
    return markup.quote(quoted.text, quoted.author.full_name) if quoted else ""


def _composer(request, shown, form, status=200):
    if _is_enhanced(request):
        readers = {"space": shown.space, "readers": readers_of(shown.space)}
        words = render_to_string("components/audience.html", readers)
        answer = {"errors": form.errors, "audience": shown.space_id, "readers": words}
        return JsonResponse(answer, status=status)
    return render(
        request, "forum/reply.html", reply_context(request, shown, form), status=status
    )


def _is_enhanced(request):
    return "X-Seen" in request.headers


def _news(request, viewer, post):
    after = natural(request.headers["X-Seen"]) or 0
    try:
        news = changes(viewer, post.thread_id, after).as_frame()
    except TooFarBehind:
        news = {"reload": True}
    else:  # Who replies follows: the page's button says so at once.
        news["elements"] |= {"thread-follow": _follow_button(post)}
    return JsonResponse(news | {"number": post.number, "place": post.place()}, status=201)


def _follow_button(post):
    context = {"thread": post.thread, "number": page_of(post.number), "is_followed": True}
    return render_to_string("forum/thread.html#follow", context).strip()
