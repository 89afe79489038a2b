"""git. Its reading commands may run programs that the repository's configuration names; some only if it names none."""

from devops_agent.policy.judgement import Judgement, change, sensitive
from devops_agent.policy.rows import NONE, WORDS, Use, change_alarms, destroy_alarms, program, row, words

SAFE = (
    "--no-optional-locks --no-pager -c diff.autoRefreshIndex=false -c core.fsmonitor=false "
    "-c core.hooksPath=/dev/null -c diff.external= "
    "-c log.showSignature=false -c gpg.program=false -c gpg.openpgp.program=false "
    "-c gpg.ssh.program=false -c gpg.x509.program=false -c safe.bareRepository=explicit "
    "-c protocol.allow=never -c protocol.ext.allow=never "
    "-c protocol.file.allow=never -c protocol.ssh.allow=never -c protocol.git.allow=never "
    "-c protocol.http.allow=never -c protocol.https.allow=never -c protocol.ftp.allow=never "
    "-c protocol.ftps.allow=never"
)


SAFE_DIFF = "--no-ext-diff --no-textconv"


STAT = (
    "--stat[=] --shortstat --numstat --dirstat[=] --summary --name-only --name-status --raw -p|--patch -u -U|"
    "--unified=N "
    "--no-patch -s -w|--ignore-all-space -b|--ignore-space-change --ignore-blank-lines --word-diff[=] --color-words[=] "
    "--color[=] --no-color --diff-filter= --find-renames[=] -M[=] -C[=] --no-renames --minimal --patience --histogram "
    "--check --full-index --abbrev[=] -z --exit-code --quiet --relative[=] --pickaxe-regex -S= -G= -R "
    "--inter-hunk-context=N "
    "-W|--function-context --no-ext-diff --no-textconv --compact-summary --binary --merge-base --text -a"
)


LOG = (
    "-# -n|--max-count=N --oneline --graph --all --decorate[=] --no-decorate --no-merges --merges --reverse --follow "
    "--first-parent --abbrev-commit --no-abbrev-commit --tags[=] --branches[=] --remotes[=] --since= --until= "
    "--after= --before= "
    "--author= --committer= --grep= -i|--regexp-ignore-case -E --format= --pretty[=] --date= --date-order --topo-order "
    "--skip=N --cherry-pick --left-right --cherry -L= --simplify-by-decoration --full-history --ancestry-path "
    "--relative-date --parents --children --boundary -g|--walk-reflogs --source --no-notes --all-match "
    "--invert-grep -F -m -c --cc"
)


SORTED = (
    "--sort= --format= --contains[=] --no-contains[=] --merged[=] --no-merged[=] --points-at= --count=N "
    "--ignore-case --color[=] --no-color --column[=] --no-column"
)


def _clean(use: Use) -> Judgement | None:
    """The repository's configuration must be known to name no program."""
    if all(use.ground.place.repository_is_clean(folder) for folder in use.ground.folders):
        return None
    return change("can run programs named in this repository's configuration, which is not known to be safe", "EXEC")


def _shows_no_secret(use: Use) -> Judgement | None:
    """Two paths are compared as files where one lies outside the repository; either may be a secret."""
    secret = next((word for word in use.options.operands if use.ground.secret(word)), None)
    return sensitive(f"reads {secret.text}, which may hold secrets") if secret else _clean(use)


def _lists(use: Use) -> Judgement | None:
    """With a name as operand these create something, unless they were told to list."""
    lists = use.options.has("-l", "--list", "--contains", "--merged", "--no-merged", "--points-at", "--no-contains")
    return None if lists or not use.operands else change("creates a branch or a tag")


def _get_config(use: Use) -> Judgement | None:
    if use.operands and use.texts[-len(use.operands) :] != use.operands:
        return change("git config takes whatever follows a name for the value to be set")
    asked = use.options.has("--get", "--get-all", "--get-regexp", "-l", "--list", "--get-urlmatch")
    if asked:
        return None
    names_one = len(use.operands) == 1 and "." in use.operands[0]
    return None if names_one else change("git config changes the configuration, or opens an editor")


def _reflog_shows(use: Use) -> Judgement | None:
    changes = use.operands[:1] in (["expire"], ["delete"], ["drop"], ["write"])
    return change("git reflog changes the log") if changes else None


READS = (
    row("log", LOG, WORDS, None, SAFE, SAFE_DIFF),
    row("log|show|whatchanged", f"{LOG} {STAT}", WORDS, _clean, SAFE, SAFE_DIFF),
    row(
        "diff",
        f"{STAT} --cached --staged --no-index=false --ours --theirs --base",
        WORDS,
        _shows_no_secret,
        SAFE,
        SAFE_DIFF,
    ),
    row(
        "status",
        "-s|--short -b|--branch --porcelain[=] --long --show-stash -u[=] --untracked-files[=] --ignored[=] -v -z "
        "--ahead-behind "
        "--no-ahead-behind --ignore-submodules[=] --column[=] --no-renames --renames",
        WORDS,
        _clean,
        SAFE,
    ),
    row(
        "blame|annotate",
        "-L= -w -s -l -e|--show-email -f -n -c -M[=] -C[=] --since= --date= --porcelain -p --line-porcelain "
        "--root --abbrev=N",
        WORDS,
        _clean,
        SAFE,
    ),
    row(
        "ls-files",
        "-[cdmostuikzvr] --others --modified --cached --deleted --exclude-standard --stage --unmerged --ignored "
        "--full-name --error-unmatch --directory",
        WORDS,
        _clean,
        SAFE,
    ),
    row(
        "grep",
        "-[niwIclLEFGPohvHaqW] -# -e= -A=N -B=N -C=N --line-number --ignore-case --word-regexp --count "
        "--files-with-matches --name-only --heading --break --cached --untracked --show-function -p --all-match "
        "--or --and --max-depth=N --color[=] --no-index=false",
        WORDS,
        _clean,
        SAFE,
        "--no-textconv",
    ),
    row(
        "shortlog",
        "-[snec] -#  --summary --numbered --email --since= --until= --all --no-merges --group= --author= -n",
        WORDS,
        _clean,
        SAFE,
    ),
    row(
        "branch",
        f"-a|--all -r|--remotes -l|--list -v|--verbose -vv --show-current --abbrev=N {SORTED}",
        WORDS,
        _lists,
        SAFE,
    ),
    row("tag", f"-l|--list -n[=] {SORTED}", WORDS, _lists, SAFE),
    row(
        "rev-parse",
        "--short[=] --abbrev-ref[=] --show-toplevel --git-dir --is-inside-work-tree --is-bare-repository --verify "
        "-q|--quiet "
        "--show-prefix --symbolic-full-name --all --branches --tags --git-common-dir --absolute-git-dir "
        "--show-cdup --is-shallow-repository --symbolic --remotes --show-superproject-working-tree",
        WORDS,
        None,
        SAFE,
    ),
    row("remote", "-v|--verbose", NONE, None, SAFE),
    row("remote show", "-n", words(1, 1), None, SAFE, needs="-n"),
    row("remote get-url", "--all --push", words(1, 1), None, SAFE),
    row(
        "describe",
        "--tags --always --all --long --abbrev=N --match= --exclude= --contains --exact-match --first-parent "
        "--candidates=N",
        WORDS,
        None,
        SAFE,
    ),
    row("show-branch", "-a|--all -r|--remotes --current --list --sha1-name --no-name", WORDS, None, SAFE),
    row("notes list", "", words(0, 1), None, SAFE),
    row("verify-pack", "-v|--verbose -s|--stat-only", WORDS, None, SAFE),
    row(
        "reflog",
        "-# -n=N --max-count=N --date= --format= --pretty[=] --all --oneline --no-abbrev",
        words(0, 2),
        lambda use: _reflog_shows(use) or _clean(use),
        SAFE,
    ),
    row(
        "rev-list",
        "-# -n=N --count --all --max-count=N --since= --until= --after= --before= --author= --no-merges --merges "
        "--left-right --first-parent --reverse --branches[=] --tags[=] --remotes[=] --max-parents=N --objects",
        WORDS,
        None,
        SAFE,
    ),
    row(
        "ls-tree",
        "-[rdtlz] --name-only --name-status --full-name --full-tree --abbrev[=] --long --object-only",
        WORDS,
        None,
        SAFE,
    ),
    row("for-each-ref", SORTED, WORDS, None, SAFE),
    row(
        "show-ref",
        "--heads --tags --branches -d|--dereference -s|--hash[=] --verify -q --head --abbrev[=]",
        WORDS,
        None,
        SAFE,
    ),
    row("symbolic-ref", "--short -q", words(1, 1), None, SAFE),
    row("merge-base", "--is-ancestor --octopus --all -a --fork-point", WORDS, None, SAFE),
    row("name-rev", "--name-only --tags --refs= --always", WORDS, None, SAFE),
    row("cherry", "-v --abbrev[=]", WORDS, None, SAFE),
    row("cat-file", "-p -t -s -e", words(1, 2), None, SAFE),
    row("count-objects", "-v|--verbose -H|--human-readable", NONE, None, SAFE),
    row("stash list", "-# --oneline --format= --pretty[=] --date= --stat", NONE, _clean, SAFE),
    row("stash show", f"{STAT} --include-untracked", words(0, 1), _clean, SAFE, SAFE_DIFF),
    row("worktree list", "--porcelain -v -z", NONE, None, SAFE),
    row("submodule", "", NONE, lambda use: change("git submodule runs a script of Git", "EXEC")),
    row(
        "config",
        "-l|--list --get --get-all --get-regexp --get-urlmatch --local --global --system --worktree --show-origin "
        "--show-scope --name-only -z --type= --bool --int --path --default=",
        words(0, 2),
        _get_config,
        SAFE,
    ),
    row("var", "-l", words(0, 1), lambda use: change("git var may show the environment")),
    row("version", "--build-options"),
    row("help", "", words(0, 1), lambda use: change("git help opens a pager or browser") if use.operands else None),
    row("check-ignore", "-v|--verbose -n|--non-matching -q --no-index", WORDS, _clean, SAFE),
    row("check-attr", "-a|--all --cached", WORDS, None, SAFE),
    row(
        "diff-tree|diff-index|diff-files",
        f"{STAT} -r -t --root --cached --no-commit-id -m -c",
        WORDS,
        _clean,
        SAFE,
        SAFE_DIFF,
    ),
    row("range-diff", "--no-color --creation-factor=N", WORDS, _clean, SAFE, SAFE_DIFF),
    row("verify-commit|verify-tag", "", WORDS, lambda use: change("runs gpg", "EXEC")),
    row("fsck", "--full --no-dangling --lost-found=false --unreachable --strict --connectivity-only", NONE, None, SAFE),
    row("lfs ls-files|env|version", "-l -s", NONE, _clean),
)


DANGERS = destroy_alarms(
    {
        "push -f|--force|--force-with-lease|--mirror|--prune|-d|--delete": "push rewrites or deletes what others have",
        "push +*": "push rewrites what others have",
        "push :*": "push deletes a branch of the remote",
        "push * +*": "push rewrites what others have",
        "push * :*": "push deletes a branch of the remote",
        "reset --hard|--merge|--keep": "reset --hard discards changes",
        "clean -f|--force": "clean removes untracked files",
        "clean -d": "clean removes untracked files",
        "clean -x|-X": "clean removes ignored files",
        "checkout -f|--force": "checkout -f discards changes",
        "checkout --": "checkout of a path discards changes",
        "checkout .": "checkout of a path discards changes",
        "checkout HEAD .": "checkout of a path discards changes",
        "checkout -B": "checkout -B moves a branch",
        "checkout --theirs|--ours": "checkout discards one side",
        "restore .": "restore discards changes",
        "restore -W|--worktree|--source|-s": "restore discards changes",
        "switch -f|--force|--discard-changes|-C": "switch -f discards changes",
        "branch -D|-M|-C|-f|--force|-d|--delete": "branch is deleted or moved",
        "config --unset|--unset-all|--remove-section": "config forgets a setting",
        "stash drop|clear": "stash drop throws saved changes away",
        "filter-branch|filter-repo": "rewrites the history",
        "reflog expire|delete|drop": "reflog expire removes the way back",
        "update-ref -d|--stdin": "update-ref deletes a reference",
        "update-ref": "update-ref moves a reference",
        "gc --prune|--aggressive": "gc --prune removes unreachable objects",
        "prune": "prune removes unreachable objects",
        "worktree remove|prune": "worktree remove deletes a working tree",
        "tag -d|--delete|-f|--force": "tag is deleted or moved",
        "submodule deinit": "deinit removes the files of a submodule",
        "remote remove|rm|prune": "remote remove forgets a remote and its branches",
        "rm": "rm removes files from the working tree",
        "lfs prune": "removes local objects",
        "read-tree --reset|-u": "replaces the index and the working tree",
        "replace": "replaces objects",
        "bisect run": "bisect run executes a command at many commits",
    }
)


NOTES = (
    *change_alarms(
        "can run any program by an override of its configuration",
        "-c",
        "-C",
        "--git-dir",
        "--work-tree",
        "--exec-path",
        "--config-env",
        tag="EXEC",
    ),
    *change_alarms(
        "talks to a remote",
        "push",
        "pull",
        "fetch",
        "clone",
        "ls-remote",
        "remote show|update",
        "submodule",
        tag="NETWORK",
    ),
)

PROGRAMS = (
    program(
        "git",
        *READS,
        shared="-P|--no-pager --no-optional-locks --literal-pathspecs --no-replace-objects",
        alarms=(*DANGERS, *NOTES),
    ),
)
