"""A client on betterproto2: messages are dataclasses, and stubs are asyncio's, on grpclib."""
