"""`python -m training WORD …`: each word is a module with `add_arguments` and `run`, loaded only when it is said."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module

WORDS = {
    "data": "training.data",
    "train": "training.train",
    "export": "training.export",
    "release": "training.release",
    "card": "training.card",
    "finetune": "training.finetune",
    "tasks": "training.evaluation_tasks",
}


def main(arguments: Sequence[str]) -> int:
    word = arguments[0] if arguments else ""
    if word not in WORDS:
        sys.exit(f"usage: python -m training {'|'.join(WORDS)} …")
    module = import_module(WORDS[word])
    parser = ArgumentParser(prog=f"python -m training {word}", description=module.__doc__)
    module.add_arguments(parser)
    code: int = module.run(parser.parse_args(arguments[1:]))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
