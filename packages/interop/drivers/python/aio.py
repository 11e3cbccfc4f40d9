"""The driver of grpcio's asyncio stubs."""

import asyncio

import grpc
from google.protobuf.json_format import MessageToDict

from generated import STUBS, method_of, requests_of
from line_contract import Call, Outcome, details_in, read_environment, serve_lines_aio


async def main() -> None:
    environment = read_environment()

    def open_channel(service: str) -> grpc.aio.Channel:
        address = environment.address_of(service)
        if environment.ca is None:
            return grpc.aio.insecure_channel(address)
        return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(environment.ca.read_bytes()))

    channels = {service: open_channel(service) for service in STUBS}
    stubs = {service: stub(channels[service]) for service, stub in STUBS.items()}

    async def run(call: Call) -> Outcome:
        method = method_of(call)
        messages = requests_of(call, method)
        invoke = getattr(stubs[call.service], call.method)
        outcome = Outcome()
        try:
            answer = invoke(
                iter(messages) if method.client_streaming else messages[0],
                timeout=call.timeout_seconds,
                metadata=call.metadata,
            )
            if method.server_streaming:
                async for message in answer:
                    outcome.answers.append(MessageToDict(message))
            else:
                outcome.answers.append(MessageToDict(await answer))
        except grpc.aio.AioRpcError as error:
            outcome.fail(error.code().name, error.details(), details_in(error.trailing_metadata()))
        return outcome

    await serve_lines_aio(environment, run)
    for channel in channels.values():
        await channel.close()


if __name__ == "__main__":
    asyncio.run(main())
