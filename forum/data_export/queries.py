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
    BreakGlassAccess,
    CharterDraft,
    EmailDomain,
    GroupEntry,
    GroupMembership,
    Invitation,
    Profile,
    Seat,
    Session,
    Signature,
    Sponsorship,
    VersionRefusal,
    WorkingGroup,
)
from forum import visibility
from forum.models import Expertise, Follow, Post, Thread

#: As their group knows them: an address that was invited tells nobody whose it is.
_INVITED_NAME = Case(
    When(address="", then=F("person__full_name")),
    default=F("address"),
    output_field=CharField(),
)
_USER_FIELDS = "email joined_at last_login is_animator is_staff suspended_at inbox_read_at"


class ExportSection(NamedTuple):
    """The rows of ``model`` whose ``key`` is the person, under ``name``.

    ``fields`` are fields and paths, parted by spaces; of a path the first word names it,
    unless it says otherwise: ``agent=device__user_agent``. ``annotations`` are expressions among them.
    """

    name: str
    model: type[Model]
    key: str
    fields: str
    annotations: dict = {}

    def rows_of(self, person):
        """Those of ``person``, the oldest first, as dictionaries."""
        pairs = [column.rpartition("=") for column in self.fields.split()]
        paths = [path for _name, _equals, path in pairs]
        names = [name or path.partition("__")[0] for name, _equals, path in pairs]
        rows = self.model.objects.filter(**{self.key: person}).order_by("pk")
        rows = rows.annotate(**self.annotations).values_list(*paths)
        return [dict(zip(names, row, strict=True)) for row in rows]


EXPORT_SECTIONS = [
    ExportSection("addresses", EmailAddress, "user", "email verified primary"),
    ExportSection("identities", SocialAccount, "user", "provider uid date_joined last_login"),
    ExportSection("second_factors", Authenticator, "user",
         "type name=data__name created_at last_used_at"),
    ExportSection("devices", Session, "person", "agent=device__user_agent started_at=device__started_at"
         " seen_at=device__last_seen_at ends_at=expire_date"),
    ExportSection("card", Profile, "person",
         "is_listed presentation shows_email telephone shows_telephone"),
    ExportSection("expertise", Expertise, "person", "topic__name"),
    ExportSection("seats", Seat, "person", "organisation__name position started_at confirmed_at"
         " confirmed_way=confirmation_method is_contact refused_at refusal ended_at handed_over_at"),
    ExportSection("signatures", Signature, "person", "charter=version__name sha256 organisation__name"
         " college__name position authority reference=authority_detail act_date"
         " document_sha256 typed_name signed_at withdrawn_at"),
    ExportSection("refusals", VersionRefusal, "person", "charter=version__name refused_at"),
    ExportSection("sponsorships", Sponsorship, "sponsor", "organisation__name through=sponsor_organisation__name given_at"),
    ExportSection("invitations_sent", Invitation, "invited_by",
         "organisation__name email invited_at expires_at used_at withdrawn_at"),
    ExportSection("domains_declared", EmailDomain, "declared_by",
         "organisation__name domain declared_at verified_at refused_at refusal"),
    ExportSection("groups", GroupMembership, "person", "group__name joined_at"),
    ExportSection("groups_founded", WorkingGroup, "created_by", "name purpose created_at"),
    ExportSection("groups_answered_for", WorkingGroup, "contact", "name"),
    ExportSection("group_entries", GroupEntry, "person",
         "group__name kind words created_at expires_at decided_at outcome reason"),
    ExportSection("group_entries_begun", GroupEntry, "by",
         "group__name kind invited created_at outcome", {"invited": _INVITED_NAME}),
    ExportSection("rooms_opened", BreakGlassAccess, "person",
         "college__name reason opened_at closes_at closed_at"),
    ExportSection("drafts_written", CharterDraft, "written_by", "name written_at"),
    ExportSection("drafts_published", CharterDraft, "published_by", "name published__published_at"),
]  # fmt: skip


def personal_data(person, viewer):
    """All of it, for JSON.

    A title that ``viewer``, who is the person, may not read is None.
    """
    taken = {"name": person.full_name}
    taken |= {name: getattr(person, name) for name in _USER_FIELDS.split()}
    taken |= {section.name: section.rows_of(person) for section in EXPORT_SECTIONS}
    return taken | {"follows": _follows(person, viewer), "posts": _posts(viewer)}


def own_posts(viewer):
    """One's own posts, the newest first."""
    own = Post.objects.visible_to(viewer, visibility.own_posts).select_related("thread")
    return own.order_by("-created_at", "-pk")


def with_visible_titles(viewer, rows):
    """Each of ``rows`` with its thread's title: None where that is not the viewer's to see."""
    rows = list(rows)
    seen = Thread.objects.visible_to(viewer).filter(pk__in={row.thread_id for row in rows})
    shown = set(seen.values_list("pk", flat=True))
    return [(row, row.thread.title if row.thread_id in shown else None) for row in rows]


def _follows(person, viewer):
    follows = Follow.objects.filter(person=person).select_related("thread").order_by("pk")
    return [
        {
            "thread": title,
            "followed_at": one.followed_at,
            "last_read_number": one.last_read_number,
        }
        for one, title in with_visible_titles(viewer, follows)
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
        for post, title in with_visible_titles(viewer, posts)
    ]  # fmt: skip
