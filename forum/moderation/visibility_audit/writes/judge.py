"""Says of rows that a role changed whether that was for it to do."""

from uuid import UUID

from accounts.models import Seat
from forum.moderation.visibility_audit.canaries import (
    GROUP,
    ROWS,
    Canary,
    file_key,
    private_spaces,
)
from forum.moderation.visibility_audit.roles import Role, reads_space
from forum.moderation.visibility_audit.writes.decisions import deciders, is_decided
from forum.moderation.visibility_audit.writes.ownership import Owners, RowsBefore, owners_of
from forum.moderation.visibility_audit.writes.recorded_changes import RowChange
from forum.moderation.visibility_audit.writes.shared_rows import (
    DECIDED,
    is_carried,
    is_derived,
    is_effect,
    may_be_added,
    owners_for,
)


class Judge:
    """Judges what ``role`` changed.

    ``hidden_words``: the words of what it may not see. ``hidden_row``: the number and the slug
    of such a row, one of a group where there is one.
    """

    def __init__(self, role: Role, canaries: list[Canary]) -> None:
        self.role = role
        visible = {it.pk for it in canaries if role.name in it.seen_by or not it.is_whole}
        unseen = [it for it in canaries if role.name not in it.seen_by]
        self.hidden_words = [it.word for it in unseen]
        hidden = [it for it in reversed(unseen) if it.pk not in visible]
        self._hidden_numbers = {it.pk: it.place for it in hidden}
        self._hidden_texts = {it.word: it.place for it in reversed(unseen)}
        for it in hidden:
            keys = file_key(it.pk), str(UUID(int=it.pk))
            self._hidden_texts |= dict.fromkeys(keys, it.place)
        whole = sorted(
            (it for it in unseen if it.is_whole), key=lambda it: it.place not in ROWS
        )
        self.hidden_row = (whole[0].pk, whole[0].slug) if whole else None
        self._unread = {space.pk for space in private_spaces() if not reads_space(space, role)}
        self._unread |= {it.pk for it in unseen if it.place == GROUP}
        seats = Seat.objects.filter(person=role.person, ended_at=None) if role.person else ()
        self._organisations = {it.organisation_id for it in seats if it.confirmed_at}
        contacts = Seat.objects.contacts().filter(person=role.person) if role.person else ()
        self._organisations_decided = {it.organisation_id for it in contacts}

    def findings(self, changes: list[RowChange]) -> list[str]:
        """What is wrong with each of ``changes``, which one request made.

        Nothing, an empty text, where it was for the role to do.
        """
        rows = RowsBefore(changes)
        return [self._finding(it, rows) for it in changes]

    def _finding(self, change: RowChange, rows: RowsBefore) -> str:
        label = change.model._meta.label
        if is_carried(change, rows):
            return ""
        if place := self._hidden_place(change):
            return f"writes {label} of {place}"
        if is_derived(change):
            return ""
        owners = owners_of(change.model, change.row, rows)
        columns = ", ".join(sorted(change.columns)) if change.is_update else ""
        if owners.spaces & self._unread and not (self.role.animates and label in DECIDED):
            return f"writes {label} where it does not read {columns}"
        owners = owners_for(change, owners, rows)
        if self.role.animates or is_effect(change, rows) or self._is_own(change, owners, rows):
            return ""
        if owners.people or owners.organisations:
            return f"writes others' {label} {columns}"
        return "" if may_be_added(change) else f"writes {label} {columns}"

    def _hidden_place(self, change: RowChange) -> str:
        """Of what hidden place the row says a word, or bears the number, if of any.

        A number that was typed into a text is nobody's.
        """
        for text, place in self._hidden_texts.items():
            if text in change.text:
                return place
        values = [*(change.before or {}).values(), *(change.after or {}).values()]
        numbers = {it for it in values if isinstance(it, int)} & self._hidden_numbers.keys()
        return self._hidden_numbers[min(numbers)] if numbers else ""

    def _is_own(self, change: RowChange, owners: Owners, rows: RowsBefore) -> bool:
        """Whether the change is of what is the role's, or its organisation's, to change.

        The seats of an organisation are its contacts' to decide about.
        """
        is_decision = is_decided(change, rows)
        people = deciders(change, rows) if is_decision else owners.people
        is_mine = self.role.person is not None and self.role.person.pk in people
        if change.model is Seat:
            return is_mine or bool(owners.organisations & self._organisations_decided)
        return is_mine or bool(not is_decision and owners.organisations & self._organisations)
