"""Nomad Variables and their locks (``/v1/var``); python-nomad has no locks and reads one namespace only."""

from collections.abc import Mapping
from typing import Any

from deployer.cluster.model import VariableItem, VariableLock
from deployer.cluster.nomad_read import variable_of
from deployer.cluster.transport import Transport
from deployer.errors import LockHeld, NotFound, ServerFailed, StalePlan


class NomadVariables:
    """`VariablesPort` over a `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    def variable(self, namespace: str, path: str) -> VariableItem | None:
        """See `VariablesPort.variable`."""
        found = self._http.find(
            f"read variable {path!r}",
            ("var", path),
            namespace=namespace,
            needs=_right("read", namespace, path),
        )
        return variable_of(found[0]) if found else None

    def list_variables(self, namespace: str, prefix: str) -> tuple[VariableItem, ...]:
        """See `VariablesPort.list_variables`."""
        raws, _ = self._http.get(
            f"list variables under {prefix!r}",
            ("vars",),
            namespace=namespace,
            params={"prefix": prefix},
            needs=_right("list", namespace, prefix),
        )
        return tuple(variable_of(raw) for raw in raws or ())

    def put_variable(
        self, namespace: str, path: str, items: Mapping[str, str], *, cas: int | None, lock_id: str = ""
    ) -> VariableItem:
        """See `VariablesPort.put_variable`."""
        body: dict[str, Any] = {"Namespace": namespace, "Path": path, "Items": dict(items)}
        if lock_id:
            body["Lock"] = {"ID": lock_id}
        try:
            reply = self._write(f"write variable {path!r}", namespace, path, body=body, params=_cas(cas))
        except StalePlan as conflict:
            self._tell_lock(namespace, path, cas, conflict)
            raise
        return variable_of(reply)

    def delete_variable(self, namespace: str, path: str, *, cas: int | None) -> None:
        """See `VariablesPort.delete_variable`."""
        try:
            self._http.send(
                f"delete variable {path!r}",
                ("var", path),
                method="delete",
                namespace=namespace,
                params=_cas(cas),
                needs=_right("destroy", namespace, path),
            )
        except StalePlan as conflict:
            self._tell_lock(namespace, path, cas, conflict)
            raise

    def acquire_lock(
        self, namespace: str, path: str, *, items: Mapping[str, str], ttl_s: float, delay_s: float
    ) -> VariableLock:
        """See `VariablesPort.acquire_lock`."""
        body = {
            "Namespace": namespace,
            "Path": path,
            "Items": dict(items),
            "Lock": {"TTL": _duration(ttl_s), "LockDelay": _duration(delay_s)},
        }
        reply = self._lock_call("acquire", namespace, path, body)
        lock_id = ((reply or {}).get("Lock") or {}).get("ID")
        if not lock_id:
            raise ServerFailed(f"could not acquire the lock of {path!r}: Nomad gave no lock id")
        return VariableLock(namespace=namespace, path=path, lock_id=lock_id, ttl_s=ttl_s, delay_s=delay_s)

    def renew_lock(self, lock: VariableLock) -> None:
        """See `VariablesPort.renew_lock`."""
        body = {"Namespace": lock.namespace, "Path": lock.path, "Lock": {"ID": lock.lock_id}}
        self._lock_call("renew", lock.namespace, lock.path, body)

    def release_lock(self, lock: VariableLock) -> None:
        """See `VariablesPort.release_lock`."""
        body = {"Namespace": lock.namespace, "Path": lock.path, "Lock": {"ID": lock.lock_id}}
        self._lock_call("release", lock.namespace, lock.path, body)

    def _lock_call(self, verb: str, namespace: str, path: str, body: Mapping[str, Any]) -> Any:
        attempt = f"{verb} the lock of variable {path!r}"
        try:
            return self._write(attempt, namespace, path, body=body, params={f"lock-{verb}": ""})
        except StalePlan:
            reason = "somebody else holds it" if verb == "acquire" else "it was lost"
            raise LockHeld(f"could not {attempt}: {reason}") from None
        except NotFound:
            raise LockHeld(f"could not {attempt}: the variable is gone") from None
        except ServerFailed as error:
            # A release of a lock that nobody holds is a 400 (nomad/variables_endpoint.go).
            if "doesn't hold a lock" in str(error):
                raise LockHeld(f"could not {attempt}: it was lost") from error
            raise

    def _write(
        self,
        attempt: str,
        namespace: str,
        path: str,
        *,
        body: Mapping[str, Any],
        params: dict[str, Any] | None,
    ) -> Any:
        needs = _right("write", namespace, path)
        return self._http.send(attempt, ("var", path), body=body, namespace=namespace, params=params, needs=needs)

    def _tell_lock(self, namespace: str, path: str, cas: int | None, conflict: StalePlan) -> None:
        # A locked variable conflicts with a value that says nothing (state_store_variables.go), so a
        # conflict at the right index, or without one, is the lock's.
        if cas is not None:
            current = self.variable(namespace, path)
            if current is None or current.modify_index != cas:
                return
        raise LockHeld(f"could not write variable {path!r}: somebody else holds its lock") from conflict


def _cas(index: int | None) -> dict[str, Any] | None:
    return None if index is None else {"cas": index}


def _duration(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"


def _right(capability: str, namespace: str, path: str) -> str:
    return f"{capability!r} on variables at {path!r} in namespace {namespace!r}"
