"""Each way the closest earlier project fails at the terminal, in the loop or on the network, and our test of it.

The rows are numbered as in the study of that project. Rows 68 to 79 are about its installer, image and documents.
"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROWS = {
    1: "test_agent.py::test_a_greeting_is_answered_without_a_tool",
    2: "test_agent.py::test_an_honest_answer_after_a_failed_call_is_an_answer",
    3: "test_agent.py::test_the_same_call_twice_gets_its_result_again_with_a_note",
    4: "test_agent.py::test_plain_text_is_the_answer_when_it_rests_on_something",
    **dict.fromkeys(
        (5, 6, 7, 9, 11, 12, 13),
        "test_agent.py::test_a_faulty_reply_runs_nothing_asks_nobody_and_is_explained_to_the_model",
    ),
    8: "test_agent.py::test_correct_json_with_a_lone_brace_runs",
    10: "test_agent.py::test_one_call_at_a_time_means_one_question_at_a_time",
    14: "test_agent.py::test_native_tool_calls_are_accepted",
    15: "test_agent.py::test_a_call_quoted_while_thinking_is_not_a_call",
    16: "test_agent.py::test_the_step_limit_ends_with_a_summary_and_no_further_request",
    17: "test_agent.py::test_a_backend_error_is_an_error_after_one_request",
    18: "test_agent.py::test_the_system_message_and_the_task_survive_a_full_window",
    19: "tools/test_shell.py::test_a_failure_keeps_stdout_stderr_and_the_exit_code",
    20: "tools/test_shell.py::test_the_exit_code_is_always_said",
    21: "tools/test_shell.py::test_the_shell_is_bash",
    22: "tools/test_shell.py::test_a_hanging_command_is_stopped_and_what_it_printed_is_kept",
    23: "tools/test_shell.py::test_a_background_child_does_not_hold_up_the_answer_and_is_named",
    24: "tools/test_leftovers.py::test_after_a_ctrl_c",
    **dict.fromkeys((25, 26), "test_cli.py::test_ctrl_c_is_130_in_one_line_and_leaves_nothing_behind"),
    **dict.fromkeys((27, 28), "tools/test_shell.py::test_a_command_that_wants_input_gets_none_at_once"),
    29: "tools/test_shell.py::test_a_screen_program_runs_into_the_time_limit_with_what_it_showed",
    30: "tools/test_shell.py::test_any_bytes_are_read",
    31: "tools/test_leftovers.py::test_memory_is_bounded_whatever_the_output",
    32: "tools/test_shell.py::test_cd_lasts_and_export_does_not",
    33: "tools/test_write_file.py::test_missing_folders_are_made",
    34: "tools/test_write_file.py::test_home_is_understood",
    35: "tools/test_write_file.py::test_a_write_over_a_file_is_shown_as_a_difference_and_can_be_undone",
    36: "tools/test_write_file.py::test_bytes_are_counted_not_characters",
    37: "tools/test_read_file.py::test_what_is_no_file_is_refused_in_one_line",
    38: "tools/test_get_env.py::test_a_secret_is_hidden",
    39: "test_cli.py::test_help_and_version_need_no_server",
    40: "test_command_line.py::test_an_unknown_option_is_a_usage_error",
    41: "test_command_line.py::test_options_stand_only_before_the_task",
    42: "test_cli.py::test_interactive_runs_its_task_first",
    43: "test_command_line.py::test_an_empty_task_is_a_usage_error",
    44: "test_cli.py::test_verbose_says_more",
    45: "ui/test_repl.py::test_ctrl_d_leaves",
    46: "test_cli.py::test_interactive_without_a_terminal_takes_lines_and_ends_with_them",
    47: "test_cli.py::test_approval_without_a_terminal_is_5_with_the_pending_call_on_stdout",
    48: "ui/test_approval.py::test_typing_ahead_does_not_approve",
    49: "ui/test_card.py::test_all_arguments_are_shown_with_their_names",
    50: "ui/test_console.py::test_a_call_with_two_arguments_is_readable",
    51: "ui/test_console.py::test_brackets_are_shown_as_they_are",
    52: "ui/test_console.py::test_control_sequences_from_model_and_tools_never_reach_the_terminal",
    **dict.fromkeys((53, 57), "test_cli.py::test_the_answer_is_on_stdout_and_everything_else_on_stderr"),
    54: "test_cli.py::test_a_terminal_without_unicode_degrades",
    55: "test_cli.py::test_a_reader_that_leaves_early_is_no_error",
    56: "ui/test_activity.py::test_the_end_of_a_turn_waits_for_no_frame_of_the_timer",
    58: "test_cli.py::test_a_server_that_is_down_is_3_in_one_line_and_a_hint",
    59: "ui/test_console.py::test_the_timer_is_gone_after_an_error",
    60: "test_cli.py::test_a_missing_model_is_3_and_the_installed_ones_are_named",
    61: "test_cli.py::test_a_server_error_that_passes_is_not_noticed",
    **dict.fromkeys((62, 63, 64), "test_cli.py::test_ollama_host_is_read_by_ollama_s_own_rules"),
    65: "backends/test_ollama.py::test_pieces_are_shown_as_they_arrive_and_add_up_to_the_reply",
    66: "backends/test_ollama.py::test_a_fault_that_stays_becomes_an_error_after_few_requests",
    67: "test_cli.py::test_a_proxy_is_not_asked_for_this_machine",
}


def test_every_row_has_its_test() -> None:
    assert sorted(ROWS) == list(range(1, 68))


@pytest.mark.parametrize(("row", "test"), ROWS.items())
def test_the_test_of_a_row_is_there(row: int, test: str) -> None:
    file, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE), f"row {row}"
