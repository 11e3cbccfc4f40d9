"""The rate limit of each caller."""

import time
from dataclasses import dataclass

from ..domain.errors import TooManyCallsError

# The number of buckets at which full buckets are dropped.
_MAX_BUCKETS = 10_000


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class RateLimit:
    """A token bucket for each caller."""

    def __init__(self, calls_per_second: int) -> None:
        """A burst may have twice as many calls as the rate per second."""
        self._rate = calls_per_second
        self._burst = 2 * calls_per_second
        self._buckets: dict[str, _Bucket] = {}

    def count(self, caller: str) -> None:
        """Raises TooManyCallsError when the bucket is empty."""
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
