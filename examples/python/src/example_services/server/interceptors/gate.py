"""The gate: admits or refuses a call before its messages are read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from ..domain.caller import Caller, current_caller
from ..domain.errors import UnauthenticatedError
from .access import check_access, needs_token
from .around import AroundInterceptor, Context
from .authentication import Authentication, bearer_token
from .rate_limit import RateLimit


class Gate(AroundInterceptor):
    """Identifies the caller, counts the call, and checks the caller's scope.

    Calls are counted by the subject of their token, or else by their address. A token that must be verified counts
    against its address first, which limits the guessing of tokens.
    """

    def __init__(self, authentication: Authentication | None, rate_limit: RateLimit) -> None:
        """Without authentication everybody may do everything."""
        self._authentication = authentication
        self._rate_limit = rate_limit

    @asynccontextmanager
    async def around(self, call: grpc.HandlerCallDetails, context: Context) -> AsyncIterator[None]:
        # The peer has a form such as ipv4:127.0.0.1:41000. Its port differs for each connection.
        address = f"address {context.peer().rpartition(':')[0]}"
        if self._authentication is None or not needs_token(call.method):
            self._rate_limit.count(address)
        else:
            caller = self._caller_of(call, self._authentication, address)
            self._rate_limit.count(f"subject {caller.subject}")
            check_access(caller, call.method)
            current_caller.set(caller)
        yield

    def _caller_of(self, call: grpc.HandlerCallDetails, authentication: Authentication, address: str) -> Caller:
        try:
            token = bearer_token(call)
        except UnauthenticatedError:
            self._rate_limit.count(address)
            raise
        caller = authentication.known(token)
        if caller is None:
            self._rate_limit.count(address)
            caller = authentication.verify(token)
        return caller
