"""Whose session has ended signs in and comes to a page, with what was typed given back."""

import re
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.base.resume_form import saved_fields
from accounts.charter.drafts.actions import save_draft
from accounts.charter.signing_requests.models import SigningRequest
from accounts.models import EmailDomain, Territory, WorkingGroup
from accounts.organisations.actions import end_seat
from accounts.users.devices import signed_in_devices
from accounts.users.known_browsers import note_sign_in
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.files.models import StoredFile
from forum.conversation.polls.models import Poll
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.summaries.models import Summary
from forum.conversation.threads.thread_templates.models import ThreadTemplate
from forum.finding.tags.merges.actions import merge_tags
from forum.library.newsletter.models import NewsletterIssue
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.public_versions.actions import propose_public_version
from forum.library.sheets.public_versions.snapshot import Proposal
from forum.library.sheets.reviews.calls.actions import open_call
from forum.library.sheets.reviews.models import SheetReview
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Tag
from forum.moderation.appeals.models import Appeal
from forum.moderation.measures.models import Measure
from forum.site.reference_data import territories
from tests.factories import (
    AUTHORITIES,
    break_glass,
    create_name_passage,
    create_seat,
    create_sheet,
    join_group,
    moderation_reason,
    post_reply,
    start_thread,
)
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.conversation.round_helpers import create_round
from tests.forum.mail.mail_archives.helpers import import_mails, mail
from tests.forum.moderation.report_helpers import reported
from tests.surfaces.tables import DRAFT

KEPT = "Votre texte est gardé"


@pytest.fixture
def aline(make_person, spaces):
    """Someone who may do everything: an animator, a contact, of a group."""
    aline = make_person("Aline Partout", AUTHORITIES, is_animator=True)
    EmailAddress.objects.create(user=aline, email=aline.email, verified=True, primary=True)
    aline.seats.update(is_contact=True)
    group = WorkingGroup.objects.get(slug="chaufferies")
    join_group(aline, group)
    WorkingGroup.objects.update(contact=aline)
    return aline


@pytest.fixture
def arguments(aline, jeanne, spaces, topics):
    """``{beginning of an address: what stands in it}``: something that is there, for each."""
    client, thread = Client(), start_thread(aline, spaces["public"])
    client.force_login(aline)
    (place,) = signed_in_devices(aline, "")
    post, town = post_reply(aline, thread), aline.seats.get().organisation
    left = create_seat(jeanne, AUTHORITIES, organisation=town)
    end_seat(left, aline)
    group = WorkingGroup.objects.get(slug="chaufferies")
    other = WorkingGroup.objects.create(slug="autre", name="Un autre")
    domain = EmailDomain.objects.create(organisation=town, domain="mairie.example")
    later = timezone.now() + timedelta(days=1)
    sent = town.invitations.create(email=aline.email, expires_at=later)
    asked = SigningRequest.objects.create(
        preparer=aline, organisation_name="Saint-Éloi", college=town.college,
        full_name="Édith Maréchal", email="e@exemple.fr", expires_at=later,
    )  # fmt: skip
    measure = Measure.objects.create(
        kind="warn", person=aline, reason=moderation_reason(), facts="Des faits."
    )
    appeal = Appeal.objects.create(measure=measure, made_by=aline, text="Non.")
    passage = create_name_passage(post, jeanne)
    archive = import_mails(spaces["network"], mail(1))
    return {
        "brouillons/": uuid4(),
        "animation/archives/fils/": archive.threads.get().pk,
        "animation/archives/": archive.pk,
        "animation/recours/": appeal.pk,
        "animation/admission/": town.slug,
        "animation/charte/": save_draft(aline, **DRAFT).pk,
        "animation/modeles/": template_slug(),
        "animation/semaine/": (issue := newsletter_issue()),
        "semaine/": issue,
        "animation/noms/passages/": passage.pk,
        "animation/noms/": passage.removal_id,
        "animation/ouvertures/": break_glass(aline, "porteurs-de-projet").pk,
        "animation/signalements/": reported(viewer_of_person(jeanne), "/charte/").pk,
        **sheets_of(aline, jeanne, spaces["public"]),
        "ce-que-je-garde/": Bookmark.objects.create(person=aline, post=post).pk,
        "charte/contresigner/": town.slug,
        "charte/demandes/": asked.pk,
        "charte/invitation/": sent.key,
        "charte/signatures/": aline.signatures.get().pk,
        "charte/": "1.0",
        "compte/appareils/": place.number,
        "compte/courriels/": received_mail(aline, post).pk,
        "compte/": 1,
        "domaines/": domain.pk,
        "espaces/": "place-publique",
        "fichiers/envois/": uuid4(),
        "fichiers/": file_of(post),
        "fils/": thread.pk,
        "liens/": link_of(thread, other_thread(thread)),
        "groupes/demandes/": group.entries.create(person=jeanne, type="request").pk,
        "groupes/invitations/": other.entries.create(person=aline, type="invitation").pk,
        "groupes/": group.slug,
        "membres/": jeanne.pk,
        "messages/": post.pk,
        "moderation/mesures/": measure.pk,
        "mots-cles/": merged_tag(aline),
        "mots/": "bois",
        "organisations/": town.slug,
        "parrainages/": town.slug,
        "questions-recues/": question_of(thread, aline),
        "rencontres/": create_meeting(thread).pk,
        "sieges/": left.pk,
        "sondages/supprimes/": removed_poll_of(thread, jeanne),
        "sondages/": poll_of(thread),
        "sujets/": topics[0].slug,
        "tours/supprimes/": removed_round_of(thread, jeanne),
        "tours/": create_round(thread).pk,
        "versions/": former_version(post),
        "territoires/": Territory.objects.create(slug="rohan", name="Rohan", type="pays").slug,
    }


def question_of(thread, person):
    """``thread``, as it was put to ``person``."""
    return ThreadAddressee.objects.create(thread=thread, person=person, asked_by=person).pk


def newsletter_issue():
    """The address of an issue of the newsletter."""
    return NewsletterIssue.objects.create(week=date(2019, 1, 7)).slug


def template_slug():
    """A template of threads."""
    return ThreadTemplate.objects.create(slug="essai", name="Essai", kind="question").slug


def sheets_of(aline, jeanne, space):
    """A draft, a published sheet by its thread, an invitation and a review, all of Aline's."""
    draft, sheet = create_sheet(aline, None), create_sheet(aline, space)
    other, called = create_sheet(jeanne, None), create_sheet(jeanne, None)
    about = {"sheet": other, "asked_by": jeanne, "reviewer": aline}
    invited = SheetAuthor.objects.create(sheet=other, person=aline, invited_by=jeanne)
    version = propose_public_version(
        sheet.thread_id, viewer_of_person(aline), Proposal("En bref.", "etalab-2.0")
    )
    version.consents.update(answer="yes")
    return {
        "experiences/brouillons/": draft.pk,
        "experiences/auteurs/retirer/": invited.pk,
        "experiences/auteurs/": draft.pk,
        "experiences/invitations/": invited.pk,
        "experiences/relectures/": draft.pk,
        "experiences/appels/": open_call(called, viewer_of_person(jeanne)).pk,
        "experiences/relire/": SheetReview.objects.create(**about).pk,
        "experiences/rendre-publique/": sheet.thread_id,
        "experiences/accords/": version.pk,
        "experiences/": sheet.thread_id,
    }


def file_of(post):
    """A file of ``post``, as its address names it."""
    about = {"size": 1, "is_image": False, "state": "ready", "key": "a" * 32, "name": "a.pdf"}
    row = StoredFile.objects.create(owner=post.author, post=post, content="aa/a", **about)
    return f"{row.pk}/a.pdf"


def received_mail(person, post):
    """A mail that was published as this post."""
    about = {"message_id": "<1@a>", "outcome": "published", "raw": b"From: a@example.org"}
    return ReceivedMail.objects.create(person=person, post=post, **about)


def former_version(post):
    """What this post said before."""
    who = {"author": post.author, "edited_by": post.author}
    return Revision.objects.create(thread=post.thread, post=post, text="Avant.", **who).pk


def link_of(thread, other):
    """A link between these threads."""
    return ThreadLink.objects.create(
        thread=thread, linked=other, kind="see_also", made_by=thread.author
    ).pk


def poll_of(thread, author=None, **asked):
    """A poll in this thread."""
    asked |= {"question": "Quel jour\u00a0?", "choices": "Lundi\nMardi", "results": "always"}
    return Poll.objects.create(thread=thread, author=author or thread.author, **asked).pk


def removed_poll_of(thread, author):
    """One of ``author`` that an animator removed."""
    return poll_of(thread, author, is_restorable=True, removed_at=timezone.now())


def removed_round_of(thread, author):
    """A consent round of ``author`` that an animator removed."""
    about = {"is_restorable": True, "removed_at": timezone.now()}
    return create_round(thread, author, **about).pk


def other_thread(thread):
    """A thread of the same person in the same space, with a summary of the first."""
    Summary.objects.create(thread=thread, text="Où l’on en est.", author=thread.author)
    return start_thread(thread.author, thread.space, title="Un autre fil que celui-là ?")


def merged_tag(animator):
    """The slug of a tag that was merged into another."""
    slugs = "un", "deux"
    source, target = (Tag.objects.create(slug=it, name=it, family="acteur") for it in slugs)
    merge_tags(source, target, viewer_of_person(animator), "C’est le même.")
    return source.slug


def addresses(arguments):
    """``{name: address}`` of all there are in the project, with something in each."""
    found = {}
    for name, (ways, *_rest) in get_resolver().reverse_dict.items():
        if isinstance(name, str):
            path, params = ways[0]
            about = next((it for at, it in arguments.items() if path.startswith(at)), "")
            found[name] = "/" + path % dict.fromkeys(params, about)
    return found


@pytest.mark.deep
def test_whose_session_has_ended_comes_back_to_a_page(aline, arguments):
    led, lost = set(), {}
    for name, address in addresses(arguments).items():
        answer = Client().post(address, {"seat": "1", "text": "Perdu ?", "reason": "Un motif"})
        if answer.status_code != 302 or "/compte/login/" not in answer["Location"]:
            continue
        back = parse_qs(urlsplit(answer["Location"]).query).get("next", ["/"])[0]
        client = Client()
        client.force_login(aline)
        page = client.get(back, follow=True)
        led.add(name)
        # Aline has no codes; no round is opened in a public thread, nor decided while open.
        others = "recovery_codes" in name or name in (
            "open-round", "round-outcome", "add-secret-poll",
        )  # fmt: skip
        if page.status_code != 200 and not others:
            lost[name] = back, page.status_code

    assert lost == {}
    assert led >= {
        "drop-charter-draft", "add-territory", "choose-territories", "leave-territory",
        "write-for", "end-device", "end-other-devices", "prove-address", "sponsor", "end-seat",
        "edit-profile", "replies",
    }  # fmt: skip


def come_back(address, person, sent, page):
    """What ``person`` reads on ``page`` who sent ``sent`` as a guest and then signed in."""
    client = Client()
    client.post(address, sent)
    client.force_login(person)
    return client.get(page).text


def test_a_presentation_and_a_telephone_come_back(claire):
    sent = {"presentation": "Je cherche du bois.", "telephone": "02 96 00 00 01"}
    page = come_back(reverse("edit-profile"), claire, sent, reverse("edit-profile"))

    assert KEPT in page and all(typed in page for typed in sent.values())


def test_on_a_shared_browser_nobody_is_given_what_another_typed(claire, jeanne):
    address, sent = reverse("edit-profile"), {"presentation": "Je cherche du bois."}
    client, response = Client(), HttpResponse()
    request = RequestFactory().get("/")
    note_sign_in(request, response, claire)
    client.cookies.update(response.cookies)
    client.post(address, sent)

    client.force_login(jeanne)
    assert sent["presentation"] not in client.get(address).text
    client.logout()
    client.cookies.update(response.cookies)
    client.post(address, sent)
    client.force_login(claire)
    assert sent["presentation"] in client.get(address).text


def test_a_new_territory_comes_back(claire):
    territories.create_departments()
    args = [claire.seats.get().organisation.slug]
    sent = {"name": "Pays de Rohan", "type": "pays", "department_code": "56", "country": "AT"}
    place = reverse("organisation-territories", args=args)
    page = come_back(reverse("add-territory", args=args), claire, sent, place)

    assert KEPT in page and 'value="Pays de Rohan"' in page and 'value="56" selected' in page
    assert '<option value="pays" selected>' in page and '<option value="AT" selected>' in page


def test_no_text_is_said_to_be_kept_where_no_form_gives_it_back(claire):
    args = [claire.seats.get().organisation.slug]
    for name, takes in [("write-for", []), ("choose-territories", args), ("sponsor", args)]:
        client = Client()
        client.post(reverse(name, args=takes), {"seat": "1", "territory": "rohan"})
        page = client.get(reverse("account_login")).text
        assert KEPT not in page and "connectez-vous, puis recommencez" in page, name


def test_every_field_of_a_form_that_is_given_back_is_saved():
    forms = forms_given_back()
    fields = {
        (name, type(field.widget).__name__)
        for form in forms
        for name, field in form.base_fields.items()
        if name not in saved_fields() | getattr(form, "unsaved_fields", frozenset())
    }
    one_click = {"CheckboxInput", "CheckboxSelectMultiple"}
    assert {name for name, widget in fields if widget not in one_click} == {
        "document", "files", "picture"
    }  # Files.  # fmt: skip


def test_no_secret_is_saved():
    secrets = {
        "code",
        "password",
        "password1",
        "password2",
        "oldpassword",
        "csrfmiddlewaretoken",
    }

    assert saved_fields() & secrets == set() and {"text", "writer"} <= saved_fields()


def forms_given_back():
    """The forms of the modules of views that give saved data back."""
    found = set()
    for path in (*Path("accounts").rglob("*.py"), *Path("forum").rglob("*.py")):
        if path.name in ("resume_form.py", "form_views.py"):
            continue
        if re.search(r"\b(pop_saved_form|answer_form|answer_decision)\(", path.read_text()):
            module = import_module(".".join(path.with_suffix("").parts))
            found |= {one for one in vars(module).values() if is_form(one)}
    assert len(found) > 10
    return found


def is_form(it):
    return isinstance(it, type) and issubclass(it, BaseForm) and it is not BaseForm


def test_the_figures_of_a_sheet_come_back(claire, topics):
    rows = {"figures-0-kind": "power", "figures-0-typed": "300 kW", "figure_rows": "2"}
    rows |= {"figures-1-kind": "investment", "figures-1-typed": "450 k€", "title": "Une idée"}
    page = come_back(reverse("new-sheet"), claire, rows, reverse("new-sheet"))

    assert KEPT in page and 'value="Une idée"' in page
    assert 'value="300 kW"' in page and 'value="450 k€"' in page
