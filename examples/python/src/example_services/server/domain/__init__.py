"""The services, without gRPC. Stored messages are replaced and never changed."""
