"""Both services on grpcio's asyncio server, which the documentation of grpcio recommends for speed."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc

sys.path.insert(0, str(Path(__file__).parent / "gen"))
from notes.v1 import notes_pb2  # noqa: E402

USERS = {1: ("Aoife", "aoife@example.com")}
STREAM_LENGTH = 1_000


class Users(user_pb2_grpc.UserServiceServicer):
    """Serves users from a dictionary."""

    async def GetUser(  # noqa: N802
        self, request: user_pb2.GetUserRequest, context: grpc.aio.ServicerContext
    ) -> user_pb2.User:
        name, email = USERS[request.id]
        return user_pb2.User(id=request.id, name=name, email=email)


async def list_notes(
    request: notes_pb2.ListNotesRequest, context: grpc.aio.ServicerContext
) -> AsyncIterator[notes_pb2.Note]:
    """Stream notes."""
    for _ in range(STREAM_LENGTH):
        yield notes_pb2.Note(
            id="note-01a1fc77-8326-7349-b947-52d19761f6a4",
            author_name=request.author_name,
            lines=[notes_pb2.Line(text="p-1", indent=2, width=29.99)],
            width=59.98,
            status=notes_pb2.NOTE_STATUS_DRAFT,
        )


async def upload_lines(
    lines: AsyncIterator[notes_pb2.Line], context: grpc.aio.ServicerContext
) -> notes_pb2.UploadedLines:
    """Total lines."""
    count = 0
    indent = 0
    async for line in lines:
        count += 1
        indent += line.indent
    return notes_pb2.UploadedLines(line_count=count, total_indent=indent)


# The handlers, registered in the way that generated code would register them.
NOTE_METHODS = {
    "ListNotes": grpc.unary_stream_rpc_method_handler(
        list_notes, notes_pb2.ListNotesRequest.FromString, notes_pb2.Note.SerializeToString
    ),
    "UploadLines": grpc.stream_unary_rpc_method_handler(
        upload_lines, notes_pb2.Line.FromString, notes_pb2.UploadedLines.SerializeToString
    ),
}


async def serve() -> None:
    """Serves until the process is ended."""
    server = grpc.aio.server()
    user_pb2_grpc.add_UserServiceServicer_to_server(Users(), server)
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("notes.v1.NoteService", NOTE_METHODS)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stderr.write(json.dumps({"url": f"http://127.0.0.1:{port}"}) + "\n")
    sys.stderr.flush()
    await server.wait_for_termination()


asyncio.run(serve())
