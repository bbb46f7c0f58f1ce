"""What no gate holds is lost: the house grows only by a commit that says why."""

import pytest

from tests import figures

pytestmark = pytest.mark.deep


def test_no_figure_is_beyond_the_one_that_is_noted():
    """``python -m tests.figures --write`` notes those of today."""
    assert figures.grown() == {}


def test_a_figure_that_grew_is_named(monkeypatch):
    today = figures.figures()
    monkeypatch.setattr(figures, "figures", lambda: today | {"rooms": today["rooms"] + 1})

    assert figures.grown() == {"rooms": (today["rooms"], today["rooms"] + 1)}
