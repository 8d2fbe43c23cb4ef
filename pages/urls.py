"""Where the address of each page leads."""

from django.urls import path

from pages.accounts import account, sign_in, tokens
from pages.jobs import events, job, log, workers
from pages.userdata import edit, files, history, values
from pages.workflows import (
    actions,
    audit,
    failures,
    graph,
    new,
    reinitialize,
    rerun,
    results,
    spec,
    workflow,
)
from pages.workflows import list as workflow_list

WORKFLOW = "w/<int:workflow_id>"
JOB = f"{WORKFLOW}/jobs/<int:job_id>"
LOG = f"{JOB}/log/<int:result_id>/<str:stream>"
VALUE = f"{WORKFLOW}/data/<int:user_data_id>"

of_workflows = [
    path("", workflow_list.workflows, name="workflows"),
    path("workflows/new", new.new_workflow, name="new_workflow"),
    path("failures", failures.all_failures, name="failures"),
    path("audit", audit.audit, name="audit"),
    path(WORKFLOW, workflow.workflow, name="workflow"),
    path(f"{WORKFLOW}/results", results.results, name="workflow_results"),
    path(f"{WORKFLOW}/results.csv", results.results_csv, name="workflow_results_csv"),
    path(f"{WORKFLOW}/results.json", results.results_json, name="workflow_results_json"),
    path(f"{WORKFLOW}/spec", spec.spec, name="workflow_spec"),
    path(f"{WORKFLOW}/failures", failures.failures, name="workflow_failures"),
    path(f"{WORKFLOW}/graph", graph.graph, name="workflow_graph"),
    path(f"{WORKFLOW}/graph.svg", graph.graph_file, {"kind": "svg"}, name="graph_svg"),
    path(f"{WORKFLOW}/graph.dot", graph.graph_file, {"kind": "dot"}, name="graph_dot"),
    path(f"{WORKFLOW}/jobs/by-position", graph.job_by_position, name="job_by_position"),
    path(f"{WORKFLOW}/audit", audit.workflow_audit, name="workflow_audit"),
    path(f"{WORKFLOW}/start", actions.start, name="start_workflow"),
    path(f"{WORKFLOW}/initialize", actions.initialize, name="initialize_workflow"),
    path(f"{WORKFLOW}/cancel", actions.cancel, name="cancel_workflow"),
    path(f"{WORKFLOW}/rerun", rerun.rerun, name="rerun"),
    path(
        f"{WORKFLOW}/rerun/everything",
        rerun.rerun_everything,
        name="rerun_everything",
    ),
    path(f"{WORKFLOW}/stale", reinitialize.stale_notice, name="stale_notice"),
    path(
        f"{WORKFLOW}/reinitialize",
        reinitialize.reinitialize,
        name="reinitialize_workflow",
    ),
    path(f"{WORKFLOW}/delete", actions.delete, name="delete_workflow"),
]
of_jobs = [
    path("workers", workers.workers, name="workers"),
    path(f"{WORKFLOW}/events", events.events, name="workflow_events"),
    path(JOB, job.job, name="job"),
    path(f"{JOB}/cancel", job.cancel, name="cancel_job"),
    path(LOG, log.log, name="log"),
    path(f"{LOG}/raw", log.raw_log, name="raw_log"),
]
of_data = [
    path(f"{WORKFLOW}/files", files.files, name="workflow_files"),
    path(f"{WORKFLOW}/data", values.user_data_list, name="workflow_user_data"),
    path(VALUE, values.user_data, name="user_data"),
    path(f"{VALUE}/raw", values.raw_user_data, name="raw_user_data"),
    path(f"{VALUE}/edit", edit.edit_user_data, name="edit_user_data"),
    path(f"{VALUE}/history", history.user_data_history, name="user_data_history"),
    path(f"{VALUE}/restore", edit.restore_user_data, name="restore_user_data"),
]
of_accounts = [
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/<str:code>", sign_in.sign_in_by_link, name="sign_in_by_link"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("appearance", account.appearance, name="appearance"),
    path("account", account.account, name="account"),
    path("account/password", account.change_password, name="change_password"),
    path("account/sessions/end", account.end_sessions, name="end_sessions"),
    path("tokens", tokens.tokens, name="tokens"),
    path("tokens/create", tokens.create_token, name="create_token"),
    path("tokens/<int:token_id>/revoke", tokens.revoke_token, name="revoke_token"),
]
urlpatterns = [*of_workflows, *of_jobs, *of_data, *of_accounts]
