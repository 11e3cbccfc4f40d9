"""Usage: python main.py [apart]

Uses the package and the code of another company: in one process or, with `apart`, each in its own process.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def our_name() -> str:
    from example_protos.user.v1 import user_pb2

    return user_pb2.User.FromString(user_pb2.User(name="Aoife").SerializeToString()).name


def their_name() -> str:
    from user.v1 import user_pb2

    return user_pb2.User.FromString(user_pb2.User(full_name="Zoe").SerializeToString()).full_name


if __name__ == "__main__":
    if sys.argv[1:] == ["apart"]:
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            print(our_name(), other.submit(their_name).result())
    else:
        print(our_name(), their_name())
