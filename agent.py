"""The door to the agent: `python agent.py "task"`, or `from agent import DevOpsAgent`."""

if __name__ == "__main__":  # as a program: hand over before anything heavy is loaded
    from devops_agent.cli import main

    raise SystemExit(main())

from devops_agent.agent import DevOpsAgent
from devops_agent.assembly import open_agent

__all__ = ["DevOpsAgent", "open_agent"]
