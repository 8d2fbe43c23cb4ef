from django.urls import path

from pages.accounts import account

app_name = "accounts"

urlpatterns = [
    path("sign-in", account.sign_in, name="sign_in"),
    path("sign-in/<str:code>", account.sign_in_by_link, name="sign_in_by_link"),
    path("sign-out", account.sign_out, name="sign_out"),
    path("appearance", account.appearance, name="appearance"),
    path("account", account.account, name="account"),
    path("account/password", account.change_password, name="change_password"),
    path("account/sessions/end", account.end_sessions, name="end_sessions"),
    path("tokens", account.tokens, name="tokens"),
    path("tokens/create", account.create_token, name="create_token"),
    path("tokens/<int:token_id>/revoke", account.revoke_token, name="revoke_token"),
]
