"""Plant bugs in the policy, one at a time; each must be noticed: `python -m tests.policy.mutants`.

The quick tests run against a copy of the tree with one line changed. A bug that nothing notices is printed, and the
exit code is 1.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MUTANTS = [
    ("policy/screen.py", "LONGEST = 8192", "LONGEST = 81920"),
    ("policy/screen.py", r"\u2028-\u202e", r"\u2028-\u202d"),
    ("policy/screen.py", r"\x0b-\x1f", r"\x0e-\x1f"),
    ("policy/quoting.py", 'in "<>("', 'in "("'),
    ("policy/quoting.py", 'if character == "`":', 'if character == "\\0":'),
    ("policy/quoting.py", 'return "," in inside or ".." in inside', 'return "," in inside'),
    ("policy/quoting.py", 'if pair[1] in \'$`"\\\\\' else pair', 'if pair[1] in \'$`"\\\\n\' else pair'),
    ("policy/quoting.py", "if not unquoted or UNQUOTED.fullmatch(value):", "if True:"),
    ("policy/quoting.py", 'raise NotPlain("quotes a part of a pattern")', "pass"),
    ("policy/lexer.py", "if skeleton in RESERVED:", "if not skeleton:"),
    ("policy/lexer.py", "if skeleton != word.text or not COMMAND_NAME", "if not COMMAND_NAME"),
    ("policy/lexer.py", 'if name not in HARMLESS_VARIABLES or', "if"),
    ("policy/lexer.py", r"(?=[ \t\n;|&]|$)", ""),
    ("policy/lexer.py", r">>?[ \t]*/dev/null", r">>?\s*/dev/null"),
    ("policy/lexer.py", "MOST_COMMANDS = 20", "MOST_COMMANDS = 200"),
    ("policy/lexer.py", 'raise NotPlain("uses $PWD after changing the folder")', "pass"),
    ("policy/judge.py", "if by_path:", "if False:"),
    ("policy/judge.py", 'if judgement.risk == "READ" else ""', 'if judgement.risk != "FORBID" else ""'),
    ("policy/judge.py", "if _calls_itself_twice(text):", "if False:"),
    ("policy/judge.py", "if found.broken or not found.commands:", "if False:"),
    ("policy/judge.py", "ground.moved(command.words[1].text if", "ground.moved(command.words[0].text if"),
    ("policy/judge.py", 'if operator == "|"]', 'if operator == "||"]'),
    ("policy/judgement.py", "-RISKS.index(judgement.risk)", "RISKS.index(judgement.risk)"),
    ("policy/options.py", "raise Unlisted(f\"{flag.name} takes a number\")", "pass"),
    ("policy/options.py", 'not in flag.kind.split("|")', 'in ("",)'),
    ("policy/options.py", 'if word.text == "--":', 'if word.text == "---":'),
    ("policy/matching.py", "if not operands.least <= len(found) <= operands.most:", "if len(found) < operands.least:"),
    ("policy/matching.py", '"word": _is_glob', '"word": _harmless'),
    ("policy/matching.py", "tuple(word.in_this_folder() for word in words)", "words"),
    ("policy/matching.py", "if row.needs and not options.has(*row.needs):", "if False:"),
    ("policy/paths.py", "*(_normal(self.place.real_path(path)) for path in written)", "*written"),
    ("policy/paths.py", 'path = self.place.home + path[1:] if path == "~"', 'path = "/x" + path[1:] if path == "~"'),
    ("policy/paths.py", "return any(_glob_may_hit(path) for path in self.absolutes(word.text))", "return False"),
    ("policy/paths.py", "lowered = path.lower()", 'lowered = path.upper()'),
    ("policy/redirects.py", "if ground.is_own(path):", "if False:"),
    ("policy/redirects.py", "if ground.starts_programs(path):", "if False:"),
    ("policy/tables/kubectl.py", "if prints_all and any(map(SECRETS.fullmatch, kinds)):", "if False:"),
    ("policy/tables/kubectl.py", "--dry-run=client|server", "--dry-run="),
    ("policy/tables/git.py", "for folder in use.ground.folders)", "for folder in use.ground.folders[:1])"),
    ("policy/tables/requests.py", "if not URL.fullmatch(url):", "if False:"),
    ("policy/tables/remove.py", "if wide or", "if"),
    ("policy/tables/processes.py", 'if "e" in word.text or', "if"),
    ("policy/matching.py", ' or "EXEC" in program.tags', ""),
    ("policy/matching.py", "not program.names or ", ""),
    ("policy/matching.py", "use.name in SAYS_SO and ", ""),
    ("policy/lexer.py", 'raise NotPlain("uses ;&")', "pass"),
    ("policy/paths.py", "if not _first_name(patterns).match(parts[0]):", "if True:"),
    ("policy/tables/builtins.py", 'if STORES.search(form.replace("%%", ""))', "if False"),
    ("policy/tables/servers.py", ' or ".." in file', ""),
    ("policy/tables/git.py", ' and "." in use.operands[0]', ""),
    ("policy/tables/git.py", "        _shows_no_secret,", "        _clean,"),
    ("policy/tables/kubectl.py", "-v|--v=0|1|2|3|4|5", "-v|--v=N"),
]  # fmt: skip


def survives(file: str, old: str, new: str) -> bool:
    """Whether the quick tests pass although `old` became `new`."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("devops_agent", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        path = copy / "devops_agent" / file
        text = path.read_text()
        if text.count(old) < 1:
            raise SystemExit(f"{file} no longer holds {old!r}")
        path.write_text(text.replace(old, new, 1))
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--override-ini=addopts=", "tests/policy"]
        return subprocess.run(command, cwd=copy, capture_output=True, check=False).returncode == 0


def main() -> int:
    survivors = [mutant for mutant in MUTANTS if survives(*mutant)]
    print(f"{len(MUTANTS)} bugs planted, {len(survivors)} not noticed")
    for survivor in survivors:
        print(*survivor, sep="  ")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
