"""The minutes of a consent round: as a file, in both languages, and what they attest."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import College
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.consent_rounds.actions import amend_round
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.consent_rounds.queries import digest_of
from tests.factories import start_thread
from tests.forum.conversation.round_helpers import (
    TITLE,
    answer,
    decide,
    end_round,
    open_round,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def decided(claire, jeanne, lucie, spaces):
    """A round of two texts: an objection to each, a reserve, and a voter without an answer."""
    it = open_round(start_thread(claire, spaces["network"]), claire, text="Une semaine avant.")
    answer(it, jeanne, "objection", "Trop court.")
    amend_round(it, viewer_of_person(claire), "Un mois avant.", "Laisser du temps.", 1)
    answer(it, jeanne, "objection", "Trop long.")
    answer(it, lucie, "reserve", "À revoir en hiver.")
    return decide(end_round(it), lucie, "reserves", "On essaie un an.")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_its_file_says_all_that_led_to_the_outcome_in_either_language(
    decided, jeanne, browser_of, language
):
    browser = browser_of(jeanne)
    browser.cookies["django_language"] = language
    content = browser.get(reverse("round-minutes", args=[decided.pk])).content
    pages = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    text = " ".join(" ".join(pages).split())
    colleges = decided.voters.values("college")
    said = [
        TITLE, "Une semaine avant.", "Un mois avant.", "Laisser du temps.", "Trop court.",
        "Trop long.", "Revu dans un an.", "À revoir en hiver.", "On essaie un an.",
        decided.digest, "Claire Le Bihan", "Lucie Hoarau", "Jeanne Brunel",
        *College.objects.filter(pk__in=colleges).values_list("name", flat=True),
    ]  # fmt: skip
    said += {
        "fr": ["Procès-verbal d’un tour de consentement", "Adoptée avec réserves",
               "Tour ouvert par Claire Le Bihan le", "issue écrite par Lucie Hoarau le",
               "Le texte, version 2", "Suite donnée :", "sans réponse",
               "Trop court. Suite donnée : texte amendé. Laisser du temps.",
               "Positions qui ne comptent plus", "Empreinte SHA-256"],
        "en": ["Minutes of a consent round", "Adopted with reservations",
               "Round opened by Claire Le Bihan on", "outcome written by Lucie Hoarau on",
               "The text, version 2", "What became of it:", "no answer",
               "Trop court. What became of it: the text was amended. Laisser du temps.",
               "Positions that no longer count", "SHA-256"],
    }[language]  # fmt: skip
    assert [it for it in said if it not in text] == []


def test_the_fingerprint_attests_each_thing_that_the_minutes_have(decided, claire, lucie):
    digest = digest_of(decided)
    assert digest == decided.digest == digest_of(ConsentRound.objects.get())
    day, positions = timedelta(days=1), decided.positions.order_by("pk")
    former, objection = positions[0], positions[1]
    voter = decided.voters.filter(positions=None).first()
    changes = [
        *(
            lambda name=name, value=value: setattr(decided, name, value)
            for name, value in {
                "title": "Un autre",
                "text": "Deux mois avant.",
                "version": 3,
                "voter_kind": "person",
                "quorum": "half",
                "outcome": "adopted",
                "outcome_text": "Deux ans.",
                "author_id": lucie.pk,
                "decided_by_id": claire.pk,
                "created_at": decided.created_at - day,
                "closed_at": decided.closed_at - day,
                "decided_at": decided.decided_at - day,
            }.items()
        ),
        lambda: decided.versions.update(text="Jamais."),
        lambda: decided.versions.update(reason="Sans raison."),
        lambda: decided.voters.filter(pk=voter.pk).delete(),
        lambda: positions.filter(pk=objection.pk).update(treatment="Rien."),
        lambda: positions.filter(pk=objection.pk).update(kind="consent"),
        lambda: positions.filter(pk=objection.pk).update(reason="Autre chose."),
        lambda: positions.filter(pk=objection.pk).update(person=claire),
        lambda: positions.filter(pk=former.pk).delete(),
    ]
    for change in changes:
        change()
        changed = digest_of(decided)
        assert changed != digest
        digest = changed
