"""The product's own pages with everything but their facts taken out: flat Jinja2 templates for the raw limit.

A limit that sends less HTML than we do would say nothing about rendering it. So the raw process renders the same bytes, from a
template without inheritance, macros, translations or links to work out: one page of the product is fetched when a run begins,
and what differs from repair to repair becomes a variable or a loop.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

TRACK, QUEUE = "track.html", "queue.html"
_STEP = re.compile(r'(<ol class="timeline"[^>]*>)(.*?)(</ol>)', re.DOTALL)
_HISTORY = re.compile(r'(<ul class="history">)(.*?)(</ul>)', re.DOTALL)
_ROWS = re.compile(r"(<tbody>)(.*?)(</tbody>)", re.DOTALL)
_CHIPS = re.compile(r'(<nav class="chips" aria-label="Status">.*?</a>)(.*?)(</nav>)', re.DOTALL)


def write(folder: Path, *, track: str, queue: str, facts: dict[str, str]) -> None:
    """`facts` of the repair whose page `track` is: what to take out, by the name of the raw query's column."""
    (folder / TRACK).write_text(_flat_track(track, facts))
    (folder / QUEUE).write_text(_flat_queue(queue))


def _flat_track(html: str, facts: dict[str, str]) -> str:
    step = re.findall(r"<li.*?</li>", _only(_STEP, html), re.DOTALL)[0]
    step = re.sub(r'(timeline-title">).*?( <span class="timeline-state">).*?</span>',
                  r"\1{{ run.status }}\2{{ run.state }}</span>", step)  # fmt: skip
    step = re.sub(r'(timeline-when num">).*?</p>', r"\1{{ run.when }}</p>", step)
    html = _STEP.sub(lambda found: f"{found[1]}{{% for run in runs %}}{step}{{% endfor %}}{found[3]}", html)
    line = '<li><span class="history-when num">{{ event.when }}</span><span>{{ event.says }}</span></li>'
    html = _HISTORY.sub(lambda found: f"{found[1]}{{% for event in events %}}{line}{{% endfor %}}{found[3]}", html)
    for name, value in facts.items():
        if value:
            html = html.replace(escape(value), "{{ %s }}" % name)  # noqa: UP031 - braces
    return html


def _flat_queue(html: str) -> str:
    # The row that shows most: urgent, and with a time it is due.
    row = max(re.findall(r"<tr>.*?</tr>", _only(_ROWS, html), re.DOTALL), key=len)
    code = re.search(r">(RT-[A-Z0-9]+)</a>", row)
    assert code
    row = row.replace(code[1], "{{ row.code }}")
    row = re.sub(r"tick-\d+", "tick-{{ row.id }}", row)
    for label, name in (("Device", "device"), ("Customer", "customer"), ("Technician", "full_name")):
        row = re.sub(rf'(<td data-label="{label}">).*?</td>', rf"\1{{{{ row.{name} }}}}</td>", row)
    row = re.sub(r'(badge-info"><svg.*?</svg>).*?</span>', r"\1{{ row.status }}</span>", row)
    html = _ROWS.sub(lambda found: f"{found[1]}{{% for row in rows %}}{row}{{% endfor %}}{found[3]}", html)
    chip = '<a class="chip" href="/workbench/?status={{ status }}">{{ status }} <span class="count num">{{ number }}</span></a>'
    return _CHIPS.sub(
        lambda found: f"{found[1]}{{% for status, number in counts %}}{chip}{{% endfor %}}{found[3]}", html
    )


def _only(pattern: re.Pattern[str], html: str) -> str:
    found = pattern.search(html)
    if found is None:
        raise SystemExit(f"the page has changed: {pattern.pattern} is not in it; adapt bench/pages.py")
    return found[2]
