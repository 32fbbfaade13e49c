"""Named, frozen records that fill the drop-downs, the command line and the contract tests."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from fusion.errors import UserError
from fusion.language import say


class Record(Protocol):
    """The least that a registered record has."""

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> str: ...


R = TypeVar("R", bound=Record)


class Registry(Generic[R]):
    """Records of one kind by name, in the order of registration."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._records: dict[str, R] = {}

    def add(self, record: R) -> R:
        """Register a record and give it back; a name taken already raises ValueError."""
        if record.name in self._records:
            raise ValueError(f"{self.kind} {record.name!r} is registered twice")
        self._records[record.name] = record
        return record

    def __getitem__(self, name: str) -> R:
        try:
            return self._records[name]
        except (KeyError, TypeError):
            known = ", ".join(self._records)
            unknown = say(
                "There is no {kind} named {name}; choose one of: {known}.",
                kind=say(self.kind),
                name=repr(name),
                known=known,
            )
            raise UserError(unknown) from None

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def __iter__(self) -> Iterator[R]:
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def names(self) -> list[str]:
        return list(self._records)
