"""The Django application `workflows`."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the engine what it needs to write into workflows."""
        from jobs import workflow_updates
        from workflows import revision

        workflow_updates.register(revision)
