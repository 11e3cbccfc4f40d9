"""How often one caller may call."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc

from ..domain.caller import current_caller
from ..domain.errors import TooManyCallsError
from .around import AroundInterceptor, Context

# How many callers are remembered before those whose bucket is full again are forgotten.
_MAX_BUCKETS = 10_000


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class RateLimit(AroundInterceptor):
    """A token bucket for each caller: the subject of their token, else the address they call from."""

    def __init__(self, calls_per_second: int) -> None:
        """A burst may have twice as many calls as a second."""
        self._rate = calls_per_second
        self._burst = 2 * calls_per_second
        self._buckets: dict[str, _Bucket] = {}

    @asynccontextmanager
    async def around(self, call: grpc.HandlerCallDetails, context: Context) -> AsyncIterator[None]:
        # A peer is such as ipv4:127.0.0.1:41000, and each connection has a port of its own.
        address = context.peer().rpartition(":")[0]
        self._count(f"subject {current_caller.get().subject}" if current_caller.get().subject else address)
        yield

    def _count(self, caller: str) -> None:
        now = time.monotonic()
        bucket = self._buckets.get(caller)
        if bucket is None:
            self._forget_idle(now)
            bucket = self._buckets[caller] = _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._rate)
        bucket.filled_at = now
        if bucket.tokens < 1:
            raise TooManyCallsError(retry_seconds=(1 - bucket.tokens) / self._rate)
        bucket.tokens -= 1

    def _forget_idle(self, now: float) -> None:
        if len(self._buckets) < _MAX_BUCKETS:
            return
        fill_seconds = self._burst / self._rate
        self._buckets = {
            caller: bucket for caller, bucket in self._buckets.items() if now - bucket.filled_at < fill_seconds
        }
