"""Channels to services: calls are balanced, and retried where that is safe."""

import json
from pathlib import Path

import grpc

# The methods that are retried: only reads, because not every client gives its orders a request_id.
_RETRIED = {
    "user.v1.UserService": ("GetUser", "ListUsers"),
    "user.v2.UserService": ("GetUser", "ListUsers"),
    "order.v1.OrderService": ("GetOrder", "ListOrders"),
}

# Calls are spread over all servers that report SERVING. The timeout is not set here, because gRPC would end such calls
# too early (grpc/grpc#40633). Each call sets its own timeout.
_SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "healthCheckConfig": {"serviceName": ""},
    "methodConfig": [
        {
            "name": [
                {"service": service, "method": method} for service, methods in _RETRIED.items() for method in methods
            ],
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": "0.1s",
                "maxBackoff": "1s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        },
    ],
}

_OPTIONS = [
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    # Most servers accept one ping in five minutes. They close a connection that sends more, with too_many_pings. On
    # Linux a connection also ends when sent bytes are not acknowledged within the timeout.
    ("grpc.keepalive_time_ms", 330_000),
    ("grpc.keepalive_timeout_ms", 20_000),
]


def open_channel(target: str, ca: Path | None = None, token: str | None = None) -> grpc.Channel:
    """A channel to all servers of a target. It connects with the first call, and again when a connection is lost.

    `target` is HOST:PORT or dns:///HOST:PORT for all addresses of a name, or a list such as
    ipv4:10.0.0.1:9000,10.0.0.2:9000. `token` is sent with each call. It needs TLS, and therefore `ca`.
    """
    credentials = _credentials(ca, token)
    if credentials is None:
        return grpc.insecure_channel(target, _OPTIONS)
    return grpc.secure_channel(target, credentials, _OPTIONS)


def open_aio_channel(target: str, ca: Path | None = None, token: str | None = None) -> grpc.aio.Channel:
    """Like `open_channel`, for asyncio."""
    credentials = _credentials(ca, token)
    if credentials is None:
        return grpc.aio.insecure_channel(target, _OPTIONS)
    return grpc.aio.secure_channel(target, credentials, _OPTIONS)


def _credentials(ca: Path | None, token: str | None) -> grpc.ChannelCredentials | None:
    if ca is None:
        if token is not None:
            raise ValueError("a token is not sent in plaintext: name the root certificate of the servers as well")
        return None
    tls = grpc.ssl_channel_credentials(ca.read_bytes())
    if token is None:
        return tls
    return grpc.composite_channel_credentials(tls, grpc.access_token_call_credentials(token))
