"""One test for every role, and answers made comparable."""

import re
from functools import partial, wraps
from inspect import signature

from django.core.cache import cache
from django.test import TestCase

from tests.surfaces.tables import ALL


def for_each_role(test=None, *, but=()):
    """Run ``test`` for one role after the other on one scene, put back after each."""
    if test is None:
        return partial(for_each_role, but=but)

    @wraps(test)
    def run(**fixtures):
        for role in sorted(ALL - {*but}):
            before = TestCase._enter_atomics()  # As between the tests of a TestCase.
            try:
                test(role=role, **fixtures)
            finally:
                TestCase._rollback_atomics(before)
                cache.clear()

    told = signature(test)
    shared = [it for name, it in told.parameters.items() if name != "role"]
    run.__signature__ = told.replace(parameters=shared)
    return run


def body(answer):
    """The answer's text, without what is new in every answer."""
    text = answer.text
    text = re.sub(r'<p class="notice.*?</p>', "", text)
    text = re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]*"', "", text)
    return re.sub(r'(name="next" value="|\?next=)[^"]*"', "", text)
