from devops_agent.tools import default_tools


def test_the_tools_come_in_a_fixed_order_with_the_arguments_a_model_knows(workspace):
    required = {
        tool.name: [name for name, about in tool.parameters.items() if not about.get("nullable")]
        for tool in default_tools(workspace)
    }
    assert list(required.items()) == [
        ("bash", ["command"]),
        ("read_file", ["path"]),
        ("write_file", ["path", "content"]),
        ("get_env", ["key"]),
    ]


def test_every_tool_can_be_previewed_and_closed(workspace):
    for tool in default_tools(workspace):
        assert isinstance(tool.preview(**dict.fromkeys(tool.parameters, "x")), str)
        tool.close()
