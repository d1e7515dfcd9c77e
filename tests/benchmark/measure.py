"""Runs a program many times and measures each run: elapsed time, processor time, the most memory it had."""

import os
import signal
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    seconds: float
    processor: float
    memory: int  # bytes; 0 when it was not looked at


@dataclass(frozen=True)
class Result:
    name: str
    until: str
    runs: list

    @property
    def seconds(self):
        return statistics.median(run.seconds for run in self.runs if not run.memory)

    @property
    def spread(self):
        """The slowest of the timed runs."""
        return max(run.seconds for run in self.runs if not run.memory)

    @property
    def processor(self):
        return statistics.median(run.processor for run in self.runs if not run.memory)

    @property
    def memory(self):
        return statistics.median([run.memory for run in self.runs if run.memory] or [0])  # some end before they are looked at


class Listener:
    """A port on this machine that nobody answers on; it notes when the first byte comes."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._socket.settimeout(30)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def wait(self):
        connection, _ = self._socket.accept()
        connection.settimeout(30)
        connection.recv(1)
        now = time.perf_counter()
        connection.close()
        return now

    def close(self):
        self._socket.close()


def high_water(pid):
    """The most memory the process had so far; 0 when it is gone.

    Not ru_maxrss: that also counts what this process had when the other one was forked off it."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:")), 0)
    except (OSError, ValueError):
        return 0


def children(pid):
    """The processes that it started and that still run."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def processor_time(pid):
    """Seconds of all its threads so far; wait4 only knows those of processes that were waited for."""
    seconds = 0.0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
            seconds += int(file.read().split()[0]) / 1e9
    return seconds


def start(command, environment, folder, ready):
    # A group of its own, so that nothing it started outlives it and sends a request into the next run.
    return subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            stdout=subprocess.PIPE if ready else subprocess.DEVNULL, start_new_session=True)


def run_once(command, environment, folder, until, listener, with_memory):
    """Until the first request reaches the listener, until a line is printed, or until the end. Looking at the memory takes
    time of its own, so the runs for the one are not used for the other."""
    began = time.perf_counter()
    process = start(command, environment, folder, until == "ready")
    memory, of_children = 0, 0.0
    if until in ("first request", "ready"):
        if until == "ready":
            process.stdout.readline()
            ended = time.perf_counter()
        else:
            ended = listener.wait()
        started = children(process.pid)
        memory = sum(map(high_water, [process.pid, *started]))
        of_children = sum(map(processor_time, started))
        os.killpg(process.pid, signal.SIGKILL)
    else:
        while with_memory and (now := high_water(process.pid)):
            memory = max(memory, now)
            if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        ended = time.perf_counter()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdout:
        process.stdout.close()
    if until == "end" and process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Run(ended - began, usage.ru_utime + usage.ru_stime + of_children, memory if with_memory else 0)


def measure(name, command, *, environment, folder, until, listener=None, runs=20, warm=2, memory_runs=3):
    """Median figures; the first runs only warm the caches."""
    for _ in range(warm):
        run_once(command, environment, folder, until, listener, False)
    timed = [run_once(command, environment, folder, until, listener, False) for _ in range(runs)]
    watched = [run_once(command, environment, folder, until, listener, True) for _ in range(memory_runs)]
    return Result(name, until, timed + [run for run in watched if run.memory])
