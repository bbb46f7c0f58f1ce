"""Who one may be, for the templates that offer it."""

from django import template

from forum.site.demo.queries import accounts_by_college

register = template.Library()
register.simple_tag(accounts_by_college, name="demonstration_people")
