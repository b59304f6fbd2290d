"""Score sheets as a county would make them, for tests."""

import openpyxl


SCHOOL_HEAD = ["学校", "类别", "得分", "学生数", "上年名次"]
GROUP_HEAD = ["集团", "类型", "学校", "角色"]
PROJECT_HEAD = ["学校", "项目", "加分"]


def write_sheet(path, schools, groups, projects=None):
    """A workbook with the three sheets; rows without their heads."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, head, rows in (
        ("学校", SCHOOL_HEAD, schools),
        ("集团", GROUP_HEAD, groups),
        ("项目", PROJECT_HEAD, projects),
    ):
        if rows is not None:
            sheet = book.create_sheet(name)
            for row in [head, *rows]:
                sheet.append(row)
    book.save(path)
    return path
