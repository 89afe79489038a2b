"""The big clouds. Only verbs that look are reads; flags are listed by the names they end in."""

import re
from itertools import dropwhile

from devops_agent.policy.judgement import Judgement, change, read, sensitive
from devops_agent.policy.rows import (
    Program,
    Use,
    destroy_alarms,
)
from devops_agent.policy.vocabulary import destructive_argument

AWS_READ = re.compile(
    r"(?:describe|list|get|head|lookup|search|scan|batch-get|estimate|simulate|validate|preview|check|view|"
    r"filter|query|tail)(?:-[a-z0-9-]+)?|ls|wait|status|history"
)


AWS_SECRET = re.compile(
    r".*(?:secret|password|credential|token|parameter|private-key|key-material|kubeconfig|authorization|login|"
    r"session|export).*|get-object.*|get-item|"
    r"batch-get-item|scan|query|receive-message|get-records|decrypt|get-user-data|get-federation.*|get-download-url.*|"
    r"get-function-configuration|get-function|get-launch-template-data|get-certificate|get-public-access|get-api-keys?|"
    r"get-instance-access-details|get-console-screenshot|"
)


AWS_FINE = re.compile(
    r"get-caller-identity|list-secrets|list-access-keys|describe-secret|describe-parameters|list-tokens|"
    r"list-user-pools|get-account-password-policy|describe-sessions|list-sessions|get-login-profile|"
    r"list-object-parents|list-parameters"
)


AWS_WRITES = re.compile(
    r"get-(?:job-output|sdk|thing-shadow|media|media-for-fragment-list|clip|package-version-asset|configuration|"
    r"hosted-configuration-version|latest-configuration|snapshot-block|chunk|map-tile|map-glyphs|map-sprites|tile|"
    r"static-map|read-set|reference|image-frame|dicom.*|id|activity-task|"
    r"introspection-schema|connection-function|lineage-event|(?:position|resource)-(?:estimate|position)|"
    r"image-set-metadata|sol-(?:function|network)-package-(?:content|descriptor)|raw-message-content|code-binding-source|work-unit-results|profile|glyphs|sprites|(?:map-)?style-descriptor)|"
    r"describe-input-device-thumbnail"
)
"""Verbs that look, but write a file here or change something there."""


AWS_FLAG = re.compile(
    r"--(?:region|output|query|profile|filters?|max-items|page-size|starting-token|no-paginate|no-cli-pager|color|"
    r"no-cli-auto-prompt|"
    r"services|tasks|clusters?|buckets?|prefix|key|keys|delimiter|start-time|end-time|start-date|end-date|period|"
    r"statistics?|dimensions|namespace|"
    r"limit|follow|since|format|human-readable|recursive|summarize|next-token|include|owners|owner|"
    r"executable-users|show-[a-z-]+|"
    r"include-[a-z-]+|no-include-[a-z-]+|scope|status|state|type|types|engine|version|granularity|metrics|group-by|"
    r"time-period|domain|path|desired-status|launch-type|sort-by|order|order-by|descending|log-group-prefix|"
    r"stack-status-filter|"
    r"max-[a-z-]+|start-from-head|no-start-from-head|log-stream-names|filter-pattern|filter-[a-z-]+|"
    r"resource-types?|attribute-names?|"
    r"attributes?|queue-url|load-balancers|repository|availability-zones?|option-settings|metric-data-queries|"
    r"product-codes|instance-type|instance-types|all-[a-z-]+|no-[a-z-]+-dry|state-value|duration|[a-z-]*(?:ids?|names?|arns?|"
    r"identifiers?|prefix|filter|filters))"
)


FETCHES = re.compile(r"(?:file|fileb|https?|ftp)://|^@")


def _split(use: Use) -> tuple[list[str], list[tuple[str, str]]]:
    """Words before, and `--flag value` pairs of a command line in the style of the cloud tools."""
    plain: list[str] = []
    given: list[tuple[str, str]] = []
    for text in use.texts:
        if text.startswith("--"):
            name, _, value = text.partition("=")
            given.append((name, value))
        elif text.startswith("-") and len(text) > 1:
            given.append((text, ""))
        elif given:
            given[-1] = (given[-1][0], f"{given[-1][1]} {text}".strip())
        else:
            plain.append(text)
    return plain, given


def _aws(use: Use) -> Judgement:
    if use.texts in (["--version"], ["help"], ["configure", "list"], ["configure", "list-profiles"]):
        return read("aws")
    plain, given = _split(use)
    while given and not plain and given[0][0] in ("--region", "--profile", "--output", "--no-cli-pager"):
        value, *rest = given.pop(0)[1].split(" ")
        plain = rest
    words_ = plain if plain else []
    verdict = _aws_verb(words_)
    if verdict.risk != "READ":
        return verdict
    if any(word.glob for word in use.arguments):
        return change("aws with a pattern that the shell would expand")
    odd = next((name for name, _ in given if not AWS_FLAG.fullmatch(name)), "")
    if odd:
        return change(f"aws: the flag {odd} is not on the read-only list")
    if any(FETCHES.search(value) for name, value in given if name != "--queue-url") or any(
        name == "--with-decryption" for name, _ in given
    ):
        return sensitive("reads a file, an address or a secret by a flag")
    return verdict


def _aws_verb(plain: list[str]) -> Judgement:
    if plain[:2] == ["s3", "ls"]:
        return read("aws s3 ls") if len(plain) <= 3 else change("aws s3 ls with too many operands")
    if plain[:2] == ["logs", "tail"] or plain[:2] == ["sts", "get-caller-identity"]:
        return read(" ".join(["aws", *plain[:2]])) if len(plain) <= 3 else change("aws with too many operands")
    if len(plain) != 2 or not AWS_READ.fullmatch(plain[1]):
        return change(f"aws {' '.join(plain[:3])} is not on the read-only list", "NETWORK")
    if AWS_WRITES.fullmatch(plain[1]):
        return change(f"aws {' '.join(plain)} writes a file, or changes something", "NETWORK")
    if AWS_SECRET.fullmatch(plain[1]) and not AWS_FINE.fullmatch(plain[1]):
        return sensitive(f"aws {' '.join(plain)} may print secrets or private data")
    return read(f"aws {plain[0]} {plain[1]}")


AWS_DANGERS = destroy_alarms(
    {
        "s3 rm|rb": "removes objects or a bucket",
        "s3 mv": "takes away the source",
        "s3 sync --delete": "removes what the source does not have",
        "* stop-*|terminate-*|release-*|detach-*|disassociate-*|cancel-*": "takes it away",
        "* reboot-*|disable-*|revoke-*|abort-*": "takes it away",
        "* delete-*|admin-delete-*|remove-*|deregister-*|purge-*|batch-delete-*|schedule-key-deletion|reset-*|reject-*|"
        "deactivate-*|empty-*": "removes something",
        "* update-service --desired-count=0": "stops every task",
        "* set-desired-capacity --desired-capacity=0": "stops every machine",
        "* update-auto-scaling-group --min-size=0": "may stop every machine",
        "* put-bucket-policy|put-bucket-acl|put-public-access-block": "changes who may read",
        "* put-bucket-lifecycle*": "changes what is deleted",
        "* modify-db-instance": "changes a running database",
        "* put-*-policy|attach-user-policy|attach-role-policy|create-access-key": "changes who may do what",
        "ssm send-command": "runs a command on machines",
    }
)


AWS = Program(("aws", "awslocal"), judge=_aws, alarms=AWS_DANGERS)


GCLOUD_READ = {
    "list",
    "describe",
    "get-value",
    "info",
    "version",
    "read",
    "get-iam-policy",
    "get-ancestors-iam-policy",
    "get-server-config",
    "list-tags",
    "get-health",
    "get-status",
    "get-nat-mapping-info",
    "tail",
    "get-serial-port-output",
    "get-effective-firewalls",
    "lookup",
    "search-all-resources",
    "search-all-iam-policies",
}


GCLOUD_GROUP = re.compile(
    r"(?!(?:add|set|update|get|print|create|delete|remove|move|start|stop|import|export|attach|detach)-)[a-z-]+s|alpha|beta|compute|container|run|sql|config|logging|auth|app|iam|pubsub|storage|kms|monitoring|dataproc|"
    r"dataflow|composer|spanner|bigtable|filestore|network|org|billing|deploy|source|ai|eventarc|scheduler"
)
GCLOUD_VERBS = frozenset({"deploy", "run"})
"""Names of groups at the start, and of verbs elsewhere, after which `list` may be the name of a thing."""

GCLOUD_FLAG = re.compile(
    r"--(?:project|region|regions|zone|zones|location|locations|format|filter|limit|sort-by|page-size|cluster|"
    r"namespace|service|version|instance|"
    r"database|network|router|global|uri|show-[a-z-]+|flatten|quiet|verbosity|organization|folder|repository|"
    r"freshness|order|"
    r"platform|all|enabled|environment|dataset|topic|subscription|billing-account|account|dataset-id|installed|"
    r"include-tags|builds|ongoing|"
    r"hide-inherited|all-users|revision|port|start|bucket|configuration|log-filter|occurrence-filter|"
    r"occurence-filter|resource|[a-z-]*(?:id|name))"
)


GCLOUD_SECRET = re.compile(
    r"\b(?:secrets versions|secrets\b.*access|print-access-token|print-identity-token|keys\b|"
    r"configurations\b.*export|ssh|credentials|application-default|runtime-config|get-credentials)"
)


def _gcloud(use: Use) -> Judgement:
    if use.texts in (["version"], ["--version"], ["-v"], ["info"], ["config", "list"], ["auth", "list"]):
        return read("gcloud")
    plain, given = _split(use)
    at = next((index for index, word in enumerate(plain) if word in GCLOUD_READ), -1)
    groups = list(dropwhile(("alpha", "beta").__contains__, plain[: max(at, 0)]))
    known = all(map(GCLOUD_GROUP.fullmatch, groups)) and not GCLOUD_VERBS.intersection(groups[1:])
    if at < 1 or not known or len(plain) - at > 2 or destructive_argument(use.texts):
        return change(f"gcloud {' '.join(plain[:4])} is not on the read-only list", "NETWORK")
    if GCLOUD_SECRET.search(" ".join(plain)) and plain[at] != "list":
        return sensitive("prints keys or secrets")
    odd = next((name for name, _ in given if not GCLOUD_FLAG.fullmatch(name)), "")
    if odd or any(word.glob for word in use.arguments):
        return change(f"gcloud: {odd or 'a pattern'} is not on the read-only list")
    return read(f"gcloud {' '.join(plain[: at + 1])}")


AZ_READ = re.compile(
    r"list(?:-[a-z-]+)?|show(?:-[a-z-]+)?|version|get-(?:instance-view|upgrades|versions|default)|check-(?:name|"
    r"health)[a-z-]*|exists|tail|query|status"
)


AZ_SECRET = re.compile(
    r"\b(?:keyvault (?:secret|key|certificate) (?:show|download|list-deleted_)|list-keys|keys list|"
    r"connection-string|show-connection-string|list-connection-strings|get-access-token|credential|credentials|"
    r"appsettings|sas|list-publishing|list-secrets|list-function-keys|list-query-keys|list-admin-keys|"
    r"publishing-profile|secrets? (?:list|show)|(?<!keyvault )(?:[a-z]+-)?keys? (?:list|show))"
)


AZ_FLAG = re.compile(
    r"-[gnosldr]|--(?:resource-group|name|output|query|subscription|location|all|resource-type|server|server-name|"
    r"account-name|container-name|"
    r"vnet-name|nsg-name|cluster-name|workspace|workspace-name|registry|repository|orderby|top|show-details|d|"
    r"num-results|prefix|tag|"
    r"vault-name|namespace-name|scope|assignee|include-inherited|include-groups|publisher|offer|sku|"
    r"only-show-errors|max-events|offset|"
    r"start-time|end-time|interval|metrics?|aggregation|filter|resource|resource-name|resource-id|ids|kind|status|"
    r"environment|lb-name|gateway-name|auth-mode|zone-name|z|plan|expand|r|"
    r"[a-z-]*(?:name|id|ids))"
)


def _az(use: Use) -> Judgement:
    if use.texts in (["version"], ["--version"]):
        return read("az")
    plain, given = _split(use)
    if len(plain) < 2 or not AZ_READ.fullmatch(plain[-1]):
        return change(f"az {' '.join(plain[:4])} is not on the read-only list", "NETWORK")
    if AZ_SECRET.search(" ".join(plain)):
        return sensitive("prints keys or secrets")
    odd = next((name for name, value in given if not AZ_FLAG.fullmatch(name) or value.startswith("@")), "")
    if odd or any(word.glob for word in use.arguments):
        return change(f"az: {odd or 'a pattern'} is not on the read-only list")
    return read(f"az {' '.join(plain)}")


PROGRAMS = (
    AWS,
    Program(
        ("gcloud",),
        judge=_gcloud,
        alarms=destroy_alarms(
            {
                "delete|remove-*|destroy|purge": "removes something",
                "instances stop|reset|suspend": "stops machines",
                "instances scale, clusters resize *0": "stops machines",
                "* resize --num-nodes=0|--size=0": "stops machines",
                "projects delete": "removes a project",
                "sql instances restart|failover|restore-backup": "interrupts a database",
                "versions destroy|disable": "destroys a version",
                "services disable": "turns a service off",
                "storage rm": "removes objects",
                "storage rsync --delete-unmatched-destination-objects": "removes objects",
            }
        ),
    ),
    Program(
        ("az",),
        judge=_az,
        alarms=destroy_alarms(
            {
                "delete|purge|remove": "removes something",
                "vm deallocate|stop|restart|redeploy|reimage": "stops machines",
                "* stop": "stops it",
                "group delete": "removes everything in the group",
                "webapp stop|restart": "stops it",
                "aks stop": "changes a cluster",
                "storage blob delete-batch": "removes objects",
            }
        ),
    ),
)
