"""Variables and locks of the in-memory Nomad; a lock lasts until it is released or `expire_lock`."""

from collections.abc import Mapping
from typing import Any

from deployer.cluster.memory_cluster import Key, MemoryCluster
from deployer.cluster.model import VariableItem, VariableLock
from deployer.errors import LockHeld, ServerFailed, StalePlan

# nomad/structs/variables.go: keys and values together.
LARGEST_ITEMS = 64 * 1024


class MemoryVariables(MemoryCluster):
    """`VariablesPort` in memory."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._variables: dict[Key, VariableItem] = {}
        self._locks: dict[Key, str] = {}

    def variable(self, namespace: str, path: str) -> VariableItem | None:
        """See `VariablesPort.variable`."""
        return self._variables.get((namespace, path))

    def list_variables(self, namespace: str, prefix: str) -> tuple[VariableItem, ...]:
        """See `VariablesPort.list_variables`."""
        return tuple(
            self._item(item.namespace, item.path, {}, item.create_index, item.modify_index)
            for (place, path), item in sorted(self._variables.items())
            if place == namespace and path.startswith(prefix)
        )

    def put_variable(
        self, namespace: str, path: str, items: Mapping[str, str], *, cas: int | None, lock_id: str = ""
    ) -> VariableItem:
        """See `VariablesPort.put_variable`."""
        with self._guard:
            self._check_write(namespace, path, cas, lock_id)
            _fits(path, items)
            old = self._variables.get((namespace, path))
            if old is not None and dict(old.items) == dict(items):
                return old
            index = self._next_index()
            item = self._item(namespace, path, dict(items), old.create_index if old else index, index)
            self._variables[namespace, path] = item
            return item

    def delete_variable(self, namespace: str, path: str, *, cas: int | None) -> None:
        """See `VariablesPort.delete_variable`."""
        with self._guard:
            self._check_write(namespace, path, cas, "")
            if self._variables.pop((namespace, path), None) is not None:
                self._next_index()

    def acquire_lock(
        self, namespace: str, path: str, *, items: Mapping[str, str], ttl_s: float, delay_s: float
    ) -> VariableLock:
        """See `VariablesPort.acquire_lock`."""
        with self._guard:
            if (namespace, path) in self._locks:
                raise LockHeld(f"could not acquire the lock of variable {path!r}: somebody else holds it")
            self.put_variable(namespace, path, items, cas=None)
            lock_id = self._locks[namespace, path] = self._new_id()
            return VariableLock(namespace=namespace, path=path, lock_id=lock_id, ttl_s=ttl_s, delay_s=delay_s)

    def renew_lock(self, lock: VariableLock) -> None:
        """See `VariablesPort.renew_lock`."""
        if self._locks.get((lock.namespace, lock.path)) != lock.lock_id:
            raise LockHeld(f"could not renew the lock of variable {lock.path!r}: it was lost")

    def release_lock(self, lock: VariableLock) -> None:
        """See `VariablesPort.release_lock`."""
        if self._locks.get((lock.namespace, lock.path)) != lock.lock_id:
            raise LockHeld(f"could not release the lock of variable {lock.path!r}: it was lost")
        del self._locks[lock.namespace, lock.path]

    def expire_lock(self, namespace: str, path: str) -> None:
        """Take a lock from its holder, as its TTL does."""
        self._locks.pop((namespace, path), None)

    def _check_write(self, namespace: str, path: str, cas: int | None, lock_id: str) -> None:
        current = self._variables.get((namespace, path))
        if cas is not None and cas != (current.modify_index if current else 0):
            raise StalePlan(f"could not write variable {path!r}: it moved in between")
        if self._locks.get((namespace, path), lock_id) != lock_id:
            raise LockHeld(f"could not write variable {path!r}: somebody else holds its lock")

    def _item(
        self, namespace: str, path: str, items: dict[str, str], create_index: int, modify_index: int
    ) -> VariableItem:
        return VariableItem(
            namespace=namespace,
            path=path,
            items=items,
            create_index=create_index,
            modify_index=modify_index,
            locked=(namespace, path) in self._locks,
        )


def _fits(path: str, items: Mapping[str, str]) -> None:
    if not items:
        raise ServerFailed(f"could not write variable {path!r}: variable missing required Items object")
    if sum(len(key.encode()) + len(value.encode()) for key, value in items.items()) > LARGEST_ITEMS:
        raise ServerFailed(f"could not write variable {path!r}: variables are limited to 64KiB in total size")
