import pytest

from devops_agent.events import Call, Risk, ToolResult
from devops_agent.evidence import Given, Step, check_answer, evidence


def step(number: int, text: str, *, risk: Risk = "READ", ok: bool = True, command: str = "some command") -> Step:
    return Step(number, Call("bash", {"command": command}), risk, ToolResult(text, ok=ok, exit_code=0 if ok else 1))


NOUNS = (
    "network-policy load-balancer ingress-class checkout-service worker-node-2 a-very-long-container-na… 1.26-alpine"
)
PODS = step(1, "NAME READY\ncheckout-7d9f8b6c5d-x2x9k 0/1 CrashLoopBackOff 10.0.0.7")


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        ("Hello! How can I help?", Given("hello")),
        ("A pod is a group of containers.", Given("what is a pod?")),
        ("checkout-7d9f8b6c5d-x2x9k is crashing.", Given("which pods crash?", steps=[PODS])),
        ("2/3 of the pods are ready.", Given("are they ready?", steps=[PODS])),
        ("0/1 pods are ready.", Given("is it ready?", steps=[PODS])),
        ("It is written to /var/log/7/12, route 10.0.0.7/24.", Given("where?", steps=[PODS])),
        ("The pod at 10.0.0.7 is crashing.", Given("which pods crash?", steps=[PODS])),
        ("The file does not exist.", Given("show x", steps=[step(1, "No such file", ok=False)])),
        ("I scaled api to 3.", Given("scale api to 3", steps=[step(1, "scaled", risk="CHANGE")])),
        ("api is already at 3.", Given("scale api to 3", steps=[step(1, "3/3")])),
        ("There is no deployment named api.", Given("scale api to 3", steps=[step(1, "web")])),
        ("The disk is full.", Given("what went wrong?", context="no space left on device")),
        ("0 redis containers run.", Given("how many redis?", steps=[step(1, "0\n[exit code 1]", ok=False)])),
        ("Port 99 is closed.", Given("is port 99 open?", steps=[step(1, "[exit code 1, no output]", ok=False)])),
        ("They differ in one line.", Given("same?", steps=[step(1, "1c1\n[exit code 1]", ok=False)])),
        ("web was successfully deployed.", Given("did the deploy work?", steps=[step(1, "STATUS: deployed")])),
        ("Both were created an hour ago.", Given("make a list of containers", steps=[PODS])),
        ("The last build completed.", Given("Build status of x?", steps=[step(1, "SUCCESS")])),
        ("Open http://127.0.0.1:8080", Given("which port?", steps=[step(1, "80/tcp -> :::8080")])),
        ("Stopped containers: a, b. Created 3 days ago.", Given("list them", steps=[step(1, "a b")])),
        ("4", Given("what is 2+2?")),
        ("5432", Given("What port does postgres use by default?")),
        ("kubectl get pods", Given("which command lists pods?")),
        ("On branch main; changed: a.py.", Given("status of this repo", steps=[step(1, "On branch main M a.py")])),
        ("It fails. Try `pip install -r needs.txt`, or set APP_HOME.", Given("why?", steps=[step(1, "no module")])),
        ("It fails: check app.log for more.", Given("why?", steps=[step(1, "no module")])),
        ("An out-of-memory kill in 2024, version 1.2.3, 4096 MB, 50.", Given("why?", steps=[step(1, "oom")])),
        ("Use a values.yaml.", Given("how do I change a chart?")),
        ("Started nginx.service at boot.", Given("show its log", steps=[step(1, "Started nginx.service")])),
        ("Hi.", Given("hi, who are you?")),
        ("You did not allow it.", Given("scale api to 3", refused=True)),
        ("The first one, checkout.", Given("which of them?", earlier=[PODS])),
        ("Both web-fronts are up, web-Front too, v1.2.3.", Given("which?", steps=[step(1, "web-front v1.2.4")])),
        ("It was killed, out of memory.", Given("why?", steps=[step(1, "exited exit=137 oom=false")])),
        ("It was not killed: exit code 3.", Given("why?", steps=[step(1, "exited exit=3 oom=false")])),
        ("The request timed out.", Given("why?", steps=[step(1, "context deadline exceeded")])),
        (
            "Killed web: it is gone.",
            Given("end web", steps=[step(1, "web", risk="DESTROY", command="docker kill web")]),
        ),
        ("It uses 1.23GiB of 1.84 GB.", Given("how much?", steps=[step(1, "1.234GiB / 1.843GB")])),
        ("Network-policies and load-balanced ingress-classes.", Given("w?", steps=[step(1, NOUNS)])),
        ("It runs checkout-service.It is ready. There is no worker-node-3.", Given("w?", steps=[step(1, NOUNS)])),
        ("It is a-very-long-container-name on db-2, 1.27-alpine.", Given("w?", steps=[step(1, NOUNS)])),
        ("A well-known port; read-only, in-cluster.", Given("which?", steps=[step(1, "read-write in-cluster-dns")])),
    ],
)
def test_an_answer_that_rests_on_something_is_believed(answer: str, given: Given) -> None:
    assert check_answer(answer, given) is None


@pytest.mark.parametrize(
    ("answer", "given", "clause"),
    [
        ("All pods are fine.", Given("list pods"), "nothing was run"),
        ("Scaled api to 3.", Given("scale api to 3", refused=True), "nothing was run"),
        ("42 GB are free on /dev/sda1.", Given("how much disk is free?", earlier=[PODS]), "nothing was run"),
        ("Running: web, loving_curie.", Given("list them", steps=[step(1, "web loving_hopper")]), "'loving_curie'"),
        ("The largest is app.log (2K).", Given("largest file?", steps=[step(1, "2K web.log")]), "'app.log'"),
        ("It is big. APP_HOME is /srv.", Given("where?", steps=[step(1, "APP_ROOT=/srv")]), "'APP_HOME'"),
        ("It has 60331 lines.", Given("how long is it?", steps=[step(1, "633 a")]), "'60331'"),
        ("There are 17 pods.", Given("how many pods?", earlier=[PODS]), "nothing was run"),
        ("42 GB are free on /dev/sda1.", Given("how much disk is free here?", context="foo"), "nothing was run"),
        ("42 GB are free.", Given("how much disk is free here?", context="\n"), "nothing was run"),
        ("I restarted web. It came back without errors.", Given("restart web", steps=[PODS]), "no call changed"),
        ("Scaled web to 3 and all is well.", Given("get it healthy again", steps=[PODS]), "no call changed"),
        ("Fixed: it was restarted and runs.", Given("please fix web", steps=[PODS]), "no call changed"),
        ("I restarted nginx.", Given("hello"), "nothing was run"),
        ("Scaled api to 3.", Given("now scale it to 3", earlier=[PODS]), "nothing was run"),
        (
            "Everything works.",
            Given("is it up?", steps=[PODS, step(2, "[stderr]\nrefused", ok=False)]),
            "step 2 failed",
        ),
        ("The api was scaled to 3.", Given("scale api to 3", steps=[step(1, "api 1/1")]), "no call changed anything"),
        ("I have deleted the pod.", Given("look at pods", steps=[PODS]), "no call changed anything"),
        ("web-5d4f8c7b9d-abcde crashes.", Given("which pods crash?", steps=[PODS]), "in no output"),
        ("checkout is up: 1/1 ready.", Given("is checkout ready?", steps=[PODS]), "in no output"),
        ("It is lime-mxier.", Given("which one?", steps=[step(1, "lime-mixer")]), "'lime-mxier'"),
        ("In ogz-et-kvrfex nothing runs.", Given("pods of ogz-et-vkrfex", steps=[step(1, "No")]), "'ogz-et-kvrfex'"),
        ("web-fornt-1 is up.", Given("which?", steps=[step(1, "pod/web-front-1 up")]), "'web-fornt-1'"),
        ("web-frnt-1 is up.", Given("which?", steps=[step(1, "pod/web-front-1 up")]), "'web-frnt-1'"),
        ("It is at db.inetrnal.local.", Given("where?", steps=[step(1, "db.internal.local")]), "'db.inetrnal.local'"),
        ("It stopped as it was killed: exit code 3.", Given("why?", steps=[step(1, "exit=3 oom=false")]), "'killed'"),
        ("/ is fine. The disk is full.", Given("why?", steps=[step(1, "/ 40%")]), "'disk is full'"),
        ("It listens on 10.1.2.3.", Given("where?", steps=[PODS]), "in no output"),
        ("Container 4f5e6d7c8b9a is up.", Given("which containers?", steps=[PODS]), "in no output"),
    ],
)
def test_an_answer_that_rests_on_nothing_is_found_out(answer: str, given: Given, clause: str) -> None:
    problem = check_answer(answer, given)
    assert problem is not None and clause in problem.clause


def test_the_evidence_is_the_steps_the_answer_draws_on() -> None:
    given = Given("why?", steps=[PODS, step(2, "unrelated"), step(3, "OOMKilled exit 137")])
    assert evidence("checkout-7d9f8b6c5d-x2x9k was OOMKilled", given) == (1, 3)


def test_an_answer_in_own_words_rests_on_all_steps_of_the_task() -> None:
    assert evidence("yes", Given("is it up?", steps=[step(4, "ok"), step(5, "up")])) == (4, 5)
