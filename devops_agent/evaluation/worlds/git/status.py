"""The words of `git status`."""

from devops_agent.evaluation.worlds.git.repository import Git


def tracking(git: Git) -> list[str]:
    upstream = f"'origin/{git.branch}'"
    if git.ahead and git.behind:
        return [
            f"Your branch and {upstream} have diverged,",
            f"and have {git.ahead} and {git.behind} different commits each, respectively.",
            '  (use "git pull" to merge the remote branch into yours)',
        ]
    if git.ahead:
        return [
            f"Your branch is ahead of {upstream} by {git.ahead} commit{'s' if git.ahead != 1 else ''}.",
            '  (use "git push" to publish your local commits)',
        ]
    if git.behind:
        return [
            f"Your branch is behind {upstream} by {git.behind} commit{'s' if git.behind != 1 else ''}, and "
            "can be fast-forwarded.",
            '  (use "git pull" to update your local branch)',
        ]
    return [f"Your branch is up to date with {upstream}."]


def conclusion(git: Git) -> list[str]:
    if git.staged:
        return []
    if git.changed:
        return ['no changes added to commit (use "git add" and/or "git commit -a")']
    if git.untracked:
        return ['nothing added to commit but untracked files present (use "git add" to track)']
    return ["nothing to commit, working tree clean"]
