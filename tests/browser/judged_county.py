"""A second county in the served product: that of the score sheet, without a year yet.

``python -m tests.browser.judged_county`` in the environment of the served product enters it.
"""

import os

import django


CODE, NAME = "331199", "试行县"
# account: (name, role, school or None for the bureau). Every person is made up.
PEOPLE = {
    "trial_bureau": ("经办丙", "BUREAU_EDUCATION", None),
    "trial_head": ("局长丙", "BUREAU_HEAD", None),
    "trial_leader": ("领导丙", "LEADERSHIP", None),
    "trial_core": ("校长丙", "PRINCIPAL", "实验小学"),
    "trial_member": ("校长丁", "PRINCIPAL", "举水乡小"),
}


def build(password: str) -> None:
    from directory.actions import accounts  # noqa: PLC0415 - after setup
    from directory.selectors import schools  # noqa: PLC0415
    from tests.assessment import counties  # noqa: PLC0415
    from tests.factories import county as made  # noqa: PLC0415

    county = counties.qingyuan(code=CODE, name=NAME)
    held = schools.by_name(county.district.pk, made.DAY)
    for username, (name, role, school) in PEOPLE.items():
        user, _ = accounts.open_account(
            username=username, name=name, password=password, now=made.NOW
        )
        unit = {"school": held[school]} if school else {"district": county.district}
        accounts.give_post(user=user, role=role, first_day=made.DAY, now=made.NOW, **unit)


if __name__ == "__main__":
    django.setup()
    build(os.environ["DEMO_PASSWORD"])
