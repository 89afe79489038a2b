"""Ways for a model server to misbehave, each with what a good client makes of it.

A fault gets the exchange and the lines of the good answer. `outcome` is what its single appearance leads a client to:
"reply" (odd, but whole), "healed" (worthless, but asking again is right) or "error" (asking again is no use).
"""

from tests.ollama_faults import connections, lines, statuses, streams
from tests.ollama_faults.fault import FAULTS, HTML, Fault
from tests.ollama_faults.streams import cut_at

__all__ = ["FAULTS", "HTML", "Fault", "connections", "cut_at", "lines", "statuses", "streams"]
