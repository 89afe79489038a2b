"""Words that mean harm in any tool: destructive verbs, and destructive statements of databases and of code."""

import re
from collections.abc import Sequence

DESTRUCTIVE = (
    "delete|destroy|terminate|remove|purge|drop|rm|rb|rmi|deregister|revoke|wipe|uninstall|erase|nuke|truncate|"
    "flushall|"
    "flushdb|unpublish|teardown|undeploy|prune|del|obliterate|deprovision|decommission|expunge|reset|shred|zap|"
    "unregister|abandon|evict|rollback|force-delete|overwrite"
)
DESTRUCTIVE_VERB = re.compile(rf"(?:{DESTRUCTIVE})(?:[-_:.].*)?|.*[-_:.](?:{DESTRUCTIVE})", re.IGNORECASE)
DESTRUCTIVE_CAMEL = re.compile(
    r"(?:delete|remove|terminate|drop|destroy|purge|deregister|revoke|wipe|truncate)[A-Z]\w*"
)
DESTRUCTIVE_FLAG = re.compile(
    r"--?(?:delete|destroy|purge|wipe|prune|erase|drop|remove|auto-approve|force-delete|skip-final-snapshot|"
    r"overwrite-all|remove-volumes|delete-[a-z-]+|remove-[a-z-]+|purge-[a-z-]+|force-destroy|clean)(?:=(?!false).*)?"
)
SQL = re.compile(
    r"\b(?:drop\s+(?:table|database|schema|index|user|role|view|owned|collection|keyspace|tablespace|materialized|"
    r"function|trigger|sequence|extension|type|column|policy|publication|subscription|function|procedure|measurement|"
    r"series|bucket|if)|truncate\s+(?:table\s+)?[\w\"`.\[]|delete\s+from|alter\s+table\s+\S+\s+drop|alter\s+system|"
    r"drop_?database|drop\s*\(|delete_?many|delete_?one|remove\s*\(|drop_?collection|drop_?indexe?s?|flush_?all|"
    r"flush_?db|"
    r"config\s+set|shutdown|debug\s+segfault|reset\s+master|purge\s+binary|swapdb|script\s+flush|cluster\s+reset|"
    r"pg_terminate_backend|revoke\s+all|reassign\s+owned|vacuum\s+full)",
    re.IGNORECASE | re.DOTALL,
)
CODE = re.compile(
    r"rmtree|os\.(?:remove|unlink|rmdir|removedirs|system|popen|kill)|subprocess|shutil\.move|\.unlink\(|"
    r"unlink\s*[(\"' ]|"
    r"rimraf|rmsync|rmdirsync|unlinksync|child_process|fileutils\.rm|file\.delete|dir\.delete|fs\.rm|execsync|"
    r"exec\s*\(|"
    r"remove-item|deleteall|rm\s+-[a-z]*[rf]|mkfs|truncate\(|system\s*[(\"' ]|\bqx\b|delete\s+from|drop\s+table|"
    r"drop\s+database|pty\.spawn|/dev/tcp|socket\.|os\.dup2|files?\.delete|deleteonexit|deleteifexists",
    re.IGNORECASE,
)


def destructive_argument(arguments: Sequence[str]) -> str:
    """The first argument that names a destructive verb or flag; "" if none does."""
    for argument in arguments:
        if argument == "--":
            break
        if _is_destructive(argument):
            return argument
    return ""


def _is_destructive(argument: str) -> bool:
    if argument.startswith("-"):
        return bool(DESTRUCTIVE_FLAG.fullmatch(argument))
    if len(argument) > 60 or "/" in argument or "=" in argument:
        return False
    return bool(DESTRUCTIVE_VERB.fullmatch(argument) or DESTRUCTIVE_CAMEL.fullmatch(argument))


def destructive_statement(text: str) -> bool:
    """Whether a text holds a statement that destroys data in a database."""
    return bool(SQL.search(text)) or any(_updates_every_row(statement) for statement in text.lower().split(";"))


def _updates_every_row(statement: str) -> bool:
    return "update " in statement and " set " in statement and "where" not in statement


def destructive_code(text: str) -> bool:
    """Whether program code deletes, or starts other programs."""
    return bool(CODE.search(text))
