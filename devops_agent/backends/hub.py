"""Model files from the Hugging Face hub: resumed where they stopped, trusted only when the digest is the hub's."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from huggingface_hub import errors, get_hf_file_metadata, hf_hub_download, hf_hub_url
from huggingface_hub.utils.tqdm import disable_progress_bars

from devops_agent.backends.objects import sentence
from devops_agent.disk import file_digest
from devops_agent.errors import BackendError, ConfigurationError

FAILURES = (OSError, ValueError, errors.HTTPError)  # type: ignore[attr-defined]  # the base of its network errors
SHA256 = re.compile(r"[0-9a-f]{64}")
ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")


@dataclass(frozen=True)
class HubFile:
    """A file of a repository, at a revision ("" for the newest)."""

    repository: str
    name: str
    revision: str = ""


@dataclass(frozen=True)
class Fetched:
    """A file on this machine whose SHA-256, in hexadecimal, is the hub's."""

    path: Path
    sha256: str


def download(file: HubFile, folder: Path, *, endpoint: str = "", progress: bool = True) -> Fetched:
    """Fetch a file into `folder`. `endpoint` is the hub's address where it is not the usual one.

    An interrupted download goes on where it stopped. Raises BackendError when the hub fails or the digest is wrong.
    """
    if PurePosixPath(file.name).is_absolute() or ".." in PurePosixPath(file.name).parts:
        raise ConfigurationError(f"file = {file.name!r} must be a path inside the repository")
    if not progress:
        disable_progress_bars()
    try:
        expected = _expected_digest(file, endpoint)
        path = hf_hub_download(
            file.repository, file.name, revision=file.revision or None, local_dir=folder, endpoint=endpoint or None
        )
    except FAILURES as error:
        what = f"{file.name} from {file.repository}"
        raise BackendError(f"cannot fetch {what}: {_reason(error)}", hint=_advice(error)) from None
    return _checked(Path(path), expected)


def _expected_digest(file: HubFile, endpoint: str) -> str:
    """The file's SHA-256 as the hub knows it; for a large file that is its entity tag."""
    url = hf_hub_url(file.repository, file.name, revision=file.revision or None, endpoint=endpoint or None)
    tag = get_hf_file_metadata(url, endpoint=endpoint or None).etag or ""
    if not SHA256.fullmatch(tag):
        raise ValueError("the hub gives no SHA-256 for it, so it cannot be checked")
    return tag


def _checked(path: Path, expected: str) -> Fetched:
    actual = file_digest(path)
    if actual == expected:
        return Fetched(path, actual)
    path.unlink()
    raise BackendError(
        f"{path.name} arrived damaged: its SHA-256 is {actual}, the hub's is {expected}",
        hint="the file was removed; run the command again",
    )


def _reason(error: BaseException) -> str:
    return sentence(ERROR_NUMBER.sub("", str(error).partition("\n")[0])) or type(error).__name__


def _advice(error: BaseException) -> str:
    if isinstance(error, errors.RepositoryNotFoundError):
        return "check --repository; a private one needs HF_TOKEN"
    if isinstance(error, (errors.EntryNotFoundError, errors.RevisionNotFoundError)):
        return "check --file and --revision"
    return "check the network (HTTPS_PROXY, HF_ENDPOINT) and run the command again: it goes on where it stopped"
