"""The command line of the clients."""

import argparse
from dataclasses import dataclass
from pathlib import Path

_TARGET = "HOST:PORT, dns:///HOST:PORT or ipv4:ADDRESS:PORT,..."


@dataclass(frozen=True)
class ClientOptions:
    """Addresses and credentials of the services."""

    user_address: str = "localhost:9000"
    order_address: str = "localhost:50051"
    ca: Path | None = None
    """The path of trusted root certificates; None for plaintext."""
    token: str | None = None

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata of every call, for a library that has no call credentials. Names are lower case."""
        return () if self.token is None else (("authorization", f"Bearer {self.token}"),)


def parse_client_options(prog: str, arguments: list[str] | None = None) -> ClientOptions:
    parser = argparse.ArgumentParser(prog=f"python -m {prog}", description="Calls UserService and OrderService.")
    parser.add_argument("--user-address", default=ClientOptions.user_address, metavar="TARGET", help=_TARGET)
    parser.add_argument("--order-address", default=ClientOptions.order_address, metavar="TARGET", help=_TARGET)
    parser.add_argument("--ca", type=Path, metavar="FILE", help="TLS, with this root certificate (PEM)")
    parser.add_argument("--token", metavar="JWT", help="the token of an admin, or of the subject maeve")
    options = ClientOptions(**vars(parser.parse_args(arguments)))
    if options.token is not None and options.ca is None:
        parser.error("set --ca as well as --token: a token is not sent in plaintext")
    return options
