"""The driver of grpcio's blocking stubs."""

import grpc
from google.protobuf.json_format import MessageToDict

from generated import STUBS, method_of, requests_of
from line_contract import Call, Outcome, details_in, held_open, read_environment, serve_lines


def main() -> None:
    environment = read_environment()

    def open_channel(service: str) -> grpc.Channel:
        address = environment.address_of(service)
        if environment.ca is None:
            return grpc.insecure_channel(address)
        return grpc.secure_channel(address, grpc.ssl_channel_credentials(environment.ca.read_bytes()))

    stubs = {service: stub(open_channel(service)) for service, stub in STUBS.items()}

    def run(call: Call) -> Outcome:
        method = method_of(call)
        messages = requests_of(call, method)
        invoke = getattr(stubs[call.service], call.method)
        outcome = Outcome()
        try:
            with held_open(call, messages) as sending:
                answer = invoke(
                    sending if method.client_streaming else messages[0],
                    timeout=call.timeout_seconds,
                    metadata=call.metadata,
                )
                for message in answer if method.server_streaming else [answer]:
                    outcome.answers.append(MessageToDict(message))
        except grpc.RpcError as error:
            outcome.fail(error.code().name, error.details(), details_in(error.trailing_metadata() or ()))
        return outcome

    serve_lines(environment, run)


if __name__ == "__main__":
    main()
