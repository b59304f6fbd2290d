import datetime

from core.todos import Todo, TodoKind, in_order


def todo(title, **said):
    return Todo(title=title, act="办理", url="/", topic="报送", **said)


def test_what_is_wrong_comes_first_then_the_last_day_then_the_longest_wait():
    day = datetime.date(2026, 11, 20)
    later = day + datetime.timedelta(days=3)
    lines = [
        todo("知悉", kind=TodoKind.NEWS, due_on=day),
        todo("等得短", since=later),
        todo("等得久", since=day),
        todo("期限后", due_on=later),
        todo("期限先", due_on=day),
        todo("有问题", kind=TodoKind.WRONG),
        todo("无日期"),
    ]
    assert [it.title for it in in_order(lines)] == [
        "有问题", "期限先", "期限后", "等得久", "等得短", "无日期", "知悉",
    ]  # fmt: skip
