from django.urls import path

from pages.workflows import (
    actions,
    audit,
    failures,
    graph,
    list,
    new,
    reinitialize,
    rerun,
    results,
    workflow,
)

urlpatterns = [
    path("", list.workflows, name="workflows"),
    path("workflows/new", new.new_workflow, name="new_workflow"),
    path("failures", failures.all_failures, name="failures"),
    path("audit", audit.audit, name="audit"),
    path("w/<int:workflow_id>", workflow.jobs, name="workflow"),
    path("w/<int:workflow_id>/results", results.results, name="workflow_results"),
    path("w/<int:workflow_id>/results.csv", results.results_csv, name="workflow_results_csv"),
    path("w/<int:workflow_id>/results.json", results.results_json, name="workflow_results_json"),
    path("w/<int:workflow_id>/spec", workflow.spec, name="workflow_spec"),
    path("w/<int:workflow_id>/failures", failures.failures, name="workflow_failures"),
    path("w/<int:workflow_id>/graph", graph.graph, name="workflow_graph"),
    path("w/<int:workflow_id>/graph.svg", graph.graph_file, {"kind": "svg"}, name="graph_svg"),
    path("w/<int:workflow_id>/graph.dot", graph.graph_file, {"kind": "dot"}, name="graph_dot"),
    path("w/<int:workflow_id>/jobs/by-position", graph.job_by_position, name="job_by_position"),
    path("w/<int:workflow_id>/audit", audit.workflow_audit, name="workflow_audit"),
    path("w/<int:workflow_id>/start", actions.start, name="start_workflow"),
    path("w/<int:workflow_id>/initialize", actions.initialize, name="initialize_workflow"),
    path("w/<int:workflow_id>/cancel", actions.cancel, name="cancel_workflow"),
    path("w/<int:workflow_id>/rerun", rerun.rerun, name="rerun"),
    path(
        "w/<int:workflow_id>/rerun/everything",
        rerun.rerun_everything,
        name="rerun_everything",
    ),
    path("w/<int:workflow_id>/stale", reinitialize.stale_notice, name="stale_notice"),
    path(
        "w/<int:workflow_id>/reinitialize",
        reinitialize.reinitialize,
        name="reinitialize_workflow",
    ),
    path("w/<int:workflow_id>/delete", actions.delete, name="delete_workflow"),
]
