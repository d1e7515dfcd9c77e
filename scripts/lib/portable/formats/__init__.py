"""What can be read from an executable of each system: inspect(bytes) returns its protections and its faults, as texts."""
