"""JSON Schema (draft 2020-12) of every format, and the check of a document against its own.

Documents that ecoprod writes are pydantic models; formats that people write are schema files beside this module, with
a word in both languages at every key, so that editors complete them. Both are loaded only here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ecoprod.report.models_library import DOCUMENTS

Document = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
WRITTEN = ("product", "spec", "overlay", "variants")
_FILES = Path(__file__).resolve().parent / "schema_files"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KINDS = (*WRITTEN, *DOCUMENTS)


def schema(kind: str) -> Document:
    """The JSON Schema of one of `KINDS`. Raises KeyError for another name."""
    if kind in WRITTEN:
        loaded: Document = yaml.load((_FILES / f"{kind}.yaml").read_text(encoding="utf-8"), Loader=_LOADER)
        return {"$schema": DRAFT, **loaded}
    made = DOCUMENTS[kind].model_json_schema(mode="serialization")
    return {"$schema": DRAFT, **made}


def faults(kind: str, document: object) -> list[tuple[str, str]]:
    """(place, what is wrong) of a document that ecoprod could not have written; empty for a good one."""
    from pydantic import ValidationError

    try:
        DOCUMENTS[kind].model_validate(document)
    except ValidationError as error:
        return [(".".join(map(str, e["loc"])), str(e["msg"])) for e in error.errors(include_url=False)]
    return []
