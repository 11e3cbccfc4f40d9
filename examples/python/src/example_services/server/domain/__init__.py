"""What the services do, whatever carries the requests. A message that is stored is never changed, only replaced."""
