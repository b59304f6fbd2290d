"""The fonts of a paper: ours and the operator's, never what else the machine has.

A private fontconfig, so that two machines draw one paper alike. TTF as it comes from npm:
WOFF2 costs a hundred times the layout.
"""

import os
from pathlib import Path
from xml.sax.saxutils import escape


WEIGHTS = (
    "noto-serif-sc/400Regular",  # text and tables, in place of 仿宋 where there is none
    "noto-serif-sc/700Bold",  # titles, in place of 小标宋
    "noto-sans-sc/400Regular",  # labels of charts
    "noto-sans-sc/500Medium",  # first headings and table heads, in place of 黑体
)
# FandolFang stands for 仿宋 where TeX brought it; it lacks many given-name characters.
FANDOL = (
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    "/usr/share/texmf/fonts/opentype/public/fandol",
)
CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
{folders}
<cachedir>{cache}</cachedir>
<match target="pattern">
<edit name="family" mode="append_last">
<string>Noto Serif SC</string><string>Noto Sans SC</string>
</edit>
</match>
<alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
<alias><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
</fontconfig>
"""


class FontsMissing(Exception):
    """The front-end files are not installed. Its text is shown as it is."""


def configure(*, node_modules: Path, var: Path) -> Path:
    """Write the private ``fonts.conf`` under ``var/pdf/`` and return its path.

    Fonts that an operator puts in ``var/fonts/`` serve beside ours.
    """
    ours = [node_modules / "@expo-google-fonts" / weight for weight in WEIGHTS]
    if not all(folder.is_dir() for folder in ours):
        raise FontsMissing("还没有安装报告所用的字库，请先运行 script/bootstrap。")
    folders = [*ours, *(Path(name) for name in FANDOL if Path(name).is_dir()), var / "fonts"]
    home = var / "pdf"
    home.mkdir(parents=True, exist_ok=True)
    text = CONF.format(
        folders="\n".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders),
        cache=escape(str(home / "font-cache")),
    )
    conf = home / "fonts.conf"
    if not conf.is_file() or conf.read_text(encoding="utf-8") != text:
        draft = home / f"fonts.conf.{os.getpid()}"
        draft.write_text(text, encoding="utf-8")
        draft.replace(conf)
    return conf
