"""Accounts, as Django knows them."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, the organisations they act for, and whether they may come in."""

    name = "accounts"
    verbose_name = "Comptes"
