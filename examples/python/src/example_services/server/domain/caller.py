"""Callers, and the data that they may access."""

from contextvars import ContextVar
from dataclasses import dataclass

from .errors import PermissionDeniedError


@dataclass(frozen=True)
class Caller:
    """The caller of a call."""

    subject: str
    """The claim `sub` of the caller's token; empty when the server runs without tokens."""
    scopes: frozenset[str]

    @property
    def is_admin(self) -> bool:
        return "admin" in self.scopes

    def check_customer(self, customer_id: str) -> None:
        """Raises PermissionDeniedError when a customer acts for another."""
        if not self.may_see(customer_id):
            raise PermissionDeniedError("customer_id must be your own")

    def may_see(self, customer_id: str) -> bool:
        return self.is_admin or customer_id == self.subject


ANYBODY = Caller(subject="", scopes=frozenset({"admin"}))

# gRPC runs each call in its own task, and a task has its own context variables.
current_caller: ContextVar[Caller] = ContextVar("current_caller", default=ANYBODY)
