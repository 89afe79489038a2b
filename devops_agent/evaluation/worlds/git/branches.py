"""git's sub-commands about branches, tags and the remote."""

from devops_agent.evaluation.worlds.git.repository import Commit
from devops_agent.evaluation.worlds.git.words import GitWords
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints


class Branches(GitWords):
    """branch, checkout, merge, push, pull and their like."""

    def _branch(self, options: Options) -> Result:
        git = self.git
        if options.has("--show-current"):
            return prints(git.branch)
        gone = options.get("-d", "-D")
        if gone:
            return self._delete_branch(gone)
        if options.operands:
            return self._new_branch(options.operand(0), switch=False)
        return prints("\n".join(f"{'*' if name == git.branch else ' '} {name}" for name in git.branches))

    def _delete_branch(self, name: str) -> Result:
        git = self.git
        if name not in git.branches:
            return fails(f"error: branch '{name}' not found.")
        if name == git.branch:
            return fails(f"error: Cannot delete branch '{name}' checked out at '{git.folder}'")
        git.branches.remove(name)
        return prints(f"Deleted branch {name} (was {git.commits[-1].id[:7]}).")

    def _new_branch(self, name: str, *, switch: bool) -> Result:
        git = self.git
        if name in git.branches:
            return fails(f"fatal: a branch named '{name}' already exists", 128)
        git.branches = sorted([*git.branches, name])
        if switch:
            git.branch = name
        return Result("", f"Switched to a new branch '{name}'\n" if switch else "", 0)

    def _checkout(self, options: Options) -> Result:
        git = self.git
        if options.has("-b"):
            return self._new_branch(options.get("-b"), switch=True)
        name = options.operand(0)
        if name not in git.branches:
            return fails(f"error: pathspec '{name}' did not match any file(s) known to git")
        if name == git.branch:
            return Result("", f"Already on '{name}'\n", 0)
        git.branch = name
        return Result("", f"Switched to branch '{name}'\n", 0)

    def _switch(self, options: Options) -> Result:
        if options.has("-c"):
            return self._new_branch(options.get("-c"), switch=True)
        if options.operand(0) not in self.git.branches:
            return fails(f"fatal: invalid reference: {options.operand(0)}", 128)
        return self._checkout(options)

    def _merge(self, options: Options) -> Result:
        git, name = self.git, options.operand(0)
        if name not in git.branches:
            return fails(f"merge: {name} - not something we can merge")
        if self.world.source(name).chance(0.3):
            path = git.new_path()
            return Result(
                f"Auto-merging {path}\nCONFLICT (content): Merge conflict in {path}\n"
                "Automatic merge failed; fix conflicts and then commit the result.\n",
                "",
                1,
            )
        old, path = git.commits[0].id[:7], git.new_path()
        git.commits.insert(
            0, Commit(git.values.hexadecimal(40), git.author, git.now - 60, git.values.sentence(), [path])
        )
        return prints(
            f"Updating {old}..{git.commits[0].id[:7]}\nFast-forward\n {path} | 2 +-\n"
            " 1 file changed, 1 insertion(+), 1 deletion(-)"
        )

    def _push(self, options: Options) -> Result:
        git = self.git
        if git.behind:
            return fails(
                f"To {git.remote}\n ! [rejected]        {git.branch} -> {git.branch} (fetch first)\n"
                f"error: failed to push some refs to '{git.remote}'\n"
                "hint: Updates were rejected because the remote contains work that you do not\n"
                "hint: have locally. Use 'git pull' before pushing again."
            )
        if not git.ahead:
            return Result("", "Everything up-to-date\n", 0)
        old = git.commits[min(git.ahead, len(git.commits) - 1)].id[:7]
        git.ahead = 0
        return Result("", f"To {git.remote}\n   {old}..{git.commits[0].id[:7]}  {git.branch} -> {git.branch}\n", 0)

    def _pull(self, options: Options) -> Result:
        git = self.git
        if not git.behind:
            return prints("Already up to date.")
        count, git.behind = git.behind, 0
        old, path = git.commits[0].id[:7], git.new_path()
        for _ in range(count):
            git.commits.insert(
                0, Commit(git.values.hexadecimal(40), git.author, git.now - 60, git.values.sentence(), [path])
            )
        return prints(
            f"Updating {old}..{git.commits[0].id[:7]}\nFast-forward\n {path} | 2 +-\n"
            " 1 file changed, 1 insertion(+), 1 deletion(-)"
        )

    def _fetch(self, options: Options) -> Result:
        return Result()

    def _remote(self, options: Options) -> Result:
        return prints(
            f"origin\t{self.git.remote} (fetch)\norigin\t{self.git.remote} (push)" if options.has("-v") else "origin"
        )

    def _tag(self, options: Options) -> Result:
        git = self.git
        if not options.operands:
            return prints("\n".join(git.tags))
        if options.operand(0) in git.tags:
            return fails(f"fatal: tag '{options.operand(0)}' already exists", 128)
        git.tags = sorted([*git.tags, options.operand(0)])
        return Result()
