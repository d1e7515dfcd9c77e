"""What the scenarios share: an emulator of one's own, the executables run as the agent runs them, JSON calls."""
