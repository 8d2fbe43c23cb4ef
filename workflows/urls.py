from django.urls import path

from workflows.views import acting, audit, creating, listing, showing

urlpatterns = [
    path("", listing.workflows, name="workflows"),
    path("workflows/new", creating.new_workflow, name="new_workflow"),
    path("audit", audit.audit, name="audit"),
    path("w/<int:workflow_id>", showing.jobs, name="workflow"),
    path("w/<int:workflow_id>/spec", showing.spec, name="workflow_spec"),
    path("w/<int:workflow_id>/audit", audit.workflow_audit, name="workflow_audit"),
    path("w/<int:workflow_id>/start", acting.start, name="start_workflow"),
    path("w/<int:workflow_id>/initialize", acting.initialize, name="initialize_workflow"),
    path("w/<int:workflow_id>/cancel", acting.cancel, name="cancel_workflow"),
    path("w/<int:workflow_id>/rerun", acting.reset, name="reset_workflow"),
    path("w/<int:workflow_id>/delete", acting.delete, name="delete_workflow"),
]
