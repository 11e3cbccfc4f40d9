"""One process that serves UserService and OrderService, in memory."""
