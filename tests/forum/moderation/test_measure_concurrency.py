"""Two animators at once: what is taken or ended is so once, and logged once."""

from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection

from accounts.moderation_log.models import ModerationLogEntry
from forum.base.rules import Refused
from forum.moderation.actions import end_measure, hide_post
from forum.moderation.appeals.actions import decide_appeal, make_appeal
from forum.moderation.measures.actions import impose_on_person
from forum.moderation.measures.models import Measure, MeasureKind
from tests.factories import SUPPORT, moderation_reason

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "sqlite" in settings.DATABASES["default"]["ENGINE"], reason="one writer"
    ),
]


@pytest.fixture
def animators(lucie, make_person, viewer_of):
    """Two who act at once."""
    solene = make_person("Solène Anime", SUPPORT, is_animator=True)
    return viewer_of(lucie), viewer_of(solene)


def at_once(act, animators):
    """What each is given who does ``act`` at the same time; a Refused where it is refused."""
    gate, outcomes = Barrier(len(animators)), []

    def run(viewer):
        gate.wait()
        try:
            outcomes.append(act(viewer))
        except Refused as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[viewer]) for viewer in animators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def logged(action):
    return ModerationLogEntry.objects.filter(action=action).count()


def test_a_measure_ends_once(thread, animators, make_person, viewer_of):
    other = make_person("Aline Anime", SUPPORT, is_animator=True)
    hide_post(thread.posts.get(), viewer_of(other), "Des faits.", moderation_reason())
    measure = Measure.objects.get()

    outcomes = at_once(lambda viewer: end_measure(measure, viewer, "Rien."), animators)

    assert sorted(isinstance(one, Refused) for one in outcomes) == [False, True]
    assert logged("restore_post") == 1


def test_a_person_is_suspended_once(claire, animators):
    reason = moderation_reason()

    outcomes = at_once(
        lambda viewer: impose_on_person(
            MeasureKind.SUSPEND, claire, viewer, f"Vu par {viewer.person_id}.", reason
        ),
        animators,
    )

    assert sorted(isinstance(one, Refused) for one in outcomes) == [False, True]
    assert Measure.objects.count() == logged("suspend") == 1


def test_an_appeal_is_decided_once(claire, animators, make_person, viewer_of):
    other = make_person("Aline Anime", SUPPORT, is_animator=True)
    about = "Des faits.", moderation_reason()
    measure = impose_on_person(MeasureKind.SILENCE, claire, viewer_of(other), *about)
    appeal = make_appeal(measure, viewer_of(claire), "Non.")

    outcomes = at_once(lambda viewer: decide_appeal(appeal, viewer, True, "Soit."), animators)

    assert sorted(isinstance(one, Refused) for one in outcomes) == [False, True]
    assert logged("accept_appeal") == logged("end_silence") == 1
