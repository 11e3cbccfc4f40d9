"""Maps exceptions to statuses."""

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from ..domain import errors
from .around import AroundInterceptor, Context

_log = logging.getLogger(__name__)

# In characters. A status with its details must fit into the 8 KiB of trailers that most gRPC clients accept.
_MAX_TEXT_LENGTH = 1_024


class ErrorMapping(AroundInterceptor):
    """Sends the status of an error. For a bug the caller gets only an id; the log has the error under that id."""

    @asynccontextmanager
    async def around(self, call: grpc.HandlerCallDetails, context: Context) -> AsyncIterator[None]:
        try:
            yield
        except errors.ServiceError as error:
            await context.abort_with_status(rpc_status.to_status(_status_of(error)))
        except grpc.aio.BaseError:  # The call was aborted, or its client has disconnected.
            raise
        except Exception:
            error_id = uuid.uuid4()
            _log.exception("%s failed, error %s", call.method, error_id)
            await context.abort(grpc.StatusCode.INTERNAL, f"internal error (error {error_id})")


def _status_of(error: errors.ServiceError) -> status_pb2.Status:
    match error:
        case errors.InvalidFieldsError():
            return _status(code_pb2.INVALID_ARGUMENT, error, _bad_request(error))
        case errors.UndecodableMessageError():
            return _status(code_pb2.INVALID_ARGUMENT, error)
        case errors.NotFoundError():
            info = error_details_pb2.ErrorInfo(reason=error.reason, domain=error.domain, metadata=error.metadata)
            return _status(code_pb2.NOT_FOUND, error, info)
        case errors.RequestIdReusedError():
            info = error_details_pb2.ErrorInfo(
                reason="REQUEST_ID_REUSED", domain=error.domain, metadata={"request_id": error.request_id}
            )
            return _status(code_pb2.ALREADY_EXISTS, error, info)
        case errors.PreconditionError():
            failure = error_details_pb2.PreconditionFailure()
            failure.violations.add(type=error.violation_type, subject=error.subject, description=str(error))
            return _status(code_pb2.FAILED_PRECONDITION, error, failure)
        case errors.ReaderTooSlowError() | errors.TooManyFieldsError():
            return _status(code_pb2.RESOURCE_EXHAUSTED, error)
        case errors.UnauthenticatedError():
            return _status(code_pb2.UNAUTHENTICATED, error)
        case errors.PermissionDeniedError():
            return _status(code_pb2.PERMISSION_DENIED, error)
        case errors.TooManyCallsError():
            retry = error_details_pb2.RetryInfo()
            retry.retry_delay.FromNanoseconds(int(error.retry_seconds * 1e9))
            return _status(code_pb2.RESOURCE_EXHAUSTED, error, retry)
    raise error


def _bad_request(error: errors.InvalidFieldsError) -> error_details_pb2.BadRequest:
    bad_request = error_details_pb2.BadRequest()
    for violation in error.violations:
        bad_request.field_violations.add(field=violation.field, description=violation.description)
    return bad_request


def _status(code: code_pb2.Code, error: errors.ServiceError, *details: Message) -> status_pb2.Status:
    status = status_pb2.Status(code=code, message=str(error)[:_MAX_TEXT_LENGTH])
    for detail in details:
        status.details.add().Pack(detail)
    return status
