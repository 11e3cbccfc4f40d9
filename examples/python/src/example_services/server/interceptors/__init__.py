"""What happens around every call, whichever its method."""
