"""What takes too much of the processor ends, and nothing of it is kept."""

import pytest
from django.db import transaction
from django.urls import path

from accounts.base.cpu_budget import BudgetSpent, check_budget, cpu_budget
from accounts.models import Organisation, User
from forum import urls
from forum.site import errors

pytestmark = pytest.mark.django_db


def spend():
    """Calculate until there is no time left."""
    while True:
        sum(range(10_000))
        check_budget()


@transaction.atomic
def endless_page(request):
    Organisation.objects.update(name="Autre nom")
    spend()


urlpatterns = [path("sans-fin/", endless_page), *urls.urlpatterns]
handler404 = urls.handler404


def test_what_has_spent_its_time_ends_before_its_next_query():
    with cpu_budget(0), pytest.raises(BudgetSpent):
        User.objects.exists()


def test_who_tidies_up_and_answers_is_given_as_much_again():
    with cpu_budget(0.05):
        for _ in range(2):
            with pytest.raises(BudgetSpent):
                spend()
            check_budget()


def test_what_comes_after_is_not_bounded():
    with cpu_budget(0):
        pass

    check_budget()
    assert not User.objects.exists()


@pytest.mark.urls(__name__)
def test_a_page_without_end_is_refused_in_words_logged_once_and_leaves_nothing(
    claire, browser_of, monkeypatch, caplog
):
    browser = browser_of(claire)
    browser.get("/nulle-part/")  # What is made once is made.
    caplog.clear()
    monkeypatch.setattr(errors, "PAGE_SECONDS", 0.3)
    names = set(Organisation.objects.values_list("name", flat=True))
    answer = browser.post("/sans-fin/", {"text": "Ce que j’ai tapé."})

    assert answer.status_code == 503 and "trop longue à calculer" in answer.text
    assert "Ce que j’ai tapé." in answer.text
    assert set(Organisation.objects.values_list("name", flat=True)) == names
    assert [(it.name, it.getMessage()) for it in caplog.records if it.levelno > 30] == [
        ("django.request", "Service Unavailable: /sans-fin/")
    ]
