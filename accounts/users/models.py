"""User accounts, sessions and devices. A user is a person, who signs in by e-mail address."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import avatar_address, avatar_field
from accounts.base.rights_watch import RightsWatch
from accounts.base.text import as_seen, fold

if TYPE_CHECKING:
    from accounts.charter.models import Signature
    from accounts.charter.signing_requests.models import SigningRequest
    from accounts.organisations.models import Seat


#: The name of everyone whose account is closed: pages say it in their language.
FORMER_NAME = gettext_noop("Ancien membre")
#: Django's own, so that without a salt the hash is Django's.
_SESSION_AUTH_KEY = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address."""

    def create_user(
        self, email: str, full_name: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create a person; without ``password`` they can sign in by mailed code only."""
        user = self.model(email=self.normalize_email(email).lower(), full_name=full_name)
        for name, value in fields.items():
            setattr(user, name, value)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(
        self, email: str, full_name: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create an administrator. That alone opens no private space."""
        rights = {"is_staff": True, "is_superuser": True}
        return self.create_user(email, full_name, password, **rights | fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person's account. What they may see and do is their ``Viewer``'s, not this row's."""

    email = models.EmailField(
        _("adresse électronique"),
        unique=True,
        error_messages={"unique": _("Un compte existe déjà pour cette adresse.")},
    )
    full_name = models.CharField(_("prénom et nom"), max_length=120)
    folded_name = models.CharField(max_length=120, editable=False, default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_animator = models.BooleanField(_("anime le réseau"), default=False)
    #: Suspended from then, until ``suspended_until`` or, where that is None, without end.
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    #: Until then they read all that they may, and write nothing.
    silenced_until = models.DateTimeField(null=True, blank=True)
    #: Part of what their sessions store, with the password: a new one ends them all.
    session_salt = models.CharField(max_length=32, default="", blank=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now)
    #: Whether nobody enters it: it has what somebody wrote to a list, who may claim that.
    is_unclaimed = models.BooleanField(default=False, db_default=False, editable=False)
    #: When the account was closed: the row stays, for what they wrote, without name or address.
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: Whether they are led to the first steps: from their first seat on, until these are done.
    is_onboarding = models.BooleanField(default=False, db_default=False, editable=False)
    #: The seat they chose to write for, where they hold several.
    writing_seat = models.ForeignKey(
        "accounts.Seat", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    photo = avatar_field(_("photo"))
    inbox_read_at = models.DateTimeField(default=timezone.now)
    #: The Monday of the latest week whose newsletter they opened.
    newsletter_read_week = models.DateField(null=True, editable=False)
    #: When they last looked at a list, to ``actions.SEEN_INTERVAL``; and when they did so
    #: last in the visit before this one: what is newer is new to them.
    seen_at = models.DateTimeField(default=timezone.now)
    last_visit_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    #: Set by the queries that ask for it.
    is_listed: bool
    confirmed_seats: list[Seat]
    live_signatures: list[Signature]
    objects = UserManager()
    inbox_watches = (
        InboxWatch(
            "id",
            columns="inbox_read_at, email",
            when="OLD.inbox_read_at <> NEW.inbox_read_at OR OLD.email <> NEW.email",
        ),
    )
    rights_watch = RightsWatch(
        (
            "full_name",
            "password",
            "is_active",
            "is_animator",
            "is_superuser",
            "suspended_at",
            "suspended_until",
            "silenced_until",
            "session_salt",
            "writing_seat",
        ),
        person="id",
        on_insert=False,
    )
    rights_moments = ("suspended_until", "silenced_until")

    export_sections = (
        ExportSection(
            "addresses", "user", "email verified primary", model="account.EmailAddress"
        ),
        ExportSection(
            "identities",
            "user",
            "provider uid date_joined last_login",
            model="socialaccount.SocialAccount",
        ),
        ExportSection(
            "second_factors",
            "user",
            "type name=data__name created_at last_used_at",
            model="mfa.Authenticator",
        ),
    )
    not_exported = dict.fromkeys(("groups", "user_permissions"), "not used here")
    privacy_notices = (
        PrivacyNotice(
            _("Votre compte : nom, courriel, mot de passe sous forme illisible"),
            _("Vous reconnaître et vous écrire : contrat"),
            _("Tant que le compte existe"),
            position=1,
        ),
        PrivacyNotice(
            _(
                "Votre photo, si vous en choisissez une : ni le lieu ni l’appareil n’en "
                "sont gardés"
            ),
            _("Être reconnu des autres membres, qui seuls la voient : consentement"),
            _("Jusqu’à ce que vous la retiriez, ou fermiez votre compte"),
            position=1,
        ),
        PrivacyNotice(
            _("Votre double protection, si vous en mettez une : clés et codes, illisibles"),
            _("Empêcher qu’on entre à votre place : contrat"),
            _("Jusqu’à ce que vous la retiriez"),
            position=2,
        ),
        PrivacyNotice(
            _("Une inscription dont l’adresse n’a jamais été confirmée"),
            _("Vous laisser le temps de la confirmer : contrat"),
            _("%(days)d jours, si rien n’en a été fait"),
            position=4,
            retention="unverified_accounts",
        ),
    )
    private_rows = False
    export_labels = {
        "addresses": _("Vos adresses"),
        "identities": _("Identités liées à votre compte"),
        "second_factors": _("Votre double protection"),
        "primary": _("Principale"),
        "provider": _("Fournisseur"),
        "verified": _("Vérifiée"),
        "last_used_at": _("Dernier usage"),
    }

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        indexes = [  # The directory lists people by name, a page at a time.
            models.Index(fields=["folded_name", "id"], name="user_by_name"),
            *(
                models.Index(fields=[it], condition=~models.Q((it, None)), name=f"user_by_{it}")
                for it in ("suspended_until", "silenced_until")
            ),
        ]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_login_an_email")]

    def __str__(self) -> str:
        return gettext(FORMER_NAME) if self.is_former else self.full_name

    @property
    def is_former(self) -> bool:
        """Whether they have no name any more."""
        return self.full_name == FORMER_NAME

    def save(
        self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any
    ) -> None:
        """Set the name as people see it, and the folded one, which the directory searches."""
        self.full_name = as_seen(self.full_name)
        self.folded_name = fold(self.full_name)[:120]
        if update_fields is not None and "full_name" in update_fields:
            update_fields = {*update_fields, "folded_name"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must store to be theirs: Django's hash, and ``session_salt``."""
        key_salt = f"{_SESSION_AUTH_KEY}{self.session_salt}"
        return salted_hmac(
            key_salt, self.password, secret=secret, algorithm="sha256"
        ).hexdigest()

    def get_absolute_url(self) -> str:
        """The member's page."""
        return reverse("member", args=[self.pk])

    @property
    def has_signed(self) -> bool:
        """Whether they have a signature, of whatever version, that is not withdrawn."""
        return self.signatures.live().exists()

    @cached_property
    def latest_signing_request(self) -> SigningRequest | None:
        """What they prepared last for a legal representative to sign, or None."""
        return self.signing_requests.select_related("organisation").first()

    @cached_property
    def is_charter_signed(self) -> bool:
        """Whether they signed the charter, or somebody did for whom they prepared it."""
        asked = self.latest_signing_request
        return self.has_signed or bool(asked and asked.signed_for)

    @property
    def photo_address(self) -> str:
        """The address of their photo, another for each photo; "" where there is none."""
        return avatar_address("photo", self.pk, self.photo)

    @property
    def initials(self) -> str:
        """Two letters for an avatar."""
        words = self.full_name.replace("-", " ").split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class Session(AbstractBaseSession):
    """A session with its person, so that many viewers are read in one query."""

    person = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="sessions"
    )
    objects = BaseSessionManager()  # type: ignore[misc]  # In the stubs a ClassVar.
    rights_watch = RightsWatch(
        ("session_data", "person", "expire_date"), on_insert=False, expires_at="expire_date"
    )

    export_sections = (
        ExportSection(
            "devices",
            "person",
            "agent=device__user_agent started_at=device__started_at"
            " seen_at=device__last_seen_at ends_at=expire_date",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Vos connexions : navigateur, première et dernière visite"),
            _("Vous montrer vos appareils connectés, et vous laisser y mettre fin : contrat"),
            _("Jusqu’à la déconnexion, %(days)d jours au plus"),
            position=3,
            retention="sessions",
        ),
    )
    private_rows = False
    texts_kept_when_closed = "what programs write"
    export_labels = {
        "devices": _("Vos appareils connectés"),
        "agent": _("Navigateur"),
        "seen_at": _("Dernier usage"),
    }

    class Meta(AbstractBaseSession.Meta):
        indexes = [models.Index(fields=["expire_date"], name="session_by_expiry")]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """The session engine of the settings."""
        value: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return value


class Device(models.Model):
    """The device of a session, by which its owner recognises it.

    Not fields of Session, because the session engine overwrites that whole row.
    """

    session = models.OneToOneField(
        Session, models.CASCADE, primary_key=True, related_name="device"
    )
    user_agent = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    private_rows = False
    texts_kept_when_closed = "what programs write"

    def __str__(self) -> str:
        return f"{self.user_agent}, {self.last_seen_at:%Y-%m-%d}"
