"""Git repositories."""

from training.tasks.scene import Oracle, Scene, bash, body, counted, error_line, failed, intent, listed


@intent(
    "git.status",
    """
    git status
    (what|which) files (have changed|did i change)
    [show] [the] state of the [git] (repo|repository)
    (are there|any) uncommitted changes
    is the working tree clean
    what is not committed yet
    status of this repo
    do i have local changes
    which files are modified
    show git status
    """,
    weight=1.5,
)
def status(s: Scene) -> Oracle:
    git = s.world.git
    git.exists = s.v.chance(0.93)
    git.touch(s.v.between(0, 2), s.v.between(0, 1), s.v.pick([0, 0, 1]))
    yield bash("git status")
    if not git.exists:
        return "This folder is not a git repository."
    parts = [
        f"{name}: {listed(paths)}"
        for name, paths in (("staged", git.staged), ("changed", git.changed), ("untracked", git.untracked))
        if paths
    ]
    return (
        f"On branch {git.branch}; {'; '.join(parts)}."
        if parts
        else f"On branch {git.branch}; nothing to commit, the working tree is clean."
    )


@intent(
    "git.branch",
    """
    (which|what) branch am i on
    current [git] branch
    [show] the current branch
    git branch --show-current
    name of the current branch
    on what branch is this repo
    what is the active branch here
    am i on main
    """,
    weight=1.3,
)
def branch(s: Scene) -> Oracle:
    yield bash("git branch --show-current")
    return f"You are on branch {s.world.git.branch}."


@intent(
    "git.branches",
    """
    (list|show) [me] [all] [the] [git] branches
    git branch
    (which|what) branches (exist|are there)
    local branches
    what branches does this repo have
    display all branches
    branches of this repository
    give me the list of branches
    """,
)
def branches(s: Scene) -> Oracle:
    yield bash("git branch")
    git = s.world.git
    noun = "branch" if len(git.branches) == 1 else "branches"
    return f"{len(git.branches)} {noun}: {listed(git.branches)}. Current: {git.branch}."


@intent(
    "git.log",
    """
    (show|list) [me] the last {n} commits
    last {n} commits
    git log -{n}
    what were the last {n} commits
    [show] the {n} (latest|most recent) commits
    git history, {n} entries
    the {n} newest commits of this repo
    recent commits, {n} of them
    """,
    weight=1.3,
)
def log(s: Scene) -> Oracle:
    n = s.v.pick([1, 2, 3, 5, 10, s.v.between(1, 20)])
    s.ask(n=n)
    yield bash(f"git log --oneline -{n}")
    rows = [f"{one.id[:7]} {one.subject}" for one in s.world.git.commits[:n]]
    return f"{listed(rows, most=5)}."


@intent(
    "git.last",
    """
    (what|which) is the (last|latest) commit
    show [me] the (last|latest|most recent) commit
    who made the last commit
    git log -1
    when was the last commit
    last commit
    what was committed last
    who committed last, and what
    """,
    weight=1.2,
)
def last(s: Scene) -> Oracle:
    yield bash("git log -1")
    one = s.world.git.commits[0]
    return f"The last commit is {one.id[:7]} by {one.author}: {one.subject}"


@intent(
    "git.diff",
    """
    (show|print) [me] [the] diff
    git diff --stat
    what changed [in the working tree]
    which lines did i change
    summary of my changes
    how much did i change
    diff of the uncommitted changes
    statistics of the local changes
    """,
)
def diff(s: Scene) -> Oracle:
    git = s.world.git
    git.touch(s.v.between(0, 3), 0)
    yield bash("git diff --stat")
    return (
        f"{counted(len(git.changed), 'file')} changed: {listed(git.changed)}."
        if git.changed
        else "Nothing has changed since the last commit."
    )


@intent(
    "git.remote",
    """
    (what|which) is the remote [of this repo]
    git remote -v
    (show|list) [me] [the] [git] remote[s]
    which remote do my commits go to
    url of the remote
    where does this repository come from
    what is the origin url
    remote url
    """,
)
def remote(s: Scene) -> Oracle:
    yield bash("git remote -v")
    return f"The remote origin is {s.world.git.remote}."


@intent(
    "git.tags",
    """
    (list|show) [me] [all] [the] [git] tags
    git tag
    which tags (exist|are there)
    what tags does this repo have
    tags of this repository
    which versions are tagged
    display the tags
    all tags in git
    """,
)
def tags(s: Scene) -> Oracle:
    yield bash("git tag")
    found = s.world.git.tags
    return f"{counted(len(found), 'tag')}: {listed(found)}." if found else "There are no tags."


@intent(
    "git.new_branch",
    """
    create [a|the] [new] branch {name}
    make [a] new branch [called|named] {name}
    git checkout -b {name}
    start [a] branch {name}
    new branch {name}
    branch off as {name}
    i need a branch {name}
    create and switch to branch {name}
    """,
    weight=1.2,
)
def new_branch(s: Scene) -> Oracle:
    name = (
        s.v.pick([s.v.name(), f"feature/{s.v.name()}", f"fix/{s.v.name()}"])
        if s.v.chance(0.9)
        else s.v.pick(s.world.git.branches)
    )
    s.ask(name=name)
    told = yield bash(f"git checkout -b {name}")
    return (
        f"Not created: branch {name} already exists." if failed(told) else f"Created branch {name} and switched to it."
    )


@intent(
    "git.switch",
    """
    (switch|change|go) to [the] branch {name}
    check out [the] [branch] {name}
    git checkout {name}
    use the branch {name}
    switch branch to {name}
    i want to work on branch {name}
    move to the branch {name}
    get me onto branch {name}
    """,
    weight=1.2,
)
def switch(s: Scene) -> Oracle:
    git = s.world.git
    name = s.v.pick(git.branches) if s.v.chance(0.85) else s.v.name()
    s.ask(name=name)
    told = yield bash(f"git checkout {name}")
    if failed(told):
        yield bash("git branch")
        return f"There is no branch {name}. The branches are: {listed(git.branches)}."
    return f"Already on branch {name}." if "Already" in told else f"Switched to branch {name}."


@intent(
    "git.commit",
    """
    commit [all] my changes with [the] message {message}
    commit everything as {message}
    git commit -am {message}
    commit: {message}
    save my changes in git with the message {message}
    add all and commit with message {message}
    make a commit {message}
    commit all changes, message {message}
    """,
    weight=1.2,
)
def commit(s: Scene) -> Oracle:
    git, message = s.world.git, s.v.sentence()
    git.touch(s.v.pick([0, 1, 2, 3]), s.v.pick([0, 0, 1]))
    s.ask(message=message)
    yield bash("git add -A")
    told = yield bash(f'git commit -m "{message}"')
    if failed(told):
        return "Nothing was committed: there are no changes, the working tree is clean."
    return f"Committed {counted(len(git.commits[0].files), 'file')} as {git.commits[0].id[:7]}: {message}"


@intent(
    "git.add",
    """
    (stage|add) [the file] {path}
    git add {path}
    add {path} to the (index|next commit)
    stage the changes in {path}
    put {path} into the staging area
    mark {path} for the next commit
    include {path} in the commit
    stage file {path} in git
    """,
)
def add(s: Scene) -> Oracle:
    git = s.world.git
    git.touch(2, 0)
    path = s.v.pick(git.changed) if s.v.chance(0.9) else git.new_path()
    s.ask(path=path)
    s.said(
        "stage [the file] {path}",
        "git add {path}",
        "add {path} to the (index|next commit)",
        "stage the changes in {path}",
        "put {path} into the staging area",
        "mark {path} for the next commit",
        "include {path} in the commit",
        "stage file {path} in git",
    )
    told = yield bash(f"git add {path}")
    return f"Not staged: {path} did not match any files." if failed(told) else f"Staged {path}."


@intent(
    "git.push",
    """
    push [my (commits|changes|branch)] [to the remote]
    git push
    upload my commits
    push to origin
    publish my commits
    send the commits to the server
    push this branch
    get my commits to the remote
    """,
    weight=1.2,
)
def push(s: Scene) -> Oracle:
    git = s.world.git
    ahead = git.ahead
    told = yield bash("git push")
    if not failed(told):
        return (
            f"Pushed {counted(ahead, 'commit')} of {git.branch} to origin."
            if ahead
            else f"Nothing to push: {git.branch} is up to date."
        )
    yield bash("git pull")
    told = yield bash("git push")
    if failed(told):
        return f"The push failed: {error_line(told)}"
    return f"The push was rejected first because origin had newer commits, so I pulled. Now {git.branch} is in step with origin."


@intent(
    "git.pull",
    """
    pull [the latest changes] [from the remote]
    git pull
    get the latest (changes|commits|version)
    update this (repo|repository)
    fetch and merge the remote changes
    bring this repo up to date
    pull from origin
    update my branch from the remote
    """,
    weight=1.2,
)
def pull(s: Scene) -> Oracle:
    behind = s.world.git.behind
    yield bash("git pull")
    return f"Pulled {counted(behind, 'commit')} into {s.world.git.branch}." if behind else "Already up to date."


@intent(
    "git.new_tag",
    """
    tag [this commit|the current commit] as {tag}
    create [a|the] [git] tag {tag}
    git tag {tag}
    make a tag {tag} [in git]
    tag this version as {tag}
    set the git tag {tag}
    mark this commit with the tag {tag}
    add a tag {tag} in git
    """,
)
def new_tag(s: Scene) -> Oracle:
    tag = f"v{s.v.version()}" if s.v.chance(0.9) or not s.world.git.tags else s.v.pick(s.world.git.tags)
    s.ask(tag=tag)
    s.said(
        "tag this commit as {tag}",
        "tag the current commit as {tag}",
        "create [a|the] git tag {tag}",
        "git tag {tag}",
        "make a tag {tag} in git",
        "tag this version as {tag}",
        "set the git tag {tag}",
        "mark this commit with the tag {tag}",
        "add a tag {tag} in git",
    )
    told = yield bash(f"git tag {tag}")
    return f"Not created: the tag {tag} already exists." if failed(told) else f"Created the tag {tag}."


@intent(
    "git.stash",
    """
    stash [my changes]
    git stash
    put my changes aside
    set the local changes aside
    save my changes for later [without committing]
    stash everything
    hide my uncommitted changes for now
    park my changes in the stash
    """,
)
def stash(s: Scene) -> Oracle:
    git = s.world.git
    git.touch(s.v.between(0, 2), 0)
    told = yield bash("git stash")
    return (
        "There are no local changes to stash." if "No local" in told else f"Stashed the local changes of {git.branch}."
    )


@intent(
    "git.stash_pop",
    """
    get my stashed changes back
    git stash pop
    pop the stash
    apply the stash
    restore my stashed changes
    bring back what i stashed
    unstash my changes
    take the changes out of the stash
    """,
)
def stash_pop(s: Scene) -> Oracle:
    git = s.world.git
    if s.v.chance(0.8):
        git.stashes.append(f"WIP on {git.branch}: {git.commits[0].id[:7]} {git.commits[0].subject}")
    told = yield bash("git stash pop")
    return (
        "There is nothing in the stash: no stash entries found."
        if failed(told)
        else f"Restored the stashed changes: {git.changed[-1]} is modified."
    )


@intent(
    "git.discard",
    """
    (discard|undo|throw away) my changes (in|to) {path}
    git restore {path}
    restore [the file] {path} [from git]
    revert {path} to the last commit
    reset the file {path}
    get the committed version of {path} back
    forget what i changed in {path}
    undo my edits of {path}
    """,
)
def discard(s: Scene) -> Oracle:
    git = s.world.git
    git.touch(2, 0)
    path = s.v.pick(git.changed)
    s.ask(path=path)
    told = yield bash(f"git restore {path}")
    return f"Not restored: {error_line(told)}" if failed(told) else f"Restored {path} to the last commit."


@intent(
    "git.merge",
    """
    merge [the] branch {name} [into this one]
    git merge {name}
    merge {name} into the current branch
    bring the changes of branch {name} in here
    integrate branch {name}
    combine this branch with {name}
    take over the branch {name}
    join {name} into my branch
    """,
)
def merge(s: Scene) -> Oracle:
    git = s.world.git
    name = f"feature/{s.v.name()}"
    if s.v.chance(0.9):
        git.branches = sorted([*git.branches, name])
    s.ask(name=name)
    told = yield bash(f"git merge {name}")
    if "CONFLICT" in told:
        return f"The merge of {name} failed: there is a conflict in {body(told).splitlines()[0].removeprefix('Auto-merging ')}."
    return f"There is no branch {name} to merge." if failed(told) else f"Merged {name} into {git.branch}."


@intent(
    "git.delete_branch",
    """
    (delete|remove) [the] [git] branch {name}
    git branch -d {name}
    get rid of [the] branch {name}
    drop branch {name}
    the branch {name} can go
    throw away branch {name}
    erase the local branch {name}
    clean up the branch {name}
    """,
)
def delete_branch(s: Scene) -> Oracle:
    git = s.world.git
    name = f"{s.v.pick(['feature', 'fix'])}/{s.v.name()}"
    if s.v.chance(0.9):
        git.branches = sorted([*git.branches, name])
    s.ask(name=name)
    told = yield bash(f"git branch -d {name}")
    return f"Not deleted: there is no branch {name}." if failed(told) else f"Deleted branch {name}."


@intent(
    "git.clone",
    """
    clone {url}
    git clone {url}
    get the repo {url}
    check out the repository {url}
    download the git repository {url}
    make a local copy of the repo {url}
    clone the repository at {url}
    fetch the project {url} with git
    """,
)
def clone(s: Scene) -> Oracle:
    name = s.v.name()
    url = f"{s.v.pick(['https://github.com/', 'git@github.com:', 'https://gitlab.com/'])}{s.v.name()}/{name}.git"
    s.ask(url=url)
    yield bash(f"git clone {url}")
    return f"Cloned {url} to {name}."
