"""What the benchmark measures of the official SDK: load a job's file, create it, and stream it when asked to.

Usage: submit_sdk.py FILE submit|stream, with the emulator's connection in the environment."""

import logging
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance" / "sdk"))

import sdk_conformance  # noqa: E402

logging.disable(logging.CRITICAL)
ml = sdk_conformance.client(os.environ)

from azure.ai.ml import load_job  # noqa: E402

job = ml.jobs.create_or_update(load_job(sys.argv[1]))
print(job.name)
if sys.argv[2] == "stream":
    ml.jobs.stream(job.name)
