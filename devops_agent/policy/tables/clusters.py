"""Tools around a Kubernetes cluster: local clusters, meshes, deployments, backups."""

from devops_agent.policy.judgement import change
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    change_alarms,
    destroy_alarms,
    program,
    row,
    simple,
    words,
)

PROGRAMS = (
    program("kubectx kubens", row("", "-c|--current", NONE), row("", "-h|--help"), otherwise="switches the context"),
    program(
        "minikube",
        row(
            "status|ip|version|update-check",
            "-o|--output= -p|--profile= --short --components -f|--format= -l|--layout=",
        ),
        row("profile list", "-o|--output= -l|--light"),
        row("addons list", "-p|--profile= -o|--output="),
        row("node list", "-p|--profile="),
        row("service list", "-p|--profile= -n|--namespace="),
        row("image ls|list", "-p|--profile= --format="),
        row("config view"),
        row("logs", "-n|--length=N --problems -p|--profile="),
        alarms=destroy_alarms({"delete": "delete removes the cluster", "stop": "stop takes the cluster down"}),
    ),
    program(
        "kind",
        row("get clusters", "-q"),
        row("get nodes", "--name= -A|--all-clusters"),
        row("version", "-q"),
        alarms=destroy_alarms({"delete": "delete removes clusters"}),
    ),
    program(
        "k3d",
        row("cluster|node|registry|image list|ls", "-o|--output= --no-headers --token=false", WORDS),
        row("version"),
        alarms=destroy_alarms({"delete": "delete removes clusters", "stop": "stop takes a cluster down"}),
    ),
    program(
        "kubeadm",
        row("version", "-o|--output="),
        row("certs check-expiration"),
        row("config images list", "--kubernetes-version="),
        row("upgrade plan", "", NONE, lambda use: change("looks up releases on the network", "NETWORK")),
        alarms=destroy_alarms({"reset": "reset tears this node out of its cluster"}),
    ),
    program(
        "istioctl",
        row("version|ver", "--remote --short -o|--output= -i|--istioNamespace="),
        row("proxy-status|ps", "-n|--namespace= -i|--istioNamespace=", WORDS),
        row(
            "proxy-config|pc all|bootstrap|cluster|clusters|endpoint|endpoints|listener|listeners|log|route|routes",
            "-n|--namespace= -o|--output= --fqdn= --port= --direction=",
            WORDS,
        ),
        row("analyze", "-n|--namespace= -A|--all-namespaces", NONE),
        row("profile list"),
        alarms=destroy_alarms({"uninstall": "uninstall removes the mesh"}),
    ),
    program(
        "linkerd",
        row("check", "--pre --proxy -n|--namespace="),
        row("version", "--client --short"),
        row("viz stat|edges|top", "-n|--namespace= -A", WORDS),
    ),
    program(
        "cilium",
        row("status", "--brief --verbose --wait"),
        row("version"),
        row("endpoint|service|node|policy list|get", "-o|--output=", WORDS),
    ),
    program(
        "argocd",
        row(
            "app list|get|history|logs|manifests|resources|diff",
            "-o|--output= -l|--selector= -p|--project= --refresh=false --tail=N",
            WORDS,
        ),
        row("cluster|repo|proj|project list|get", "-o|--output=", WORDS),
        row("version", "--client --short -o|--output="),
        row("context", "", NONE),
        alarms=destroy_alarms(
            {
                "app delete": "app delete removes an application",
                "app sync --prune|--force|--replace": "sync deletes objects",
                "app rollback": "rollback replaces what runs",
                "app terminate-op": "stops an operation",
            }
        ),
    ),
    program(
        "flux",
        row("get *", "-A|--all-namespaces -n|--namespace= --status-selector= -w|--watch --no-header", WORDS),
        row("get * *", "-A|--all-namespaces -n|--namespace= --status-selector= --no-header", WORDS),
        row("check", "--pre"),
        row("logs", "-A|--all-namespaces -n|--namespace= --level= --kind= --name= --since= --tail=N -f|--follow"),
        row("tree|trace|events|stats", "-n|--namespace= -A|--all-namespaces --for= --api-version= --kind=", WORDS),
        row("tree kustomization", "-n|--namespace=", WORDS),
        row("version", "--client"),
        alarms=destroy_alarms(
            {"uninstall|delete": "removes what Flux manages", "suspend": "suspend stops reconciliation"}
        ),
    ),
    program(
        "velero",
        row(
            "backup|restore|schedule|backup-location|snapshot-location|plugin get",
            "-o|--output= -l|--selector= -n|--namespace=",
            WORDS,
        ),
        row("backup|restore|schedule describe|logs", "--details -n|--namespace= -l|--selector=", WORDS),
        row("version", "--client-only"),
        alarms=destroy_alarms({"delete": "delete removes backups"}),
    ),
    program(
        "etcdctl",
        row(
            "member list",
            "-w|--write-out= --endpoints=http://127.0.0.1:2379|http://localhost:2379|127.0.0.1:2379|localhost:2379",
        ),
        row("endpoint health|status|hashkv", "-w|--write-out= --cluster"),
        row("version"),
        row("alarm list"),
        row("user|role list"),
        alarms=(
            *destroy_alarms(
                {
                    "del": "del removes keys",
                    "member remove": "member remove shrinks the cluster",
                    "snapshot restore": "restore replaces the data",
                    "compact|compaction": "compaction drops history",
                    "defrag": "defrag blocks the member",
                    "lease revoke": "revoke removes keys",
                    "role|user delete": "removes an account",
                }
            ),
            *change_alarms("get may print secrets of the cluster", "get", tag="SENSITIVE"),
        ),
    ),
    simple(
        "kubectl-neat stern",
        "-n|--namespace= -A|--all-namespaces -c|--container= -l|--selector= -s|--since= --tail=N -t|--timestamps "
        "-o|--output=default|raw|json -i|--include= -e|--exclude= --no-follow --color[=]",
        words(0, 1),
    ),
)
