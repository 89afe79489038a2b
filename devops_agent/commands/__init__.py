"""The words of the command line: each is a module here with `add_arguments(parser)` and `run(arguments, settings)`."""

COMMANDS = {
    "doctor": "say in one screen what works, and what to do about what does not",
    "config": "show every setting, its value and where it came from",
    "model": "list, show, pull, create or install models",
    "eval": "score models on made-up machines: right calls, solved tasks, unsafe proposals",
    "undo": "take back a file the agent wrote, or a change to a cluster or container",
    "sessions": "list, show, resume or delete the conversations that were kept",
    "audit": "show, check or export the record of what was run and who allowed it",
    "replay": "take a kept session through the policy or the model of today, running nothing",
    "policy": "say how the policy judges a command; list and remove your rules",
    "kubeconfig": "make credentials that can look at a cluster and change nothing",
    "completion": "print the completion script for bash, zsh or fish",
}
