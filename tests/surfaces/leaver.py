"""Someone about whom there is something of everything, and who leaves."""

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.charter.hash_chain import append_missing_lines
from accounts.charter.signing_requests.models import SigningRequest
from accounts.models import (
    CharterDraft,
    EmailDomain,
    GroupEntry,
    Invitation,
    Organisation,
    Profile,
    Seat,
    Sponsorship,
    VersionRefusal,
    WorkingGroup,
)
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.review_queue.models import ReviewClaim
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.same_questions.models import SameQuestion
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.consent_rounds.models import RoundPosition, RoundVersion
from forum.conversation.drafts.models import PostDraft
from forum.conversation.follows.models import ThreadRead
from forum.conversation.mutes.models import Mute
from forum.conversation.polls.models import Poll, PollVote
from forum.conversation.thanks.models import Thank
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.settlements.models import Settlement
from forum.conversation.threads.summaries.models import Summary
from forum.finding.saved_searches.models import SavedSearch
from forum.library.sheets.public_versions.actions import propose_public_version
from forum.library.sheets.public_versions.consents.models import AuthorConsent
from forum.library.sheets.public_versions.snapshot import Proposal
from forum.mail.mail_archives.models import MailAuthor
from forum.models import Expertise, Follow, Post, Thread
from forum.moderation.appeals.models import Appeal
from forum.moderation.measures.models import Measure, ModerationReason
from forum.moderation.reports.models import Report
from forum.moderation.thread_moves.models import LostReader, MoveAnswer, ThreadMove
from tests.clients import create_session
from tests.factories import (
    PROJECTS,
    break_glass,
    create_person,
    create_sheet,
    join_group,
    post_reply,
    start_thread,
)
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.conversation.round_helpers import create_round
from tests.forum.mail.mail_archives.helpers import import_mails, mail, publish

NAME, OTHER_ADDRESS = "Quitterie Vandœuvre", "q.vandoeuvre@ailleurs.example"
#: What must be nowhere: both words of the name, and the addresses.
NEEDLES = ("Quitterie", "Vandœuvre", "vandoeuvre")
POSTS = 500


def create_leaver(people, spaces, topics):
    """Someone who wrote POSTS posts, and did, was asked and was told all there is."""
    leaver = create_person(NAME, PROJECTS)
    Organisation.objects.filter(seats__person=leaver).update(
        name="Bois du Trégor", folded_name="bois du tregor"
    )
    create_session(leaver)
    _write_everywhere(leaver, people, spaces)
    _fill_account(leaver, people, topics)
    _leave_words_with_others(leaver, people, spaces)
    _decide(leaver, people, spaces)
    append_missing_lines()
    return leaver


def _write_everywhere(leaver, people, spaces):
    threads = [start_thread(leaver, spaces[name]) for name in ("public", "network", PROJECTS)]
    seat, rows = leaver.seats.get(), []
    for n in range(POSTS):
        thread = threads[n % len(threads)]
        text = f"Message {n}, {NAME}." if n % 50 == 0 else f"Message {n}."
        about = {"thread": thread, "author": leaver, "seat": seat, "number": 2 + n}
        rows.append(Post(text=text, html=f"<p>{text}</p>", idempotency_key=uuid4(), **about))
    Post.objects.bulk_create(rows)
    for thread in threads:
        thread.post_count = 2 + POSTS
        thread.save(update_fields=["post_count"])
        reader = people.projects
        post_reply(reader, thread, f"> **{NAME}\u00a0:**\n> Message.\n\nD’accord.")
        post_reply(reader, thread, f"Écrivez à {leaver.email}, ou à {OTHER_ADDRESS}.")
        Follow.objects.get_or_create(person=leaver, thread=thread)
        ThreadRead.objects.create(person=leaver, thread=thread)


def _fill_account(leaver, people, topics):
    town, now = leaver.seats.get().organisation, timezone.now()
    later = now + timedelta(days=9)
    Seat.objects.filter(person=leaver).update(position="Directrice Vandœuvre")
    for email in (leaver.email, OTHER_ADDRESS):
        EmailAddress.objects.create(user=leaver, email=email, verified=True)
    SocialAccount.objects.create(user=leaver, provider="openid", uid="vandoeuvre")
    Authenticator.objects.create(user=leaver, type="webauthn", data={"name": NAME})
    Profile.objects.create(person=leaver, telephone="02 96", presentation=f"{NAME}, forestière")
    Expertise.objects.create(person=leaver, topic=topics[0])
    signature = leaver.signatures.get()
    signature.document.save("acte.pdf", ContentFile(b"%PDF-1.4 un acte"), save=True)
    VersionRefusal.objects.create(person=leaver, version=signature.version)
    Sponsorship.objects.create(organisation=town, sponsor=leaver, sponsor_organisation=town)
    EmailDomain.objects.create(organisation=town, domain="bois.example", declared_by=leaver)
    Invitation.objects.create(
        organisation=town, email="x@exemple.fr", expires_at=later, invited_by=leaver
    )
    Invitation.objects.create(organisation=town, email=OTHER_ADDRESS.upper(), expires_at=later)
    asked = {"position": "Maire", "authority": "office", "college": town.college}
    SigningRequest.objects.create(
        preparer=leaver, organisation_name="Saint-Éloi", full_name="Édith", expires_at=later,
        email="e@exemple.fr", document=ContentFile(f"%PDF {NAME}".encode(), "a.pdf"), **asked,
    )  # fmt: skip
    SigningRequest.objects.create(
        preparer=people.projects, organisation=town, organisation_name=town.name,
        full_name=NAME, expires_at=later, signed_at=signature.signed_at, **asked,
    )  # fmt: skip
    CharterDraft.objects.create(
        written_by=leaver, name="9.1", text="Autre.", adopted_on=now.date()
    )


def _leave_words_with_others(leaver, people, spaces):
    group = WorkingGroup.objects.get(slug="chaufferies")
    join_group(leaver, group)
    WorkingGroup.objects.filter(pk=group.pk).update(contact=leaver, created_by=leaver)
    GroupEntry.objects.create(
        group=group, person=leaver, type="request", message=f"C’est {NAME}"
    )
    invited = {"type": "invitation", "created_by": people.group, "address": OTHER_ADDRESS}
    GroupEntry.objects.create(group=group, **invited)
    asking = start_thread(people.authorities, spaces["public"], title=f"Pour {NAME} ?")
    ThreadAddressee.objects.create(thread=asking, person=leaver, asked_by=people.authorities)
    other = start_thread(people.authorities, spaces["network"])
    said = {"declined_by": leaver, "declined_at": timezone.now()}
    ThreadAddressee.objects.create(
        thread=other, person=people.projects, asked_by=leaver, word=f"Vu avec {NAME}",
        decline_words=f"Demandez à {NAME}.", **said,
    )  # fmt: skip
    for thread, person in (asking, people.authorities), (other, leaver):
        Settlement.objects.create(thread=thread, person=person, text=f"{NAME} l’a réglée.")
        Thread.objects.filter(pk=thread.pk).update(settled_at=timezone.now())
    SameQuestion.objects.create(
        thread=asking, person=leaver, organisation=leaver.seats.get().organisation
    )


def _decide(leaver, people, spaces):
    break_glass(leaver, PROJECTS, reason=f"{NAME} : un message signalé.")
    post = leaver.posts.order_by("pk")[3]
    hidden = {"hidden_at": timezone.now(), "hidden_by": leaver}
    Post.objects.filter(author=people.projects).update(**hidden)
    Post.objects.filter(pk=post.pk).update(
        hidden_at=timezone.now(), hidden_by=people.animator, hiding_reason=f"{NAME} s’emporte."
    )
    places = {"from_space": spaces["network"], "space": spaces["public"]}
    move = ThreadMove.objects.create(
        thread=post.thread, title="Un fil", proposed_by=leaver, moved_at=timezone.now(),
        reason=f"Vu avec {NAME}", **places,
    )  # fmt: skip
    MoveAnswer.objects.create(move=move, author=leaver, agrees=True)
    LostReader.objects.create(move=move, person=leaver)
    record_action(LoggedAction.HIDE_POST, people.animator.pk, person_id=leaver.pk, reason="Vif")
    told = {"is_in_good_faith": True, "language": "fr", "follow_up_url": "https://x.example/"}
    for n, who in enumerate([
        {"reporter": leaver, "text": f"{NAME} signale."},
        {"person": leaver, "post": post, "reported_text": f"{NAME}.", "reporter": leaver},
        {"reporter_name": NAME, "reporter_email": leaver.email.upper()},
    ]):  # fmt: skip
        keys = {"token": f"t{n}", "idempotency_key": uuid4()}
        Report.objects.create(address="/fils/1/", subject=f"s{n}", **keys, **told, **who)
    ReviewClaim.objects.create(source="reports", item_id=1, claimed_by=leaver)
    reason = ModerationReason.objects.create(slug="insultes", name="Insultes", reference="1")
    measure = Measure.objects.create(
        kind="warn", person=leaver, reason=reason, facts=f"{NAME} s’emporte.",
        taken_by=people.animator,
    )  # fmt: skip
    Appeal.objects.create(measure=measure, made_by=leaver, text=f"{NAME} conteste.")
    Mute.objects.create(person=leaver, muted=people.authorities)
    PostDraft.objects.create(person=leaver, key=uuid4(), text=f"{NAME} commence.")
    PostDraft.objects.create(person=people.support, key=uuid4(), text=f"Cher {NAME},")
    SavedSearch.objects.create(person=leaver, query="chaudière")
    MailAuthor.objects.create(person=leaver, address="q.vandoeuvre@liste.example", name=NAME)
    import_mails(
        spaces["network"],
        mail(1, f"C’est {NAME}.", Subject=f"Avec {NAME}", From=f"{NAME} <{OTHER_ADDRESS}>"),
        mail(2, f"{NAME} l’a dit.\n\n> {NAME} citée", Subject=f"Avec {NAME}"),
    )
    archive = import_mails(
        spaces["public"],
        mail(3, f"Du bois. {NAME}.", Subject="Bois", From=f"{NAME} <{OTHER_ADDRESS}>"),
    )
    publish(archive, viewer_of_person(people.animator))
    SavedSearch.objects.create(person=people.support, query=f'bois auteur:"{NAME}"')
    Mute.objects.create(person=people.support, muted=leaver)
    thanked = start_thread(people.authorities, spaces["network"]).posts.get()
    Thank.objects.create(person=leaver, post=thanked)
    for keeping in leaver, people.support:
        Bookmark.objects.create(person=keeping, post=thanked, note=f"Voir avec {NAME}.")
    thanked.edited_by, thanked.edited_at = leaver, timezone.now()
    thanked.save()
    for author, post in (leaver, thanked), (people.authorities, leaver.posts.order_by("pk")[0]):
        about = {"text": f"{NAME} résume.", "html": f"<p>{NAME} résume.</p>"}
        Summary.objects.create(thread=post.thread, author=author, **about)
    for author, post in (leaver, thanked), (people.authorities, leaver.posts.order_by("pk")[0]):
        about = {"question": f"{NAME} vient ?", "choices": f"Oui\nNon, {NAME}"}
        about |= {"results": "always", "is_named": True, "voter_kind": "person"}
        poll = Poll.objects.create(thread=post.thread, author=author, **about)
        seat = leaver.seats.select_related("organisation").first()
        of = {"organisation": seat.organisation, "college": seat.organisation.college}
        voter = poll.voters.create(seat=seat, has_voted=True, **of)
        PollVote.objects.create(poll=poll, person=leaver, voter=voter, chosen=[1])
        title, text = f"Avec {NAME}", f"{NAME} propose."
        it = create_round(post.thread, author=author, title=title, text=text)
        RoundVersion.objects.create(round=it, number=1, text=f"{NAME}.", reason=f"Avec {NAME}")
        RoundPosition.objects.create(
            round=it, voter=it.voters.get(), person=leaver, version=1, kind="objection",
            reason=f"Pas sans {NAME}.", treatment=f"Vu avec {NAME}.",
        )  # fmt: skip
        it.decided_by, it.decided_at, it.closed_at = author, timezone.now(), timezone.now()
        it.outcome_text = f"{NAME} commence."
        it.save()
        meeting = create_meeting(post.thread, author=author)
        meeting.registrations.create(person=leaver, placed_at=timezone.now())
    sheet = create_sheet(people.authorities, spaces["network"], title=f"Avec {NAME}, au bois")
    sheet.figures.update(note=f"selon {NAME}")
    version = propose_public_version(
        sheet.thread_id, viewer_of_person(people.authorities), Proposal(NAME, "etalab-2.0")
    )
    consent = version.consents.get()
    AuthorConsent.objects.filter(pk=consent.pk).update(remark=f"Merci à {NAME}.")
    AuthorConsent.objects.create(version=version, person=leaver, remark=f"{NAME}, d’accord.")
    ThreadLink.objects.create(
        thread=thanked.thread, linked=post.thread, kind="see_also", made_by=leaver
    )
    for post in thanked, leaver.posts.order_by("pk")[1]:
        Revision.objects.create(
            thread=post.thread, post=post, text=f"{NAME} citée.", reason=f"Sans {NAME}",
            author=post.author, edited_by=post.author,
        )  # fmt: skip
