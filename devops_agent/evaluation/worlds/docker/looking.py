"""docker's sub-commands that look at containers, from outside and inside."""

import json

from devops_agent.evaluation.render import docker as render
from devops_agent.evaluation.worlds.docker.inspection import inspected
from devops_agent.evaluation.worlds.docker.objects import Container, split_image
from devops_agent.evaluation.worlds.docker.words import DockerWords
from devops_agent.evaluation.worlds.go_template import render_template
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints


class Looking(DockerWords):
    """ps, logs, inspect, exec and their like."""

    def _ps(self, options: Options) -> Result:
        shown = [
            one
            for one in self.world.docker.containers
            if options.has("-a", "--all") or one.up or options.has("-f", "--filter")
        ]
        for condition in options.all("-f", "--filter"):
            shown = [one for one in shown if _fits(one, condition)]
        if options.has("-f", "--filter") and not options.has("-a", "--all") and "status=" not in str(options.given):
            shown = [one for one in shown if one.up]
        if options.has("-l", "-n", "--last"):
            shown = shown[: int(options.get("-n", "--last", default="1"))]
        if options.has("-q"):
            return prints("\n".join(one.id[:12] for one in shown))
        if options.has("--format"):
            return Result(render.formatted_containers(options.get("--format"), shown))
        return Result(render.containers_table(shown))

    def _logs(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        if not container:
            return missing
        count = options.get("--tail", "-n")
        lines = container.logs[-int(count) :] if count.isdigit() else container.logs
        return prints("\n".join(lines))

    def _inspect(self, options: Options) -> Result:
        name = options.operand(0)
        container = self.world.docker.find(name)
        if container is None:
            return Result("[]\n", f"Error: No such object: {name}\n", 1)
        description = inspected(container, self.world.now)
        template = options.get("-f", "--format")
        if template:
            return prints(render_template(template, description))
        return prints(json.dumps([description], indent=4))

    def _exec(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        if not container:
            return missing
        if container.state != "running":
            return fails(f"Error response from daemon: container {container.id} is not running")
        return self._inside(container, options.operands[1:])

    def _inside(self, container: Container, words: list[str]) -> Result:
        if words[0] in ("env", "printenv"):
            wanted = {
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOSTNAME": container.id[:12],
                **container.env,
                "HOME": "/root",
            }
            if len(words) > 1:
                return prints(wanted[words[1]]) if words[1] in wanted else Result("", "", 1)
            return prints("\n".join(f"{key}={value}" for key, value in wanted.items()))
        if words[0] == "hostname":
            return prints(container.id[:12])
        if words[0] == "ls":
            return prints("\n".join(sorted(self.world.source(container.id).different(4))))
        if words[0] == "nginx" and "-t" in words:
            return Result(
                "",
                "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
                "nginx: configuration file /etc/nginx/nginx.conf test is successful\n",
                0,
            )
        return Result(
            f'OCI runtime exec failed: exec failed: unable to start container process: exec: "{words[0]}": '
            "executable file not found in $PATH: unknown\n",
            "",
            127,
        )

    def _port(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        if not container:
            return missing
        return prints(
            "\n".join(
                f"{inner}/tcp -> {where}:{host}" for host, inner in container.ports for where in ("0.0.0.0", "[::]")
            )
        )

    def _top(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        if not container:
            return missing
        if container.state != "running":
            return fails(f"Error response from daemon: container {container.id} is not running")
        head = f"{'UID':<20}{'PID':<20}{'PPID':<20}{'C':<20}{'STIME':<20}{'TTY':<20}{'TIME':<20}CMD"
        pid = 1000 + int(container.id[:4], 16) % 60000
        cells = ("root", pid, pid - 22, 0, "09:12", "?", "00:00:03")
        row = "".join(f"{cell:<20}" for cell in cells)
        return prints(f"{head}\n{row}{container.command.rstrip('…')}")

    def _stats(self, options: Options) -> Result:
        named = [self._container(name)[0] for name in options.operands]
        if None in named:
            return fails(f"Error response from daemon: No such container: {options.operands[named.index(None)]}")
        shown = [one for one in named if one] or [one for one in self.world.docker.containers if one.up]
        return Result(render.stats_table(shown, self.world.docker.total_memory))

    def _diff(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        return missing if not container else prints("C /var\nC /var/log\nA /var/log/app.log")

    def _cp(self, options: Options) -> Result:
        name = next((word.partition(":")[0] for word in options.operands if ":" in word), "")
        container, _ = self._container(name)
        if not container:
            return fails(f"Error response from daemon: No such container: {name}")
        source, target = options.operands[:2]
        return Result("", f"Successfully copied 2.05kB to {target}\n", 0) if source else Result()


def _fits(container: Container, condition: str) -> bool:
    key, _, value = condition.partition("=")
    if key == "name":
        return value.strip("^$/") in container.name
    if key == "status":
        return container.state == value
    if key == "health":
        return container.health == value
    if key == "ancestor":
        return container.image in (value, f"{value}:latest") or split_image(container.image)[0] == value
    if key == "exited":
        return container.state == "exited" and str(container.code) == value
    if key == "publish":
        return any(str(host) == value for host, _ in container.ports)
    return key == "network" and container.network == value
