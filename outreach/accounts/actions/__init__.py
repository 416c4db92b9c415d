"""What is done to accounts, their roles, sessions and sign-ins."""

from outreach.accounts.actions.council import account_of_provider
from outreach.accounts.actions.people import (
    add_account,
    correct_address,
    disable_account,
    enable_account,
    end_other_sessions,
    end_session,
    end_sessions_of,
    rename_account,
    reset_second_step,
    set_roles,
)
from outreach.accounts.actions.second_step import enrol_second_step, new_secret, pass_second_step
from outreach.accounts.actions.sign_in import begin_sign_in, mint_sign_in, use_sign_in

__all__ = [
    "account_of_provider",
    "add_account",
    "begin_sign_in",
    "correct_address",
    "disable_account",
    "enable_account",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "enrol_second_step",
    "mint_sign_in",
    "new_secret",
    "pass_second_step",
    "rename_account",
    "reset_second_step",
    "set_roles",
    "use_sign_in",
]
