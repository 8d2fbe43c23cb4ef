from django.urls import path

from userdata.views import files, values

urlpatterns = [
    path("w/<int:workflow_id>/files", files.files, name="workflow_files"),
    path("w/<int:workflow_id>/data", values.user_data_list, name="workflow_user_data"),
    path("w/<int:workflow_id>/data/<int:user_data_id>", values.user_data, name="user_data"),
    path(
        "w/<int:workflow_id>/data/<int:user_data_id>/edit",
        values.edit_user_data,
        name="edit_user_data",
    ),
]
