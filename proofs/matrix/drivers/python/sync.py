"""The driver of grpcio's blocking stubs."""

from generated import STUBS, method_of, requests_of
from line_contract import Call, Outcome, open_blocking_channel, read_environment, run_blocking, serve_lines


def main() -> None:
    environment = read_environment()
    stubs = {
        service: stub(open_blocking_channel(environment, environment.address_of(service)))
        for service, stub in STUBS.items()
        if environment.address_of(service)
    }

    def run(call: Call) -> Outcome:
        method = method_of(call)
        return run_blocking(call, method, requests_of(call, method), getattr(stubs[call.service], call.method))

    serve_lines(environment, run)


if __name__ == "__main__":
    main()
