"""Why a call is asked about, in as few words as tell it."""

import re
from collections.abc import Sequence

MOST = 2
GENERAL = re.compile(
    r"looks hard to undo|is not on the (?:read-only |plain )?list|\bwithout -\w|not a tool this policy knows"
    r"|^the command uses |^sends a request "
)
"""What adds nothing to a reason that names what happens."""
PRODUCTION = re.compile(r"is protected as production$|counts as production$")


def strongest(reasons: Sequence[str]) -> list[str]:
    """At most two of a verdict's reasons, which come from the worst to the mildest; that it is production is one."""
    telling = [reason for reason in reasons if not GENERAL.search(reason)] or list(reasons)
    production = [reason for reason in telling if PRODUCTION.search(reason)][:1]
    others = [reason for reason in telling if reason not in production]
    return [*others[: MOST - len(production)], *production]
