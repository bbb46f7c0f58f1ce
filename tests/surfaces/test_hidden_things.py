"""Every form, sent by every role: what is hidden answers as what does not exist."""

import re
from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace
from urllib.parse import quote, unquote
from uuid import UUID, uuid4

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from django_ox.models import OxTask

from accounts.charter.drafts.actions import save_draft
from accounts.charter.signing_requests.models import SigningRequest
from accounts.factor_waits.models import FactorWait
from accounts.models import (
    BreakGlassAccess,
    EmailDomain,
    GroupEntry,
    Organisation,
    Signature,
    WorkingGroup,
)
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.base.search_index.models import SynonymGroup
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.files.models import StoredFile
from forum.conversation.files.partial_uploads.models import PartialUpload
from forum.conversation.polls.models import Poll
from forum.conversation.threads.held_edits.models import HeldEdit
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.thread_templates.models import ThreadTemplate
from forum.library.newsletter.models import NewsletterIssue
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.public_versions.actions import propose_public_version
from forum.library.sheets.public_versions.snapshot import Proposal
from forum.library.sheets.reviews.calls.actions import open_call
from forum.library.sheets.reviews.models import SheetReview
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Tag
from forum.moderation.appeals.models import Appeal
from forum.moderation.measures.models import Measure
from forum.moderation.thread_moves.models import ThreadMove
from forum.moderation.visibility_audit.models import VisibilityAudit
from tests.factories import (
    SUPPORT,
    add_second_factor,
    create_name_passage,
    create_person,
    create_sheet,
    moderation_reason,
    start_thread,
)
from tests.forum.conversation.round_helpers import create_round
from tests.forum.mail.mail_archives.helpers import import_mails, mail
from tests.forum.moderation.report_helpers import reported
from tests.surfaces.roles import body, for_each_role
from tests.surfaces.tables import (
    ACCOUNT,
    ALL,
    ANIMATE,
    DRAFT,
    MEMBERS,
    NAMED_IN_FIELDS,
    READERS,
    THINGS,
    WRITER,
)

MISSING = {"pk": 9_999_999, "slug": "rien", "name": "8.8", "token": "1-1.rien",
           "topic": "rien", "file_id": UUID(int=7), "upload_key": UUID(int=7)}  # fmt: skip


def test_every_address_with_an_argument_says_what_it_names():
    named = {
        name
        for name, patterns in get_resolver().reverse_dict.lists()
        if isinstance(name, str)
        and not ACCOUNT.match(name)
        and any(parameters for pattern in patterns for _route, parameters in pattern[0])
    }
    assert {name for names in THINGS.values() for name in names} == named


@pytest.fixture
def asked_before():
    """Addresses and methods, with what a first role was answered there of what is missing."""
    return {}


@pytest.mark.deep
@for_each_role
def test_what_is_hidden_answers_every_form_as_what_is_missing(
    role, scene, client_of, asked_before
):
    """Each role at every address of each kind of thing; where several are hidden, in turn.

    What is missing is asked for again where a role's 404 is not the one it knows, or where
    another was answered otherwise: a 404 says the same at every address.
    """
    client, told, nothing = client_of(role), [], set()
    for thing, hidden in hidden_by_kind(scene, role).items():
        for place, asked in enumerate(product(THINGS[thing], ("get", "post"))):
            if asked_before.get((thing, asked)) == 405:  # Before anything was looked up.
                continue
            arguments = in_turn(hidden, role, place)
            answer = answer_of(client, *asked, arguments)
            if answer in nothing and asked_before.get((thing, asked)) == 404:
                continue
            missing = answer_of(client, *asked, {key: MISSING[key] for key in arguments})
            asked_before.setdefault((thing, asked), missing[0])
            if missing[0] == 404:
                nothing.add(missing)
            if answer != missing:
                told.append((thing, *asked, answer[0], missing[0]))
    assert told == []


@pytest.mark.deep
@for_each_role
def test_what_a_field_names_and_is_hidden_answers_as_what_is_missing(role, scene, client_of):
    client, told, hidden = client_of(role), [], hidden_by_kind(scene, role)
    for place, (name, field, thing) in enumerate(NAMED_IN_FIELDS):
        if thing in hidden:
            (key, value), *_more = in_turn(hidden[thing], role, place).items()
            missing = answer_to(client, name, field, MISSING[key])
            if answer_to(client, name, field, value) != missing:
                told.append((name, field, value))
    assert told == []


def hidden_by_kind(scene, role):
    """The arguments of the addresses of what ``role`` does not know of, by what it is."""
    kinds = {}
    for thing, arguments, knowing in hidden_things(scene, role):
        if role not in knowing:
            kinds.setdefault(thing, []).append(arguments)
    return kinds


def in_turn(hidden, role, place):
    """One of ``hidden``, another at the next place and for the next role."""
    return hidden[(place + sorted(ALL).index(role)) % len(hidden)]


def answer_to(client, name, field, value):
    """What is answered to a form that names ``value`` in ``field``, without what was sent."""
    answer = client.post(reverse(name), FORM | {field: value})
    return answer.status_code, re.sub(rf'name="{field}"[^>]*', "", text_of(answer))


@pytest.mark.deep
@for_each_role
def test_the_charter_proposes_no_organisation_that_one_does_not_know_of(role, scene, client_of):
    client, towns = client_of(role), SimpleNamespace(**hidden_organisations())
    asked = reverse("sign-charter", query={"organisation": towns.candidate.slug})

    pages = [client.get(address).text for address in (reverse("charter"), asked)]

    if role not in KNOWING_CANDIDATES:
        assert not any(towns.candidate.name in page for page in pages)
    if role not in ANIMATE:
        assert not any(towns.withdrawn.name in page for page in pages)


#: A form that would be accepted, were the thing that it names there.
FORM = {"title": "Un titre assez long", "text": "Un texte.", "kind": "question",
        "topic": "bois-energie", "space": "place-publique", "organisation": "Rien de connu",
        "asked": "rien de connu", "idempotency_key": uuid4()}  # fmt: skip
#: Who may sponsor, or animates: those who know of an organisation that looks for sponsors.
KNOWING_CANDIDATES = MEMBERS


def hidden_things(scene, role):
    """(what it is, the arguments of its addresses, the roles that know of it), one by one."""
    scene.spaces["public"].holds_first_posts = True
    scene.spaces["public"].save()
    held = start_thread(scene.people.waiting, scene.spaces["public"])
    name = "group" if role in READERS["enclosed"] else "enclosed"
    thread, readers = scene.canaries.threads[name], READERS[name]
    yield "thread", {"pk": thread.pk}, readers
    yield "thread-page", {"pk": thread.pk, "slug": "rien"}, readers
    yield "post", {"pk": thread.posts.get(number=2).pk}, readers
    yield "post", {"pk": held.posts.get().pk}, ANIMATE | {"waiting"}
    yield "file", file_of(thread.posts.get(number=2)), readers
    yield "file", file_of(held.posts.get()), ANIMATE | {"waiting"}
    yield "file", file_of(None, scene.people.waiting), {"waiting"}
    about = {"key": uuid4(), "name": "a.pdf", "size": 9}
    upload = PartialUpload.objects.create(owner=scene.people.waiting, **about)
    yield "partial upload", {"upload_key": upload.key}, {"waiting"}
    tool = scene.canaries.tools[name].file
    yield "document", {"file_id": tool.pk}, readers
    yield "document", {"file_id": file_of(held.posts.get())["file_id"]}, set()
    yield "tool", {"pk": tool.tool_id}, readers
    yield "tool-page", {"pk": tool.tool_id, "slug": "rien"}, readers
    yield from hidden_sheets(scene, name, readers)
    yield "thread", {"pk": held.pk}, set()
    yield "thread-page", {"pk": held.pk, "slug": "rien"}, set()
    places = {"from_space": thread.space, "space": scene.spaces["public"]}
    move = ThreadMove.objects.create(
        thread=thread, title=thread.title, proposed_by=scene.people.animator, **places
    )
    yield "move", {"pk": move.pk}, readers
    post = thread.posts.get(number=2)
    kept = Revision.objects.create(
        thread=thread, post=post, text="Avant.", author=post.author, edited_by=post.author
    )
    yield "revision", {"pk": kept.pk}, readers
    kept = Bookmark.objects.create(post=post, person=scene.people.support)
    yield "bookmark", {"pk": kept.pk}, {"support"}
    about = {"author": post.author, "text": "Après.", "held_for": "newcomer"}
    waiting = HeldEdit.objects.create(post=post, part="text", **about)
    yield "held edit", {"pk": waiting.pk}, (ANIMATE | {WRITER[name]}) & readers
    passage = create_name_passage(post, scene.people.archivist)
    yield "name removal", {"pk": passage.removal_id}, ANIMATE & readers
    yield "name passage", {"pk": passage.pk}, ANIMATE & readers
    link = ThreadLink.objects.create(
        thread=held, linked=thread, kind="see_also", made_by=post.author
    )
    yield "thread link", {"pk": link.pk}, set()
    public = start_thread(scene.people.authorities, scene.spaces["public"])
    link = ThreadLink.objects.create(
        thread=public, linked=thread, kind="see_also", made_by=post.author
    )
    yield "thread link", {"pk": link.pk}, readers
    for poll in Poll.objects.filter(thread=thread):
        yield "poll", {"pk": poll.pk}, readers
    about = {"question": "Quand ?", "choices": "Tôt\nTard", "author": post.author}
    gone = Poll.objects.create(thread=public, removed_at=timezone.now(), **about)
    yield "poll", {"pk": gone.pk}, set()
    yield "removed poll", {"pk": gone.pk}, set()
    about |= {"removed_at": timezone.now(), "is_restorable": True}
    removed = Poll.objects.create(thread=thread, **about)
    yield "removed poll", {"pk": removed.pk}, ANIMATE & readers
    it = ConsentRound.objects.get(thread=thread)
    yield "round", {"pk": it.pk}, readers
    gone = create_round(public, removed_at=timezone.now())
    yield "round", {"pk": gone.pk}, set()
    yield "removed round", {"pk": gone.pk}, set()
    removed = create_round(thread, removed_at=timezone.now(), is_restorable=True)
    yield "removed round", {"pk": removed.pk}, ANIMATE & readers
    yield "meeting", {"pk": thread.meetings.get().pk}, readers
    about = {"person": scene.people.support, "asked_by": post.author}
    put = ThreadAddressee.objects.create(thread=thread, **about)
    yield "received question", {"pk": put.pk}, {"support"} & readers
    put = ThreadAddressee.objects.create(thread=public, **about)
    yield "received question", {"pk": put.pk}, {"support"}
    yield "tag", {"slug": Tag.objects.get(name=scene.canaries.words[name]).slug}, readers
    yield "space", {"slug": scene.spaces[name].slug}, readers
    group = WorkingGroup.objects.get(slug="chaufferies")
    yield "group", {"slug": group.slug}, READERS["group"] | {"invited", "asking"}
    for entry in GroupEntry.objects.all():
        yield "entry", {"pk": entry.pk}, {"group", "invited", "asking"}
    opening = BreakGlassAccess.objects.get(person=scene.people.opener)
    yield "opening", {"pk": opening.pk}, ANIMATE
    yield "member", {"pk": scene.people.group.pk}, MEMBERS
    measure = Measure.objects.create(
        kind="warn", person=scene.people.group, reason=moderation_reason(), facts="Des faits."
    )
    yield "measure", {"pk": measure.pk}, ANIMATE | {"group"}
    appeal = Appeal.objects.create(measure=measure, made_by=measure.person, text="Non.")
    yield "appeal", {"pk": appeal.pk}, ANIMATE
    new = scene.people.support
    add_second_factor(new)
    FactorWait.objects.filter(person=new).update(opens_at=timezone.now() + timedelta(1))
    yield "first factor", {"pk": new.pk}, ANIMATE
    draft = save_draft(scene.people.animator, **DRAFT)
    yield "draft", {"pk": draft.pk}, ANIMATE
    yield "version", {"name": draft.name}, set()
    dead = OxTask.objects.create(
        task_path="forum.conversation.inbox.tasks.delete_old_changes",
        status=OxTask.Status.FAILED,
        enqueued_at=timezone.now(), backend_name="default",
    )  # fmt: skip
    yield "task", {"pk": dead.pk}, ANIMATE
    audit = VisibilityAudit.objects.create(started_at=timezone.now(), request_count=1)
    yield "audit", {"pk": audit.pk}, ANIMATE
    came = {"person": scene.people.animator, "raw": b"From: a@example.org"}
    kept = QuarantinedMail.objects.create(thread=thread, digest="1", **came)
    yield "quarantined mail", {"pk": kept.pk}, ANIMATE & readers
    got = ReceivedMail.objects.create(
        post=thread.posts.get(number=2), message_id="<1@a>", outcome="published", **came
    )
    yield "received mail", {"pk": got.pk}, {"animator"} & readers
    synonyms = SynonymGroup.objects.create(terms="vélobus, rosalie")
    yield "synonyms", {"pk": synonyms.pk}, ANIMATE
    template = ThreadTemplate.objects.create(slug="essai", name="Essai", kind="question")
    yield "template", {"slug": template.slug}, ANIMATE
    topic = {"topic": thread.topic.slug}
    yield "topic guide", {"slug": template.slug} | topic, ANIMATE
    issue = NewsletterIssue.objects.create(week=date(2019, 1, 7))
    yield "newsletter issue", {"slug": issue.slug}, ANIMATE
    archive = import_mails(scene.spaces["network"], mail(1))
    yield "archive", {"pk": archive.pk}, ANIMATE
    yield "archived thread", {"pk": archive.threads.get().pk}, ANIMATE
    yield "report", {"pk": reported(GUEST, "/charte/").pk}, ANIMATE
    asked = SigningRequest.objects.create(
        preparer=scene.people.registered, organisation_name="Saint-Éloi",
        college=scene.people.animator.seats.get().organisation.college,
        full_name="Édith Maréchal", email="e@exemple.fr", expires_at=timezone.now(),
    )  # fmt: skip
    yield "signing request", {"pk": asked.pk}, {"registered"}
    yield "link", {"token": asked.get_absolute_url().split("/")[-2]}, set()
    towns = hidden_organisations()
    for town, knowing in [
        (towns["candidate"], KNOWING_CANDIDATES), (towns["withdrawn"], ANIMATE)
    ]:  # fmt: skip
        declared = EmailDomain.objects.create(organisation=town, domain=f"{town.slug}.example")
        yield "organisation", {"slug": town.slug}, knowing
        yield "seat", {"pk": town.seats.get().pk}, ANIMATE
        yield "signature", {"pk": Signature.objects.get(organisation=town).pk}, ANIMATE
        yield "domain", {"pk": declared.pk}, ANIMATE
    assert KNOWING_CANDIDATES < ALL


def hidden_sheets(scene, name, readers):
    """A published sheet of a space, a draft, and who is invited to and asked about that."""
    writer, invited = scene.people.authorities, scene.people.archivist
    sheet = create_sheet(getattr(scene.people, WRITER[name]), scene.spaces[name])
    draft = create_sheet(writer, None)
    yield "sheet", {"pk": sheet.thread_id}, readers
    yield "sheet-page", {"pk": sheet.thread_id, "slug": "rien"}, readers
    yield "own sheet", {"pk": sheet.pk}, {WRITER[name]}
    yield "proposed sheet", {"pk": sheet.thread_id}, readers
    version = propose_public_version(
        sheet.thread_id, viewer_of_person(sheet.author), Proposal("En bref.", "etalab-2.0")
    )
    knowing = {WRITER[name]} | (ANIMATE & readers)
    yield "sheet version", {"pk": version.pk}, knowing
    version.consents.update(answer="yes")
    yield "agreed version", {"pk": version.pk}, {WRITER[name]}
    yield "public sheet", {"pk": sheet.pk}, set()
    yield "public sheet-page", {"pk": sheet.pk, "slug": "rien"}, set()
    yield "sheet draft", {"pk": draft.pk}, {"authorities", "support"}
    yield "own sheet", {"pk": draft.pk}, {"authorities"}
    row = SheetAuthor.objects.create(sheet=draft, person=invited, invited_by=writer)
    yield "sheet author", {"pk": row.pk}, {"authorities", "archivist", "support"}
    review = {"sheet": draft, "reviewer": scene.people.support, "asked_by": writer}
    row = SheetReview.objects.create(**review)
    yield "sheet review", {"pk": row.pk}, {"support"}
    yield "file", file_of(None, writer, sheet=draft), {"authorities", "support"}
    call = open_call(create_sheet(writer, None), viewer_of_person(writer))
    yield "review call", {"pk": call.pk}, MEMBERS


def file_of(post, owner=None, **more):
    """What the address of a file names, of this post or of none."""
    about = {"size": 1, "is_image": False, "state": "ready", "name": "a.pdf"} | more
    about |= {"key": uuid4().hex, "owner": owner or post.author}
    row = StoredFile.objects.create(post=post, content="aa/a", **about)
    return {"file_id": row.pk, "name": "a.pdf"}


def hidden_organisations():
    """Two that were never admitted: one looks for sponsors, of one all signatures are gone."""
    towns = {}
    for name in ("candidate", "withdrawn"):
        person = create_person(f"Habitante {name}", SUPPORT, confirmed=False)
        towns[name] = person.seats.get().organisation
        Organisation.objects.filter(pk=towns[name].pk).update(
            admitted_at=None, needs_sponsors=True
        )
    gone = Signature.objects.filter(organisation=towns["withdrawn"])
    gone.update(withdrawn_at=towns["withdrawn"].created_at)
    return towns


def answer_of(client, name, method, arguments):
    """What is answered there: status, destination and text, without the arguments."""
    address = reverse(name, kwargs=arguments)
    answer = getattr(client, method)(address)
    leads_to, text = unquote(answer.headers.get("Location", "")), text_of(answer)
    for value in arguments.values():
        leads_to = leads_to.replace(f"/{value}/", "/…/")
    for repeated in (address, quote(address, safe="")):
        text = text.replace(repeated, "…")
    return answer.status_code, leads_to, text


def text_of(answer):
    """The text of ``answer``, without the keys of its forms."""
    return re.sub(r'value="[0-9a-f-]{36}"', "", body(answer))
