"""Mandates that have ended."""

from accounts.organisations.actions import end_seat


def ended(person, at=None):
    seat = person.seats.get()
    end_seat(seat, person, at)
    seat.refresh_from_db()
    return seat
