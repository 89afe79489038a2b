import pytest

from devops_agent.phrases import asks_for_change, needs_evidence


@pytest.mark.parametrize(
    "task",
    [
        *("hello", "Hi!", "thanks", "good morning", "ok", "what can you do?", "what is a pod?", "What is Kubernetes"),
        *(
            "explain the difference between a deployment and a statefulset",
            "how do I list pods?",
            "what are namespaces?",
        ),
        *("what does CrashLoopBackOff mean?", "What is a Docker volume?", "how does kubernetes scheduling work?"),
        *("what's the difference between CMD and ENTRYPOINT?", "how to write a dockerfile", "why would I use helm?"),
        *(
            "hey buddy",
            "good morning to you",
            "are you there?",
            "tell me about yourself",
            "ok thanks",
            "See you tomorrow!",
        ),
        *("what on earth is a dockerfile?", "what do people mean by a kubernetes service", "definition of a pod"),
        *(
            "is a pod the same as a container",
            "i keep hearing about CrashLoopBackOff, what is it",
            "docker stop vs kill",
        ),
        *("that's all for now, thank you", "what is exit code 137", "why are there both docker and podman"),
        *("remind me how to roll back a deployment", "is there a command to see the logs of a pod?"),
        *("what is 2+2?", "Guten Tag", "Hello! What can you do?", "which port does redis use by default?"),
    ],
)
def test_greetings_and_questions_of_knowledge_need_no_tool(task: str) -> None:
    """Earlier project, row 1."""
    assert not needs_evidence(task)


@pytest.mark.parametrize(
    "task",
    [
        *("list pods", "is nginx running?", "why is the checkout pod restarting?", "scale api to 3", "docker ps"),
        *("write a Dockerfile for this app", "what is my kubernetes version", "how many containers are running?"),
        *("what pods are running", "what is using port 8080", "what's wrong with web?", "what is in /etc/hosts"),
        *("which containers are up", "what is the status of nginx", "now scale it to 3", "show disk usage"),
        *("what is eating my disk", "how do I fix my pod?", "explain why web crashes", "what is HOME set to?"),
        *("what is broken in namespace shop", "explain the crash of the web service", "what nodes are in the cluster"),
        *(
            "what's inside notes.txt",
            "why does the pod web in shop restart",
            "which pods are up",
            "list all",
            "you there, web",
        ),
        *("what is using port 80", "what is port 80 used by", "what is process 42", "what are jobs on node 3"),
        *("describe the pod", "describe pod", "explain this image", "which pods differ", "get pods and explain"),
        *("are the pods on the same node?", "do both pods use the same image?", "restart the pod and explain"),
        *("great, do it", "perfect, do that please", "great, is it done?", "hello, list all", "thanks, is it up?"),
        *("that's all wrong, delete the pod web", "that was it? show the logs of web", "what is disk usage"),
        *("what is the image", "what is up in the cluster", "compare web and the image", "is help.txt there for you?"),
        *("what time is it", "what is the kernel version?", "hello, list my pods", "", "42"),
    ],
)
def test_everything_else_needs_evidence(task: str) -> None:
    assert needs_evidence(task)


@pytest.mark.parametrize("task", ["scale api to 3", "please restart nginx", "now delete it", "can you stop web?"])
def test_orders_are_recognised(task: str) -> None:
    assert asks_for_change(task)


@pytest.mark.parametrize(
    "task", ["why did web stop?", "show the deployment", "is it deleted?", "list stopped containers", "run docker ps"]
)
def test_questions_are_no_orders(task: str) -> None:
    assert not asks_for_change(task)
