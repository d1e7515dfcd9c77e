"""What the tests share: the path to the sources, a skip where scikit-learn is missing, one trained model."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

EXAMPLE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(EXAMPLE, "src"))

try:
    import sklearn  # noqa: F401
except ImportError as error:
    raise unittest.SkipTest(f"scikit-learn is not installed for {sys.executable}: {error}") from error

# The tests must not log into a run that happens to be in the environment.
for name in ("MLFLOW_TRACKING_URI", "MLFLOW_RUN_ID", "MLFLOW_TRACKING_TOKEN"):
    os.environ.pop(name, None)

DATA = os.path.join(EXAMPLE, "data", "breast_cancer.csv")


def quietly(main, *arguments):
    """Runs a step's main and returns what it printed."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        main(list(arguments))
    return output.getvalue()


class TemporaryFolder(unittest.TestCase):
    """A test case with a folder of its own, `self.folder`."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name

    def path(self, *parts):
        return os.path.join(self.folder, *parts)
