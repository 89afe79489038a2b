"""helm, answered by a made-up cluster."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devops_agent.evaluation.render.tables import helm_table
from devops_agent.evaluation.worlds.logs import moment
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints
from devops_agent.evaluation.worlds.values import Values

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World

VALUED = "-n --namespace --set --version -f --values --timeout"


@dataclass
class Release:
    """An installed chart. `history` holds (revision, status, chart) from the oldest."""

    name: str
    namespace: str
    chart: str
    app_version: str
    age: int
    revision: int = 1
    status: str = "deployed"
    values: dict[str, str] = field(default_factory=dict)
    history: list[tuple[int, str, str]] = field(default_factory=list)


class Helm:
    """The releases of a cluster and the chart repositories of its user."""

    def __init__(self, values: Values, now: int) -> None:
        self.values = values
        self.now = now
        self.releases: list[Release] = []
        self.repositories: dict[str, str] = {}
        self.missing_charts: set[str] = set()

    def install(self, name: str, namespace: str, chart: str = "", age: int = 0) -> Release:
        values = self.values
        version = values.version()
        release = Release(
            name,
            namespace,
            f"{chart.rsplit('/', 1)[-1] or values.name()}-{version}",
            values.pick([values.version(), f"v{values.version()}"]),
            age or values.between(300, 9_000_000),
        )
        release.values = {values.name().replace("-", ""): values.setting() for _ in range(values.between(0, 3))}
        release.history = [(1, "deployed", release.chart)]
        self.releases.append(release)
        return release

    def upgrade(self, release: Release) -> None:
        release.history = [(number, "superseded", chart) for number, _, chart in release.history]
        release.revision += 1
        release.age, release.status = 1, "deployed"
        release.history.append((release.revision, "deployed", release.chart))

    def find(self, name: str, namespace: str) -> Release | None:
        return next((one for one in self.releases if (one.name, one.namespace) == (name, namespace)), None)


class HelmCli:
    """Sub-commands of `helm`, one method each."""

    def __init__(self, world: "World") -> None:
        self.world = world

    @property
    def helm(self) -> Helm:
        return self.world.helm

    def run(self, words: list[str], stdin: str) -> Result:
        options = read_options(words, VALUED)
        name = options.operands.pop(0) if options.operands else "help"
        if name in ("repo", "get") and options.operands:
            name = f"{name}_{options.operands.pop(0)}"
        name = {"ls": "list", "delete": "uninstall", "version": "version"}.get(name, name)
        handler: Callable[[Options, str], Result] | None = getattr(self, f"_{name}", None)
        if handler is None:
            return fails(f'Error: unknown command "{name}" for "helm"\nRun \'helm --help\' for usage.')
        return handler(options, options.get("-n", "--namespace", default="default"))

    def _found(self, name: str, namespace: str) -> tuple[Release | None, Result]:
        release = self.helm.find(name, namespace)
        return release, Result() if release else fails("Error: release: not found")

    def _list(self, options: Options, namespace: str) -> Result:
        everywhere = options.has("-A", "--all-namespaces")
        rows = [("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")]
        for one in sorted(self.helm.releases, key=lambda one: one.name):
            if everywhere or one.namespace == namespace:
                rows.append(
                    (
                        one.name,
                        one.namespace,
                        str(one.revision),
                        _updated(self.world.now - one.age),
                        one.status,
                        one.chart,
                        one.app_version,
                    )
                )
        return Result(helm_table(rows))

    def _status(self, options: Options, namespace: str) -> Result:
        release, missing = self._found(options.operand(0), namespace)
        return prints(self._summary(release)) if release else missing

    def _summary(self, one: Release) -> str:
        when = moment(self.world.now - one.age)
        return (
            f"NAME: {one.name}\nLAST DEPLOYED: {when:%a %b} {when.day:2d} {when:%H:%M:%S %Y}\n"
            f"NAMESPACE: {one.namespace}\nSTATUS: {one.status}\nREVISION: {one.revision}\nTEST SUITE: None"
        )

    def _install(self, options: Options, namespace: str) -> Result:
        name, chart = options.operand(0), options.operand(1)
        if self.helm.find(name, namespace):
            return fails("Error: INSTALLATION FAILED: cannot reuse a name that is still in use")
        if refusal := self._no_chart(chart):
            return fails(f"Error: INSTALLATION FAILED: {refusal}")
        if namespace not in self.world.cluster.namespaces and not options.has("--create-namespace"):
            return fails(f'Error: INSTALLATION FAILED: create: failed to create: namespaces "{namespace}" not found')
        self.world.cluster.namespace(namespace)
        return prints(self._summary(self.helm.install(name, namespace, chart, 1)))

    def _no_chart(self, chart: str) -> str:
        repository = chart.partition("/")[0]
        if repository not in self.helm.repositories:
            return f"repo {repository} not found"
        return (
            f"chart \"{chart.partition('/')[2]}\" matching  not found in {repository} index. (try 'helm repo update')"
            if chart in self.helm.missing_charts
            else ""
        )

    def _upgrade(self, options: Options, namespace: str) -> Result:
        name, chart = options.operand(0), options.operand(1)
        release = self.helm.find(name, namespace)
        if refusal := self._no_chart(chart):
            return fails(f"Error: {'UPGRADE FAILED: ' if release else ''}{refusal}")
        if release is None:
            if not options.has("--install", "-i"):
                return fails(f'Error: UPGRADE FAILED: "{name}" has no deployed releases')
            release = self.helm.install(name, namespace, chart, 1)
            return prints(f'Release "{name}" does not exist. Installing it now.\n{self._summary(release)}')
        self.helm.upgrade(release)
        return prints(f'Release "{name}" has been upgraded. Happy Helming!\n{self._summary(release)}')

    def _rollback(self, options: Options, namespace: str) -> Result:
        release, missing = self._found(options.operand(0), namespace)
        if not release:
            return missing
        if len(release.history) < 2:
            return fails(f"Error: release has no {release.revision - 1} version")
        self.helm.upgrade(release)
        return prints("Rollback was a success! Happy Helming!")

    def _uninstall(self, options: Options, namespace: str) -> Result:
        name = options.operand(0)
        release = self.helm.find(name, namespace)
        if not release:
            return fails(f"Error: uninstall: Release not loaded: {name}: release: not found")
        self.helm.releases.remove(release)
        return prints(f'release "{name}" uninstalled')

    def _history(self, options: Options, namespace: str) -> Result:
        release, missing = self._found(options.operand(0), namespace)
        if not release:
            return missing
        rows = [("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION")]
        when = moment(self.world.now - release.age)
        updated = f"{when:%a %b} {when.day:2d} {when:%H:%M:%S %Y}"
        rows += [
            (
                str(number),
                updated,
                status,
                chart,
                release.app_version,
                "Install complete" if number == 1 else "Upgrade complete",
            )
            for number, status, chart in release.history
        ]
        return Result(helm_table(rows))

    def _get_values(self, options: Options, namespace: str) -> Result:
        release, missing = self._found(options.operand(0), namespace)
        if not release:
            return missing
        lines = [f"{key}: {value}" for key, value in sorted(release.values.items())]
        return prints("USER-SUPPLIED VALUES:\n" + ("\n".join(lines) if lines else "null"))

    def _repo_list(self, options: Options, namespace: str) -> Result:
        if not self.helm.repositories:
            return fails("Error: no repositories to show")
        return Result(helm_table([("NAME", "URL"), *sorted(self.helm.repositories.items())]))

    def _repo_add(self, options: Options, namespace: str) -> Result:
        name, url = options.operand(0), options.operand(1)
        if self.helm.repositories.get(name, url) != url:
            return fails(f"Error: repository name ({name}) already exists, please specify a different name")
        self.helm.repositories[name] = url
        return prints(f'"{name}" has been added to your repositories')

    def _repo_update(self, options: Options, namespace: str) -> Result:
        lines = [f'...Successfully got an update from the "{name}" chart repository' for name in self.helm.repositories]
        if not lines:
            return fails("Error: no repositories found. You must add one before updating")
        return prints(
            "\n".join(
                [
                    "Hang tight while we grab the latest from your chart repositories...",
                    *lines,
                    "Update Complete. ⎈Happy Helming!⎈",
                ]
            )
        )

    def _version(self, options: Options, namespace: str) -> Result:
        return prints(
            'version.BuildInfo{Version:"v3.17.3", GitCommit:"e4da49785aa6e6ee2b86efd5dd9e43400318262b", '
            'GitTreeState:"clean", GoVersion:"go1.23.7"}'
        )


def _updated(seconds: int) -> str:
    return f"{moment(seconds):%Y-%m-%d %H:%M:%S}.{seconds % 1000:03d}{seconds % 997:03d}{seconds % 991:03d} +0000 UTC"
