from django.urls import path

from workflows.views import (
    acting,
    audit,
    creating,
    failures,
    graphs,
    listing,
    reinitializing,
    rerunning,
    results,
    showing,
)

urlpatterns = [
    path("", listing.workflows, name="workflows"),
    path("workflows/new", creating.new_workflow, name="new_workflow"),
    path("failures", failures.all_failures, name="failures"),
    path("audit", audit.audit, name="audit"),
    path("w/<int:workflow_id>", showing.jobs, name="workflow"),
    path("w/<int:workflow_id>/results", results.results, name="workflow_results"),
    path("w/<int:workflow_id>/results.csv", results.results_csv, name="workflow_results_csv"),
    path("w/<int:workflow_id>/results.json", results.results_json, name="workflow_results_json"),
    path("w/<int:workflow_id>/spec", showing.spec, name="workflow_spec"),
    path("w/<int:workflow_id>/failures", failures.failures, name="workflow_failures"),
    path("w/<int:workflow_id>/graph", graphs.graph, name="workflow_graph"),
    path("w/<int:workflow_id>/graph.svg", graphs.graph_file, {"kind": "svg"}, name="graph_svg"),
    path("w/<int:workflow_id>/graph.dot", graphs.graph_file, {"kind": "dot"}, name="graph_dot"),
    path("w/<int:workflow_id>/jobs/by-position", graphs.job_by_position, name="job_by_position"),
    path("w/<int:workflow_id>/audit", audit.workflow_audit, name="workflow_audit"),
    path("w/<int:workflow_id>/start", acting.start, name="start_workflow"),
    path("w/<int:workflow_id>/initialize", acting.initialize, name="initialize_workflow"),
    path("w/<int:workflow_id>/cancel", acting.cancel, name="cancel_workflow"),
    path("w/<int:workflow_id>/rerun", rerunning.rerun, name="rerun"),
    path(
        "w/<int:workflow_id>/rerun/everything",
        rerunning.rerun_everything,
        name="rerun_everything",
    ),
    path("w/<int:workflow_id>/stale", reinitializing.stale_notice, name="stale_notice"),
    path(
        "w/<int:workflow_id>/reinitialize",
        reinitializing.reinitialize,
        name="reinitialize_workflow",
    ),
    path("w/<int:workflow_id>/delete", acting.delete, name="delete_workflow"),
]
