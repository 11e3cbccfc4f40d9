"""The package and protoc's code of the same protos in one program, with a proto that imports them."""

from example_protos.order.v1 import order_pb2
from example_protos.user.v1 import user_pb2
from example_protos.user.v2 import user_pb2 as user_v2_pb2
from order.v1 import order_pb2 as own_order_pb2
from shop.v1 import shop_pb2
from user.v2 import user_pb2 as own_user_v2_pb2

assert own_order_pb2.Order is order_pb2.Order
assert own_user_v2_pb2.User is user_v2_pb2.User
written = shop_pb2.Customer(user=user_pb2.User(name="Aoife")).SerializeToString()
user = shop_pb2.Customer.FromString(written).user
assert type(user) is user_pb2.User
print(user.name, "true")
