from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, API tokens, and what an actor may see."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
