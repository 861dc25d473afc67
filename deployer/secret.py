"""Values that are never shown, and references to them."""

from dataclasses import dataclass


class Secret:
    """A string that prints as ``[redacted]`` everywhere; `reveal` is the one way out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "[redacted]"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("[redacted]", spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        # A pickled or copied secret would leak through caches and worker processes.
        raise TypeError("a Secret is not serializable")


@dataclass(frozen=True, slots=True)
class SecretReference:
    """A value kept in a Nomad Variable of the app: ``nomad/jobs/<job of app>``, item `key`."""

    app: str
    key: str

    def __str__(self) -> str:
        return f"secret({self.app}#{self.key})"
