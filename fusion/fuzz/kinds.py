"""All kinds of cases, with how many of a hundred each has."""

from fusion.fuzz import archives, files, pictures, requests, tables, texts
from fusion.fuzz.case import Kind, needs_nothing

KINDS = {
    kind.name: kind
    for kind in (
        Kind("pictures", 35, pictures.opened),
        Kind("archives", 12, needs_nothing(archives.make)),
        Kind("tables", 13, needs_nothing(tables.make)),
        Kind("texts", 13, texts.opened),
        Kind("requests", 14, requests.opened, watched=False),
        Kind("files", 13, files.opened),
    )
}
