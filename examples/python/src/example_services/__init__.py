"""Servers and clients of user.v1 and order.v1, as an example."""
