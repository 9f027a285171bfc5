"""Who gets which account: by email, and on a Hub by the Hub's word."""

from __future__ import annotations

from uuid import UUID

import pytest

from omnidomain_jupyter.errors import ConflictError, InvalidInputError, NotSignedInError
from omnidomain_jupyter.schemas import LoginRequest, LoginResponse
from omnidomain_jupyter.services.accounts import AccountService
from omnidomain_jupyter.services.tokens import TokenService
from omnidomain_jupyter.store.database import Database


@pytest.fixture
def tokens() -> TokenService:
    return TokenService(b"k" * 32)


@pytest.fixture
def accounts(database: Database, tokens: TokenService) -> AccountService:
    return AccountService(database, tokens)


@pytest.fixture
def hub(database: Database, tokens: TokenService) -> AccountService:
    return AccountService(database, tokens, "lab.example.org")


def sign_in(accounts: AccountService, email: str | None, identity: str | None = None, **more):
    return accounts.sign_in(LoginRequest(email=email, **more), identity)


def user_id(login: LoginResponse) -> UUID:
    return login.user.user_id


def test_the_first_visit_makes_the_account_and_later_ones_find_it(accounts):
    first = sign_in(accounts, "Ada@Example.org", name="Ada", org="Kew")
    later = sign_in(accounts, "ada@example.org")
    assert user_id(first) == user_id(later)
    assert (later.user.email, later.user.name, later.user.org) == ("ada@example.org", "Ada", "Kew")
    assert later.user.last_login > first.user.last_login
    assert later.user.created_at == first.user.created_at


def test_a_token_lasts_24_hours_and_is_whose_it_says(accounts):
    login = sign_in(accounts, "ada@example.org")
    assert accounts.authenticate(login.access_token, None).user_id == user_id(login)
    assert (login.expires_at - login.user.last_login).total_seconds() == pytest.approx(86400, abs=1)


def test_without_a_hub_an_email_is_needed(accounts):
    with pytest.raises(InvalidInputError) as caught:
        sign_in(accounts, None)
    assert [issue.column for issue in caught.value.issues] == ["email"]


def test_on_a_hub_nobody_types_an_email_that_can_be_derived(hub):
    login = sign_in(hub, None, "ada")
    assert login.user.email == "ada@lab.example.org"
    assert user_id(sign_in(hub, None, "ada")) == user_id(login)
    assert sign_in(hub, None, "eve@elsewhere.org").user.email == "eve@elsewhere.org"


def test_on_a_hub_with_a_domain_nobody_signs_in_as_another(hub):
    sign_in(hub, None, "ada")
    with pytest.raises(ConflictError, match="you cannot sign in as ada"):
        sign_in(hub, "ada@lab.example.org", "eve")


def test_on_a_hub_without_a_domain_the_first_visit_binds(accounts):
    ada = sign_in(accounts, "ada@example.org", "ada")
    assert user_id(sign_in(accounts, None, "ada")) == user_id(ada)
    with pytest.raises(ConflictError, match="another user of this Hub"):
        sign_in(accounts, "ada@example.org", "eve")
    with pytest.raises(ConflictError, match="you cannot sign in as"):
        sign_in(accounts, "other@example.org", "ada")


def test_an_account_of_a_hub_user_is_not_taken_from_outside_the_hub(accounts):
    sign_in(accounts, "ada@example.org", "ada")
    with pytest.raises(ConflictError):
        sign_in(accounts, "ada@example.org")


def test_a_token_of_another_hub_user_is_not_taken(accounts):
    ada = sign_in(accounts, "ada@example.org", "ada")
    sign_in(accounts, "eve@example.org", "eve")
    with pytest.raises(NotSignedInError, match="somebody else"):
        accounts.authenticate(ada.access_token, "eve")
    assert accounts.authenticate(ada.access_token, "ada").email == "ada@example.org"
