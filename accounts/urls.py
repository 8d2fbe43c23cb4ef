from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-in/<str:code>", views.sign_in_by_link, name="sign_in_by_link"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("appearance", views.appearance, name="appearance"),
    path("account", views.account, name="account"),
    path("account/password", views.change_password, name="change_password"),
    path("account/sessions/end", views.end_sessions, name="end_sessions"),
    path("tokens", views.tokens, name="tokens"),
    path("tokens/create", views.create_token, name="create_token"),
    path("tokens/<int:token_id>/revoke", views.revoke_token, name="revoke_token"),
]
