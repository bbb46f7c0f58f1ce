"""The directory of people, for members; a member's page; and one's own choices for both."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import viewers
from accounts.cards.actions import write_card
from accounts.cards.models import card_of
from accounts.kept import signed_in, typed_before
from accounts.models import College, Department, Seat, User
from forum.directory.asking import Asked
from forum.directory.forms import CardForm
from forum.directory.listing import found_people, people, with_what_they_show
from forum.models import Post, Testimony, Thread
from forum.pages import Numbered
from forum.testimony.actions import testify_on
from forum.threads import gates

MOST_SHOWN = 10


@require_safe
def members(request):
    """The people of the network, for each other."""
    viewer, asked = viewers.of_request(request), Asked.of(request.GET)
    if not viewer.is_registered:
        return gates.to_sign_in(request)
    if not viewer.is_member:
        why = _("L’annuaire des personnes s’ouvre aux membres : il reste à signer la charte.")
        return gates.to_charter(request, why)
    rows = with_what_they_show(found_people(viewer, asked), viewer)
    context = {
        "asked": asked,
        "page": Numbered(rows, asked.page, size=30),
        "colleges": College.objects.all(),
        "departments": Department.objects.order_by("code"),
    }
    return render(request, "directory/members.html", context)


@require_safe
def member(request, pk):
    """A member's page, for members, and for guests what the person wrote in public.

    Of who is not in the directory today there is only what they wrote; one's own card one
    sees always. Someone of whom the viewer may see nothing at all is not found.
    """
    viewer = viewers.of_request(request)
    is_listed = Exists(people().filter(pk=OuterRef("pk")))
    everyone = User.objects.filter(is_active=True).annotate(is_listed=is_listed)
    person = get_object_or_404(everyone, pk=pk)
    seats = Seat.objects.speaking().filter(person=person, person__suspended_at=None)
    posts = Post.objects.visible_to(viewer).filter(author=person).select_related("thread")
    is_own = viewer.person_id == person.pk
    is_shown = is_own or viewer.is_member and person.is_listed
    threads = Thread.objects.visible_to(viewer).filter(author=person)
    known = Testimony.objects.visible_to(viewer).filter(person=person)
    names_seats = is_own or viewer.is_member
    context = {
        "person": person,
        "seats": seats.select_related("organisation__college") if names_seats else [],
        "card": card_of(person) if is_shown else None,
        "known": known.select_related("topic").order_by("topic__order") if is_shown else [],
        "threads": threads.for_list()[:MOST_SHOWN],
        "replies": posts.filter(number__gt=1).order_by("-created_at")[:MOST_SHOWN],
    }
    if not (is_shown or context["threads"] or context["replies"]):
        raise Http404
    return render(request, "directory/member.html", context)


@signed_in("card", keeps=True)
def card(request):
    """What I show of myself in the directory, and on what I can testify."""
    viewer, own = viewers.of_request(request), card_of(request.user)
    known = Testimony.objects.filter(person=request.user).values_list("topic", flat=True)
    typed = typed_before(request) if request.method == "GET" else None
    form = CardForm(request.POST or None, card=own, known=known, typed=typed)
    if request.method == "POST" and form.is_valid():
        write_card(request.user, **form.chosen)
        if viewer.is_registered:
            testify_on(list(form.cleaned_data["topics"]), viewer)
        messages.success(request, _("Vos choix pour l’annuaire sont enregistrés."))
        return redirect("card")
    status = 422 if request.method == "POST" else 200
    return render(request, "directory/card.html", {"form": form}, status=status)
