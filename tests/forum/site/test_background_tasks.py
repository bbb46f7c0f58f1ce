"""Background tasks: what is over goes by itself, what fails is seen, and nothing runs twice."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.tasks import task, task_backends
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxScheduleTick, OxTask
from django_ox.testing import run_tasks
from django_ox.worker import Worker

from accounts.admission.models import Invitation
from accounts.admission.tasks import delete_old_invitations
from accounts.base.schedules import DeclaredSchedules
from accounts.charter.tasks import RegisterAltered, verify_register
from accounts.models import Session, User
from accounts.users.sessions import SessionStore
from accounts.users.tasks import delete_expired_sessions, delete_unverified_accounts
from forum.site.operations.queries import is_worker_missing, schedule_statuses
from forum.site.operations.worker import inside_worker
from tests import factories

pytestmark = pytest.mark.django_db


def ago(**lapse):
    return timezone.now() - timedelta(**lapse)


def dispatch():
    """Enqueue what is due by the clock, as a worker does before it looks for tasks."""
    return Worker().dispatch_schedules()


# -------------------------------------------------------------- what is over goes


def test_sessions_that_have_expired_are_deleted_and_others_stay(claire, browser_of):
    page = browser_of(claire)
    for n in range(3):
        Session.objects.create(session_key=f"{n}" * 32, expire_date=ago(hours=1))

    assert delete_expired_sessions.call() == 3
    assert page.get(reverse("account")).status_code == 200


def test_a_sign_up_that_nobody_verified_is_deleted_after_a_week():
    old = User.objects.create_user("a@exemple.fr", "Ada Ancienne", "fort-et-long-42")
    new = User.objects.create_user("n@exemple.fr", "Noé Nouveau", "fort-et-long-42")
    sure = User.objects.create_user("s@exemple.fr", "Sara Sûre", "fort-et-long-42")
    for person in (old, new, sure):
        EmailAddress.objects.create(user=person, email=person.email, verified=person == sure)
    User.objects.exclude(pk=new.pk).update(joined_at=ago(days=8))

    assert delete_unverified_accounts.call() == 1
    assert set(User.objects.all()) == {new, sure}


def test_nobody_who_holds_a_seat_or_signed_is_taken_for_a_sign_up(claire, lucie):
    for person in (claire, lucie):
        EmailAddress.objects.create(user=person, email=person.email, verified=False)
    User.objects.update(joined_at=ago(days=400), last_login=None)

    assert delete_unverified_accounts.call() == 0


def test_invitations_go_a_month_after_their_end_used_or_not(claire, jeanne):
    organisation = claire.seats.get().organisation
    for n, (expires, used) in enumerate([(31, None), (31, 40), (29, None), (-5, None)]):
        Invitation.objects.create(
            organisation=organisation,
            email=f"i{n}@exemple.fr",
            expires_at=ago(days=expires),
            used_at=used and ago(days=used),
        )

    assert delete_old_invitations.call() == 2
    left = Invitation.objects.order_by("email").values_list("email", flat=True)
    assert list(left) == ["i2@exemple.fr", "i3@exemple.fr"]


def test_a_register_that_was_altered_is_found_by_the_nightly_task():
    assert verify_register.call().count(":") == 1
    factories.create_charter()  # A row that no line of the register speaks of.

    with pytest.raises(RegisterAltered, match="is in no line"):
        verify_register.call()


# ------------------------------------------------------------------- by the clock


def test_every_schedule_has_a_task_a_label_and_a_next_run():
    statuses = schedule_statuses()

    assert len(statuses) > 30 and len({str(one.label) for one in statuses}) == len(statuses)
    assert all(one.label and one.next_run_at > timezone.now() for one in statuses)


def test_mail_is_fetched_by_the_clock_where_there_is_a_mailbox_only(settings):
    def has_it():
        return "fetch_mail" in [it.name for it in DeclaredSchedules({}, "default").schedules()]

    assert not has_it()
    settings.FORUM_IMAP_URL = "imaps://a:b@mail.example"
    assert has_it()


def test_a_task_that_nobody_enqueues_says_when_it_runs():
    """What is neither scheduled nor enqueued by any code would never run."""
    floors = [Path(settings.BASE_DIR) / floor for floor in ("accounts", "forum", "realtime")]
    code = "".join(path.read_text() for floor in floors for path in floor.glob("**/*.py"))
    scheduled = {it.task.name for it in DeclaredSchedules({}, "default").schedules()}
    declared = {
        name
        for floor in floors
        for path in floor.glob("**/tasks.py")
        for name in re.findall(r"^@task\(.*\)\ndef (\w+)", path.read_text(), re.M)
    }
    enqueued = {
        name for name in declared if f"{name}.enqueue" in code or f"{name}.using" in code
    }
    assert declared - scheduled - enqueued == {"fetch_mail"}


def test_what_is_due_is_enqueued_once_whatever_the_number_of_workers():
    dispatch()  # The first sight of a schedule is noted, and runs nothing.
    OxScheduleTick.objects.filter(schedule_name="announce_ended_seats").update(
        scheduled_for=ago(minutes=5)
    )

    assert [dispatch(), dispatch(), dispatch()] == [1, 0, 0]
    run_tasks()
    (status,) = [one for one in schedule_statuses() if one.outcome]
    assert (status.outcome, status.result, status.failures) == ("SUCCESSFUL", "0", 0)
    assert status.last_run_at and status.seconds >= 0


# ---------------------------------------------------------------- what fails is seen

calls = []


@task()
def falter():
    calls.append(1)
    raise ValueError("La chaudière est froide.")


def fail_for_good():
    """Enqueue a task that fails, and run it until no worker tries it again."""
    result = falter.enqueue()
    for _attempt in range(settings.TASKS["default"]["OPTIONS"]["MAX_ATTEMPTS"]):
        OxTask.objects.filter(pk=result.id).update(run_after=None)
        run_tasks()
    return OxTask.objects.get(pk=result.id)


def test_a_task_that_fails_is_tried_five_times_after_longer_and_longer_pauses():
    calls.clear()
    result = falter.enqueue()
    pauses = []
    for _attempt in range(4):
        run_tasks()
        row = OxTask.objects.get(pk=result.id)
        pauses.append((row.run_after - timezone.now()).total_seconds())
        OxTask.objects.update(run_after=None)
    run_tasks()

    assert len(calls) == 5 and pauses == sorted(pauses) and pauses[-1] > 4 * pauses[0]
    assert OxTask.objects.get(pk=result.id).status == OxTask.Status.FAILED


def test_what_has_failed_for_good_is_shown_to_animators_and_can_be_tried_again(
    lucie, browser_of
):
    dead = fail_for_good()
    page = browser_of(lucie)
    text = page.get(reverse("background-tasks")).text
    assert "falter" in text and "La chaudière est froide." in text

    answer = page.post(reverse("retry-task", args=[dead.pk]), follow=True)
    assert "est reprise dans un instant" in answer.text
    dead.refresh_from_db()
    assert dead.status == OxTask.Status.READY
    assert page.post(reverse("retry-task", args=[dead.pk])).status_code == 404


def test_or_given_up(lucie, browser_of):
    dead = fail_for_good()
    page = browser_of(lucie)
    page.post(reverse("discard-task", args=[dead.pk]))

    assert "falter" not in page.get(reverse("background-tasks")).text
    waiting = OxTask.objects.get(pk=falter.enqueue().id)
    assert page.post(reverse("discard-task", args=[waiting.pk])).status_code == 404


def test_a_worker_that_is_not_there_is_told(lucie, browser_of):
    assert is_worker_missing()
    dispatch()
    assert not is_worker_missing()
    falter.enqueue()
    OxTask.objects.update(enqueued_at=ago(minutes=6))
    assert is_worker_missing()
    said = browser_of(lucie).get(reverse("background-tasks")).text
    assert "Aucune tâche n’a été prise depuis cinq minutes" in said


# -------------------------------------------------------------- with what it is about


@pytest.mark.django_db(transaction=True)
def test_a_task_of_a_transaction_that_is_taken_back_never_runs():
    with transaction.atomic():
        falter.enqueue()
        transaction.set_rollback(True)

    assert not OxTask.objects.exists()


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_task_whose_worker_died_is_taken_up_by_another(claire):
    store = SessionStore()
    store[SESSION_KEY] = str(claire.pk)
    store.save(must_create=True)
    Session.objects.update(expire_date=ago(hours=1))
    result = delete_expired_sessions.enqueue()
    # As the row stands when a worker was killed in the middle of it.
    OxTask.objects.filter(pk=result.id).update(
        status=OxTask.Status.RUNNING,
        attempts=1,
        worker_ids=["killed"],
        locked_by="killed",
        locked_at=ago(minutes=5),
        lease_expires_at=ago(minutes=3),
        lease_epoch=1,
        started_at=ago(minutes=5),
        last_attempted_at=ago(minutes=5),
    )

    assert Worker().reap() == 1
    run_tasks()
    result = task_backends["default"].get_result(result.id)
    assert result.return_value == 1 and not Session.objects.exists()


@pytest.mark.skipif(
    "sqlite" in settings.DATABASES["default"]["ENGINE"],
    reason="Django closes no connection to a database in memory, which other threads leave",
)
@pytest.mark.django_db(transaction=True)
def test_the_worker_inside_a_process_runs_what_is_enqueued_and_stops():
    result = delete_expired_sessions.enqueue()
    inside_worker.start()
    try:
        until = timezone.now() + timedelta(seconds=30)
        done = OxTask.objects.filter(pk=result.id, status=OxTask.Status.SUCCESSFUL)
        while not done.exists() and timezone.now() < until:
            pass
        assert done.exists()
    finally:
        inside_worker.stop()
    waiting = delete_expired_sessions.enqueue()
    assert OxTask.objects.get(pk=waiting.id).status == OxTask.Status.READY
