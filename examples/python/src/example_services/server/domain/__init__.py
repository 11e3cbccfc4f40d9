"""What the services do, without gRPC. Stored messages are replaced and never changed."""
