from django.urls import path

from pages.jobs import events, job, logs, workers

LOG = "w/<int:workflow_id>/jobs/<int:job_id>/log/<int:result_id>/<str:stream>"

urlpatterns = [
    path("workers", workers.workers, name="workers"),
    path("w/<int:workflow_id>/events", events.events, name="workflow_events"),
    path("w/<int:workflow_id>/jobs/<int:job_id>", job.job, name="job"),
    path("w/<int:workflow_id>/jobs/<int:job_id>/cancel", job.cancel, name="cancel_job"),
    path(LOG, logs.log, name="log"),
    path(f"{LOG}/raw", logs.raw_log, name="raw_log"),
]
