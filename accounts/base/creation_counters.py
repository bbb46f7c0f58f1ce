"""Fields and managers are counted beside their classes, so that these stay as they are.

Python remembers where it found an attribute of a class until the class is changed, and gives
that up for good once a class was changed a thousand times. Django numbers fields and managers
by changing ``Field`` and ``BaseManager`` for each. After our thousandth field each look at any
field went through all its bases: a row took twice as long to be made, a page a tenth longer.
"""

from itertools import count
from types import FunctionType, SimpleNamespace
from typing import Any

from django.db.models import Field
from django.db.models.manager import BaseManager


def count_beside_classes() -> None:
    """Have fields and managers that are made from now on leave their classes as they are."""
    numbers = count(BaseManager.creation_counter)

    def number_manager(manager: BaseManager[Any]) -> None:
        manager.creation_counter = next(numbers)

    BaseManager._set_creation_counter = number_manager  # type: ignore[attr-defined]
    # What `__init__` finds under the name of its class; it asks these two of it, and no more.
    counters = SimpleNamespace(
        creation_counter=Field.creation_counter,
        auto_creation_counter=Field.auto_creation_counter,
    )
    init = Field.__init__
    names = init.__globals__ | {"Field": counters}
    number_field = FunctionType(init.__code__, names, init.__name__, init.__defaults__)
    number_field.__qualname__ = init.__qualname__
    Field.__init__ = number_field  # type: ignore[method-assign]
