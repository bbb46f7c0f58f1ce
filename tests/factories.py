"""The cast and the scenery of the tests: who is who, and where things happen."""

from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db import connection
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery, insert
from accounts.base.text import fold
from accounts.factor_waits.models import FactorWait
from accounts.models import (
    BreakGlassAccess,
    CharterVersion,
    College,
    GroupMembership,
    Organisation,
    Seat,
    Signature,
    User,
    WorkingGroup,
)
from accounts.viewers.viewers import viewer_of_person
from forum.base.search_index.analysis import streams_of
from forum.conversation.files.actions import show_files
from forum.conversation.files.models import StoredFile
from forum.conversation.threads import actions
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import ExperienceSheet
from forum.library.tools.models import Tool, ToolVersion
from forum.members.closing.names.models import NameRemoval
from forum.models import Space, Thread, Topic
from forum.moderation.measures.models import ModerationReason
from forum.moderation.thread_moves import actions as thread_moves
from forum.moderation.thread_moves.consents import author_ids

PROJECTS, AUTHORITIES, SUPPORT = (
    "porteurs-de-projet",
    "collectivites-locales",
    "structures-de-soutien",
)
COLLEGES = {
    PROJECTS: ("Porteurs de projet", "Porteur de projet", "projets"),
    AUTHORITIES: ("Collectivités locales", "Collectivité", "collectivites"),
    SUPPORT: ("Structures de soutien", "Structure de soutien", "soutien"),
}
#: Who is in most tests: a member who asks, one who answers, and an animator.
CLAIRE = ("Claire Le Bihan", AUTHORITIES)
JEANNE = ("Jeanne Brunel", PROJECTS)
LUCIE = ("Lucie Hoarau", SUPPORT)
#: The same words again would be the same post.
_NUMBERS = count(1)
#: What is asked for each person that is made.
_COLLEGE = CompiledQuery[College](lambda slug: College.objects.filter(slug=slug), "slug")
_NEWEST_VERSION = CompiledQuery[CharterVersion](
    lambda: CharterVersion.objects.order_by("-number")[:1]
)


def create_colleges():
    """The three colleges, by slug."""
    _restart_ids(College, WorkingGroup)
    rows = enumerate(COLLEGES.items())
    return {
        slug: insert(College(slug=slug, name=name, member_label=one, colour=colour, order=n))
        for n, (slug, (name, one, colour)) in rows
    }


def _restart_ids(*models):
    """Count the ids of ``models`` on from their last row, as SQLite does after a rollback.

    Rights are made of them: with ids of its own each test would compile its own queries.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in models):
            last = f"COALESCE((SELECT max(id) FROM {table}), 0)"
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT setval({sequence}, {last} + 1, false)")


def create_charter(number=1, **fields):
    """A version of the charter, substantive and binding unless ``fields`` say otherwise."""
    fields = {"adopted_on": date(2026, 6, 16)} | fields
    fields.setdefault("binding_from", timezone.now() - timedelta(days=1))
    return CharterVersion.objects.create(
        number=number,
        name=f"{number}.0",
        text=f"## Charte {number}\n\nSobriété.",
        **fields,
    )


def create_spaces(colleges):
    """Every audience there is, by a short name."""
    group = insert(WorkingGroup(slug="chaufferies", name="Chaufferies partagées"))
    spaces = {
        "public": Space(slug="place-publique", name="Place publique", audience="public"),
        "network": Space(slug="reseau", name="Tout le réseau", audience="network"),
        "group": Space(
            slug="chaufferies", name="Groupe Chaufferies", audience="group", group=group
        ),
    }
    for slug, college in colleges.items():
        spaces[slug] = Space(
            slug=slug, name=f"Entre {college.name}", audience="college", college=college
        )
    for space in spaces.values():
        insert(space)
    return spaces


def create_topics():
    """Two topics."""
    wood = insert(Topic(slug="bois-energie", name="Bois-énergie", order=1))
    return [wood, insert(Topic(slug="eolien", name="Éolien", order=2))]


def moderation_reason():
    """A reason for measures: the charter, breached."""
    return ModerationReason.objects.get_or_create(
        slug="charter", defaults={"name": "Manquement à la charte", "reference": "Charte"}
    )[0]


def create_all():
    """The colleges, the charter, the topics, the spaces and the cast."""
    colleges, charter, topics = create_colleges(), create_charter(), create_topics()
    spaces = create_spaces(colleges)
    return SimpleNamespace(
        colleges=colleges, charter=charter, topics=topics, spaces=spaces,
        people=create_cast(*create_leads()),
    )  # fmt: skip


def create_leads():
    """Claire, Jeanne and Lucie."""
    claire, jeanne = create_person(*CLAIRE), create_person(*JEANNE)
    return claire, jeanne, create_person(*LUCIE, is_animator=True)


def create_cast(claire, jeanne, lucie):
    """One person of each level of access, by role, the three given among them."""
    sylvie = create_person("Sylvie Vidal", SUPPORT)
    grouped = create_person("Gaël Grouard", PROJECTS)
    join_group(grouped)
    former = create_person("Odile Ancienne", AUTHORITIES)
    former.seats.update(ended_at=timezone.now() - timedelta(minutes=1))
    lapsed = create_person("Luc Lapse", AUTHORITIES, signed=False)
    old = create_charter(0, adopted_on=CharterVersion.objects.get().adopted_on)
    sign_charter(lapsed, lapsed.seats.get().organisation, old)
    now = timezone.now()
    return SimpleNamespace(
        guest=None,
        registered=create_person("Rita Inscrite"),
        waiting=create_person("Mina Attente", AUTHORITIES, confirmed=False),
        projects=jeanne,
        authorities=claire,
        support=sylvie,
        group=grouped,
        former=former,
        lapsed=lapsed,
        suspended=create_person("Serge Suspendu", AUTHORITIES, suspended_at=now),
        administrator=create_person("Ada Admin", is_staff=True, is_superuser=True),
        animator=lucie,
    )


def create_person(name, college=None, *, confirmed=True, signed=True, **fields):
    """A person; with ``college``, one who sits in an organisation of theirs in it.

    ``confirmed`` and ``signed`` say how far they have come. Who animates or administers has
    a second factor.
    """
    email = f"{fold(name).replace(' ', '.')}@exemple.fr"
    person = User.objects.create_user(email, name, password="fort-et-long-42", **fields)
    if college:
        create_seat(person, college, confirmed=confirmed, signed=signed)
    if person.is_animator or person.is_superuser:
        add_second_factor(person)
    return person


def add_second_factor(person):
    """Give ``person`` a second factor that is known to be theirs."""
    FactorWait(person=person, opens_at=person.joined_at).save()
    return insert(Authenticator(user=person, type="totp", data={"secret": "none"}))


def create_seat(person, college, *, confirmed=True, signed=True, organisation=None):
    """Give ``person`` a seat in an organisation of ``college``, and maybe a signature."""
    college = _COLLEGE.first(slug=college)
    if organisation is None:
        name = f"Organisation de {person.full_name} {Organisation.objects.count()}"
        organisation = insert(
            Organisation(
                slug=f"org-{uuid4().hex[:8]}",
                name=name,
                folded_name=fold(name),
                college=college,
                department_code="22",
            )
        )
    seat = insert(
        Seat(
            person=person,
            organisation=organisation,
            position="Chargée de mission",
            # Their inbox tells of it as something that they have read.
            confirmed_at=person.inbox_read_at if confirmed else None,
        )
    )
    if signed:
        sign_charter(person, organisation)
    return seat


def sign_charter(person, organisation, version=None):
    """``person`` signs the newest version, or the one given, for ``organisation``."""
    version = version or _NEWEST_VERSION.first()
    return insert(
        Signature(
            version=version,
            person=person,
            organisation=organisation,
            college=organisation.college,
            position="Maire",
            authority="office",
            typed_name=person.full_name,
            sha256=version.sha256,
        )
    )


def join_group(person, group=None):
    """Bring ``person`` into the working group."""
    group = group or WorkingGroup.objects.get(slug="chaufferies")
    return insert(GroupMembership(group=group, person=person))


def break_glass(person, college, *, hours=8, reason="Un message signalé dans cette pièce."):
    """``person`` has the room of ``college`` open, whether or not they may."""
    now = timezone.now()
    return BreakGlassAccess.objects.create(
        person=person,
        college=College.objects.get(slug=college),
        reason=reason,
        opened_at=now,
        closes_at=now + timedelta(hours=hours),
    )


def start_thread(person, space, *, title="Quelle chaufferie pour trois communes ?", **fields):
    """``person`` starts a thread in ``space``: a question about wood unless told otherwise."""
    fields = {
        "kind": "question",
        "text": f"Nous hésitons entre **régie** et société. ({next(_NUMBERS)})",
        "tags": ["bois"],
        "topic": Topic.objects.first(),
        "idempotency_key": uuid4(),
    } | fields
    return actions.start_thread(viewer_of_person(person), space=space, title=title, **fields)


def move_thread(thread, actor, space):
    """Move ``thread`` to ``space`` as an animator does, with the word of all its authors."""
    move = thread_moves.move_thread(thread, actor, space, "Cela servirait à d’autres.")
    for author in User.objects.filter(pk__in=author_ids(thread)).exclude(pk=actor.person_id):
        if move.moved_at is None:
            move = thread_moves.answer_move(move, viewer_of_person(author), True)
    return move


def post_reply(person, thread, text=None, key=None):
    """``person`` replies to ``thread``: something else each time, unless told what."""
    text = text or f"Chez nous, la régie. ({next(_NUMBERS)})"
    return actions.post_reply(thread, viewer_of_person(person), text, key or uuid4())


def create_sheet(person, space, *, title="Une chaufferie au bois pour l’école", **fields):
    """A published sheet of ``person``, which heads a thread of ``space``; None for a draft."""
    words = fields.pop("words", "Une chaudière au bois.")
    about = {"title": title, "work": words, "results": words, "topic": Topic.objects.first()}
    about |= {"author": person, "seat": person.seats.first(), "stems": _stems_of(title, words)}
    if space is None:
        return ExperienceSheet.objects.create(**about | fields)
    thread = fields.pop("thread", None)
    if thread is None:
        thread = start_thread(person, space, title=title, text=words, kind="experience")
    Thread.objects.filter(pk=thread.pk).update(has_sheet=True)
    about |= {"thread": thread, "published_at": timezone.now()}
    sheet = ExperienceSheet.objects.create(**about | fields)
    SheetFigure.objects.create(sheet=sheet, kind="power", typed="300 kW", amount=300)
    return sheet


def _stems_of(*texts):
    return f" {streams_of('. '.join(texts)).folded_stems} "


def create_name_passage(post, person):
    """The text of ``post`` as one that has the name of ``person``, who left, and waits."""
    phrases = [["name", person.full_name]]
    removal = NameRemoval.objects.create(person=person, phrases=phrases)
    return removal.passages.create(model="forum.Post", row_id=post.pk, field="text")


def create_tool(post, title="Cahier des charges", topic=None, tool=None, **fields):
    """A document of ``post``, without an object, as a version of a new tool, or of ``tool``."""
    about = {"size": 1, "is_image": False, "state": "ready", "name": f"{title}.pdf"}
    about |= {"key": uuid4().hex, "content": "aa/a", "media_type": "application/pdf"}
    file = StoredFile.objects.create(
        post=post, owner=post.author, tool=tool or Tool.objects.create(), **about
    )
    show_files(post)
    values = {"type": "guide", "licence": "cc0-1.0", "used_for": "À essayer."} | fields
    values |= {"title": title, "stems": f" {streams_of(title).folded_stems} "}
    return ToolVersion.objects.create(file=file, topic=topic or post.thread.topic, **values)
