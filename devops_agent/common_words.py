"""Talk and questions of knowledge that are made of common words alone, so that they cannot be about the user's systems.

A single word that is not listed, such as a name, and the text counts as being about something of the user's. Pure.
"""

import re

_WORD = re.compile(r"[\w'’./+-]*\w")
_CODE = re.compile(r"\b(code|exit|port|signal)s? \d{1,3}(?: (?:and|from|or|vs) \d{1,3})*\b", re.IGNORECASE)
"""A number that is a term together with the word before it; any other one, as in `process 42`, is a name."""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL = _listed(
    """
    a about afternoon agent ahoy all alright am an and any anyone appreciate appreciated are ask assistant at
    awake awesome back best bot buddy but bye can capable cheers cool day dear do does don't done else evening
    everyone excellent features for friend friends from good goodbye got great greetings handle have hello help
    helped here hey hi hiya howdy human i i'm in introduce is it its job just kind kinds knock know later list
    man many me meet morning much my name need nice night of offer ok okay one overview people perfect please
    pleased program really robot say see skills so some someone something sorry sort sup take talking tasks tell
    thank thanks that that's the there things this to today tomorrow tool ty up very was welcome well what
    what's which who will wonderful work works would yes yo you you're your yourself
    """
)
_ADDRESSING = _listed(
    """
    ahoy appreciate appreciated awesome bye cheers evening excellent good goodbye great greetings hello help
    helped hey hi hiya howdy knock morning nice night perfect pleased sup thank thanks ty welcome wonderful yo
    you you're your yourself
    """
)
_SELF = re.compile(
    r"\W*what(?:'s| is) this(?: program| tool| thing)?\W*"
    r"|\W*(?:that was it|that's all)(?:\W+(?:for|from|me|now|today|thanks|thank|you|very|much|bye))*\W*",
    re.IGNORECASE,
)
_FOLLOWING_UP = re.compile(
    r"\b(?:is|are|was|do|does|handle|sort|take|see|list) (?:the )?(?:it|that|this|all|one|job|some|tasks|things?)\b",
    re.IGNORECASE,
)
_TERMS = _listed(
    """
    ansible api argo argocd balancer bash bind bridge build buildkit cd cgroup cgroups chart charts ci cluster
    clusterip clusterrole cmd cni code compose configmap configmaps container containerd containers context copy
    cordon crashloopbackoff cronjob cronjobs daemon daemonset daemonsets deployment deployments devops dns
    docker dockerfile dockerfiles drain endpoint endpoints engine entrypoint environment etcd eviction exit
    finalizer git gitops healthcheck helm hpa image imagepullbackoff images ingress ingresses init istio job
    jobs journalctl journald k3s k8s kernel kill kind kubeconfig kubectl kubelet kubernetes kustomize label
    labels layer layers limit limits linux liveness load loadbalancer manifest manifests merge mesh microservice
    minikube mount namespace namespaces network networks node nodeport nodes oom oomkilled operator
    orchestration overlay persistent persistentvolume persistentvolumeclaim pid pod podman pods policy port
    probe probes process prometheus proxy pull push pv pvc quota rbac readiness rebase registry release replica
    replicas replicaset replicasets request requests restart reverse role rollback rolling rollout rollouts
    secret secrets selector service services shell sidecar sidecars sigkill signal sigterm ssh startup stash
    state statefulset statefulsets stop storage storageclass swarm systemctl systemd tag tags taint taints
    terraform tls toleration tolerations unit units update updates variable variables volume volumeclaim volumes
    webhook yaml zombie
    """
)
_ASKING = _listed(
    """
    apart both compare compared comparison concept confuse define definition differ difference
    differences different differs distinction distinguishes explain explanation idea mean meaning means meant
    mix picture point purpose same sets stand stands term understand versus vs
    """
)
_WHAT_IS = re.compile(
    r"\bwhat(?:'s|(?: exactly| on earth| really)? (?:is|are)) (?!(?:in|on|up|there|the|with|new)\b)"
    r"|\bwhat (?:an?|the term) [\w ]+ is\b|\bwhat [a-z0-9]+ is\W*$|, what is (?:that|it)\b|\bin one sentence\b",
    re.IGNORECASE,
)
_FILLING = _listed(
    """
    a about actually always am an and another are as at basically be beginner between both by can could
    describe do does don't earth exactly for from general get give good hear hearing help how i in is isn't it
    it's its just keep kinds me meeting mentioned new of on one or people please purpose question quick really
    remind same sentence short should simple single so somebody something teach tell term that that's the there
    they thing things this to two up use used using way what what's when which why will with wonder word words
    would you your
    """
)
_NAMED = "|".join(sorted(_TERMS))
_PLACES = "cluster|containers?|namespaces?|networks?|nodes?|pods?|port"
_POINTERS = r"all|another|both(?! \w+ and\b)|that|the|these|this|those|two|which"
_POINTING = re.compile(
    rf"\b(?:{_POINTERS})(?: new| other| same| two)? (?:{_NAMED})\b"
    rf"|\b(?:in|on) (?:{_PLACES})\b|\bused by\b|(?:\bis|\bare|'s)(?: \w+){{0,2}} (?:up|using)\b"
    r"|^\W*(?:please )?get\b|\band (?:compare|define|explain|tell)\b",
    re.IGNORECASE,
)


def is_small_talk(text: str) -> bool:
    """Whether a text greets, thanks, or is about the assistant itself."""
    words = _words_of(text)
    is_addressed = words <= _SMALL and bool(words & _ADDRESSING) and not _FOLLOWING_UP.search(text)
    return is_addressed or bool(_SELF.fullmatch(text))


def is_about_terms(text: str) -> bool:
    """Whether a text asks what terms of the trade mean, or how they differ, and points at none of the user's."""
    words = _words_of(_CODE.sub(r"\1", text))
    asks = bool(words & _ASKING) or bool(_WHAT_IS.search(text))
    return asks and words <= _TERMS | _ASKING | _FILLING and bool(words & _TERMS) and not _POINTING.search(text)


def _words_of(text: str) -> frozenset[str]:
    return frozenset(word.lower().replace("’", "'") for word in _WORD.findall(text))
