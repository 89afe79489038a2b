"""Questions as people who never saw our phrasings would type them, on machines with names of their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from devops_agent.evaluation.worlds.system.state import Disk
from devops_agent.evaluation.worlds.world import World

Occasion = tuple[World, dict[str, object]]
"""A machine, and what the commands and the answer of the oracle may name as `{word}`."""


@dataclass(frozen=True)
class Outsider:
    """One question, the machine it is asked about, and what the oracle does and says.

    `says` are words that an answer must have where they do not look like the name or the figure of something.
    """

    area: str
    question: str
    occasion: Callable[[], Occasion]
    commands: Sequence[str]
    answer: str
    says: tuple[str, ...] = ()


def docker_host() -> Occasion:
    """A shop on one Docker host: most of it well, the rest dead in different ways."""
    world = World("outsiders/docker")
    host = world.docker
    rows = (
        ("plain", "storefront", "nginx:1.27", [(8080, 80)], 7200),
        ("healthy", "pg-main", "postgres:16", [(5432, 5432)], 90_000),
        ("unhealthy", "search-api", "opensearch:2.11", [(9200, 9200)], 5400),
        ("crashed", "orders-api", "shop/orders:4.2", [(8081, 8080)], 3000),
        ("oom", "report-builder", "shop/reports:1.9", [], 9000),
        ("paused", "redis-sessions", "redis:7", [(6379, 6379)], 40_000),
        ("done", "db-migrate", "shop/migrate:88", [], 95_000),
    )
    for fate, name, image, ports, age in rows:
        one = host.add(fate, name, image)  # type: ignore[arg-type]
        one.ports, one.exposed, one.age, one.since, one.volumes = ports, [80], age, age // 2, []
        one.restart_policy, one.code = "no", 1 if fate == "crashed" else one.code
    last = "Error: connect ECONNREFUSED pg-replica:5432"
    crashed = host.find("orders-api")
    assert crashed is not None
    crashed.cause, crashed.logs = last, ["loading config from /app/config.yml", last]
    front = host.find("storefront")
    assert front is not None
    front.logs = ["GET /cart 200 12ms", "GET /checkout 502 3004ms", "upstream orders-api unreachable"]
    front.env = {"THEME": "autumn"}
    host.new_volume("pgdata-old")
    host.networks.append(type(host.networks[0])("0a1b2c3d4e5f", "shop-internal"))
    host.remote_missing.add("shop/nothere")
    return world, {}


def cluster() -> Occasion:
    """A cluster with a payment system of which half does not start."""
    world = World("outsiders/cluster")
    one = world.cluster
    one.metrics = True
    one.context, one.contexts = "eu-west", ["eu-west", "us-east"]
    names: dict[str, object] = {}
    for health, name, replicas in (
        ("running", "checkout", 3),
        ("crashloop", "ledger", 1),
        ("imagepull", "mail-relay", 1),
        ("pending", "risk-engine", 1),
        ("oom", "statements", 1),
    ):
        made = one.deploy("payments", health, name, replicas)  # type: ignore[arg-type]
        names[name.replace("-", "_")] = one.pods_of(made)[0].name
        names[f"{name.replace('-', '_')}_image"] = made.image
        names[f"{name.replace('-', '_')}_cause"] = one.pods_of(made)[0].cause
    checkout = one.find("Deployment", "checkout", "payments")
    assert checkout is not None
    checkout.image, checkout.revision, checkout.old_images = (
        "registry.acme.io/checkout:2.8.0",
        2,
        ["acme/checkout:2.7.9"],
    )
    one.expose(checkout, "checkout-svc").type = "ClusterIP"
    web = one.deploy("web", "running", "landing", 2)
    one.expose(web, "landing-svc", selects="landign")
    settings = one.add_record("payments")
    settings.name, settings.data = "fee-table", {"CARD_FEE": "1.4", "SEPA_FEE": "0.2"}
    cron = one.add_cronjob("payments")
    cron.name, cron.schedule, cron.suspended = "nightly-settle", "0 2 * * *", False
    names["node"] = one.nodes[0].name
    names["version"] = one.version
    return world, names


def server() -> Occasion:
    """A server that is nearly full and has a dead web server."""
    world = World("outsiders/server")
    system = world.system
    system.disks = [
        Disk("/dev/sda1", "/", 50 * 1024**3, 47 * 1024**3, 20),
        Disk("/dev/sdb1", "/srv/media", 500 * 1024**3, 100 * 1024**3, 4),
    ]
    system.host, system.cores, system.timezone = "vega-02", 8, "Europe/Berlin"
    system.load = [0.42, 0.51, 0.63]
    system.memory, system.memory_used = 16 * 1024**3, 12 * 1024**3
    failed = system.add_unit("failed", "nginx")
    failed.cause = "bind() to 0.0.0.0:80 failed (98: Address already in use)"
    failed.journal = [system.journal_line(world.now - 60, "nginx[811]", failed.cause), *failed.journal[-1:]]
    system.add_unit("active", "postgresql").enabled = True
    system.add_unit("inactive", "fail2ban").enabled = False
    listener = system.listen(80, "apache2")
    busy = system.add_process("ffmpeg", 97.5, 700 * 1024**2)
    system.add_process("sshd", 0.1)
    system.crontab = ["15 3 * * * /usr/local/bin/backup.sh"]
    return world, {"pid": listener.pid, "ffmpeg": busy.pid, "kernel": system.kernel}


def repository() -> Occasion:
    """A repository with work under way."""
    world = World("outsiders/repository")
    git = world.git
    git.branch, git.branches = "feature/tax-rules", ["feature/tax-rules", "main", "release/9"]
    git.changed, git.untracked, git.staged = ["src/vat.py"], ["notes.txt"], []
    git.ahead, git.behind, git.tags, git.stashes = 2, 0, ["v8.1.0", "v9.0.0"], []
    git.commits[0].subject, git.commits[0].author = "round VAT per line", "Priya Nair"
    git.remote = "git@git.acme.io:billing/tax.git"
    return world, {"commit": git.commits[0].id[:7]}


def folder() -> Occasion:
    """A project folder as it grows."""
    world = World("outsiders/folder")
    for path, text in (
        ("README.md", "# Tide clock\nRuns on port 7070.\n"),
        ("config/app.toml", 'port = 7070\nmode = "debug"\nregion = "north"\n'),
        ("logs/app.log", "started\nERROR tide table missing for 2031\nretrying\nERROR gauge offline\ndone\n"),
        ("src/main.py", "import tide\n\n# TODO: leap years\ntide.run()\n"),
        ("src/tide.py", "def run():\n    pass\n"),
        ("data/gauges.csv", "id,name\n1,Brest\n2,Hull\n3,Bergen\n"),
    ):
        world.files.write(f"{world.cwd}/{path}", text)
    return world, {}


def charts() -> Occasion:
    """Helm releases, one of which went wrong."""
    world = World("outsiders/charts")
    helm = world.helm
    world.cluster.namespace("observability")
    for name, status in (("loki", "deployed"), ("tempo", "failed")):
        one = helm.install(name, "observability", f"grafana/{name}", 9000)
        one.status, one.chart = status, f"{name}-5.4.1"
    loki = helm.releases[0]
    helm.upgrade(loki)
    loki.values = {"retention": "31d"}
    helm.repositories["grafana"] = "https://grafana.github.io/helm-charts"
    return world, {}


def _rows(area: str, occasion: Callable[[], Occasion], *rows: tuple[Any, ...]) -> list[Outsider]:
    return [Outsider(area, question, occasion, commands, *rest) for question, commands, *rest in rows]


OUTSIDERS = [
    *_rows(
        "docker",
        docker_host,
        (
            "what's alive on this box, containers I mean",
            ["docker ps"],
            "Running: storefront, pg-main, search-api and redis-sessions (paused).",
        ),
        (
            "my orders-api container keeps dying on me, what gives?",
            ["docker logs orders-api"],
            "orders-api cannot reach its database: connect ECONNREFUSED pg-replica:5432.",
        ),
        ("did anything get killed for using too much RAM?", ["docker ps -a", "docker inspect report-builder"],
         "Yes, report-builder: it was OOMKilled (exit code 137)."),
        ("which port do I hit to reach the storefront", ["docker port storefront"], "Port 8080 of the host leads to it."),
        ("bounce storefront, it's acting up", ["docker restart storefront"], "Restarted storefront."),
        ("redis-sessions is frozen, thaw it", ["docker unpause redis-sessions"], "Unpaused redis-sessions."),
        ("get rid of the finished db-migrate container", ["docker rm db-migrate"], "Removed db-migrate."),
        ("tail the last couple of lines storefront printed", ["docker logs --tail 2 storefront"],
         "The last lines: GET /checkout 502 3004ms, then upstream orders-api unreachable."),
        ("Is pg-main passing its health check?", ["docker ps --filter name=pg-main"], "Yes, pg-main is healthy."),
        ("something's unhealthy in docker land. which one?", ["docker ps"], "search-api is unhealthy."),
        ("what version of postgres are we running in the container?", ["docker ps"], "pg-main runs postgres:16."),
        ("turn the search thing off for now (search-api)", ["docker stop search-api"], "Stopped search-api."),
        ("make sure storefront comes back after a reboot of the host", ["docker update --restart always storefront"],
         "storefront now restarts always."),
        ("pgdata-old is an orphaned volume, nuke it", ["docker volume rm pgdata-old"], "Removed the volume pgdata-old."),
        ("who is sitting on 6379", ["docker ps"], "The container redis-sessions has port 6379."),
        ("grab alpine 3.20 from the hub so it's there later", ["docker pull alpine:3.20"], "Pulled alpine:3.20."),
        ("I need an isolated bridge called staging-net", ["docker network create staging-net"],
         "Created the network staging-net."),
        ("what THEME is storefront configured with? check its env", ["docker exec storefront env"],
         "THEME is autumn.", ("autumn",)),
        ("container 'blog' won't show its logs??", ["docker logs blog"], "There is no container blog: No such container."),
        ("names of all dead containers pls", ["docker ps -a --filter status=exited"],
         "Exited: orders-api, report-builder, db-migrate."),
    ),
    *_rows(
        "kubernetes",
        cluster,
        ("what's broken in payments?", ["kubectl get pods -n payments"],
         "Not running: {ledger}, {mail_relay}, {risk_engine} and {statements}."),
        ("ledger has been restarting all morning (ns payments), any idea why",
         ["kubectl get pods -n payments", "kubectl logs {ledger} -n payments --previous"],
         "{ledger} crashes. Its last line: {ledger_cause}"),
        ("we need more checkout capacity in payments, take it to 6", 
         ["kubectl scale deployment checkout --replicas=6 -n payments"], "checkout now has 6 replicas."),
        ("roll checkout in payments back, 2.8.0 is bad",
         ["kubectl rollout undo deployment checkout -n payments"], "Rolled checkout back."),
        ("kick all the checkout pods in payments gracefully",
         ["kubectl rollout restart deployment checkout -n payments"], "Restarted the deployment checkout."),
        ("which build of checkout is live in payments?", ["kubectl get deployment checkout -n payments -o wide"],
         "It is registry.acme.io/checkout:2.8.0."),
        ("why won't risk-engine schedule (payments namespace)",
         ["kubectl get events -n payments --field-selector involvedObject.name={risk_engine}"],
         "It cannot be scheduled: {risk_engine_cause}"),
        ("mail-relay in payments can't pull. what's the image?", ["kubectl get deployment mail-relay -n payments -o wide"],
         "It wants {mail_relay_image}."),
        ("what are the card fees set to? should be in fee-table in payments",
         ["kubectl get configmap fee-table -n payments -o yaml"], "CARD_FEE is 1.4."),
        ("when does the nightly settle job fire? payments", ["kubectl get cronjobs -n payments"],
         "nightly-settle runs at 0 2 * * *."),
        ("landing-svc in web answers nothing, does it have any endpoints at all?",
         ["kubectl get endpoints landing-svc -n web"], "No, landing-svc has no endpoints: <none>."),
        ("which cluster am I pointed at right now", ["kubectl config current-context"], "The context is eu-west."),
        ("point me at us-east instead", ["kubectl config use-context us-east"], "Switched to us-east."),
        ("how old is our k8s? server version wise", ["kubectl version"], "The server runs {version}."),
        ("take {node} out of rotation so nothing new lands on it", ["kubectl cordon {node}"], "{node} is cordoned."),
        ("spin up a namespace for the interns, call it interns", ["kubectl create namespace interns"],
         "Created the namespace interns."),
        ("mail-relay in payments is useless, drop the whole deployment",
         ["kubectl delete deployment mail-relay -n payments"], "Deleted the deployment mail-relay."),
        ("list whatever lives in the web namespace", ["kubectl get all -n web"],
         "There are the deployment landing and the service landing-svc."),
        ("statements pod in payments: memory problem or code problem?",
         ["kubectl describe pod {statements} -n payments"], "A memory problem: it was OOMKilled."),
        ("any pods in namespace atlantis?", ["kubectl get pods -n atlantis"],
         "No, there are no pods in namespace atlantis: No resources found."),
    ),
    *_rows(
        "system",
        server,
        ("am I about to run out of disk?", ["df -h"], "Nearly: / is 94% full, /srv/media is 20% full."),
        ("nginx refuses to come up, tell me why", ["systemctl status nginx", "journalctl -u nginx -n 20"],
         "nginx failed: bind() to 0.0.0.0:80 failed (98: Address already in use)."),
        ("who stole port 80", ["ss -ltnp"], "apache2 listens on port 80 (pid {pid})."),
        ("what is hammering the cpu", ["ps aux --sort=-%cpu"], "ffmpeg uses 97.5% (pid {ffmpeg})."),
        ("how much memory is still free here", ["free -h"], "1.3Gi are free, 2.5Gi available."),
        ("is postgres up as a service? unit is postgresql", ["systemctl is-active postgresql"], "Yes, it is active."),
        ("make fail2ban start at boot", ["systemctl enable fail2ban"], "Enabled fail2ban."),
        ("bring fail2ban up", ["systemctl start fail2ban"], "Started fail2ban."),
        ("what box is this", ["hostname"], "This is vega-02."),
        ("how many cores do we have", ["nproc"], "There are 8 cores."),
        ("which kernel", ["uname -r"], "The kernel is {kernel}."),
        ("does the box sweat right now, load I mean", ["uptime"], "No: the load average is 0.42, 0.51, 0.63."),
        ("when do backups run? look in cron", ["crontab -l"], "backup.sh runs at 15 3 * * *."),
        ("any service in failed state", ["systemctl --failed"], "Yes: nginx.service failed."),
    ),
    *_rows(
        "git",
        repository,
        ("what did I touch since the last commit", ["git status --short"],
         "You changed src/vat.py; notes.txt is new."),
        ("what branch did I leave this on", ["git branch --show-current"], "It is feature/tax-rules."),
        ("who made the most recent commit and what was it", ["git log -n 1"],
         'Priya Nair: "round VAT per line" ({commit}).'),
        ("hop over to main", ["git checkout main"], "Switched to main."),
        ("when I push, which server does it land on", ["git remote -v"], "To git@git.acme.io:billing/tax.git."),
        ("stage vat.py, it's under src", ["git add src/vat.py"], "Staged src/vat.py."),
        ("latest tag?", ["git tag"], "The latest tag is v9.0.0."),
        ("shelve my edits so I can switch contexts", ["git stash"], "Stashed the changes."),
    ),
    *_rows(
        "files",
        folder,
        ("anything ugly in logs/app.log?", ["grep -i error logs/app.log"],
         "Two errors: tide table missing for 2031, and gauge offline."),
        ("what port does the app listen on according to config/app.toml", ["cat config/app.toml"], "Port 7070."),
        ("how many lines has data/gauges.csv", ["wc -l data/gauges.csv"], "It has 4 lines."),
        ("where are the TODOs in the code", ["grep -rn TODO src"], "src/main.py line 3: leap years.", ("leap years",)),
        ("flip mode to release in config/app.toml", ["sed -i 's/debug/release/' config/app.toml"],
         "mode is now release."),
        ("copy config/app.toml to config/app.toml.bak before I break it", ["cp config/app.toml config/app.toml.bak"],
         "Copied it to config/app.toml.bak."),
        ("show me just the python files under src", ["ls src"], "There are main.py and tide.py."),
        ("need an empty folder named releases here", ["mkdir releases"], "Made the folder releases."),
        ("last line of logs/app.log?", ["tail -n 1 logs/app.log"], "The last line is: done", ("done",)),
    ),
    *_rows(
        "helm",
        charts,
        ("what have we got installed with helm, everywhere", ["helm list -A"], "The releases are loki and tempo."),
        ("did the tempo release go out okay? it's in observability", ["helm status tempo -n observability"],
         "No: its status is failed."),
        ("loki's retention setting in observability?", ["helm get values loki -n observability"], "retention is 31d.", ("31d",)),
        ("undo the last loki upgrade, namespace observability", ["helm rollback loki -n observability"],
         "Rolled loki back."),
        ("remove tempo from observability for good", ["helm uninstall tempo -n observability"], "Uninstalled tempo."),
    ),
]  # fmt: skip
