"""Print the bill of materials of an image, in CycloneDX: the program's parts, the clients and the system's packages."""

import json
import subprocess
import sys
from typing import Any

PROGRAM = "/opt/devops-agent/sbom.json"
PACKAGES = r"dpkg-query --show --showformat '${Package}\t${Version}\n'"
CLIENTS = "cd /usr/local/bin && sha256sum docker helm kubectl 2>/dev/null; true"


def main(image: str) -> None:
    """Ask the image itself what it holds."""
    bill: dict[str, Any] = json.loads(_said(image, f"cat {PROGRAM}"))
    bill["metadata"]["component"]["type"] = "container"
    bill["components"] += [_package(*line.split("\t")) for line in _said(image, PACKAGES).splitlines()]
    bill["components"] += [_client(*line.split()) for line in _said(image, CLIENTS).splitlines()]
    json.dump(bill, sys.stdout, indent=1)


def _package(name: str, version: str) -> dict[str, Any]:
    url = f"pkg:deb/debian/{name}@{version}"
    return {"type": "library", "name": name, "version": version, "purl": url, "bom-ref": url}


def _client(digest: str, name: str) -> dict[str, Any]:
    return {"type": "application", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}


def _said(image: str, script: str) -> str:
    asking = ["docker", "run", "--rm", "--network=none", "--entrypoint=sh", image, "-c", script]
    return subprocess.run(asking, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main(sys.argv[1])
