"""One line in the log for each call."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from .around import AroundInterceptor, Context

_log = logging.getLogger(__name__)


class CallLog(AroundInterceptor):
    """Logs method, code, duration and peer, and never a message or a token."""

    @asynccontextmanager
    async def around(self, call: grpc.HandlerCallDetails, context: Context) -> AsyncIterator[None]:
        started = time.monotonic()
        peer = context.peer()  # Read first, because gRPC drops the peer of a cancelled call.
        code = grpc.StatusCode.OK
        try:
            yield
        except grpc.aio.AbortError:
            code = context.code()
            raise
        except BaseException as error:  # The call was cancelled, or its client has disconnected.
            is_late = context.time_remaining() == 0
            code = grpc.StatusCode.DEADLINE_EXCEEDED if is_late else grpc.StatusCode.CANCELLED
            if isinstance(error, grpc.aio.BaseError):
                # Raised instead of `error`, which gRPC would log as a bug, with its traceback.
                raise asyncio.CancelledError from error
            raise
        finally:
            milliseconds = (time.monotonic() - started) * 1_000
            _log.info("%s %s %.1fms %s", call.method, code.name, milliseconds, peer)
