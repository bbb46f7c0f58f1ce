"""What every other wing stands on: who sees what, what one may do, events, spaces, text.

Rules and questions that have no page of their own. It knows no thread but by its name.
"""
