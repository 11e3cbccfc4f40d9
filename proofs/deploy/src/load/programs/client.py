"""Calls GetUser with grpcio and its defaults, as callByProgram in program.ts describes."""

import json
import sys
import threading

import grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc


def main(address: str, callers: str, pause_ms: str, timeout_ms: str) -> None:
    """Call until the input ends, then write the result."""
    over = threading.Event()
    calls = [0] * int(callers)
    failures: list[str] = []
    with grpc.insecure_channel(address) as channel:
        users = user_pb2_grpc.UserServiceStub(channel)

        def call_until_over(caller: int) -> None:
            while not over.wait(int(pause_ms) / 1000):
                calls[caller] += 1
                try:
                    user = users.GetUser(user_pb2.GetUserRequest(id=1), timeout=int(timeout_ms) / 1000)
                    if user.name != "Aoife":
                        failures.append(f"the response is not user 1: {user}")
                except grpc.RpcError as error:
                    failures.append(f"{error.code().name}: {error.details()}")

        threads = [threading.Thread(target=call_until_over, args=(caller,)) for caller in range(len(calls))]
        for thread in threads:
            thread.start()
        sys.stdin.read()
        over.set()
        for thread in threads:
            thread.join()
    print(json.dumps({"calls": sum(calls), "failures": failures}))


if __name__ == "__main__":
    main(*sys.argv[1:])
