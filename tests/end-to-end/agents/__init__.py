"""Machines with an agent, as far as this one can stand in for them, and what an agent does to a task before it starts it."""
