"""What the site proposes for the week, when, and that it does so once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.conversation.meetings.models import Meeting
from forum.conversation.questions.actions import accept_answer
from forum.conversation.questions.models import AcceptedAnswer
from forum.library.newsletter import actions
from forum.library.newsletter.actions import IssueEdit, Publication, propose_issue
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem, monday_of
from forum.library.newsletter.proposals import MAX_PROPOSED
from forum.library.newsletter.tasks import draft_newsletter, settle_newsletters
from tests.factories import AUTHORITIES, create_tool, post_reply, start_thread
from tests.forum.conversation.meeting_helpers import add_meeting
from tests.forum.conversation.poll_helpers import end_poll, open_vote
from tests.forum.conversation.round_helpers import decide, end_round, open_round
from tests.forum.library.newsletter.newsletter_helpers import aged, issue_of, text_of

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def nobody_is_new(jeanne, claire, lucie):
    """The organisations of the cast joined long ago."""
    Organisation.objects.update(admitted_at=timezone.now() - timedelta(days=90))


def proposed():
    """``(kind, title)`` of what the site proposes now, in order."""
    NewsletterIssue.objects.filter(published_at__gt=timezone.now()).delete()
    issue = propose_issue()
    if issue is None:
        return []
    rows = NewsletterItem.objects.filter(issue=issue)
    return [one.title for one in rows.order_by("position") if not one.tool_id] + [
        "outil" for one in rows if one.tool_id
    ]


def test_it_is_what_happened_of_each_sort_in_one_order(
    claire, jeanne, lucie, spaces, viewer_of
):
    network = spaces["network"]
    start_thread(jeanne, network, title="Notre silo", kind="experience")
    solved = start_thread(claire, network, title="Quelle régie ?")
    accept_answer(post_reply(jeanne, solved), viewer_of(claire))
    aged(start_thread(claire, network, title="Quel vent ?"), days=4)
    start_thread(lucie, network, title="Rencontre à Redon", kind="announcement")
    create_tool(post_reply(jeanne, solved))
    town = claire.seats.get().organisation
    Organisation.objects.filter(pk=town.pk).update(admitted_at=timezone.now())
    start_thread(jeanne, network, title="On en parle", kind="discussion")

    assert proposed() == [
        "Rencontre à Redon", "Quel vent ?", "Quelle régie ?", "Notre silo", town.name, "outil",
    ]  # fmt: skip


def test_what_a_consent_round_decided_is_proposed_once_where_all_members_read_it(
    claire, jeanne, spaces, browser_of, viewer_of
):
    thread = start_thread(claire, spaces["network"], title="Notre silo")
    accept_answer(post_reply(jeanne, thread), viewer_of(claire))
    in_college = start_thread(claire, spaces[AUTHORITIES], title="Au collège")
    for it in open_round(thread, claire), open_round(in_college, claire):
        decide(end_round(it), claire, outcome="reserves")
    assert proposed() == ["Notre silo"]
    issue = NewsletterIssue.objects.get()
    item = NewsletterItem.objects.with_display_fields(viewer_of(jeanne)).get(issue=issue)
    assert item.consultation_text == "Décision\u00a0: Adoptée avec réserves"
    NewsletterIssue.objects.update(gathered_at=timezone.now(), published_at=timezone.now())
    assert proposed() == []


def test_a_vote_by_secret_ballot_is_proposed_likewise_without_what_it_gave(
    claire, jeanne, lucie, spaces, make_person, viewer_of
):
    thread = start_thread(claire, spaces["network"], title="Notre silo")
    in_college = start_thread(claire, spaces[AUTHORITIES], title="Au collège")
    for n in range(4):
        make_person(f"Élue {n}", AUTHORITIES)
    for where in thread, in_college:
        end_poll(open_vote(where, claire))
    titles = proposed()
    assert titles[0] == "Notre silo" and "Au collège" not in titles
    items = NewsletterItem.objects.with_display_fields(viewer_of(jeanne))
    said = "Procès-verbal d’un vote"
    assert items.get(thread=thread).consultation_text == said
    items.filter(thread=thread).update(thread=in_college)
    assert items.get(thread=in_college).consultation_text == ""


def test_a_meeting_of_the_two_weeks_to_come_is_proposed_once_where_all_members_read_it(
    claire, lucie, spaces
):
    titles = {"Demain": 1, "Dans dix jours": 10, "Plus tard": 20, "Au collège": 3}
    for title, days in titles.items():
        space = spaces[AUTHORITIES if title == "Au collège" else "network"]
        add_meeting(start_thread(claire, space, title=title), claire, days=days)
    assert sorted(proposed()) == ["Dans dix jours", "Demain"]
    now, week = timezone.now(), timedelta(days=7)
    NewsletterIssue.objects.update(
        week=monday_of(now.date()) - week, gathered_at=now, published_at=now
    )
    assert proposed() == []
    NewsletterIssue.objects.update(gathered_at=now - week, published_at=now - week)
    Meeting.objects.update(created_at=now - week - timedelta(hours=1))
    assert proposed() == ["Dans dix jours"]  # The other was near enough a week ago, too.
    Meeting.objects.update(cancelled_at=timezone.now())
    assert proposed() == []


def test_only_what_all_members_read_is_proposed(jeanne, claire, spaces, make_person):
    start_thread(jeanne, spaces["public"], title="Au grand jour", kind="experience")
    start_thread(jeanne, spaces["network"], title="Entre membres", kind="experience")
    start_thread(claire, spaces[AUTHORITIES], title="Au collège", kind="experience")
    candidate = make_person("Nina Neuve", AUTHORITIES, confirmed=False).seats.get()
    Organisation.objects.filter(pk=candidate.organisation_id).update(admitted_at=None)

    assert sorted(proposed()) == ["Au grand jour", "Entre membres"]


def test_a_question_waits_three_days_and_is_proposed_once_the_oldest_first(
    claire, jeanne, spaces
):
    def asked(title, **lapse):
        return aged(start_thread(claire, spaces["network"], title=title), **lapse)

    asked("D’hier ?", days=1)
    asked("De la semaine ?", days=5)
    old = asked("Du mois ?", days=30)
    asked("De l’an passé ?", days=90)
    post_reply(jeanne, asked("Répondue ?", days=8))
    assert proposed() == ["Du mois ?", "De la semaine ?"]

    issue_of(old, weeks_ago=1)
    assert proposed() == ["De la semaine ?"]


def test_what_happened_before_the_issue_before_is_not_proposed_again(
    claire, jeanne, spaces, viewer_of
):
    thread = start_thread(claire, spaces["network"])
    accept_answer(post_reply(jeanne, thread), viewer_of(claire))
    aged(start_thread(jeanne, spaces["network"], title="Ancien", kind="experience"), days=2)
    start_thread(jeanne, spaces["network"], title="Nouveau", kind="experience")
    AcceptedAnswer.objects.update(accepted_at=timezone.now() - timedelta(days=2))
    assert proposed() == [thread.title, "Nouveau", "Ancien"]

    issue = issue_of(weeks_ago=1)
    NewsletterIssue.objects.update(gathered_at=timezone.now() - timedelta(days=1))
    assert proposed() == ["Nouveau"]

    NewsletterIssue.objects.filter(pk=issue.pk).update(published_at=None)
    assert proposed() == [thread.title, "Nouveau", "Ancien"], "what was not told still is"


def test_it_is_nine_at_most_in_turn_of_each_sort(claire, jeanne, spaces, lucie):
    for n in range(6):
        start_thread(jeanne, spaces["network"], title=f"Silo {n}", kind="experience")
        start_thread(lucie, spaces["network"], title=f"Annonce {n}", kind="announcement")
        aged(start_thread(claire, spaces["network"], title=f"Question {n} ?"), days=10)

    found = proposed()
    assert len(found) == MAX_PROPOSED
    for sort in ("Annonce", "Question", "Silo"):
        assert sum(title.startswith(sort) for title in found) == 3


def test_what_its_author_may_still_undo_is_not_proposed(jeanne, spaces, monkeypatch):
    start_thread(jeanne, spaces["network"], title="À l’instant", kind="experience")
    monkeypatch.setattr("forum.base.outgoing_mail.queries.UNDO_PERIOD", timedelta(minutes=1))

    assert proposed() == []


def test_run_twice_the_task_drafts_once_and_nothing_where_nothing_happened(jeanne, spaces):
    draft_newsletter.call()
    assert not NewsletterIssue.objects.exists()
    start_thread(jeanne, spaces["network"], kind="experience")
    for _run in range(2):
        draft_newsletter.call()

    assert NewsletterIssue.objects.get().items.count() == 1


def test_a_draft_of_thursday_is_published_by_itself_on_monday_at_seven(jeanne, spaces):
    thursday = datetime(2026, 3, 26, 14, tzinfo=PARIS)  # Summer time begins on the Sunday.
    thread = start_thread(jeanne, spaces["network"], kind="experience")
    thread.__class__.objects.filter(pk=thread.pk).update(created_at=thursday)

    issue = propose_issue(thursday + timedelta(minutes=1))
    assert issue.slug == "2026-13"
    assert issue.published_at == datetime(2026, 3, 30, 7, tzinfo=PARIS)
    before, after = (issue.published_at + timedelta(seconds=n) for n in (-1, 0))
    shown = NewsletterIssue.objects.published
    assert not shown(before).exists() and shown(after).get() == issue


def test_a_draft_waits_for_animators_until_one_has_saved_it_or_it_is_out(
    jeanne, lucie, spaces, viewer_of, browser_of
):
    start_thread(jeanne, spaces["network"], kind="experience")
    desk, actor = browser_of(lucie), viewer_of(lucie)
    issue = propose_issue()
    said = "La semaine du réseau est à relire"
    assert said in text_of(desk, reverse("review-queue"))
    actions.edit_issue(issue, IssueEdit(0), actor)  # It is fine as it is.
    assert said not in text_of(desk, reverse("review-queue"))

    NewsletterIssue.objects.update(reviewed_at=None)
    settle_newsletters.call()
    assert said in text_of(desk, reverse("review-queue")), "it is not out yet"
    NewsletterIssue.objects.update(published_at=timezone.now())
    for _run in range(2):
        settle_newsletters.call()
    assert said not in text_of(desk, reverse("review-queue"))
    entry = ModerationLogEntry.objects.get()
    assert (entry.action, entry.actor) == (LoggedAction.PUBLISH_NEWSLETTER, None)


def test_what_an_animator_wrote_in_goes_out_only_once_one_of_them_says_so(
    jeanne, lucie, spaces, viewer_of, browser_of
):
    start_thread(jeanne, spaces["network"], kind="experience")
    desk, actor, issue = browser_of(lucie), viewer_of(lucie), propose_issue()
    said = "La semaine du réseau attend d’être publiée"
    issue = actions.edit_issue(issue, IssueEdit(0, "Il manque la date."), actor)
    assert issue.published_at is None and said in text_of(desk, reverse("review-queue"))
    assert "qui attend que vous le publiiez" in text_of(desk, reverse("newsletter-issues"))

    monday = IssueEdit(1, "La date y est.", publication=Publication.MONDAY)
    issue = actions.edit_issue(issue, monday, actor)
    assert issue.published_at == issue.goes_out_at
    assert said not in text_of(desk, reverse("review-queue"))
    issue = actions.edit_issue(issue, IssueEdit(2, "Une faute de moins."), actor)
    assert issue.published_at == issue.goes_out_at, "its day is chosen already"


def test_what_is_withheld_is_told_to_nobody_and_may_go_out_after_all(
    jeanne, lucie, spaces, viewer_of
):
    start_thread(jeanne, spaces["network"], kind="experience")
    issue, actor = propose_issue(), viewer_of(lucie)
    issue = actions.edit_issue(issue, IssueEdit(0, publication=Publication.NEVER), actor)
    assert issue.published_at is None
    issue = actions.edit_issue(issue, IssueEdit(1, publication=Publication.MONDAY), actor)
    assert issue.published_at == issue.goes_out_at > timezone.now()
