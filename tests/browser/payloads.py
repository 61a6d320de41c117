"""Script in names: a corpus of payloads, and the command that shows all of them in every place of the page.

    python tests/browser/payloads.py [COUNT]

Each payload calls ``bespeakHit(n)`` in whatever way its family would, so that a payload that runs is counted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

#: A payload that asks for something asks here; nothing on this machine answers under this name.
OUTSIDE = "https://collector.invalid"
HIT = "(top.bespeakHit||bespeakHit)"

#: The places in their order; ``payload_sinks.Places.every`` fills each.
PLACES = (
    "hits of the lookup",
    "facts of customers",
    "lights before a purchase",
    "table of advice",
    "head and caption of a table",
    "words of the sizing",
    "error beside a control",
    "progress of a task",
    "note below a field",
    "options of a field",
    "values of fields",
    "requests of a dry run",
    "outcome of a purchase",
    "title and words of a chart",
    "legend of a chart",
    "labels of a chart",
    "hover of a chart",
    "bars of the comparison",
    "titles of use",
    "bands of demand",
    "curve of savings",
    "table of customers",
    "table with names of columns",
    "printed text",
    "text form of a widget",
    "representation of a value",
    "error of a cell",
)
#: The families. ``{js}`` is what would run, ``{n}`` the number, ``{out}`` an outside address.
_FAMILIES = (
    '<img src=x{n} onerror="{js}">',
    "<svg onload='{js}'></svg>",
    "</script><script>{js}</script>",
    '"><script>{js}</script>',
    '<a href="javascript:{js}">open {n}</a>',
    "javascript:{js}//{n}",
    "data:text/html,<script>{js}</script>",
    "{{{{constructor.constructor('{js}')()}}}}",
    "[open {n}](javascript:{js})",
    "![{n}]({out}/{n}.png)",
    '<b>bold {n}</b><a href="javascript:{js}">plotly {n}</a>',
    '" onmouseover="{js}" x{n}="',
    "' autofocus onfocus='{js}' x{n}='",
    '<div style="background:url({out}/{n})">{n}</div>',
    "<style>@import '{out}/{n}.css';</style>",
    '<iframe srcdoc="<script>{js}</script>"></iframe>{n}',
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror={js}>">{n}',
    '<noscript><p title="</noscript><img src=x onerror={js}>">{n}',
    "<details open ontoggle={js}>{n}</details>",
    "<input autofocus onfocus={js} value={n}>",
    "<video><source onerror={js}></video>{n}",
    "<object data='javascript:{js}'></object>{n}",
    '<form action="javascript:{js}"><button>{n}</button></form>',
    "<base href={out}/>{n}",
    '<meta http-equiv="refresh" content="0;url={out}/{n}">',
    "<link rel=stylesheet href={out}/{n}.css>",
    "$\\href{{javascript:{js}}}{{maths {n}}}$ and $2$",
    "\\u003cimg src=x onerror={js}\\u003e{n}",
    "&lt;img src=x onerror={js}&gt;{n}",
    "\u202e<img/src=x/onerror={js}>\u2066{n}",
    "<scr\u0000ipt>{js}</scr\u0000ipt>{n}",
    "\uff1cscript\uff1e{js}\uff1c/script\uff1e{n}",
    "<IMG SRC=x OnErRoR={js}>{n}",
    "<svg><animate onbegin={js} attributeName=x dur=1s>{n}",
    "<svg><script>{js}</script></svg>{n}",
    "<select><option><img src=x onerror={js}></option></select>{n}",
    "</option></select><img src=x onerror={js}>{n}",
    "</textarea><img src=x onerror={js}>{n}",
    "</title><svg/onload={js}>{n}",
    "--><img src=x onerror={js}>{n}",
    "]]><img src=x onerror={js}>{n}",
    "<body onload={js}>{n}",
    "<marquee onstart={js}>{n}</marquee>",
    "<audio src=x onerror={js}>{n}",
    "<img srcset='{out}/{n} 1x'>",
    "<x onclick={js} tabindex=1 id=x{n}>press</x>",
    "${{{js}}}{n}",
    "<%= {js} %>{n}",
    "%{{customdata}}<br><extra><img src=x onerror={js}></extra>{n}",
    "<a href='{out}/{n}' target=_blank>outside {n}</a>",
)
#: What is done to a family to get one more of it: each keeps what would run.
_TURNS = ("{}", " {} ", "Contoso {}", "{} Ltd", "'{}'", '"{}"')


def payloads(wanted: int) -> list[str]:
    """So many payloads, all different; the first of each family come first."""
    return [text for text, _ in zip(_endless(), range(wanted), strict=False)]


def _endless() -> Iterator[str]:
    numbers = count(1)
    for turn in _TURNS:
        for family in _FAMILIES:
            number = next(numbers)
            js = f"{HIT}({number})"
            # No NUL: neither HTTP nor HTML carries one, and the tables of the sandbox are CSV.
            yield turn.format(family.format(js=js, n=number, out=OUTSIDE).replace("\u0000", ""))


def main(wanted: int) -> int:
    """Shows so many payloads in every place; the last line is the figure."""
    sys.path.insert(0, str(Path(__file__).parent))
    from payload_run import run  # noqa: PLC0415  the corpus itself needs no browser

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), payloads(wanted), every=True)
    for line in [*found.ran, *found.outside, *found.unseen, *found.elements][:40]:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(
        f"{wanted} payloads x {found.sinks} places, {found.shown} seen as text in {time.monotonic() - began:.0f} s "
        f"({found.alive} of them run on an unguarded page): {len(found.ran)} executed, {len(found.outside)} outside "
        f"requests, {len(found.elements)} became elements, {len(found.unseen)} not seen\n"
    )
    return 1 if found.is_bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
