"""Helm releases."""

from devops_agent.evaluation.worlds.kubernetes.helm import Release

from training.tasks.scene import Oracle, Scene, bash, counted, error_line, failed, intent, listed


def a_release(s: Scene) -> Release:
    namespace = s.world.cluster.namespace()
    for _ in range(s.v.between(0, 1)):
        s.world.helm.install(s.v.name(), namespace)
    one = s.world.helm.install(s.v.name(), namespace)
    for _ in range(s.v.between(0, 3)):
        s.world.helm.upgrade(one)
    one.age = s.v.between(60, 9_000_000)
    one.status = s.v.pick(["deployed"] * 4 + ["failed"])
    return one


@intent(
    "helm.list",
    """
    (list|show) [me] [all] [the] helm releases in [namespace] {ns}
    helm list -n {ns}
    helm ls -n {ns}
    (which|what) (helm charts|releases) are installed in [namespace] {ns}
    helm releases (in|of) {ns}
    what did helm install in {ns}
    releases in namespace {ns}
    show what helm has deployed to {ns}
    """,
    weight=1.3,
)
def releases(s: Scene) -> Oracle:
    namespace = s.world.cluster.namespace()
    for _ in range(s.v.between(0, 3)):
        s.world.helm.install(s.v.name(), namespace)
    s.ask(ns=namespace)
    yield bash(f"helm list -n {namespace}")
    found = sorted(s.world.helm.releases, key=lambda one: one.name)
    if not found:
        return f"There are no Helm releases in namespace {namespace}."
    return f"{counted(len(found), 'release')} in namespace {namespace}: {listed([f'{one.name} ({one.chart}, {one.status})' for one in found])}."


@intent(
    "helm.list_all",
    """
    (list|show) [me] all helm releases
    helm list -A
    helm ls -A
    helm releases in all namespaces
    which helm charts are installed [in the cluster]
    everything helm has installed
    all releases of the cluster
    what is installed with helm
    list helm releases
    """,
    weight=1.2,
)
def all_releases(s: Scene) -> Oracle:
    for _ in range(s.v.between(0, 3)):
        s.world.helm.install(s.v.name(), s.world.cluster.namespace())
    yield bash("helm list -A")
    found = sorted(s.world.helm.releases, key=lambda one: one.name)
    return (
        f"{counted(len(found), 'release')}: {listed([f'{one.namespace}/{one.name} ({one.chart})' for one in found])}."
        if found
        else "There are no Helm releases."
    )


@intent(
    "helm.status",
    """
    (status|state) of [the] [helm] release {name} in {ns}
    helm status {name} -n {ns}
    is [the] helm release {name} in {ns} (deployed|ok|healthy)
    how is the release {name} in {ns} doing
    check [the] helm release {name} in namespace {ns}
    show the status of release {name} (ns {ns})
    which revision of release {name} is deployed in {ns}
    what is the state of helm release {name} in {ns}
    """,
)
def status(s: Scene) -> Oracle:
    one = a_release(s)
    name = one.name if s.v.chance(0.9) else s.v.name()
    s.ask(name=name, ns=one.namespace)
    told = yield bash(f"helm status {name} -n {one.namespace}")
    if failed(told):
        return f"There is no release {name} in namespace {one.namespace}: not found."
    return f"Release {name} in namespace {one.namespace} is {one.status} at revision {one.revision}."


@intent(
    "helm.install",
    """
    install [the] [helm] chart {chart} as {name} in [namespace] {ns}
    helm install {name} {chart} -n {ns}
    deploy [the] chart {chart} as [release] {name} to {ns}
    install {chart} with helm in {ns}, release name {name}
    use helm to install {chart} as {name} in namespace {ns}
    put the chart {chart} into {ns} under the name {name}
    i want the helm chart {chart} in {ns} as {name}
    set up {chart} as release {name} in {ns} with helm
    """,
    weight=1.3,
)
def install(s: Scene) -> Oracle:
    repository, name = s.v.name(), s.v.name()
    chart = f"{repository}/{s.v.name()}"
    namespace = s.world.cluster.namespace() if s.v.chance(0.7) else s.v.name()
    known = s.v.chance(0.88)
    if known:
        s.world.helm.repositories[repository] = f"https://charts.{s.v.name()}.io"
    if s.v.chance(0.06):
        s.world.helm.missing_charts.add(chart)
    s.ask(chart=chart, name=name, ns=namespace)
    told = yield bash(f"helm install {name} {chart} -n {namespace} --create-namespace")
    if not failed(told):
        return f"Installed {chart} as release {name} in namespace {namespace} (revision 1)."
    return f"Not installed: {error_line(told).partition('FAILED: ')[2]}"


@intent(
    "helm.upgrade",
    """
    upgrade [the] [helm] release {name} in {ns} (to|with) [chart] {chart}
    helm upgrade {name} {chart} -n {ns}
    update [the] helm release {name} in [namespace] {ns} from chart {chart}
    upgrade {name} in namespace {ns} with the chart {chart}
    roll out {chart} for the helm release {name} in {ns}
    bring release {name} in {ns} to the newest {chart}
    use {chart} to upgrade release {name} in {ns}
    helm release {name} ({ns}) needs an upgrade from {chart}
    """,
)
def upgrade(s: Scene) -> Oracle:
    one = a_release(s)
    repository = s.v.name()
    chart = f"{repository}/{one.chart.rpartition('-')[0]}"
    s.world.helm.repositories[repository] = f"https://charts.{s.v.name()}.io"
    name = one.name if s.v.chance(0.9) else s.v.name()
    s.ask(name=name, ns=one.namespace, chart=chart)
    told = yield bash(f"helm upgrade {name} {chart} -n {one.namespace}")
    if failed(told):
        return f"Not upgraded: there is no deployed release {name} in namespace {one.namespace}."
    return f"Upgraded release {name} in namespace {one.namespace} to revision {one.revision}."


@intent(
    "helm.rollback",
    """
    roll back [the] [helm] release {name} in {ns}
    helm rollback {name} -n {ns}
    go back to the last revision of release {name} in {ns}
    undo the last upgrade of helm release {name} in {ns}
    revert the helm release {name} in namespace {ns}
    return the release {name} in {ns} to the revision before
    helm release {name} in {ns} is broken, roll it back
    rollback the release {name} (namespace {ns})
    """,
)
def rollback(s: Scene) -> Oracle:
    one = a_release(s)
    s.ask(name=one.name, ns=one.namespace)
    told = yield bash(f"helm rollback {one.name} -n {one.namespace}")
    return (
        f"Not rolled back: {error_line(told).removeprefix('Error: ')}; there is no earlier revision."
        if failed(told)
        else f"Rolled back release {one.name} in namespace {one.namespace}."
    )


@intent(
    "helm.uninstall",
    """
    (uninstall|delete|remove) [the] helm release {name} (from|in) {ns}
    helm uninstall {name} -n {ns}
    uninstall {name} from namespace {ns} with helm
    get rid of the helm release {name} in {ns}
    take the release {name} out of {ns}
    remove what helm installed as {name} in {ns}
    drop the helm release {name} in {ns}
    the release {name} in {ns} can go
    """,
)
def uninstall(s: Scene) -> Oracle:
    one = a_release(s)
    name = one.name if s.v.chance(0.9) else s.v.name()
    s.ask(name=name, ns=one.namespace)
    told = yield bash(f"helm uninstall {name} -n {one.namespace}")
    return (
        f"Not uninstalled: there is no release {name} in namespace {one.namespace}."
        if failed(told)
        else f"Uninstalled release {name} from namespace {one.namespace}."
    )


@intent(
    "helm.history",
    """
    (history|revisions) of [the] [helm] release {name} in {ns}
    helm history {name} -n {ns}
    which revisions does the helm release {name} in {ns} have
    show the helm history of {name} in namespace {ns}
    list the revisions of release {name} in {ns}
    how often was the release {name} in {ns} upgraded
    release history for {name} ({ns})
    past revisions of helm release {name} in {ns}
    """,
)
def history(s: Scene) -> Oracle:
    one = a_release(s)
    s.ask(name=one.name, ns=one.namespace)
    yield bash(f"helm history {one.name} -n {one.namespace}")
    return f"Release {one.name} has {counted(len(one.history), 'revision')}; the latest is {one.revision}."


@intent(
    "helm.values",
    """
    [show|get] [the] values of [the] [helm] release {name} in {ns}
    helm get values {name} -n {ns}
    which values (does|has) the helm release {name} in {ns} [have|set]
    with which values was release {name} installed in {ns}
    show the helm values of {name} in namespace {ns}
    configuration of the helm release {name} in {ns}
    what values are set for release {name} in {ns}
    print the values of release {name} ({ns})
    """,
)
def values(s: Scene) -> Oracle:
    one = a_release(s)
    s.ask(name=one.name, ns=one.namespace)
    yield bash(f"helm get values {one.name} -n {one.namespace}")
    pairs = [f"{key}: {value}" for key, value in sorted(one.values.items())]
    return (
        f"The values of release {one.name} are {listed(pairs)}."
        if pairs
        else f"Release {one.name} has no values of its own (null)."
    )


@intent(
    "helm.repositories",
    """
    (list|show) [me] [the] helm (repos|repositories)
    helm repo list
    which helm repos (do i have|are configured)
    helm chart repositories
    what helm repositories are set up
    configured helm repos
    display the helm repo list
    where does helm get its charts
    """,
)
def repositories(s: Scene) -> Oracle:
    for name in s.v.different(s.v.between(0, 3)):
        s.world.helm.repositories[name] = f"https://{s.v.name()}.github.io/{s.v.name()}"
    yield bash("helm repo list")
    found = sorted(s.world.helm.repositories)
    return (
        f"{counted(len(found), 'repository')}: {listed(found)}." if found else "There are no Helm repositories to show."
    )


@intent(
    "helm.repo_add",
    """
    add [the] helm (repo|repository) {name} [with url] {url}
    helm repo add {name} {url}
    add {url} as helm repo {name}
    register the helm repository {url} as {name}
    i need the helm repo {name} from {url}
    set up the chart repository {name} at {url}
    make helm know {url} as {name}
    new helm repo {name}: {url}
    """,
)
def repo_add(s: Scene) -> Oracle:
    name, url = (
        s.v.name(),
        f"https://{s.v.name()}.{s.v.pick(['github.io', 'io', 'com'])}/{s.v.pick(['charts', s.v.name()])}",
    )
    s.ask(name=name, url=url)
    yield bash(f"helm repo add {name} {url}")
    return f"Added the Helm repository {name} ({url})."


@intent(
    "helm.repo_update",
    """
    update [the|all] helm (repos|repositories)
    helm repo update
    refresh the helm repos
    fetch the latest chart lists
    get the newest index of the helm repositories
    bring the helm repos up to date
    sync helm repositories
    update the chart repositories
    """,
)
def repo_update(s: Scene) -> Oracle:
    for name in s.v.different(s.v.between(0, 2)):
        s.world.helm.repositories[name] = "https://charts.example.com"
    told = yield bash("helm repo update")
    return (
        "No repositories were updated: there are none."
        if failed(told)
        else f"Updated {listed(list(s.world.helm.repositories))}."
    )
