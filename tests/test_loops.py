from devops_agent.events import Call, ToolResult, Verdict
from devops_agent.loops import LoopGuard

READ, CHANGE = Verdict("READ"), Verdict("CHANGE")
PODS, SCALE, TOUCH = (Call("bash", {"command": text}) for text in ("kubectl get pods", "kubectl scale x", "touch x"))


def test_a_read_is_run_again_and_compared() -> None:
    guard = LoopGuard()
    assert guard.advise(PODS, READ) == "run"
    assert guard.ran(1, PODS, READ, ToolResult("pending"))
    assert guard.advise(PODS, READ) == "compare"
    assert guard.ran(2, PODS, READ, ToolResult("running"))
    assert not guard.ran(3, PODS, READ, ToolResult("running"))


def test_polling_goes_on_while_the_output_changes() -> None:
    guard = LoopGuard()
    for step in range(20):
        assert guard.advise(PODS, READ) in ("run", "compare")
        assert guard.ran(step, PODS, READ, ToolResult(f"{step} ready"))


def test_an_unchanged_read_is_noticed_then_refused_then_ends_the_run() -> None:
    guard = LoopGuard()
    guard.ran(1, PODS, READ, ToolResult("same"))
    advice = []
    for step in range(2, 6):
        advice.append(guard.advise(PODS, READ))
        if advice[-1] == "compare":
            guard.ran(step, PODS, READ, ToolResult("same"))
        else:
            guard.repeated(PODS)
    assert advice == ["compare", "refuse", "refuse", "end"]


def test_a_change_is_not_made_twice() -> None:
    guard = LoopGuard()
    guard.ran(1, TOUCH, CHANGE, ToolResult(""))
    assert guard.advise(TOUCH, CHANGE) == "replay"
    assert guard.first(TOUCH) == (1, ToolResult(""))


def test_after_another_change_everything_may_run_again() -> None:
    """Earlier project, row 3: a retry after a fix is no loop."""
    guard = LoopGuard()
    guard.ran(1, PODS, READ, ToolResult("0 ready"))
    guard.ran(2, TOUCH, CHANGE, ToolResult("failed", ok=False))
    guard.ran(3, SCALE, CHANGE, ToolResult(""))
    assert guard.advise(PODS, READ) == "run"
    assert guard.advise(TOUCH, CHANGE) == "run"


def test_the_order_of_arguments_does_not_matter() -> None:
    guard = LoopGuard()
    guard.ran(1, Call("write_file", {"path": "a", "content": "b"}), CHANGE, ToolResult(""))
    assert guard.advise(Call("write_file", {"content": "b", "path": "a"}), CHANGE) == "replay"
