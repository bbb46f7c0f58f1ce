"""Territories: pieces of geography that organisations act on."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.text import fold


class Territory(models.Model):
    """A commune, an EPCI, a pays, a park…: geography, with or without a legal person."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("nom"), max_length=160)
    folded = models.CharField(max_length=160, db_index=True, editable=False)
    kind = models.CharField(_("nature"), max_length=40)
    department_codes = models.CharField(_("départements"), max_length=40, blank=True)
    country = models.CharField(max_length=2, default="FR")
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("territoire")
        ordering = ["folded"]

    def __str__(self):
        return f"{self.name} ({self.department})" if self.department else self.name

    def save(self, *args, **kwargs):
        """Keep the folded name beside the name."""
        self.folded = fold(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """The territory's page."""
        return reverse("territory", args=[self.slug])

    @property
    def department(self):
        """The main department's code, or an empty string."""
        return self.department_codes.partition("|")[0]
