"""What the demonstration lacks for every page to have something to show.

``make_scene`` runs beside the site, on its database. It gives the address of every page of
``tables.PAGES``, and the addresses that ``tables.MORE`` adds.
"""

import json
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import resolve, reverse
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.admission.actions import declare_domain, invite_to_seat
from accounts.base.mail import site_address
from accounts.break_glass.actions import close_access, open_access
from accounts.charter.drafts.actions import save_draft
from accounts.charter.signing_requests.actions import request_signature
from accounts.factor_waits.models import FactorWait
from accounts.groups import actions as group_actions
from accounts.models import (
    CharterVersion,
    College,
    GroupMembership,
    Organisation,
    Seat,
    Territory,
    User,
    WorkingGroup,
)
from accounts.organisations.actions import end_seat
from accounts.profiles.models import Profile
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.base.markup import quote
from forum.base.search_index.models import SynonymGroup
from forum.base.search_index.reindexing.actions import threads_indexed
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.referrals.actions import decline, pass_on
from forum.conversation.addressees.same_questions.actions import say_same_question
from forum.conversation.addressees.selection.actions import ask_others
from forum.conversation.bookmarks.actions import bookmark_post, edit_bookmark
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.drafts import actions as draft_actions
from forum.conversation.drafts.models import PostDraft
from forum.conversation.files.models import StoredFile
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.follows.actions import follow_thread
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.conversation.mutes.actions import mute_person
from forum.conversation.thanks.actions import thank_for_post
from forum.conversation.threads.edits.actions import (
    delete_post,
    edit_post,
    edit_thread,
    set_wiki,
)
from forum.conversation.threads.held_edits.models import HeldEdit
from forum.conversation.threads.links.actions import link_thread
from forum.conversation.threads.links.models import LinkKind
from forum.conversation.threads.revisions.actions import ask_to_blank
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.settlements.actions import settle_question
from forum.conversation.threads.summaries.actions import write_summary
from forum.finding.saved_searches.actions import follow_search
from forum.finding.saved_searches.matching.actions import match_next_events
from forum.finding.tags.actions import edit_tag
from forum.finding.tags.merges.actions import merge_tags
from forum.library.newsletter.models import NewsletterIssue
from forum.library.sheets.actions import SheetValues
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.confirmations.actions import answer_still_true
from forum.library.sheets.drafts.actions import begin_sheet
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.models import PARTS, ExperienceSheet
from forum.library.sheets.public_versions.actions import propose_public_version
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.public_versions.snapshot import Proposal
from forum.library.sheets.reviews.calls.actions import open_call
from forum.library.sheets.reviews.models import SheetReview
from forum.library.tools.models import ToolVersion
from forum.mail.incoming_mail.message import MailUnreadable
from forum.mail.mail_archives.importing.actions import import_mbox
from forum.mail.thread_mail.actions import key_of, stop_key_of
from forum.mail.thread_mail.mail_links.tokens import (
    DigestNews,
    sign_digest,
    sign_proposed,
    sign_thanks,
)
from forum.mail.thread_mail.models import ThreadMailKey
from forum.mail.thread_mail.quarantine.actions import quarantine_mail
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.members.closing.removals.actions import remove_names
from forum.models import Audience, Post, Space, Tag, Thread, Topic
from forum.moderation.actions import hide_post
from forum.moderation.appeals.actions import make_appeal
from forum.moderation.held_posts.actions import approve_post
from forum.moderation.measures.models import Measure, ModerationReason
from forum.moderation.reports.actions import dismiss_reports, make_report
from forum.moderation.thread_moves.actions import move_thread
from forum.site.demo.growth.mailing_list import write_mailing_list
from tests.factories import (
    create_charter,
    create_person,
    create_seat,
    post_reply,
    sign_charter,
    start_thread,
)
from tests.pages.scene_files import reply_with_files
from tests.pages.scene_thread_parts import make_meetings, make_polls, make_rounds
from tests.pages.tables import MEMBER, MORE, PAGES, PROTECTED

#: A mail that answers below a quotation.
MAILED = """Bonjour à tous,

Chez nous, 150 kW ont suffi pour l’école et la salle des fêtes.

Le 12/03/2026 à 10:00, Lucie Hoarau <lucie@exemple.fr> a écrit :
> Quelle puissance avez-vous retenue ?

-- \nNadia Kerambrun, 02 96 00 00 00
"""

#: A post with all that Markdown can bring onto a page.
TEXT = """Bonjour,

## Ce que nous avons fait

Une **régie**, avec *trois* communes, voir [la page](https://exemple.fr/).

### Ce que cela coûte

| Poste | Montant |
|---|---|
| Chaudière | 80 000 € |

1. un point ;
2. un autre.

- une puce
- une autre

> Une citation.

```
une ligne de code assez longue pour que sa boîte défile, même sur un très grand écran
```

Tout compris[^1] :seedling:, et rien de plus.

[^1]: Hors entretien, qu’on décide [une fois l’an](https://exemple.fr/entretien).

<details>
<summary>Le calcul</summary>

- 150 kW
- 2 000 heures

</details>
"""


def make_scene(place):
    """Make it, and write the addresses to ``place`` as JSON: a list for each name."""
    arguments = _arguments()
    addresses = {
        name: [reverse(name, kwargs=arguments[key] if key else None)]
        for name, key in PAGES.items()
    }
    for name, queries in MORE.items():
        queries = [query.format_map(arguments) for query in queries]
        addresses[name] += [addresses[name][0] + query for query in queries]
    Path(place).write_text(json.dumps(addresses))


def _arguments():
    """What names each thing in addresses, by the keys of ``tables.PAGES``."""
    nadia, lucie = User.objects.get(email=MEMBER), User.objects.get(is_animator=True)
    seat = nadia.seats.get()
    _publish_version(lucie)
    return {
        "help": {"slug": "poser-une-question"},
        "topic": {"slug": Topic.objects.first().slug},
        "space": {"slug": "reseau"},
        "college": {"slug": seat.organisation.college.slug},
        "tag": {"slug": "voitures-partagees"},
        "territory": {"slug": seat.organisation.territories.first().slug},
        "version": {"name": "1.0"},
        "member": {"pk": seat.organisation.seats.exclude(person=nadia).first().person_id},
        "draft": {"pk": _draft(lucie).pk},
        "seat": {"pk": seat.organisation.seats.exclude(person=nadia).first().pk},
        "ended-seat": {"pk": _ended_seat(nadia, seat.organisation).pk},
        "move": {"pk": _move(nadia, lucie).pk},
        "request": resolve(_request(nadia, seat.organisation).get_absolute_url()).kwargs,
        **_posts(nadia, lucie),
        **_questions(nadia, lucie),
        **_tools(nadia),
        **_sheets(nadia, lucie),
        **_tags(nadia, lucie),
        **_reports(nadia, lucie),
        **_group(nadia),
        **_admission(nadia, seat),
        **_rooms(lucie, seat),
        **_keys(),
        **_archive(),
    }


def _ended_seat(nadia, organisation):
    """A seat in the member's organisation whose holder has left."""
    person = create_person("Odette Partante")
    seat = create_seat(
        person, organisation.college.slug, organisation=organisation, signed=False
    )
    return end_seat(seat, nadia)


def _publish_version(lucie):
    """A newer version, which members have a month to sign or refuse."""
    newest = CharterVersion.objects.get()
    month = timezone.now() + timedelta(days=30)
    version = create_charter(2, binding_from=month)
    text = newest.text.replace("courtoisie", "bienveillance").replace(
        "version 1.0", "version 1.1"
    )
    CharterVersion.objects.filter(pk=version.pk).update(
        name="1.1",
        text=text.replace(": 1.0", ": 1.1"),
        adopted_on=timezone.localdate(),
    )
    Profile.objects.create(person=lucie, presentation="J’anime le réseau.", telephone="02 96")


def _draft(lucie):
    today = timezone.localdate()
    return save_draft(
        lucie, name="2.0", text="## Préambule\n\nSobriété.", is_substantive=True,
        grace_days=30, adopted_on=today,
    )  # fmt: skip


def _move(nadia, lucie):
    """A move of the member's thread to where more people read: she is asked."""
    network = Space.objects.get(slug="reseau")
    text = "La chaufferie a coûté 45 k€ HT. Appelez la régie : 02 96 12 34 56."
    thread = start_thread(nadia, network, title="Qui lit ce fil ?", text=text)
    public = Space.objects.get(slug="place-publique")
    return move_thread(thread, viewer_of_person(lucie), public, "Cela servirait à tous.")


def _reports(nadia, lucie):
    """Two reports of a message, by a member and by a stranger; and one that is dismissed."""
    posts = Post.objects.filter(thread__space__audience="public", author__is_animator=False)
    post = posts.exclude(author=nadia).first()
    fields = {
        "reason": ModerationReason.objects.get(slug="insult"),
        "text": "Ce message injurie le maire : « un incapable ».",
        "is_in_good_faith": True,
        "language": "fr",
        "follow_up_url": "https://foirail.example/signaler/suivi/",
    }
    for viewer in viewer_of_person(nadia), GUEST:
        one = make_report(viewer, post.get_absolute_url(), idempotency_key=uuid4(), **fields)
    other = make_report(GUEST, reverse("charter"), idempotency_key=uuid4(), **fields)
    answer = "La charte dit ce que le réseau a adopté : elle ne nomme personne."
    dismiss_reports(other.pk, viewer_of_person(lucie), answer, other.pk)
    return {"report": {"pk": one.pk}, "report-token": {"token": other.token}}


def _request(nadia, organisation):
    """What the member prepares for someone to sign for another organisation."""
    other = Organisation.objects.create(
        slug="a-signer", name="Syndicat À Signer", college=organisation.college,
        department_code="22",
    )  # fmt: skip
    return request_signature(
        nadia, other, "maire@exemple.fr", full_name="Odile Maire", position="présidente",
        authority="office", authority_detail="", act_date=None,
    )  # fmt: skip


def _tools(nadia):
    """The member's own tool, of the demonstration, and a document that is none yet."""
    for file in StoredFile.objects.all():
        prepare(str(file.pk))
    tool = ToolVersion.objects.filter(file__owner=nadia).latest("pk")
    document = StoredFile.objects.filter(owner=nadia, tool=None, is_image=False).first()
    return {
        "tool": resolve(tool.get_absolute_url()).kwargs,
        "tool-pk": {"pk": tool.file.tool_id},
        "document": {"file_id": document.pk},
    }


def _sheets(nadia, lucie):
    """The member's own sheet, a draft with a question, and what others ask of the member."""
    own = ExperienceSheet.objects.get(author=nadia)
    place = Territory.objects.filter(siren=None).first()
    figures = [TypedFigure("power", "1.234 kW"), TypedFigure("investment", "45 k€ HT", 2024)]
    parts = dict.fromkeys(PARTS, TEXT.replace("## ", "#### "))
    values = SheetValues(
        "Une chaufferie qui attend d’être publiée", own.thread.topic, "régie", place, 14000,
        2022, parts, figures,
    )  # fmt: skip
    draft = begin_sheet(viewer_of_person(nadia), values)
    whole = begin_sheet(viewer_of_person(nadia), values._replace(figures=figures[1:]))
    other = begin_sheet(viewer_of_person(lucie), values)
    called = begin_sheet(viewer_of_person(lucie), values)
    invited = invite_author(draft, viewer_of_person(nadia), lucie)
    answer_invitation(invited.pk, viewer_of_person(lucie), accepts=True)
    review = {"sheet": other, "reviewer": nadia, "asked_by": lucie}
    said = {"verdict": "revise", "remark": "Le coût manque.", "answered_at": timezone.now()}
    SheetReview.objects.create(sheet=draft, reviewer=lucie, asked_by=nadia, **said)
    answer_still_true(own.thread_id, viewer_of_person(nadia), "La chaudière a changé.")
    public = PublicVersion.objects.visible_to(GUEST).get(sheet=own)
    proposal = Proposal("Un texte plus récent, en deux phrases.", "cc-by-sa-4.0")
    version = propose_public_version(own.thread_id, viewer_of_person(nadia), proposal)
    near = ExperienceSheet.objects.filter(thread__topic=own.thread.topic_id)
    near = near.exclude(pk=own.pk).first() or ExperienceSheet.objects.exclude(pk=own.pk).first()
    return {
        "near-sheet": {"pk": near.thread_id},
        "sheet": resolve(own.get_absolute_url()).kwargs,
        "sheet-thread": {"pk": own.thread_id},
        "public-sheet": resolve(public.get_absolute_url()).kwargs,
        "sheet-version": {"pk": version.pk},
        "agreed-version": {"pk": public.pk},
        "sheet-draft": {"pk": draft.pk},
        "whole-sheet-draft": {"pk": whole.pk},
        "sheet-invitation": {"pk": invite_author(other, viewer_of_person(lucie), nadia).pk},
        "review-call": {"pk": open_call(called, viewer_of_person(lucie)).pk},
        "sheet-review": {"pk": SheetReview.objects.create(**review).pk},
    }


def _posts(nadia, lucie):
    """A thread of the member's with every kind of post, and what is hidden in it."""
    space = Space.objects.get(slug="reseau")
    thread = start_thread(
        nadia, space, title="Quelle régie pour trois communes ?", text=TEXT, tags=["régie"]
    )
    own, shown, hidden, deleted = (
        post_reply(person, thread, text)
        for person, text in [
            (nadia, f"{TEXT}\n\nEt chez vous ?"), (lucie, TEXT),
            (nadia, f"{TEXT}\n\nQui l’a fait ?"), (nadia, "À retirer."),
        ]  # Each with words of its own: the same are one post.
    )  # fmt: skip
    reply_with_files(nadia, thread)
    _ask_several(nadia, lucie, thread)
    _keep_together(nadia, lucie, own)
    mute_person(lucie.pk, viewer_of_person(nadia))
    hide_post(_post(hidden), viewer_of_person(lucie), "Hors sujet, et un peu vif.")
    delete_post(_post(deleted), viewer_of_person(nadia))
    measure = Measure.objects.get(post=_post(hidden))
    names = resolve(Thread.objects.get(pk=thread.pk).get_absolute_url()).kwargs
    return {
        "thread": names,
        "thread-pk": {"pk": thread.pk},
        **make_polls(nadia, lucie, thread),
        **make_rounds(nadia, lucie, thread),
        **make_meetings(nadia, thread),
        "post": {"pk": _post(own).pk},
        "hidden": {"pk": _post(hidden).pk},
        "shown": {"pk": _post(shown).pk},
        "measure": {"pk": measure.pk},
        "held": {"pk": _held_post().pk},
        "held-edit": {"pk": _held_edit(lucie).pk},
        **_first_factor(),
        "together": {"pk": measure.pk},
        "template": {"slug": "appel-a-partenaires"},
        "topic-guide": {"slug": "question", "topic": "reseaux-chaleur"},
        **_issues(),
        "synonyms": {"pk": SynonymGroup.objects.get(reference="enr").pk},
        **_drafts(nadia, thread, _post(own)),
        **_bookmarks(nadia, _post(hidden), _post(shown)),
        "saved-search": {"pk": _saved_search(nadia, lucie).pk},
        "stop-key": {"key": stop_key_of(nadia.pk)},
        "subscription": _subscription(nadia),
        "mail-key": {"key": key_of(nadia.pk, thread.pk).link_key},
        **_mail_links(nadia, lucie),
        **_mails(nadia, thread),
        "appeal": {"pk": make_appeal(measure, viewer_of_person(nadia), "C’était utile.").pk},
    }


def _ask_several(nadia, lucie, thread):
    """Put the member's question to four; one answered, one passes it on, one declines."""
    asker, own = viewer_of_person(nadia), nadia.seats.get().organisation
    seats = Seat.objects.representing().exclude(organisation=own)
    seats = seats.exclude(person=lucie).order_by("organisation", "pk")
    first = list({seat.organisation_id: seat for seat in seats}.values())[:4]
    towns = [find_addressee(asker, f"organisation-{it.organisation.slug}") for it in first]
    rows = ask_others(thread, asker, towns[:3])
    pass_on(rows[0], viewer_of_person(first[0].person), towns[3], "Vous saurez mieux.")
    decliner = viewer_of_person(first[1].person)
    decline(rows[1], decliner, "no_time", "Revenez en mars, après le budget.")
    say_same_question(thread, decliner)


def _questions(nadia, lucie):
    """A question that waits for the member's organisation, and one put to several."""
    space = Space.objects.get(slug="reseau")
    town = nadia.seats.get().organisation
    seat = Seat.objects.exclude(organisation=town).filter(person__is_animator=False).first()
    asker = viewer_of_person(seat.person)
    thread = start_thread(seat.person, space, title="Qui a vendu la chaleur à un voisin ?")
    own = find_addressee(asker, f"organisation-{town.slug}")
    received = ask_others(thread, asker, [own])[0]
    ThreadAddressee.objects.filter(pk=received.pk).update(word="Vous l’avez fait, je crois.")
    settled = start_thread(seat.person, space, title="Qui loue un broyeur de branches ?")
    settle_question(settled, asker, "Le syndicat en a un, qu’il prête le mardi.")
    asked = Thread.objects.get(same_question_count=3)
    return {"received": {"pk": received.pk}, "asked-pk": {"pk": asked.pk},
            "settled-pk": {"pk": settled.pk}}  # fmt: skip


def _issues():
    """The issue of the newsletter that is published, and the draft."""
    draft, issue = NewsletterIssue.objects.order_by("-week")[:2]
    return {"draft-issue": {"slug": draft.slug}, "issue": {"slug": issue.slug}}


def _mail_links(nadia, lucie):
    """What mails told her, unread, and a thread that a digest would propose."""
    space = Space.objects.get(slug="reseau")
    other = start_thread(lucie, space, title="Qui partage un silo ?")
    followed = start_thread(lucie, space, title="Qui a un four à pain commun ?")
    follow_thread(followed.pk, viewer_of_person(nadia))
    reply = post_reply(lucie, followed, "Le nôtre chauffe aussi la salle des fêtes.")
    thanked = post_reply(lucie, followed, "Il sert le samedi, et les jours de marché.")
    for person in User.objects.filter(email__in=[MEMBER, PROTECTED]):
        thank_for_post(thanked, viewer_of_person(person))
    news = DigestNews(nadia.pk, timezone.now() + timedelta(days=1), {followed.pk: 2})
    return {
        "mail-post": {"key": key_of(nadia.pk, followed.pk).link_key, "number": 2},
        "digest-token": {"token": sign_digest(news)},
        "follow-token": {"token": sign_proposed(nadia.pk, other.pk)},
        "thanks-token": {"token": sign_thanks(nadia.pk, reply.pk)},
        "thanked": {"pk": thanked.pk},
        "near": {"pk": other.pk},
        **_versions(nadia, lucie, followed),
        "name-removal": _name_removal(nadia, followed),
    }


def _keep_together(nadia, lucie, post):
    """A summary of two versions on a question of hers, her ``post`` as a wiki post, a link."""
    thread, reader = post.thread, viewer_of_person(nadia)
    other = start_thread(nadia, thread.space, title="Comment partager un broyeur de branches ?")
    first = "Une régie suffit pour trois communes."
    text = f"- **Acquis** : {first.lower()}\n- **Reste ouvert** : le prêt."
    write_summary(thread, reader, first, 0)
    write_summary(thread, viewer_of_person(lucie), text, 1, reason="Ce qui reste à trancher")
    set_wiki(post, reader, True)
    edit_post(post, viewer_of_person(lucie), f"{TEXT}\n\nEt chez vous aussi ?", 1)
    link_thread(thread, reader, other.pk, LinkKind.ANSWERED_IN)
    there = f"{site_address()}{other.get_absolute_url()}"
    post_reply(nadia, thread, f"C’est raconté là\u00a0:\n\n{there}")


def _versions(nadia, lucie, thread):
    """A post of hers that she edited, which she asks to have blanked, and another title."""
    post = post_reply(nadia, thread, "Appelez Marie au 06 00 00 00 00.\n\nElle a la clé.")
    reader = viewer_of_person(nadia)
    edit_post(
        post, reader, "Appelez la mairie.\n\nElle a la clé.", 1, reason="Un numéro de trop"
    )
    revision = Revision.objects.get(post=post)
    ask_to_blank(revision, reader, "Le numéro d’une autre personne.")
    about = {"topic": thread.topic, "kind": thread.kind, "tags": []}
    title = "Qui a un four à pain commun, et qui l’allume ?"
    edit_thread(thread, viewer_of_person(lucie), title=title, **about)
    return {
        "edited": {"pk": post.pk},
        "revision": {"pk": revision.pk},
        "retitled": {"pk": thread.pk},
    }


def _name_removal(nadia, thread):
    """Somebody who left: a quotation of theirs, whose heading the site changed, and a thank."""
    leaver = create_person("Solenn Tanguy", "collectivites-locales")
    said = post_reply(leaver, thread, "Le four est allumé le samedi.")
    words = quote(said.text, str(leaver), said.number, said.get_absolute_url())
    post_reply(nadia, thread, f"{words}Merci\u00a0!")
    post_reply(nadia, thread, f"C’est bien ce que {leaver} nous a montré.")
    return {"pk": remove_names(leaver).pk}


def _subscription(nadia):
    """A topic that she subscribes to, and a territory."""
    topic, viewer = Topic.objects.get(slug="bois-energie"), viewer_of_person(nadia)
    subscribe("territory", Territory.objects.first().pk, viewer, "all", "mail")
    subscribe("topic", topic.pk, viewer, "first", "digest")
    return {"kind": "topic", "pk": topic.pk}


def _tags(nadia, lucie):
    """A tag with all that animators say of it, and one that was merged into it."""
    space = Space.objects.get(slug="place-publique")
    for number, tags in enumerate((["Voitures partagées", "régie"], ["Autopartage", "régie"])):
        title = f"Combien coûte une voiture pour {number + 3} communes ?"
        start_thread(nadia, space, title=title, tags=tags)
    merged, target = Tag.objects.filter(slug__in=["voitures-partagees", "autopartage"])
    animator = viewer_of_person(lucie)
    edit_tag(
        target, animator, description="Une voiture que plusieurs foyers se prêtent.",
        description_en="A car that several households lend each other.",
        synonyms=["voiture commune"],
    )  # fmt: skip
    merge_tags(merged, target, animator, "C’est le même mot.")
    return {"target-tag": {"slug": target.slug}, "merged-tag": {"slug": merged.slug}}


def _held_post():
    """A newcomer's first post, which waits."""
    newcomer = create_person("Noé Arrivant", "collectivites-locales", confirmed=False)
    public = Space.objects.get(slug="place-publique")
    return start_thread(newcomer, public, title="Bonjour à tous, qui êtes-vous ?").posts.get()


def _first_factor():
    """A colleague's first second factor, which waits to open their rights."""
    college = "structures-de-soutien"
    colleague = create_person("Basile Nouveau", college, is_animator=True)
    wait = FactorWait.objects.get(person=colleague)
    wait.opens_at = timezone.now() + timedelta(hours=20)
    wait.save()
    return {"factor": {"pk": wait.pk}, "factor-key": {"token": wait.key}}


def _held_edit(lucie):
    """What a newcomer would have a post say that was read and published."""
    newcomer = create_person("Nour Arrivante", "collectivites-locales", confirmed=False)
    public, title = Space.objects.get(slug="place-publique"), "Qui a isolé son école ?"
    post = start_thread(newcomer, public, title=title).posts.get()
    approve_post(post, viewer_of_person(lucie))
    edit_post(post, viewer_of_person(newcomer), f"{TEXT}\n\nEt à quel prix ?", 1)
    return HeldEdit.objects.get(post=post)


def _archive():
    """Many mails of a list, some of a kind that is left out, which wait to be opened."""
    file = BytesIO()
    for _number in write_mailing_list(file, 120):
        pass
    file.seek(0)
    topic = Topic.objects.get(slug="vie-du-reseau")
    archive = import_mbox(file, Space.objects.get(slug="reseau"), topic)
    longest = archive.threads.order_by("-mail_count", "pk")[0]
    return {"archive": {"pk": archive.pk}, "archived-thread": {"pk": longest.pk}}


def _mails(nadia, thread):
    """A mail of which something was folded; one that cannot be read."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = nadia.email, "Re: Bois", "<1@a>"
    mail.set_content(MAILED)
    key = ThreadMailKey.objects.get(person=nadia, thread=thread)
    receive_mail(mail.as_bytes(), f"reponse+{key.key}@forum.example.org")
    quarantine_mail(key, mail.as_bytes(), MailUnreadable("unknown 8-bit encoding"))
    return {"received-mail": {"pk": ReceivedMail.objects.get().pk}}


def _drafts(nadia, thread, post):
    """What the member began to write: replies, an edit and a new thread."""
    viewer = viewer_of_person(nadia)
    for draft in (
        PostDraft(thread=thread, text=f"Chez nous, c’est autre chose. {TEXT}"),
        PostDraft(post=post, text=TEXT, choices={"version": "1"}),
        PostDraft(title="Qui a mutualisé un agent ?", text="Nous cherchons à trois communes."),
        PostDraft(thread=Thread.objects.exclude(space__slug="reseau").first(), text=TEXT),
    ):
        draft.key = uuid4()
        draft_actions.save_draft(viewer, draft)
    return {}


def _bookmarks(nadia, hidden, shown):
    """What the member keeps: a post that is hidden, another thread's, and one with all."""
    viewer = viewer_of_person(nadia)
    Bookmark.objects.create(person=nadia, post=hidden, note="Voir ce que la régie a répondu.")
    elsewhere = Post.objects.visible_to(viewer).exclude(thread=shown.thread)
    for post in (elsewhere.order_by("-pk")[0], shown):
        bookmark_post(post, viewer)
    row = Bookmark.objects.get(person=nadia, post=shown)
    day = timezone.localdate() + timedelta(days=40)
    edit_bookmark(
        row.pk, viewer, "Le montrer au conseil de mars.\nDemander leurs statuts.", day
    )
    return {"bookmark": {"pk": row.pk}}


def _saved_search(nadia, lucie):
    """A search that the member follows, which has found a thread, and one that has not."""
    follow_search("méthaniseur mot:biogaz", viewer_of_person(nadia))
    found = follow_search("chaudière bois", viewer_of_person(nadia))
    list(threads_indexed())
    space = Space.objects.get(slug="reseau")
    start_thread(lucie, space, title="Une chaudière à bois pour la piscine ?", text=TEXT)
    while match_next_events(timezone.now() + timedelta(seconds=1)):
        pass
    return found


def _post(created):
    return created if isinstance(created, Post) else created.post


def _group(nadia):
    """A group that the member manages, with a request, an invitation; one she is invited to."""
    group = WorkingGroup.objects.create(
        slug="regies", name="Régies", purpose="Écrire un modèle de statuts.", contact=nadia,
        created_by=nadia, join_policy="request",
    )  # fmt: skip
    Space.objects.create(
        slug="regies", name="Régies", audience=Audience.GROUP, group=group, order=99
    )
    GroupMembership.objects.create(group=group, person=nadia)
    others = [seat.person for seat in Seat.objects.filter(is_contact=True).order_by("pk")[2:5]]
    GroupMembership.objects.create(group=group, person=others[0])
    group_actions.request_to_join(group, others[1], "J’ai trois statuts à apporter.")
    group_actions.invite_address(group, nadia, "quelqu.un@exemple.fr")
    older = WorkingGroup.objects.exclude(pk=group.pk).get()
    entry = group_actions.invite(older, older.contact, nadia)
    return {"group": {"slug": group.slug}, "entry": {"pk": entry.pk}}


def _admission(nadia, seat):
    """A domain and an invitation of the member's organisation, and one for herself."""
    declare_domain(seat.organisation, nadia, "mesnil-argance.exemple.fr")
    invite_to_seat(seat.organisation, nadia, "collegue@exemple.fr")
    contact = (
        Seat.objects.filter(is_contact=True).exclude(organisation=seat.organisation).first()
    )
    invitation = invite_to_seat(contact.organisation, contact.person, nadia.email)
    newcomer = Organisation.objects.create(
        slug="candidate", name="Syndicat des Trois Rus", college=seat.organisation.college,
        department_code="22", admitted_at=None, needs_sponsors=True,
    )  # fmt: skip
    waiting = User.objects.create_user(
        "paul@exemple.fr", "Paul Candidat", password="long-42-42"
    )
    Seat.objects.create(person=waiting, organisation=newcomer, position="directeur")
    sign_charter(waiting, newcomer)
    sign_charter(contact.person, contact.organisation)  # The newer version.
    return {
        "signed": {"slug": contact.organisation.slug},
        "organisation": {"slug": seat.organisation.slug},
        "candidate": {"slug": newcomer.slug},
        "key": {"key": invitation.key},
    }


def _rooms(lucie, seat):
    """Rooms that the animator opened: one shut again, one open."""
    first, second = College.objects.exclude(organisations__seats__person=lucie)[:2]
    reason = "Un message nous est signalé dans cette pièce."
    close_access(open_access(lucie, first, reason, 1), lucie)
    open_access(lucie, second, reason, 8)
    return {"log": {"slug": Space.objects.get(college=first, group=None).slug}}


def _keys():
    """A password's key, and every second factor of a person who has them all."""
    person = User.objects.get(email=PROTECTED)
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    data = {"name": "Clé de bureau", "credential": _credential()}
    key = person.authenticator_set.create(type="webauthn", data=data)
    # Their browser is signed in already, as that of whoever sets them up stays.
    User.objects.filter(pk=person.pk).update(session_salt="")
    return {"authenticator": {"pk": key.pk}}


def _credential():
    """What a browser answers that registers a key, of which nobody has the other half."""
    public = ES256({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)})
    key = AttestedCredentialData.create(bytes(16), b"scene", public)
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP
    proof = AuthenticatorData.create(bytes(32), flags, 0, key)
    attested = AttestationObject.create("none", proof, {})
    client = json.dumps({"type": "webauthn.create", "challenge": "", "origin": ""}).encode()
    return {
        "id": websafe_encode(b"scene"),
        "rawId": websafe_encode(b"scene"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(bytes(attested)),
        },
    }
