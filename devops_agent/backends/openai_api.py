"""The OpenAI interface as local servers speak it: where it is, and which models it lists."""

from devops_agent.backends.connection import Connection, Limits
from devops_agent.backends.failures import DamagedError
from devops_agent.backends.host import ollama_url
from devops_agent.backends.objects import list_of_objects, sentence
from devops_agent.settings import Settings

LOOK_UP_SECONDS = 2.0
ADVICE = "check that the server runs and that host is its base address, such as http://127.0.0.1:8080/v1"


def connect(settings: Settings, limits: Limits) -> Connection:
    """A connection to the server the settings name; its paths start with /v1."""
    key = {"Authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
    return Connection(ollama_url(settings.host).removesuffix("/v1"), limits, advice=ADVICE, headers=key)


def model_names(connection: Connection) -> list[str]:
    """The models the server lists. Raises BackendError."""
    listed = connection.get("/v1/models", seconds=LOOK_UP_SECONDS)
    if not isinstance(listed, dict):
        raise DamagedError("the model server sent a list of models that is none", hint=ADVICE)
    return [sentence(model.get("id")) for model in list_of_objects(listed, "data", DamagedError)]
