"""`python -m example_betterproto.v1_to_v2`: moves from user.v1 to user.v2, each old call beside the new one."""

import asyncio
import sys

from grpclib import GRPCError

import example_betterproto.gen.user.v1 as v1
import example_betterproto.gen.user.v2 as v2
from example_services.client_options import ClientOptions, parse_client_options

from .client import open_channel
from .gen.google.protobuf import FieldMask

_SECONDS = 5


async def run(options: ClientOptions) -> None:
    async with open_channel(options.user_address, options) as channel:
        was = v1.UserServiceStub(channel, timeout=_SECONDS, metadata=options.metadata)
        now = v2.UserServiceStub(channel, timeout=_SECONDS, metadata=options.metadata)

        # Ids are texts, not numbers. The user is a field of the response, and may be None.
        old = await was.get_user(v1.GetUserRequest(id=1))
        print("was:", old.id, old.name)
        new = (await now.get_user(v2.GetUserRequest(id="usr-1"))).user
        print("is:", new and new.id, new and new.name)

        # Absent fields are None, and a time is a datetime.
        print("is:", new and new.age, new and new.address, new and new.create_time)

        # user.v1 has no updates. The mask names the fields that change; all others stay.
        change = v2.UpdateUserRequest(user=v2.User(id="usr-3", age=41), update_mask=FieldMask(paths=["age"]))
        after = (await now.update_user(change)).user
        print("updated:", after and after.name, after and after.age)


if __name__ == "__main__":
    try:
        asyncio.run(run(parse_client_options("example_betterproto.v1_to_v2")))
    except GRPCError as error:
        sys.exit(f"{error.status.name}: {error.message}")
