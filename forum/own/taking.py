"""All that the database holds about a person, for them to take along.

Each part is the rows that one key to a person leads to; a test finds the keys that are in no
part. Secrets stay here: what proves a person is of use to nobody else.
"""

from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Case, CharField, F, Model, When

from accounts.models import (
    Card,
    CharterDraft,
    EmailDomain,
    GroupEntry,
    GroupMembership,
    Invitation,
    Opening,
    Refusal,
    Seat,
    Session,
    Signature,
    Sponsorship,
    WorkingGroup,
)
from forum import visibility
from forum.models import Follow, Post, Testimony, Thread

#: As their group knows them: an address that was invited tells nobody whose it is.
_INVITED = Case(
    When(address="", then=F("person__full_name")),
    default=F("address"),
    output_field=CharField(),
)
_SELF = "email joined_at last_login is_animator is_staff suspended_at inbox_read_at"


class Part(NamedTuple):
    """The rows of ``model`` whose ``key`` is the person, under ``name``.

    ``columns`` are fields and paths, parted by spaces; of a path the first word names it,
    unless it says otherwise: ``agent=device__agent``. ``also`` are expressions among them.
    """

    name: str
    model: type[Model]
    key: str
    columns: str
    also: dict = {}

    def of(self, person):
        """Those of ``person``, the oldest first, as dictionaries."""
        said = [column.rpartition("=") for column in self.columns.split()]
        paths = [path for _name, _equals, path in said]
        names = [name or path.partition("__")[0] for name, _equals, path in said]
        rows = self.model.objects.filter(**{self.key: person}).order_by("pk")
        rows = rows.annotate(**self.also).values_list(*paths)
        return [dict(zip(names, row, strict=True)) for row in rows]


PARTS = [
    Part("addresses", EmailAddress, "user", "email verified primary"),
    Part("identities", SocialAccount, "user", "provider uid date_joined last_login"),
    Part("second_factors", Authenticator, "user",
         "type name=data__name created_at last_used_at"),
    Part("devices", Session, "person", "agent=device__agent started_at=device__started_at"
         " seen_at=device__seen_at ends_at=expire_date"),
    Part("card", Card, "person",
         "is_listed presentation shows_email telephone shows_telephone"),
    Part("testimonies", Testimony, "person", "topic__name"),
    Part("seats", Seat, "person", "organisation__name position started_at confirmed_at"
         " confirmed_way is_contact refused_at refusal ended_at handed_over_at"),
    Part("signatures", Signature, "person", "charter=version__name sha256 organisation__name"
         " college__name position authority reference=authority_detail act_date"
         " document_sha256 typed_name signed_at withdrawn_at"),
    Part("refusals", Refusal, "person", "charter=version__name refused_at"),
    Part("sponsorships", Sponsorship, "sponsor", "organisation__name through__name given_at"),
    Part("invitations_sent", Invitation, "invited_by",
         "organisation__name email invited_at expires_at used_at withdrawn_at"),
    Part("domains_declared", EmailDomain, "declared_by",
         "organisation__name domain declared_at verified_at refused_at refusal"),
    Part("groups", GroupMembership, "person", "group__name joined_at"),
    Part("groups_founded", WorkingGroup, "created_by", "name purpose created_at"),
    Part("groups_answered_for", WorkingGroup, "contact", "name"),
    Part("group_entries", GroupEntry, "person",
         "group__name kind words created_at expires_at decided_at outcome reason"),
    Part("group_entries_begun", GroupEntry, "by",
         "group__name kind invited created_at outcome", {"invited": _INVITED}),
    Part("rooms_opened", Opening, "person",
         "college__name reason opened_at closes_at closed_at"),
    Part("drafts_written", CharterDraft, "written_by", "name written_at"),
    Part("drafts_published", CharterDraft, "published_by", "name published__published_at"),
]  # fmt: skip


def everything(person, viewer):
    """All of it, for JSON.

    A title that ``viewer``, who is the person, may not read is None.
    """
    taken = {"name": person.full_name}
    taken |= {name: getattr(person, name) for name in _SELF.split()}
    taken |= {part.name: part.of(person) for part in PARTS}
    return taken | {"follows": _follows(person, viewer), "posts": _posts(viewer)}


def own_posts(viewer):
    """One's own posts, the newest first."""
    own = Post.objects.visible_to(viewer, visibility.own).select_related("thread")
    return own.order_by("-created_at", "-pk")


def titled(viewer, rows):
    """Each of ``rows`` with its thread's title: None where that is not the viewer's to see."""
    rows = list(rows)
    seen = Thread.objects.visible_to(viewer).filter(pk__in={row.thread_id for row in rows})
    shown = set(seen.values_list("pk", flat=True))
    return [(row, row.thread.title if row.thread_id in shown else None) for row in rows]


def _follows(person, viewer):
    follows = Follow.objects.filter(person=person).select_related("thread").order_by("pk")
    return [
        {"thread": title, "followed_at": one.followed_at, "read_number": one.read_number}
        for one, title in titled(viewer, follows)
    ]


def _posts(viewer):
    posts = own_posts(viewer).select_related("seat__organisation")
    return [
        {
            "thread": title, "number": post.number, "text": post.text,
            "organisation": post.seat and post.seat.organisation.name,
            "created_at": post.created_at, "edited_at": post.edited_at,
            "hidden_at": post.hidden_at, "hiding_reason": post.hiding_reason,
        }
        for post, title in titled(viewer, posts)
    ]  # fmt: skip
