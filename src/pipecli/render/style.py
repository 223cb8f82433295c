"""How a page looks: calm, the system's own fonts, light or dark as the reader has it, and black on white in print.

Every pair of ink and ground has a contrast of 4.5 to 1 at least (WCAG 2.2, 1.4.3), which a test works out.
"""

from __future__ import annotations

LIGHT = {
    "ground": "#f6f6f3", "surface": "#ffffff", "raised": "#fbfbf9", "ink": "#1c222e", "quiet": "#596070",
    "line": "#e3e3dd", "track": "#edede8", "lane": "#ecece7", "card": "#ffffff",
    "accent": "#2b57b8", "soft": "#bccdf0", "good": "#1d7148",
    "good-soft": "#e2f1e8", "bad": "#b0352b", "bad-soft": "#fae7e4", "warn": "#855300", "warn-soft": "#f9edd6",
}  # fmt: skip
DARK = {
    "ground": "#13161c", "surface": "#1a1e26", "raised": "#21262f", "ink": "#e7eaf0", "quiet": "#a3abba",
    "line": "#2c323d", "track": "#2a303b", "lane": "#1a1e26", "card": "#262c37",
    "accent": "#8fabf5", "soft": "#3a4d7d", "good": "#70c798",
    "good-soft": "#1c3529", "bad": "#f1948a", "bad-soft": "#452523", "warn": "#e2b45c", "warn-soft": "#3d301a",
}  # fmt: skip
"""The colours by what they are for, in a light and in a dark room."""


def _variables(colors: dict[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in colors.items())


_PAGE = """
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:1.5rem}
body{margin:0;background:var(--ground);color:var(--ink);overflow-wrap:anywhere;
font:400 1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1,h2,h3,h4,p,dl,dd,ul,ol,figure{margin:0;padding:0}
ul,ol{list-style:none}
a{color:var(--accent);text-underline-offset:.2em;text-decoration-thickness:1px}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:1rem;top:-4rem;padding:.6rem 1rem;background:var(--surface);border-radius:8px;z-index:9}
.skip:focus{top:1rem}
.page{max-width:86rem;margin:0 auto;padding:0 clamp(1rem,3.5vw,2.75rem) 4rem}
.top{padding:clamp(2rem,6vw,4rem) 0 2rem;border-bottom:1px solid var(--line)}
h1{font-size:clamp(1.7rem,4.5vw,2.5rem);line-height:1.15;letter-spacing:-.022em;font-weight:680}
.top dl{display:flex;flex-wrap:wrap;gap:.5rem 2.5rem;margin-top:1.25rem}
.top dt,.facts dt{color:var(--quiet);font-size:.8125rem}
.top dd{font-size:.9375rem;font-variant-numeric:tabular-nums}
nav{margin-top:2rem}
nav h2{font-size:.8125rem;font-weight:600;color:var(--quiet);margin:0 0 .5rem;letter-spacing:0}
nav ol{columns:9.5rem;column-gap:1.5rem}
nav a{display:block;padding:.25rem 0;color:var(--ink);text-decoration:none;font-size:.9375rem}
nav a:hover{color:var(--accent);text-decoration:underline}
main{min-width:0;outline:0}
main>section{padding-top:3.25rem}
h2{font-size:1.5rem;line-height:1.25;letter-spacing:-.015em;font-weight:660}
h3{font-size:1.0625rem;line-height:1.35;font-weight:640}
.about,.sub{color:var(--quiet);max-width:68ch;margin-top:.35rem}
.sub{font-size:.9375rem;max-width:none;font-variant-numeric:tabular-nums}
.card-of{background:var(--surface);border:1px solid var(--line);border-radius:14px;padding:1.35rem 1.5rem;
margin-top:1.25rem;min-width:0}
footer{margin-top:4rem;padding-top:1.25rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.875rem}
@media (min-width:72rem){
.layout{display:grid;grid-template-columns:11.5rem minmax(0,1fr);gap:3rem}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;margin:0;padding:3.4rem 0 2rem}
nav ol{columns:auto}
}
"""

_TABLE = """
.scroll{overflow:auto;margin:1rem -1.5rem 0;padding:0 1.5rem;overscroll-behavior-x:contain;
background:linear-gradient(to right,var(--surface) 40%,transparent) left/3rem 100%,
linear-gradient(to left,var(--surface) 40%,transparent) right/3rem 100%,
linear-gradient(to right,var(--line),transparent) left/.9rem 100%,
linear-gradient(to left,var(--line),transparent) right/.9rem 100%;
background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
.tall{max-height:34rem;border-bottom:1px solid var(--line)}
table{border-collapse:separate;border-spacing:0;min-width:100%;font-size:.875rem;line-height:1.4}
.few{min-width:min(100%,38rem)}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
thead th{position:sticky;top:0;z-index:1;background:var(--surface);color:var(--quiet);
font-weight:560;font-size:.8125rem;text-align:left;vertical-align:bottom;white-space:nowrap;padding:.4rem .9rem .5rem 0;
border-bottom:1px solid var(--line)}
td,tbody th{padding:.45rem .9rem .45rem 0;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
tbody tr:hover>*{background:var(--raised)}
.n{text-align:right;font-variant-numeric:tabular-nums lining-nums}
.when{font-variant-numeric:tabular-nums}
.none{color:var(--quiet);font-style:italic}
td.prose{white-space:normal;min-width:16rem}
.n svg{vertical-align:.1em;margin-right:.6rem}
tbody th{font-weight:540;text-align:left}
tbody th.n{text-align:right}
.pinned th:first-child{position:sticky;left:-1.5rem;background:var(--surface);z-index:1;
padding-left:1.5rem}
.pinned thead th:first-child{z-index:2}
.pinned{margin-left:-1.5rem;min-width:calc(100% + 1.5rem)}
.tag{display:inline-block;white-space:nowrap;padding:0 .5rem;border-radius:99px;font-size:.8125rem;font-weight:560}
.good{color:var(--good);background:var(--good-soft)}
.bad{color:var(--bad);background:var(--bad-soft)}
.warn{color:var(--warn);background:var(--warn-soft)}
.facts{display:flex;flex-wrap:wrap;gap:.15rem 1.5rem;margin-top:1rem;font-size:.8125rem}
.facts div{display:flex;gap:.4rem}
.facts dd{font-variant-numeric:tabular-nums}
.notes{margin-top:.6rem;color:var(--quiet);font-size:.875rem;max-width:80ch}
.notes li{padding-left:1rem;text-indent:-1rem}
.notes li::before{content:"–";display:inline-block;width:1rem;text-indent:0}
.empty{color:var(--quiet);margin-top:.75rem}
.defined h3{font-size:1.0625rem}
.defined p,.defined dd{max-width:74ch}
.defined .card-of p{margin-top:.5rem}
.defined dl{display:grid;gap:0 1.5rem}
.defined dt{font-weight:640;margin-top:.85rem;font-size:.875rem;color:var(--quiet);line-height:1.7}
.defined dd code{white-space:nowrap}
@media (min-width:48rem){.defined dl{grid-template-columns:6rem minmax(0,1fr)}.defined dd{margin-top:.85rem}}
"""

_CHART = """
.chart{margin-top:1.1rem}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.35rem 1.5rem;font-size:.875rem}
figcaption strong{font-weight:560}
.legend{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;color:var(--quiet);font-size:.8125rem}
.mark{display:inline-flex;align-items:center;gap:.4rem}
.panels{display:grid;gap:1.5rem 2rem;margin-top:.6rem}
.small{grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
.panel{min-width:0}
.panel-name{font-size:.875rem;font-weight:600}
.chart svg{display:block;overflow:visible}
.chart .mark svg{flex:none}
svg text{fill:var(--ink);font-size:13px;unicode-bidi:isolate}
svg .name{font-weight:560}
svg .figure{fill:var(--quiet);font-variant-numeric:tabular-nums}
svg .tick{fill:var(--quiet);font-size:11.5px;font-variant-numeric:tabular-nums}
svg .track{fill:var(--track)}
svg .bar,svg .interval,svg .band{fill:var(--soft)}
svg .done,svg .dot{fill:var(--accent)}
svg .up{fill:var(--good)}
svg .down{fill:var(--bad)}
svg .dot{stroke:var(--surface);stroke-width:1.5}
svg .late{fill:var(--warn)}
svg .over,svg .dot.differs{fill:var(--bad)}
svg .hollow{fill:var(--surface);stroke:var(--ink);stroke-width:2}
svg .grid,svg .base{stroke:var(--line)}
svg .rule{stroke:var(--quiet);stroke-width:2}
svg .far{stroke:var(--ink);stroke-dasharray:3 2}
svg .reach{stroke:var(--accent);stroke-width:2}
svg .open-ended{stroke:var(--quiet);stroke-width:2;stroke-dasharray:2 4}
svg .whisker{stroke:var(--accent);stroke-width:1}
svg .curve{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round;vector-effect:non-scaling-stroke}
"""

_BOARD = """
.board{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(12.5rem,1fr);gap:.75rem;overflow-x:auto;
margin-top:1rem;padding-bottom:.5rem;scroll-snap-type:x proximity;align-items:start}
.wall{margin-top:1.5rem}
.lane{background:var(--lane);border-radius:14px;padding:.85rem .6rem .7rem;scroll-snap-align:start;min-width:0}
h4{display:flex;justify-content:space-between;gap:.5rem;font-size:.9375rem;line-height:1.3;font-weight:640;
padding:0 .35rem}
.count{color:var(--quiet);font-weight:500;font-variant-numeric:tabular-nums}
.worth,.more{color:var(--quiet);font-size:.8125rem;padding:.1rem .35rem 0;font-variant-numeric:tabular-nums}
.more{padding-top:.6rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.6rem .7rem;margin-top:.5rem;
font-size:.875rem;line-height:1.4}
.title{font-weight:560}
.card p+p{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .5rem;align-items:baseline;margin-top:.2rem}
.value{font-variant-numeric:tabular-nums}
.since,.meta{color:var(--quiet);font-size:.8125rem;font-variant-numeric:tabular-nums}
.lane.won h4{color:var(--good)}
.lane.lost h4{color:var(--bad)}
@media (max-width:40rem){
.board{grid-auto-columns:minmax(15rem,78vw);margin-inline:-1rem;padding-inline:1rem;scroll-padding-inline:1rem}
.card-of{padding:1.1rem 1rem;border-radius:12px}
.scroll{margin-inline:-1rem;padding-inline:1rem}
.pinned th:first-child{left:-1rem;padding-left:1rem}
.pinned{margin-left:-1rem;min-width:calc(100% + 1rem)}
figcaption{flex-direction:column}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
"""

_PRINT = """
@page{size:landscape;margin:12mm}
body{font-size:10pt;background:none}
.page{max-width:none;padding:0}
.skip,nav{display:none}
.layout{display:block}
.top{padding-top:0}
main>section{padding-top:1.5rem}
h2,h3,h4,.about,figcaption,thead{break-after:avoid}
.card-of,.lane{border:0;padding:0;background:none}
.chart,.card,tr,.panel{break-inside:avoid}
.scroll,.pinned{overflow:visible;max-height:none;margin:.5rem 0 0;padding:0;border:0}
table{font-size:7.5pt;overflow-wrap:normal}
table,.few,.pinned{min-width:0;width:100%}
thead th,.pinned th:first-child{position:static;padding-left:0}
td,th,tbody th,thead th{padding:.2rem .4rem .2rem 0;white-space:normal;font-size:7.5pt}
td.n,td.when{white-space:nowrap}
.n svg{display:none}
.board{grid-auto-flow:row;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));overflow:visible;margin:.5rem 0 0;
padding:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
"""

STYLE = "".join((
    f":root{{color-scheme:light dark;{_variables(LIGHT)}}}",
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}",
    _PAGE,
    _TABLE,
    _CHART,
    _BOARD,
    f"@media print{{{_PRINT}}}",
))  # fmt: skip
"""The one style sheet."""
