"""What the unpacked interpreter runs: the program, with the packages that lie beside it."""

import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
sys.path.append(f"{ROOT}/packages")
sys.argv[0] = "devops-agent"


def licenses(_: list[str]) -> int:
    """Print the licences of all that is carried here."""
    with open(f"{ROOT}/licenses.txt", encoding="utf-8") as file:  # noqa: PTH123
        sys.stdout.write(file.read())
    return 0


if __name__ == "__main__":
    from devops_agent.cli import main

    raise SystemExit(main(work=licenses if sys.argv[1:] == ["--licenses"] else None))
