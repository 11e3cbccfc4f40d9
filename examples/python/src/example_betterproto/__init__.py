"""A client on betterproto2, whose messages are dataclasses. Its stubs use asyncio and grpclib."""
