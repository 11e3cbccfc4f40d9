"""The command line."""

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """The options of a server."""

    user_address: str = "localhost:9000"
    order_address: str = "localhost:50051"
    tls_cert: Path | None = None
    """The certificate. It needs `tls_key`. None for plaintext."""
    tls_key: Path | None = None
    jwks: Path | None = None
    """The key set of the token issuer. Without it, every caller may do everything."""
    calls_per_second: int = 200
    users: str | None = None
    """The target of the UserService with which OrderService checks customers. None: customers are not checked."""
    users_ca: Path | None = None
    """The root certificate of that UserService. It needs `users`. None for plaintext, without a token."""


def parse_options(arguments: list[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(
        prog="python -m example_services.server", description="Serves UserService and OrderService, in memory."
    )
    parser.add_argument("--user-address", default=Options.user_address, metavar="HOST:PORT", help="0: any free port")
    parser.add_argument("--order-address", default=Options.order_address, metavar="HOST:PORT", help="0: any free port")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="the certificate (PEM); without it: plaintext")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="the key of the certificate (PEM)")
    parser.add_argument(
        "--jwks", type=Path, metavar="FILE", help="JSON Web Key Set: calls then need a token of its key"
    )
    parser.add_argument(
        "--calls-per-second",
        type=int,
        default=Options.calls_per_second,
        metavar="N",
        help="the rate limit of each caller",
    )
    parser.add_argument("--users", metavar="TARGET", help="the UserService that OrderService asks about customers")
    parser.add_argument(
        "--users-ca", type=Path, metavar="FILE", help="its root certificate (PEM): the caller's token is passed on"
    )
    options = Options(**vars(parser.parse_args(arguments)))
    if (options.tls_cert is None) != (options.tls_key is None):
        parser.error("set both --tls-cert and --tls-key, or neither")
    if options.users_ca is not None and options.users is None:
        parser.error("set --users as well as --users-ca")
    if options.calls_per_second < 1:
        parser.error("--calls-per-second must be 1 or more")
    return options
