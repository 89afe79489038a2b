"""Looking at and changing files."""

from devops_agent.evaluation.render.sizes import binary_size
from devops_agent.evaluation.worlds.logs import log_lines

from training.tasks.scene import (
    Oracle,
    Scene,
    bash,
    body,
    counted,
    error_line,
    failed,
    intent,
    listed,
    read_file,
    write_file,
)

ENDINGS = (".yaml", ".yml", ".conf", ".json", ".txt", ".cfg", ".toml", ".md", ".sh", ".ini")


def a_path(s: Scene, endings: tuple[str, ...] = ENDINGS, relative: float = 0.5) -> str:
    """The name of a file, absolute or seen from the current folder."""
    name = s.v.name() + s.v.pick(endings)
    if s.v.chance(relative):
        return s.v.pick([name, name, f"./{name}", f"{s.v.name()}/{name}"])
    return f"{s.v.pick(['/etc', '/opt', '/srv', '/tmp', '/var/lib', s.world.home])}/{s.v.pick([name, s.v.name() + '/' + name])}"


def settings_text(s: Scene, path: str, most: int = 6) -> str:
    """A few lines such as stand in a file of this kind."""
    pairs = [(s.v.name().replace("-", "_"), s.v.setting()) for _ in range(s.v.between(1, most))]
    if path.endswith((".yaml", ".yml")):
        return "".join(f"{key}: {value}\n" for key, value in pairs)
    if path.endswith(".json"):
        return "{\n" + ",\n".join(f'  "{key}": "{value}"' for key, value in pairs) + "\n}\n"
    if path.endswith(".md"):
        return f"# {pairs[0][0]}\n\n{s.v.sentence()}\n"
    if path.endswith(".sh"):
        return "#!/bin/sh\n" + "".join(f"{key.upper()}={value}\n" for key, value in pairs)
    if path.endswith(".txt"):
        return "".join(f"{s.v.sentence()}\n" for _ in pairs)
    return "".join(f"{key} = {value}\n" for key, value in pairs)


def put(s: Scene, path: str, text: str) -> str:
    s.world.files.write(
        s.world.files.absolute(s.world.cwd, path), text, modified=s.world.now - s.v.between(60, 9_000_000)
    )
    return text


@intent(
    "files.read",
    """
    (read|show|print|open) [me] [the] [file] {path}
    what is in [the file] {path}
    cat {path}
    show me the (content|contents) of {path}
    (content|contents) of [the file] {path}
    let me see {path}
    what does {path} (contain|say)
    display [the file] {path}
    give me {path}
    read out {path}
    look into {path}
    """,
    weight=2.5,
)
def read(s: Scene) -> Oracle:
    path = a_path(s)
    s.ask(path=path)
    kind = s.v.rng.random()
    text = put(s, path, settings_text(s, path)) if kind < 0.85 else put(s, path, "") if kind < 0.9 else None
    yield read_file(path)
    if text is None:
        return f"There is no file {path}: no such file or directory."
    if not text:
        return f"{path} is empty."
    lines = text.splitlines()
    if len(lines) == 1:
        return f"{path} holds one line: {lines[0]}"
    return (
        f"{path} has {len(lines)} lines:\n{text.rstrip()}"
        if len(text) < 260
        else f"{path} has {len(lines)} lines; the first is: {lines[0]}"
    )


@intent(
    "files.setting",
    """
    what is {key} [set to] in {path}
    (value|setting) of {key} in [the file] {path}
    which {key} does {path} set
    look up {key} in {path}
    find the value of {key} in {path}
    get {key} from [the file] {path}
    what does {path} say about {key}
    read {key} out of {path}
    """,
    weight=1.3,
)
def setting(s: Scene) -> Oracle:
    path = a_path(s, (".yaml", ".conf", ".ini", ".cfg", ".toml"))
    text = put(s, path, settings_text(s, path))
    line = s.v.pick(text.splitlines())
    separator = ": " if path.endswith(".yaml") else " = "
    key, _, value = line.partition(separator)
    if s.v.chance(0.15):
        key = s.v.name().replace("-", "_")
        value = ""
    s.ask(path=path, key=key)
    told = yield bash(f"grep {key} {path}")
    if failed(told):
        return f"{path} does not set {key}: no line contains it."
    return f"{key} is {value} in {path}." if value else f"{path} does not set {key} itself."


@intent(
    "files.list",
    """
    (list|show) [me] [the] files [here|in this folder|in the current directory]
    ls
    what files are (here|in this folder|in the current directory)
    what is in this (folder|directory)
    ls -la
    list the current (folder|directory)
    show me what is here
    which files are there
    directory listing
    what's in here
    """,
    weight=1.5,
)
def list_here(s: Scene) -> Oracle:
    for _ in range(s.v.between(0, 5)):
        name = s.v.name() + s.v.pick([*ENDINGS, ""])
        put(s, name, "" if not s.v.chance(0.8) else settings_text(s, name, 3))
    yield bash("ls -la")
    names = s.world.files.children(s.world.cwd)
    return f"{counted(len(names), 'entry')}: {listed(names)}." if names else "This folder is empty."


@intent(
    "files.list_of",
    """
    (list|show) [me] [the] files in {path}
    what is in [the (folder|directory)] {path}
    ls {path}
    which files are in {path}
    list [the] (folder|directory) {path}
    contents of the (folder|directory) {path}
    show [me] the directory {path}
    what files does {path} have
    """,
    weight=1.5,
)
def list_of(s: Scene) -> Oracle:
    path = f"{s.v.pick(['/etc', '/opt', '/srv', '/var/lib', '/data'])}/{s.v.name()}" if s.v.chance(0.7) else s.v.name()
    known = s.v.chance(0.87)
    if known:
        s.world.files.make_folder(s.world.files.absolute(s.world.cwd, path))
    names = sorted({s.v.name() + s.v.pick(ENDINGS) for _ in range(s.v.between(0, 5))}) if known else []
    for name in names:
        put(s, f"{path}/{name}", "x\n")
    s.ask(path=path)
    s.said(
        "(list|show) [me] [the] files in {path}",
        "what is in the (folder|directory) {path}",
        "ls {path}",
        "which files are in {path}",
        "list [the] (folder|directory) {path}",
        "contents of the (folder|directory) {path}",
        "show [me] the directory {path}",
        "what files does {path} have",
        "files in {path}",
    )
    yield bash(f"ls -la {path}")
    if not known:
        return f"There is no folder {path}: no such file or directory."
    return f"{counted(len(names), 'file')} in {path}: {listed(names)}." if names else f"{path} is empty."


@intent(
    "files.where",
    """
    where am i
    pwd
    (what|which) is the current (folder|directory)
    in which (folder|directory) am i
    show the working directory
    current (path|directory)
    which directory is this
    print working directory
    """,
)
def where(s: Scene) -> Oracle:
    yield bash("pwd")
    return f"You are in {s.world.cwd}."


@intent(
    "files.tail",
    """
    (show|print) [me] the last {n} lines of {path}
    tail [-n] {n} {path}
    last {n} lines of [the file] {path}
    the end of {path}, {n} lines
    what are the last {n} lines in {path}
    tail {path}, {n} lines
    give me the final {n} lines of {path}
    only the last {n} lines of the file {path}
    """,
    weight=1.2,
)
def tail(s: Scene) -> Oracle:
    path, n = a_log(s), s.v.pick([1, 2, 3, 5, 10, 20, 50])
    s.ask(path=path, n=n)
    told = yield bash(f"tail -n {n} {path}")
    return f"The last line of {path} is: {body(told).splitlines()[-1]}"


def a_log(s: Scene, troubled: float = 0.3) -> str:
    path = s.v.pick(
        [
            f"/var/log/{s.v.name()}.log",
            f"{s.v.name()}.log",
            f"logs/{s.v.name()}.log",
            f"/var/log/{s.v.name()}/{s.v.pick(['error', 'access', 'app'])}.log",
        ]
    )
    put(s, path, "\n".join(log_lines(s.v, s.v.between(1, 8), s.world.now, troubled=troubled)) + "\n")
    return path


@intent(
    "files.head",
    """
    (show|print) [me] the first {n} lines of {path}
    head [-n] {n} {path}
    first {n} lines of [the file] {path}
    the beginning of {path}, {n} lines
    what are the first {n} lines in {path}
    top {n} lines of {path}
    give me the first {n} lines of {path}
    start of the file {path}, {n} lines
    """,
)
def head(s: Scene) -> Oracle:
    path, n = a_log(s), s.v.pick([1, 2, 3, 5, 10, 20])
    s.ask(path=path, n=n)
    told = yield bash(f"head -n {n} {path}")
    return f"The first line of {path} is: {body(told).splitlines()[0]}"


@intent(
    "files.grep",
    """
    (find|search for|grep) {word} in [the file] {path}
    does {path} (contain|mention) {word}
    which lines of {path} contain {word}
    is {word} in [the file] {path}
    search {path} for {word}
    show [me] the lines with {word} in {path}
    where is {word} in {path}
    look for {word} in {path}
    """,
    weight=1.3,
)
def grep(s: Scene) -> Oracle:
    path = a_log(s)
    words = (s.world.files.text(s.world.files.absolute(s.world.cwd, path)) or "").split()
    word = s.v.pick([one for one in words if one.isalpha()] or ["ready"]) if s.v.chance(0.75) else s.v.name()
    s.ask(path=path, word=word)
    told = yield bash(f"grep -n {word} {path}")
    if failed(told):
        return f"{path} does not contain {word}: no line matches."
    lines = body(told).splitlines()
    number, _, text = lines[0].partition(":")
    return f"{counted(len(lines), 'line')} of {path} contain{'s' if len(lines) == 1 else ''} {word}; the first is line {number}: {text}"


@intent(
    "files.log_errors",
    """
    [are there] [any] errors in [the (file|log)] {path}
    (show|find) [me] [the] errors in {path}
    how many errors are in {path}
    check {path} for errors
    does {path} have errors
    grep the errors in {path}
    count [the] errors in {path}
    look for errors in the log {path}
    """,
    weight=1.3,
)
def log_errors(s: Scene) -> Oracle:
    path = a_log(s, s.v.pick([0.0, 0.6]))
    s.ask(path=path)
    told = yield bash(f"grep -ic error {path}")
    number = body(told)
    if failed(told):
        return f"No errors in {path}: 0 lines contain 'error'."
    yield bash(f"grep -i error {path} | tail -n 5")
    lines = [
        line
        for line in (s.world.files.text(s.world.files.absolute(s.world.cwd, path)) or "").splitlines()
        if "error" in line.lower()
    ]
    return f"{counted(int(number), 'line')} with errors in {path}, the last: {lines[-1]}"


@intent(
    "files.count_lines",
    """
    how many lines (does {path} have|are in {path})
    count [the] lines of {path}
    wc -l {path}
    number of lines in {path}
    line count of [the file] {path}
    how long is the file {path} in lines
    lines in {path}
    tell me the number of lines of {path}
    """,
)
def count_lines(s: Scene) -> Oracle:
    path = a_log(s) if s.v.chance(0.9) else f"{s.v.name()}.log"
    s.ask(path=path)
    told = yield bash(f"wc -l {path}")
    if failed(told):
        return f"There is no file {path}: no such file or directory."
    return f"{path} has {counted(int(body(told).split()[0]), 'line')}."


@intent(
    "files.size",
    """
    how (big|large) is [the] [file|folder] {path}
    size of {path}
    du -sh {path}
    how much space does {path} (take|use|need)
    what is the size of {path}
    disk usage of [the folder] {path}
    how much disk does {path} use
    check the size of {path}
    """,
    weight=1.2,
)
def size(s: Scene) -> Oracle:
    folder = f"{s.v.pick(['/var', '/opt', '/srv', s.world.home])}/{s.v.name()}"
    if s.v.chance(0.9):
        s.world.files.write(
            f"{folder}/{s.v.name()}.dat", "x", size=s.v.between(1, 900) * 1024 ** s.v.pick([1, 2, 2, 3])
        )
    s.ask(path=folder)
    told = yield bash(f"du -sh {folder}")
    return (
        f"There is no {folder}: no such file or directory."
        if failed(told)
        else f"{folder} takes {body(told).split()[0]}."
    )


@intent(
    "files.find_name",
    """
    find [all] [the] {ending} files [(under|in) {path}]
    (list|show) [me] all {ending} files [(under|in) {path}]
    which {ending} files are (under|in) {path}
    search {path} for {ending} files
    where are the {ending} files in {path}
    find {path} -name '*{ending}'
    all files ending in {ending} (under|in) {path}
    are there {ending} files (under|in) {path}
    """,
    weight=1.2,
)
def find_name(s: Scene) -> Oracle:
    ending = s.v.pick([".log", ".yaml", ".conf", ".py", ".sh", ".json", ".md", ".txt"])
    here = s.v.chance(0.4)
    folder = "." if here else f"{s.v.pick(['/etc', '/opt', '/srv', '/var/log'])}/{s.v.name()}"
    s.world.files.make_folder(s.world.files.absolute(s.world.cwd, folder))
    for _ in range(s.v.between(0, 3)):
        put(s, f"{folder}/{s.v.pick(['', s.v.name() + '/'])}{s.v.name()}{ending}", "x\n")
    put(s, f"{folder}/{s.v.name()}.bak", "x\n")
    s.ask(ending=ending, path=folder)
    if here:
        s.said(
            "find [all] [the] {ending} files [here]",
            "(list|show) [me] all {ending} files",
            "which {ending} files are here",
            "search this folder for {ending} files",
            "where are the {ending} files",
            "find [all] files ending in {ending}",
            "are there {ending} files here",
            "find . -name '*{ending}'",
        )
    else:
        s.said(
            "find [all] [the] {ending} files (under|in) {path}",
            "(list|show) [me] all {ending} files (under|in) {path}",
            "which {ending} files are (under|in) {path}",
            "search {path} for {ending} files",
            "where are the {ending} files in {path}",
            "find {path} -name '*{ending}'",
            "all files ending in {ending} (under|in) {path}",
            "are there {ending} files (under|in) {path}",
        )
    told = yield bash(f"find {folder} -name '*{ending}'")
    names = body(told).splitlines() if "no output" not in told else []
    where_ = "here" if here else f"under {folder}"
    return f"{counted(len(names), 'file')}: {listed(names)}." if names else f"There are no {ending} files {where_}."


@intent(
    "files.find_large",
    """
    find [all] files (larger|bigger) than {n}M (under|in) {path}
    which files (under|in) {path} are (larger|bigger|over) than {n} MB
    (list|show) [me] files over {n}M in {path}
    large files in {path}, more than {n} MB
    files bigger than {n} megabytes under {path}
    search {path} for files larger than {n}M
    are there files over {n} MB in {path}
    find big files ({n}M and more) under {path}
    """,
    weight=1.2,
)
def find_large(s: Scene) -> Oracle:
    folder, n = (
        s.v.pick(["/var", "/var/log", "/opt", "/srv", f"/data/{s.v.name()}"]),
        s.v.pick([10, 50, 100, 200, 500, s.v.between(5, 900)]),
    )
    s.world.files.make_folder(folder)
    for factor in s.v.pick([[0], [2], [0, 3], [2, 5], [0, 2, 9]]):
        s.world.files.write(f"{folder}/{s.v.name()}/{s.v.name()}.dat", "x", size=(n * factor + 1) * 1024**2 - 100)
    s.ask(path=folder, n=n)
    told = yield bash(f"find {folder} -type f -size +{n}M")
    names = body(told).splitlines() if "no output" not in told else []
    return (
        f"{counted(len(names), 'file')} larger than {n}M: {listed(names)}."
        if names
        else f"No file under {folder} is larger than {n}M."
    )


@intent(
    "files.mkdir",
    """
    create [a|the] (folder|directory) [called|named] {path}
    make [a] (folder|directory) {path}
    mkdir {path}
    new (folder|directory) {path}
    i need a (folder|directory) {path}
    add a directory named {path}
    set up the folder {path}
    create directory {path} if it is missing
    """,
    weight=1.2,
)
def mkdir(s: Scene) -> Oracle:
    path = s.v.pick([s.v.name(), f"{s.v.name()}/{s.v.name()}", f"/tmp/{s.v.name()}", f"{s.world.home}/{s.v.name()}"])
    s.ask(path=path)
    yield bash(f"mkdir -p {path}")
    return f"Created the folder {path}."


@intent(
    "files.remove",
    """
    (delete|remove) [the] file {path}
    rm {path}
    get rid of [the] file {path}
    throw away [the file] {path}
    erase [the file] {path}
    the file {path} can go
    delete {path} from disk
    i don't need the file {path} any more, delete it
    """,
    weight=1.3,
)
def remove(s: Scene) -> Oracle:
    path = a_path(s, relative=0.9)
    known = s.v.chance(0.88)
    if known:
        put(s, path, "x\n")
    s.ask(path=path)
    feedback = s.v.pick(["move it to /tmp instead", "no, just move it to /tmp"]) if known and s.v.chance(0.12) else None
    told = yield bash(f"rm {path}", feedback)
    if feedback and told.startswith("User rejected"):
        yield bash(f"mv {path} /tmp/")
        return f"Not deleted. Moved {path} to /tmp instead."
    return f"Deleted {path}." if not failed(told) else f"Nothing was deleted: there is no file {path}."


@intent(
    "files.remove_folder",
    """
    (delete|remove) [the] (folder|directory) {path}
    rm -r {path}
    get rid of [the] (folder|directory) {path}
    delete {path} with everything in it
    erase the whole folder {path}
    the directory {path} can go
    throw away the folder {path}
    remove {path} recursively
    """,
)
def remove_folder(s: Scene) -> Oracle:
    path = s.v.name()
    if s.v.chance(0.9):
        put(s, f"{path}/{s.v.name()}.txt", "x\n")
    s.ask(path=path)
    told = yield bash(f"rm -r {path}")
    return f"Nothing was deleted: there is no folder {path}." if failed(told) else f"Deleted the folder {path}."


@intent(
    "files.copy",
    """
    copy {path} to {new}
    cp {path} {new}
    make a copy of {path} (as|named|called) {new}
    duplicate {path} as {new}
    back up {path} to {new}
    save a copy of {path} under {new}
    create {new} as a copy of {path}
    copy the file {path} into {new}
    """,
    weight=1.2,
)
def copy(s: Scene) -> Oracle:
    path, new = a_path(s, relative=0.9), s.v.name() + s.v.pick([".bak", ".yaml", ".conf", ".txt"])
    if s.v.chance(0.9):
        put(s, path, "x\n")
    s.ask(path=path, new=new)
    told = yield bash(f"cp {path} {new}")
    return f"Not copied: there is no file {path}." if failed(told) else f"Copied {path} to {new}."


@intent(
    "files.move",
    """
    (rename|move) {path} to {new}
    mv {path} {new}
    change the name of [the file] {path} to {new}
    rename [the] file {path} to {new}
    call {path} {new} from now on
    give the file {path} the name {new}
    move the file {path} to {new}
    {path} should be named {new}
    """,
    weight=1.2,
)
def move(s: Scene) -> Oracle:
    path, new = a_path(s, relative=0.9), s.v.name() + s.v.pick([".old", ".yaml", ".conf", ".txt"])
    if s.v.chance(0.9):
        put(s, path, "x\n")
    s.ask(path=path, new=new)
    told = yield bash(f"mv {path} {new}")
    return f"Not moved: there is no file {path}." if failed(told) else f"Moved {path} to {new}."


@intent(
    "files.chmod",
    """
    make {path} executable
    chmod +x {path}
    give {path} the executable bit
    set the execute permission on {path}
    allow {path} to be executed
    {path} must be executable
    add execute rights to {path}
    i want to be able to run {path}
    """,
)
def chmod(s: Scene) -> Oracle:
    path = f"{s.v.pick(['', 'scripts/', 'bin/'])}{s.v.name()}.sh"
    if s.v.chance(0.9):
        put(s, path, "#!/bin/sh\necho hello\n")
    s.ask(path=path)
    told = yield bash(f"chmod +x {path}")
    return f"Nothing was changed: there is no file {path}." if failed(told) else f"Changed {path}: it is executable."


@intent(
    "files.chmod_mode",
    """
    set the permissions of {path} to {mode}
    chmod {mode} {path}
    change [the] mode of {path} to {mode}
    give {path} mode {mode}
    make the permissions of {path} {mode}
    {path} should have mode {mode}
    set mode {mode} on {path}
    permissions {mode} for {path}
    """,
)
def chmod_mode(s: Scene) -> Oracle:
    path, mode = a_path(s, relative=0.9), s.v.pick(["600", "644", "640", "700", "755", "750"])
    put(s, path, "x\n")
    s.ask(path=path, mode=mode)
    yield bash(f"chmod {mode} {path}")
    return f"Set the mode of {path} to {mode}."


@intent(
    "files.owner",
    """
    who owns [the file] {path}
    owner of [the file] {path}
    permissions of [the file] {path}
    what permissions does {path} have
    ls -l {path}
    show the owner and mode of {path}
    which user owns {path}
    details of the file {path}
    """,
)
def owner(s: Scene) -> Oracle:
    path = a_path(s)
    put(s, path, settings_text(s, path))
    one = s.world.files.tree[s.world.files.absolute(s.world.cwd, path)]
    one.owner, one.mode = (
        s.v.pick([one.owner, "root", "www-data"]),
        s.v.pick(["rw-r--r--", "rw-------", "rwxr-xr-x", "rw-r-----"]),
    )
    s.ask(path=path)
    yield bash(f"ls -l {path}")
    return f"{path} belongs to {one.owner}:{one.group} with permissions -{one.mode} and has {one.bytes} bytes."


@intent(
    "files.write",
    """
    (write|put|save) {text} (to|into|in) [the file] {path}
    create [a|the] file {path} with [the] (content|text) {text}
    write a file {path} that (contains|says) {text}
    make a file {path} holding {text}
    the file {path} should contain {text}
    create {path}: {text}
    new file {path} with {text} in it
    store {text} as {path}
    """,
    weight=1.5,
)
def write(s: Scene) -> Oracle:
    path = a_path(s, (".txt", ".md", ".conf", ".env.example", ".cfg", ".ini"), relative=0.8)
    text = s.v.pick([s.v.sentence(), s.v.setting(), f"{s.v.variable()}={s.v.setting()}", s.v.name()])
    s.ask(path=path, text=text)
    told = yield write_file(path, f"{text}\n")
    return f"Wrote {path} with: {text}" if "[wrote" in told else f"{path} was not written: the call was rejected."


@intent(
    "files.append",
    """
    (append|add) {text} to [the end of] [the file] {path}
    add [the] line {text} to {path}
    put {text} at the end of {path}
    append the line {text} to the file {path}
    {path} needs another line: {text}
    extend {path} by {text}
    write {text} at the end of {path}
    echo {text} >> {path}
    """,
)
def append(s: Scene) -> Oracle:
    path = a_path(s, (".txt", ".conf", ".cfg", ".ini"), relative=0.9)
    put(s, path, settings_text(s, path, 3))
    text = f"{s.v.variable()}={s.v.name()}"
    s.ask(path=path, text=text)
    yield bash(f"echo '{text}' >> {path}")
    yield bash(f"tail -n 1 {path}")
    return f"Added the line {text} to {path}."


@intent(
    "files.replace",
    """
    replace {old} (by|with) {new} in {path}
    change {old} to {new} in [the file] {path}
    in {path}, (replace|change) {old} (to|with) {new}
    substitute {new} for {old} in {path}
    sed {old} to {new} in {path}
    swap {old} for {new} in {path}
    edit {path}: {old} becomes {new}
    every {old} in {path} should be {new}
    """,
    weight=1.2,
)
def replace(s: Scene) -> Oracle:
    path, old, new = a_path(s, (".conf", ".yaml", ".txt"), relative=0.9), s.v.name(), s.v.name()
    put(s, path, settings_text(s, path, 2) + (f"{s.v.name()} = {old}\n" if s.v.chance(0.9) else ""))
    s.ask(path=path, old=old, new=new)
    told = yield bash(f"grep -n {old} {path}")
    if failed(told):
        return f"Nothing was replaced: {path} does not contain {old}."
    yield bash(f"sed -i 's/{old}/{new}/g' {path}")
    return f"Replaced {old} by {new} in {path}."


@intent(
    "files.largest",
    """
    (what is|find) the (largest|biggest) file (in|under) {path}
    which file in {path} is the (largest|biggest)
    biggest file in {path}
    largest files of {path}
    sort the files in {path} by size
    show the files in {path}, largest first
    which file takes the most space in {path}
    list {path} by size
    """,
)
def largest(s: Scene) -> Oracle:
    folder = f"{s.v.pick(['/var/log', '/opt', '/srv', '/data'])}/{s.v.name()}"
    names = s.v.different(s.v.between(2, 5), lambda: f"{s.v.name()}{s.v.pick(['.log', '.tar', '.db'])}")
    sizes = {name: s.v.between(1, 900) * 1024 + index for index, name in enumerate(names)}
    for name, number in sizes.items():
        s.world.files.write(
            f"{folder}/{name}", "x", size=number, owner="root", group="root", modified=s.world.now - 999
        )
    s.ask(path=folder)
    yield bash(f"ls -lhS {folder}")
    top = max(sizes, key=lambda name: sizes[name])
    return f"The largest file in {folder} is {top} with {binary_size(sizes[top])}."


PROJECT_FILES = (
    "README.md Makefile Dockerfile LICENSE CHANGELOG.md CONTRIBUTING.md SECURITY.md setup.py pyproject.toml package.json "
    "package-lock.json requirements.txt requirements.lock docker-compose.yml compose.yaml main.py app.py index.js go.mod "
    "go.sum server.log error.log dump.sql backup.tar.gz data.csv notes.txt config.yaml values.yaml deploy.sh install.sh "
    "image.png report.pdf core cache.db archive.zip main.tf Cargo.toml Cargo.lock"
).split()
PROJECT_FOLDERS = "src docs tests scripts config data deploy charts node_modules logs bin lib assets build".split()


@intent(
    "files.largest_here",
    """
    which files here are the (largest|biggest)
    (what is|find|show me) the (largest|biggest) file (here|in this folder|in the current directory)
    (largest|biggest) files here
    which file (here|in this directory) takes the most space
    sort the files here by size
    show me the (biggest|largest) file
    what are the (biggest|largest) files in this (folder|directory)
    list what is here by size
    """,
    weight=1.5,
)
def largest_here(s: Scene) -> Oracle:
    world = s.world
    plain = s.v.different(s.v.between(0, 4), lambda: f"{s.v.name()}{s.v.pick(['.log', '.tar', '.db', '.py', ''])}")
    names = {*plain, *s.v.rng.sample(PROJECT_FILES, s.v.between(1, 20))}
    for index, name in enumerate(sorted(names)):
        size = s.v.between(1, 900) * 1024 ** s.v.pick([0, 1, 1, 1, 2]) + index
        world.files.write(f"{world.cwd}/{name}", "x", size=size, modified=world.now - s.v.between(99, 9_999_999))
    for name in s.v.rng.sample(PROJECT_FOLDERS, s.v.between(0, 6)):
        world.files.make_folder(f"{world.cwd}/{name}", world.now - s.v.between(99, 9_999_999))
    told = yield bash("ls -lhS | head -8")
    rows = [line.split() for line in body(told).splitlines() if line.startswith("-")][:3]
    found = [f"{' '.join(cells[8:])} ({cells[4]})" for cells in rows]
    if len(found) < 2:
        return f"The largest file here is {found[0]}." if found else "There are only folders among the largest here."
    return f"The largest files here are {', '.join(found[:-1])} and {found[-1]}."


@intent(
    "files.archive",
    """
    (pack|compress|archive) [the folder] {path} (into|as|to) {new}
    tar {path} to {new}
    make [a] tar [archive] {new} of {path}
    create [the] archive {new} from {path}
    back up [the folder] {path} as {new}
    zip {path} up into {new}
    tar czf {new} {path}
    put {path} into the archive {new}
    """,
)
def archive(s: Scene) -> Oracle:
    path, new = s.v.name(), f"{s.v.name()}.tar.gz"
    if s.v.chance(0.9):
        put(s, f"{path}/{s.v.name()}.txt", "x\n")
    s.ask(path=path, new=new)
    told = yield bash(f"tar -czf {new} {path}")
    return f"Not packed: there is no folder {path}; tar failed." if failed(told) else f"Packed {path} into {new}."


@intent(
    "files.read_then_change",
    """
    read {path}
    show me {path}
    what is in {path}
    cat {path}
    let me see the file {path}
    """,
)
def read_then_change(s: Scene) -> Oracle:
    path = a_path(s, (".conf", ".yaml"), relative=0.9)
    text = put(s, path, settings_text(s, path, 3))
    separator = ": " if path.endswith(".yaml") else " = "
    key, _, old = s.v.pick(text.splitlines()).partition(separator)
    new = s.v.setting()
    s.ask(path=path)
    yield read_file(path)
    lines = text.splitlines()
    yield s.then(
        f"{path} holds one line: {lines[0]}" if len(lines) == 1 else f"{path} has {len(lines)} lines:\n{text.rstrip()}",
        "set {key} to {new}\nchange {key} to {new}\nmake {key} {new}\nnow set {key} to {new} [there]\nchange the value of {key} to {new}\nupdate {key} to {new} please",
        key=key,
        new=new,
    )
    changed = text.replace(f"{key}{separator}{old}\n", f"{key}{separator}{new}\n", 1)
    told = yield write_file(path, changed)
    return f"Set {key} to {new} in {path}." if "[wrote" in told else f"{path} was not changed: the call was rejected."


@intent(
    "files.change_folder",
    """
    go to {path}
    cd {path}
    change to [the (folder|directory)] {path}
    switch to the directory {path}
    change directory to {path}
    enter the folder {path}
    move into {path}
    work in {path} from now on
    """,
)
def change_folder(s: Scene) -> Oracle:
    path = s.v.pick([s.v.name(), f"/opt/{s.v.name()}", f"/var/lib/{s.v.name()}"])
    if s.v.chance(0.85):
        s.world.files.make_folder(s.world.files.absolute(s.world.cwd, path))
    s.ask(path=path)
    told = yield bash(f"cd {path}")
    if failed(told):
        return f"There is no folder {path}: {error_line(told).rpartition(': ')[2]}."
    return f"Now in {s.world.cwd}."


@intent(
    "files.long_log",
    """
    what is in [the log] {path}
    read [the log] {path}
    show me the log {path}
    print {path}
    what does the log {path} say
    cat the log {path}
    open the log file {path}
    look at the log {path}
    """,
    weight=0.5,
)
def long_log(s: Scene) -> Oracle:
    """A log too long for one page: its end is what matters."""
    path = f"/var/log/{s.v.name()}.log"
    lines = log_lines(s.v, s.v.between(150, 190), s.world.now)
    s.world.files.write(path, "\n".join(lines) + "\n")
    s.ask(path=path)
    yield bash(f"tail -n 20 {path}")
    return f"The last line of {path} is: {lines[-1]}"
