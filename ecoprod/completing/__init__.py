"""Room: what the holder of a standard adds to a specification, as an overlay to fill in or from a table.

Comes in: the name of a specification, and a table typed from the copy of the standard. Goes out: the text of an overlay
that `standards check` has looked through, or every problem of the table at once.
"""

from ecoprod.completing.imported import Imported, Signature, import_table
from ecoprod.completing.skeleton import new_overlay

__all__ = ["Imported", "Signature", "import_table", "new_overlay"]
