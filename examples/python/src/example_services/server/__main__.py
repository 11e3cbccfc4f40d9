"""`python -m example_services.server`."""

import asyncio
import logging
import signal
import sys

from .options import Options, parse_options

# The time that calls may continue after SIGINT or SIGTERM.
_GRACE_SECONDS = 10


async def serve(options: Options) -> None:
    """Serves until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    from .serve import Servers

    servers = Servers(options)
    user_address, order_address = await servers.start()
    print(f"UserService listening on {user_address}", flush=True)
    print(f"OrderService listening on {order_address}", flush=True)
    await stopped.wait()
    await servers.stop(_GRACE_SECONDS)


if __name__ == "__main__":
    # Process 1 of a container ignores signals without a handler, and gRPC takes a while to load.
    for early in (signal.SIGINT, signal.SIGTERM):
        signal.signal(early, lambda *_: sys.exit())
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(serve(parse_options()))
