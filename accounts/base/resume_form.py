"""What was typed where it cannot be taken yet, kept until its author is shown it again.

It lives in the session of the guest that the author has become, which sign-in carries over.
"""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils.translation import gettext as _

_SESSION_KEY = "kept"
#: The fields of our forms that are worth keeping.
_SAVED_FIELDS = frozenset(
    {"text", "title", "topic", "space", "kind", "tags", "key", "version", "writer", "audience"}
    | {"seat", "college", "organisation", "department_code", "position", "authority"}
    | {"authority_detail", "act_date", "until", "typed_name"}
    | {"territory", "territory_words", "territory_asked", "country"}
    | {"presentation", "telephone"}
    | {"name", "purpose", "join_policy", "ends_at", "reason", "hours", "words", "who"}
    | {"adopted_on", "nature", "grace_days", "revision"}
    | {"email", "domain", "day"}
)
#: Characters kept in all: the longest draft of the charter and what stands beside it. No
#: more, for a guest's session is not a place to store things.
_MAX_CHARACTERS = 62_000
#: Seconds that a guest has to come back; signing in begins a session of the usual length.
_GUEST_SESSION_SECONDS = 3600


def login_required_returning_to(page_name, *url_kwargs, keep_form=False):
    """Decorate a view for who is signed in, whose form stands on the page so named.

    Others sign in and come to that page, never to an address that only takes what is sent.
    ``url_kwargs``: which of the view's arguments the page takes; ``keep_form``: whether its form
    gives back what was typed.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            address = reverse(page_name, kwargs={name: kwargs[name] for name in url_kwargs})
            if keep_form:
                return redirect_to_login_keeping_form(request, address)
            if request.method == "POST":
                words = _("Votre session avait pris fin : connectez-vous, puis recommencez.")
                messages.warning(request, words)
            return redirect_to_login(address, reverse("account_login"))

        return guarded

    return decorate


def redirect_to_login_keeping_form(request, address=None):
    """Keep what ``request`` typed, if anything; go to sign-in and then to ``address``.

    Without ``address``, back to where the request was sent.
    """
    is_first = _SESSION_KEY not in request.session
    if typed := save_form(request):
        is_whole = all(
            len(typed[it]) >= len(sent) for it, sent in _posted_fields(request).items()
        )
        if is_first or not is_whole:
            words = (
                _("Votre session avait pris fin. Votre texte est gardé : connectez-vous.")
                if is_whole
                else _(
                    "Votre session avait pris fin. Votre texte est trop long pour être gardé "
                    "en entier : revenez en arrière et copiez-le, puis connectez-vous."
                )
            )
            messages.warning(request, words)
        request.session.set_expiry(_GUEST_SESSION_SECONDS)
    return redirect_to_login(address or request.path, reverse("account_login"))


def save_form(request, path=None):
    """Keep what ``request`` typed, for ``path`` or where it was sent; return what is kept."""
    if typed := _truncated_fields(request):
        request.session[_SESSION_KEY] = {"path": path or request.path, "typed": typed}
    return typed


def pop_saved_form(request, path=None):
    """What this session typed for ``path`` before it ended; given once, else None.

    It is given back to whoever typed it, where the form said who that was.
    """
    saved = request.session.get(_SESSION_KEY)
    if not saved or saved["path"] != (path or request.path):
        return None
    del request.session[_SESSION_KEY]
    writer = saved["typed"].pop("writer", "")
    return saved["typed"] if writer in ("", str(request.user.pk)) else None


def _truncated_fields(request):
    typed, remaining = {}, _MAX_CHARACTERS
    # Short ones first and whole; what there is too much of is the text.
    for name, sent in sorted(_posted_fields(request).items(), key=lambda it: len(it[1])):
        typed[name] = sent[:remaining]
        remaining -= len(typed[name])
    return typed


def _posted_fields(request):
    """What was sent of the fields worth keeping. Forms of a kind tell theirs by a prefix."""
    sent = {}
    for field in request.POST:
        name = field.rpartition("-")[2]
        if name in _SAVED_FIELDS:
            sent.setdefault(name, request.POST[field])
    return sent
