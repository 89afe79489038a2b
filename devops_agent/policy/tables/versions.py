"""Tools of which only the question for their version is known."""

from devops_agent.policy.rows import only, program, row

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
PROGRAMS = (
    program(VERSIONED, row("version", "--client --short"), only("-V"), otherwise="is only known by its --version"),
)
