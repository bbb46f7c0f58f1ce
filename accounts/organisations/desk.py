"""An organisation's own page of its people, for its contact: who sits, who waits, who is
invited, which addresses are its own."""

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts import kept, viewers
from accounts.admission import actions
from accounts.admission.forms import DomainForm, InviteForm
from accounts.admission.mail import send_invitation
from accounts.natural import natural
from accounts.organisations.confirming import contacts_of, decides_as, is_contact
from accounts.organisations.forms import EndForm
from accounts.organisations.models import Organisation
from accounts.organisations.views import refusable, unplaced

MOST_ENDED = 30


def seats(request, slug):
    """The page; a POST invites, takes an invitation back, declares a domain or drops it."""
    if not request.user.is_authenticated:
        return kept.sign_in_and_return(request)
    organisation = get_object_or_404(Organisation.objects.select_related("college"), slug=slug)
    if not decides_as(viewers.of_request(request), organisation):
        raise Http404
    if request.method != "POST":
        return page(request, organisation)
    act = _ACTS.get(request.POST.get("faire"))
    if act is None:
        raise BadRequest
    return act(request, organisation)


def page(request, organisation, refused=(None, None), invite=None, domain=None, status=200):
    """The page of ``organisation``, with the forms that were sent, where they will not do."""
    theirs = organisation.seats.select_related("person", "successor__person")
    ended = theirs.filter(confirmed_at__isnull=False, ended_at__lte=timezone.now())
    decides = Exists(contacts_of(organisation).filter(pk=OuterRef("pk")))
    waiting = refusable(request, "seat", theirs.asking(), refused)
    address = reverse("organisation-seats", args=[organisation.slug])
    before = kept.typed_before(request, address)
    lost = unplaced(waiting, refused)
    context = {
        "organisation": organisation,
        "is_contact": is_contact(request.user, organisation),
        "waiting": waiting,
        "unplaced": lost,
        "current": theirs.confirmed()
        .annotate(decides=decides)
        .order_by("-decides", "started_at"),
        "ended": ended.order_by("-ended_at")[:MOST_ENDED],
        "invitations": organisation.invitations.filter(used_at=None, withdrawn_at=None),
        "domains": organisation.email_domains.all(),
        "invite": invite or InviteForm(initial=before),
        "domain": domain or DomainForm(initial=before),
        "end": EndForm(),
        "wrong": None if lost else refused[1] or invite or domain,
    }
    return render(request, "accounts/organisation_seats.html", context, status=status)


def _invite(request, organisation):
    form = InviteForm(request.POST)
    if not form.is_valid():
        return page(request, organisation, invite=form, status=422)
    to = form.cleaned_data["email"].casefold()
    if not ratelimit.consume(request, action="invite", key=to, user=request.user):
        words = _("Trop d’invitations en peu de temps. Attendez une heure, puis réessayez.")
        form.add_error("email", words)
        return page(request, organisation, invite=form, status=429)
    try:
        invitation = actions.invite(organisation, request.user, form.cleaned_data["email"])
    except PermissionDenied as refusal:
        form.add_error("email", str(refusal))
        return page(request, organisation, invite=form, status=403)
    if not send_invitation(invitation, request):
        words = _("Le courriel n’est pas parti. Donnez vous-même cette adresse : %(address)s")
        address = request.build_absolute_uri(invitation.get_absolute_url())
        return _done(request, organisation, words % {"address": address})
    words = _("L’invitation est partie à %(email)s : elle vaut jusqu’au %(day)s.")
    day = formats.date_format(timezone.localtime(invitation.expires_at), "j F Y")
    return _done(request, organisation, words % {"email": invitation.email, "day": day})


def _withdraw(request, organisation):
    one = get_object_or_404(organisation.invitations, pk=_pk(request))
    actions.withdraw_invitation(one, request.user)
    return _done(request, organisation, _("L’invitation est retirée."))


def _declare(request, organisation):
    form = DomainForm(request.POST)
    if not form.is_valid():
        return page(request, organisation, domain=form, status=422)
    actions.declare_domain(organisation, request.user, form.cleaned_data["domain"])
    words = _("C’est noté : l’équipe d’animation vérifiera ce domaine.")
    return _done(request, organisation, words)


def _drop(request, organisation):
    declared = get_object_or_404(organisation.email_domains, pk=_pk(request))
    actions.drop_domain(declared, request.user)
    return _done(request, organisation, _("Ce domaine n’ouvre plus de siège."))


_ACTS = {"inviter": _invite, "reprendre": _withdraw, "declarer": _declare, "retirer": _drop}


def _pk(request):
    return natural(request.POST.get("numero", "")) or 0


def _done(request, organisation, words):
    messages.success(request, words)
    return redirect("organisation-seats", organisation.slug)
