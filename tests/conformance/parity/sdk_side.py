"""What the official SDK sends for a file: every PUT up to the resource's own, or why it refuses the file."""

import contextlib
import io
import os
import pathlib

import kinds
import sdk_client

_clients = {}


def _client(registry):
    if registry not in _clients:
        sdk_client.silence()
        with sdk_client.recorded(()):
            _clients[registry] = sdk_client.client(registry)
    return _clients[registry]


def _send(ml, kind, file, overrides):
    import azure.ai.ml as sdk
    import azure.ai.ml.entities._load_functions as loading

    load = getattr(sdk, kind.load, None) or getattr(loading, kind.load)
    entity = load(source=str(file), params_override=[{name: value} for name, value in overrides.items()])
    operations = getattr(ml, kind.operations)
    for method in ("begin_create_or_update", "create_or_update"):
        if hasattr(operations, method):
            return getattr(operations, method)(entity)
    raise TypeError(f"{kind.operations} can't create")


def compile_file(file, kind, overrides, registry=False):
    """{"puts": [[path, body]...]} or {"rejected": reason}. An exception after the resource's own PUT is the SDK reading
    our answer, and no matter here."""
    file = pathlib.Path(file)
    ml = _client(registry)
    absent = kinds.own_paths(kind, {**kinds.read(file), **overrides})
    os.chdir(file.parent)
    with sdk_client.recorded(absent) as puts, contextlib.redirect_stdout(io.StringIO()), \
            contextlib.redirect_stderr(io.StringIO()):
        try:
            _send(ml, kind, file, overrides)
        except BaseException as error:  # pylint: disable=broad-except
            if not puts or f"/{kind.segment}/" not in puts[-1][0] or "/azureml_anonymous/" in puts[-1][0]:
                # Where the SDK fails to say what is wrong, the cause does.
                error = error.__context__ if isinstance(error, NotImplementedError) else error
                return {"rejected": f"{type(error).__name__}: {error}"}
    return {"puts": puts} if puts else {"rejected": "sends nothing"}
