import structlog


def test_a_trace_in_the_log_tells_no_local_variable(capsys):
    entered = "".join(["3311", "2619"])  # as an ID number, which no line of the source spells out
    try:
        entered.index("x")
    except ValueError:
        structlog.get_logger().exception("job failed", job="one")
    told = capsys.readouterr().out
    assert "ValueError: substring not found" in told
    assert "job=one" in told
    assert entered not in told
