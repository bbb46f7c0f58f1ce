"""What one takes along: all that the database holds about oneself, and no secret."""

import json
from html import unescape
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.base.data_export import (
    export_labels,
    export_sections,
    privacy_notices,
    unexported_keys,
)
from accounts.charter.signing_requests.models import SigningRequest
from accounts.closing.models import AccountClosing
from accounts.factor_waits.models import FactorWait
from accounts.models import (
    CharterDraft,
    CharterVersion,
    EmailDomain,
    GroupEntry,
    Invitation,
    Organisation,
    Profile,
    Sponsorship,
    User,
    VersionRefusal,
    WorkingGroup,
)
from accounts.moderation_log.actions import record_action
from accounts.viewers.viewers import viewer_of_person
from forum import models
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.same_questions.models import SameQuestion
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.consent_rounds.models import RoundPosition
from forum.conversation.drafts.models import PostDraft
from forum.conversation.files.models import StoredFile
from forum.conversation.files.partial_uploads.models import PartialUpload
from forum.conversation.follows.models import ThreadRead
from forum.conversation.follows.settings.models import FollowSetting
from forum.conversation.follows.subscriptions.models import Subscription
from forum.conversation.meetings.calendar_feeds.models import CalendarFeed
from forum.conversation.meetings.lost_registrations.models import LostRegistration
from forum.conversation.mutes.models import Mute
from forum.conversation.polls.models import Poll, PollVote
from forum.conversation.thanks.models import Thank
from forum.conversation.threads.held_edits.models import HeldEdit
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.settlements.models import Settlement
from forum.conversation.threads.summaries.models import Summary
from forum.finding.saved_searches.models import SavedSearch
from forum.library.sheets.authors.models import SheetAuthor, SheetWriter
from forum.library.sheets.public_versions.consents.models import AuthorConsent
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.reviews.calls.models import ReviewCall, ReviewCallRecipient
from forum.library.sheets.reviews.models import SheetReview
from forum.library.tools.models import ToolUse
from forum.mail.mail_archives.models import MailAuthor
from forum.mail.thread_mail.bounces.models import BounceCount
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.models import MailSetting, PostMail
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.mail.thread_mail.welcomes.models import WelcomeMail
from forum.members.data_export.labels import FIELD_LABELS
from forum.moderation.appeals.models import Appeal
from forum.moderation.measures.models import Measure
from forum.moderation.thread_moves.models import LostReader, MoveAnswer, ThreadMove
from forum.moderation.thread_moves.post_moves.models import PostMove
from tests.factories import (
    PROJECTS,
    break_glass,
    create_sheet,
    create_tool,
    join_group,
    moderation_reason,
    start_thread,
)
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.conversation.round_helpers import create_round
from tests.forum.members.export_helpers import data_of, taken_along
from tests.forum.moderation.report_helpers import reported


def test_every_key_to_a_person_is_taken_along_or_it_is_said_why_not():
    keys = {
        (one.related_model.__name__, one.field.name)
        for one in User._meta.get_fields(include_hidden=True)
        if one.is_relation and one.auto_created
    }
    taken = {(model.__name__, section.key) for model, section in export_sections()}

    assert keys - taken == unexported_keys().keys()
    assert taken - keys == set()
    assert all(unexported_keys().values())


#: Sections whose rows another model's notice tells of: groups, signatures, the directory.
UNDER_ANOTHER_NOTICE = {
    "domains_declared", "drafts_published", "drafts_written", "expertise",
    "group_entries", "group_entries_begun", "groups_answered_for", "groups_founded",
    "lost_threads", "post_moves", "proposed_moves", "proposed_public_sheets", "refusals",
    "review_calls", "sheets_written", "sponsorships",
}  # fmt: skip


def test_the_privacy_page_tells_of_what_is_exported(db):
    untold = {
        section.name
        for model, section in export_sections()
        if not section.model and not getattr(model, "privacy_notices", ())
    }
    assert untold == UNDER_ANOTHER_NOTICE

    page = unescape(Client().get(reverse("privacy")).text)
    told = [str(notice.what) for notice in privacy_notices()]
    assert len(told) == len(set(told)) and all(what in page for what in told)


@pytest.fixture
def full(claire, jeanne, spaces, topics, browser_of):
    """Claire, about whom there is something of everything."""
    town, now = claire.seats.get().organisation, timezone.now()
    other = Organisation.objects.exclude(pk=town.pk).get()
    EmailAddress.objects.create(user=claire, email="autre@exemple.fr", verified=True)
    AccountClosing.objects.create(person=claire, due_at=now)
    SocialAccount.objects.create(user=claire, provider="openid", uid="uid-de-claire")
    data = {"name": "Clé bleue", "credential": "secret-de-cle"}
    Authenticator.objects.create(user=claire, type="webauthn", data=data)
    Authenticator.objects.create(user=claire, type="totp", data={"secret": "secret-de-code"})
    FactorWait.objects.create(person=claire, opens_at=now)
    claire.former_names.create(name="Claire Avant")
    Profile.objects.create(person=claire, telephone="02 96 00 00 01", presentation="Ma fiche.")
    models.Expertise.objects.create(person=claire, topic=topics[1])
    VersionRefusal.objects.create(person=claire, version=CharterVersion.objects.get())
    Sponsorship.objects.create(organisation=other, sponsor=claire, sponsor_organisation=town)
    invited = {"email": "invitee@exemple.fr", "expires_at": now, "invited_by": claire}
    Invitation.objects.create(organisation=town, **invited)
    declared = {"domain": "mairie.example", "declared_by": claire}
    EmailDomain.objects.create(organisation=town, **declared)
    asked = {"full_name": "Édith Maréchal", "position": "Maire", "authority": "office"}
    SigningRequest.objects.create(
        preparer=claire, organisation_name="Saint-Éloi", college=town.college,
        email="maire@exemple.fr", expires_at=now, **asked,
    )  # fmt: skip
    WorkingGroup.objects.update(created_by=claire, contact=claire)
    group = join_group(claire).group
    GroupEntry.objects.create(
        group=group, person=claire, type="request", message="Je voudrais."
    )
    GroupEntry.objects.create(group=group, person=jeanne, type="invitation", created_by=claire)
    break_glass(claire, PROJECTS, reason="Un motif à moi.")
    written = {"name": "9.0", "text": "Tout autre.", "adopted_on": now.date()}
    CharterDraft.objects.create(written_by=claire, published_by=claire, **written)
    Mute.objects.create(person=claire, muted=jeanne)
    PostDraft.objects.create(person=claire, key=uuid4(), text="Un brouillon.")
    Thank.objects.create(person=claire, post=start_thread(jeanne, spaces["public"]).posts.get())
    kept = start_thread(jeanne, spaces["public"]).posts.get()
    Bookmark.objects.create(person=claire, post=kept, note="Ma note.", remind_on=now.date())
    SavedSearch.objects.create(person=claire, query="chaudière")
    MailSetting.objects.create(person=claire)
    FollowSetting.objects.create(person=claire)
    about = {"size": 1, "is_image": False, "state": "ready", "key": "a" * 32, "name": "a.pdf"}
    StoredFile.objects.create(owner=claire, content="aa/a", **about)
    about["key"] = "b" * 32
    StoredFile.objects.create(owner=jeanne, sender=claire, content="bb/b", **about)
    PartialUpload.objects.create(owner=claire, key=uuid4(), name="b.pdf", size=9)
    Digest.objects.create(person=claire, planned_for=now, due_at=now)
    WelcomeMail.objects.create(person=claire, step="question", due_at=now)
    Subscription.objects.create(person=claire, topic=topics[0])
    newer = start_thread(jeanne, spaces["network"])
    ThreadRead.objects.create(person=claire, thread=newer)
    thread = start_thread(claire, spaces["network"], text="Mes mots.")
    MailAuthor.objects.create(person=claire, address="liste@exemple.fr", name="Claire L.")
    PostMail.objects.create(person=claire, post=newer.posts.get(), due_at=now)
    tool = create_tool(newer.posts.get())
    ToolUse.objects.create(tool=tool.file.tool, version=tool, organisation=town, person=claire)
    theirs, sheet = create_sheet(jeanne, None), create_sheet(claire, spaces["public"])
    SheetAuthor.objects.create(sheet=theirs, person=claire, invited_by=jeanne)
    SheetWriter.objects.create(sheet=theirs, person=claire)
    SheetReview.objects.create(sheet=theirs, reviewer=claire, asked_by=jeanne)
    call = ReviewCall.objects.create(sheet=sheet, opened_by=claire, ends_at=now)
    ReviewCallRecipient.objects.create(call=call, person=claire)
    version = PublicVersion.objects.create(
        sheet=sheet, proposed_by=claire, licence="etalab-2.0", summary="En bref.",
        title=sheet.title, topic=topics[0],
    )  # fmt: skip
    AuthorConsent.objects.create(version=version, person=claire, answer="no", remark="Mon mot.")
    BounceCount.objects.create(person=claire, address=claire.email, first_at=now, last_at=now)
    ReceivedMail.objects.create(person=claire, message_id="<1@a>", outcome="held", raw=b"")
    QuarantinedMail.objects.create(person=claire, thread=newer, digest="1", raw=b"")
    places = {"from_space": spaces["network"], "space": spaces["public"]}
    Revision.objects.create(
        thread=thread, post=thread.posts.get(), text="Mes mots d’avant.", author=claire,
        edited_by=claire,
    )  # fmt: skip
    Summary.objects.create(thread=thread, text="Mon résumé.", author=claire)
    asked = {"thread": thread, "question": "Mon sondage ?", "choices": "Oui\nNon"}
    poll = Poll.objects.create(author=claire, results="always", **asked)
    voter = poll.voters.create(organisation=town, college=town.college)
    PollVote.objects.create(poll=poll, person=claire, voter=voter, chosen=[2])
    it = create_round(thread, claire)
    about = {"round": it, "voter": it.voters.get(), "person": claire, "version": 1}
    RoundPosition.objects.create(kind="objection", reason="Trop cher pour nous.", **about)
    it.closed_at = it.decided_at = timezone.now()
    it.decided_by, it.outcome, it.outcome_text = claire, "adopted", "On essaie."
    it.save()
    create_meeting(thread, author=claire).registrations.create(person=claire)
    CalendarFeed.objects.create(person=claire, token="secret-d-agenda")
    LostRegistration.objects.create(person=claire, lost_at=now)
    waiting = {"post": thread.posts.get(), "part": "text", "held_for": "newcomer"}
    HeldEdit.objects.create(text="Mes mots à relire.", author=claire, **waiting)
    ThreadLink.objects.create(thread=thread, linked=newer, kind="see_also", made_by=claire)
    newer.posts.update(edited_by=claire, edited_at=now)
    move = ThreadMove.objects.create(
        thread=thread, title="Mon fil", proposed_by=claire, moved_at=now, **places
    )
    PostMove.objects.create(from_thread=thread, thread=thread, title="Mon fil", moved_by=claire)
    MoveAnswer.objects.create(move=move, author=claire, agrees=True)
    LostReader.objects.create(move=move, person=claire)
    said = {"declined_by": claire, "declined_at": now, "decline_words": "Pas nous, voyez là."}
    ThreadAddressee.objects.create(thread=thread, person=jeanne, asked_by=claire, **said)
    Settlement.objects.create(thread=thread, person=claire, text="Réglée par le syndicat.")
    SameQuestion.objects.create(thread=newer, person=claire, organisation=town)
    ThreadAddressee.objects.create(thread=newer, person=claire, asked_by=jeanne)
    for who in {"taken_by": jeanne, "person": claire}, {"taken_by": claire, "person": jeanne}:
        measure = Measure.objects.create(
            kind="warn", reason=moderation_reason(), facts="Des faits.", **who
        )
        Appeal.objects.create(
            measure=measure, made_by=measure.person, decided_by=measure.taken_by, text="Non.",
            decided_at=now, is_granted=False,
        )  # fmt: skip
        record_action("warn", who["taken_by"].pk, person_id=who["person"].pk)
    reported(viewer_of_person(claire), newer.get_absolute_url())
    browser = browser_of(claire)
    browser.get("/", headers={"User-Agent": "Navigateur/1"})
    return browser


def test_of_everything_there_is_something_in_the_file(full):
    taken = json.loads(data_of(full))

    assert {name for name, value in taken.items() if value == []} == set()
    for said in (
        "02 96 00 00 01", "Ma fiche.", "autre@exemple.fr", "uid-de-claire", "Clé bleue",
        "Navigateur/1", "Éolien", "invitee@exemple.fr", "mairie.example", "Je voudrais.",
        "Un motif à moi.", "Mes mots.", "Jeanne Brunel", "Édith Maréchal", "maire@exemple.fr",
        "liste@exemple.fr",
    ):  # fmt: skip
        assert said in str(taken), said


def test_each_of_its_fields_is_called_by_words_for_people(full):
    taken = json.loads(data_of(full))
    sections = [rows[0] for rows in taken.values() if isinstance(rows, list)]

    assert set().union(taken, *sections) - (FIELD_LABELS | export_labels()).keys() == set()


def test_no_secret_is_in_the_file(full, claire):
    text = data_of(full)

    keys = list(claire.sessions.values_list("session_key", flat=True))
    for secret in (
        "secret-de-cle",
        "secret-de-code",
        "secret-d-agenda",
        claire.password,
        *keys,
    ):
        assert secret not in text
    invitation = Invitation.objects.get()
    assert invitation.key not in text  # It opens a seat to whoever has it.


def test_nothing_of_others_is_in_the_file(full, jeanne, browser_of):
    text = data_of(browser_of(jeanne))

    for said in ("Ma fiche.", "02 96", "Clé bleue", "Navigateur/1", "Mes mots.", "à moi"):
        assert said not in text


def test_whose_address_one_invited_to_a_group_is_not_in_the_file(claire, jeanne, spaces):
    group = join_group(claire).group
    invited = {"type": "invitation", "created_by": claire}
    group.entries.create(person=jeanne, address=jeanne.email, **invited)
    group.entries.create(address="personne@exemple.fr", **invited)
    begun = taken_along(claire)["group_entries_begun"]

    assert [one["invited"] for one in begun] == [jeanne.email, "personne@exemple.fr"]
    assert jeanne.full_name not in str(begun)


def test_the_privacy_page_says_the_lengths_of_the_settings(client, settings, db):
    settings.FORUM_AUTHOR_RECORDS_KEYS = ["k" * 40]
    kept = {notice.retention for notice in privacy_notices()} - {""}
    assert kept == settings.FORUM_RETENTION.keys() - {
        "finished_tasks",
        "visibility_audits",
    }  # Of nobody.

    for name in kept:
        settings.FORUM_RETENTION = settings.FORUM_RETENTION | {name: 4321}
        notices = [it.kept_until for it in privacy_notices() if it.retention == name]
        text = client.get(reverse("privacy")).text
        assert all("43" in notice and notice in unescape(text) for notice in notices)
        settings.FORUM_RETENTION = settings.FORUM_RETENTION | {name: 30}


def test_sessions_last_as_long_as_the_page_says(settings):
    assert settings.FORUM_RETENTION["sessions"] * 24 * 3600 == settings.SESSION_COOKIE_AGE


def test_ones_data_are_not_given_without_end(claire, browser_of):
    browser = browser_of(claire)
    statuses = [browser.get(reverse("data-export")).status_code for _time in range(21)]

    assert statuses == [200] * 20 + [302]


def test_what_was_sent_is_a_draft_no_more(claire, spaces, browser_of):
    """Its row stays until the night: another browser may hold the same draft."""
    thread = start_thread(claire, spaces["network"], text="Un fil envoyé.")
    (post,) = thread.posts.all()
    for key, text in ((post.idempotency_key, "Un fil envoyé."), (uuid4(), "À finir.")):
        PostDraft.objects.create(person=claire, key=key, text=text)
    exported = json.loads(data_of(browser_of(claire)))
    assert [it["text"] for it in exported["drafts"]] == ["À finir."]
