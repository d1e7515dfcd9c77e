"""One form of what both sides send: the resource's own PUT, with the anonymous assets it refers to standing in it.

What makes no difference to the service is taken away: null and empty members, `false` where that is the service's
default, and the address of the stand-in.
"""

import json
import re

import sdk_client
import world

_FALSE_BY_DEFAULT = {"isArchived", "isAnonymous"}
_ANONYMOUS = re.compile(r"/(environments/CliV2AnonymousEnvironment|components/azureml_anonymous)/versions/([^/]+)$")


def normal_form(puts, kind, base=None):
    """{"path": below the workspace, "body": ...} of the resource's own PUT, the first to its path; others that it doesn't
    refer to under "others"."""
    if base:
        own, sdk = base.removeprefix("http://"), sdk_client.STORAGE["endpoint"]
        text = json.dumps(puts).replace(f"http://{own}/account.blob.{sdk}", f"https://account.blob.{sdk}")
        puts = json.loads(text.replace(base, sdk_client.BASE))
    bodies = {path: body for path, body in reversed(puts)}
    main = next((path for path in reversed(bodies) if re.match(kind.own_path, _below(path))), puts[-1][0])
    used = set()
    body = _inlined(bodies[main], bodies, used)
    others = {_below(path): _reduced(other) for path, other in bodies.items()
              if path != main and path not in used and not re.match(kind.companions, _below(path))}
    result = {"path": _below(main), "body": _reduced(body)}
    return {**result, "others": others} if others else result


def _below(path):
    for root in (world.WORKSPACE_ID, world.REGISTRY_ID):
        if path.lower().startswith(root.lower()):
            return path[len(root) + 1:]
    return path


def _inlined(value, bodies, used):
    if isinstance(value, dict):
        return {key: _inlined(member, bodies, used) for key, member in value.items()}
    if isinstance(value, list):
        return [_inlined(member, bodies, used) for member in value]
    path = value.removeprefix("azureml:") if isinstance(value, str) else None
    found = _ANONYMOUS.search(path) if path else None
    if not found or path not in bodies:
        return value
    used.add(path)
    return {"anonymous": found.group(1), "version": found.group(2), **_inlined(bodies[path], bodies, used)}


def _reduced(value):
    if isinstance(value, list):
        return [_reduced(member) for member in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, member in value.items():
        member = _reduced(member)
        if member is None or member in ({}, []) or (member is False and key in _FALSE_BY_DEFAULT):
            continue
        result[key] = member
    return result
