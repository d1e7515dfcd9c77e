"""A program on a terminal of its own, as a person sits before it."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import time


class Terminal:
    def __init__(self, command, folder, env, columns=100, rows=40):
        self._master, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings_before = termios.tcgetattr(terminal)
        # The first session without a terminal that opens one has it as its own: Ctrl-C reaches the program.
        self._process = subprocess.Popen(command, cwd=folder, env=env, stdin=terminal, stdout=terminal, stderr=terminal,
                                         start_new_session=True,
                                         preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self._terminal = terminal
        self._shown = b""

    @property
    def shown(self):
        """All that was sent to the terminal so far."""
        return self._shown.decode(errors="replace")

    def settings(self):
        return termios.tcgetattr(self._terminal)

    def read_until(self, text, seconds=60):
        end = time.monotonic() + seconds
        while text not in self.shown:
            if time.monotonic() > end or not self._read():
                raise AssertionError(f'never showed "{text}":\n{self.shown}')

    def type(self, keys):
        os.write(self._master, keys.encode())

    def finish(self, seconds=120):
        """Reads to the end; the exit code."""
        end = time.monotonic() + seconds
        while self._process.poll() is None:
            if time.monotonic() > end:
                self._process.kill()
            self._read()
        while self._read():
            pass
        return self._process.returncode

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)
        os.close(self._terminal)

    def _read(self):
        """Takes what was sent within a moment; false when the program has ended and nothing is left."""
        os.set_blocking(self._master, False)
        ended = self._process.poll() is not None
        try:
            self._shown += os.read(self._master, 65536)
            return True
        except BlockingIOError:
            time.sleep(0.01)
            return not ended
