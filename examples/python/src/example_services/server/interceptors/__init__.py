"""The interceptors, which run around every call of any method."""
