"""JSON Web Tokens and their callers."""

import json
import re
import time
from pathlib import Path

import grpc
import jwt

from ..domain.caller import Caller
from ..domain.errors import UnauthenticatedError

_BEARER = re.compile(r"bearer +([\w.~+/-]+=*)", re.ASCII | re.IGNORECASE)

# How long a verified token is accepted without another check, at most until its `exp`.
_REMEMBERED_SECONDS = 60
_MAX_REMEMBERED = 10_000


class Authentication:
    """Verifies tokens signed by one key."""

    def __init__(self, jwks_file: Path) -> None:
        """Reads a JSON Web Key Set whose only key is the issuer's public key."""
        (self._key,) = jwt.PyJWKSet.from_dict(json.loads(jwks_file.read_text())).keys
        self._verified: dict[str, tuple[Caller, float]] = {}

    def known(self, token: str) -> Caller | None:
        """The caller of a token that was verified a short time ago, or None."""
        caller, until = self._verified.get(token, (None, 0))
        return caller if time.time() < until else None

    def verify(self, token: str) -> Caller:
        """Raises UnauthenticatedError, without the reason, because it would help attackers."""
        try:
            # We choose the algorithm: the token's header is not trusted before its signature is verified. By default
            # PyJWT refuses tokens that name an audience; this example accepts any audience.
            claims = jwt.decode(
                token, self._key, algorithms=["ES256"], options={"require": ["sub", "exp"], "verify_aud": False}
            )
        except jwt.InvalidTokenError as error:
            raise UnauthenticatedError("the token is not valid") from error
        if not claims["sub"]:
            raise UnauthenticatedError("the token is not valid")
        scope = claims.get("scope")
        caller = Caller(claims["sub"], frozenset(scope.split(" ") if isinstance(scope, str) else ()))
        self._remember(token, caller, min(time.time() + _REMEMBERED_SECONDS, claims["exp"]))
        return caller

    def _remember(self, token: str, caller: Caller, until: float) -> None:
        if len(self._verified) >= _MAX_REMEMBERED:
            del self._verified[next(iter(self._verified))]
        self._verified[token] = (caller, until)


def bearer_token(call: grpc.HandlerCallDetails) -> str:
    """The token in a call's metadata. Raises UnauthenticatedError when it is missing."""
    # Names of metadata are lower case on the wire.
    values = [value for name, value in call.invocation_metadata if name == "authorization"]
    bearer = _BEARER.fullmatch(str(values[0])) if len(values) == 1 else None
    if bearer is None:
        raise UnauthenticatedError("send a token: authorization: Bearer TOKEN")
    return bearer[1]
