"""Tools of which only the question for their version is known."""

from devops_agent.policy.judgement import Judgement, change
from devops_agent.policy.rows import NONE, Use, only, program, row

VERSIONED = (
    "act age air alertmanager bandit black buf buildctl cargo-audit chart-testing checkov "
    "clusterctl conftest conmon consul-template containerd convert crun ct datree delve devspace dlv dockerd "
    "elasticsearch esbuild eslint ffmpeg filebeat fluent-bit fluentd garden gitleaks gofmt "
    "golangci-lint goreleaser grafana-server helm-docs helmfile influxd infracost k0s kibana ko "
    "kube-linter kube-score kubeconform kubelet kubeval kwok kyverno latex logstash loki magick "
    "memcached metricbeat mongod mypy mysqld next node_exporter nova opa packer-plugin pandoc "
    "pluto polaris popeye postgres pre-commit prettier prometheus protoc rabbitmq-server "
    "redis-server rke rollup ruff runc safety sass skaffold snyk sops starship staticcheck swc talosctl "
    "telegraf telepresence tflint tfsec tilt trufflehog tsc vcluster vector "
    "vue zellij"
)
HAVE_VERB = frozenset(
    "chart-testing clusterctl ct datree delve devspace dlv filebeat gitleaks golangci-lint influxd k0s ko kube-linter "
    "kube-score kyverno metricbeat opa pluto polaris popeye ruff skaffold talosctl telegraf tilt vcluster".split()
)
"""Those that have a verb `version`. The others take it for a file, to check, format, compile or serve."""


def _has_verb(use: Use) -> Judgement | None:
    return None if use.name in HAVE_VERB else change("takes version for the name of a file")


PROGRAMS = (
    program(
        VERSIONED,
        row("version", "--client --short", NONE, _has_verb),
        only("-V"),
        otherwise="is only known by its --version",
    ),
)
