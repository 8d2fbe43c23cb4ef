from django.urls import path

from pages.userdata import edit, files, history, values

VALUE = "w/<int:workflow_id>/data/<int:user_data_id>"

urlpatterns = [
    path("w/<int:workflow_id>/files", files.files, name="workflow_files"),
    path("w/<int:workflow_id>/data", values.user_data_list, name="workflow_user_data"),
    path(VALUE, values.user_data, name="user_data"),
    path(f"{VALUE}/raw", values.raw_user_data, name="raw_user_data"),
    path(f"{VALUE}/edit", edit.edit_user_data, name="edit_user_data"),
    path(f"{VALUE}/history", history.user_data_history, name="user_data_history"),
    path(f"{VALUE}/restore", edit.restore_user_data, name="restore_user_data"),
]
