"""Who one may be, for the templates that offer it."""

from django import template

from forum.demonstration.listing import by_college

register = template.Library()
register.simple_tag(by_college, name="demonstration_people")
