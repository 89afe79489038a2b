"""What the guard promises, measured: `python -m safety` prints the table of `docs/safety.md`."""

MODULES = (
    "known",
    "unseen",
    "differences",
    "classification",
    "system_calls",
    "verbs",
    "mutants",
    "prompt",
    "canaries",
    "injections",
    "faults",
    "soak",
)
"""The modules that measure, in the order of the table; each has `figures(quick) -> Iterator[Figure]`."""
