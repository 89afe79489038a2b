"""Command lines of code hosting sites, and screens for git."""

from devops_agent.policy.rows import WORDS, destroy_alarms, program, row

PROGRAMS = (
    program(
        "gh",
        row("version"),
        row(
            "pr|issue|run|workflow|release|repo list|view|status|checks|diff",
            "-R|--repo= -L|--limit=N -s|--state= --json= -q|--jq= -t|--template= -a= -l|--label= --log "
            "--log-failed -v -b= --comments",
            WORDS,
        ),
        row("auth status", ""),
        otherwise="",
        alarms=destroy_alarms(
            {
                "delete": "delete cannot be undone",
                "pr|issue close": "closes it",
                "repo archive|delete|rename": "changes a repository for everybody",
                "api --method=DELETE|delete": "deletes by the API",
                "api -X=DELETE": "deletes by the API",
                "cache|secret|variable|run delete|remove": "deletes it",
            }
        ),
    ),
    program(
        "glab",
        row("mr|issue|ci|pipeline|release list|view|status", "-R|--repo= -P=N --all", WORDS),
        alarms=destroy_alarms({"delete": "delete cannot be undone"}),
    ),
    program("tig lazygit gitk gitui", otherwise="needs a terminal"),
)
