"""Codes that scanners read, as SVG for documents: QR and Code 128, black on white with the quiet zones they need."""

from __future__ import annotations

import io


def qr(text: str) -> str:
    """Error level M: still read when 15 % of it is scratched off."""
    import segno  # here and below: only papers need it, and every process would read it at its start

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, svgclass=None)
    return out.getvalue().decode()


def code128(text: str) -> str:
    """One line of ASCII, for hand scanners. A module must come out 0.25 mm wide or more: 12 characters need 50 mm."""
    from barcode.codex import Code128

    modules = str(Code128(text).build()[0])
    bars, quiet = [], 10
    start = None
    for place, module in enumerate(f"{modules}0"):
        if module == "1" and start is None:
            start = place
        elif module == "0" and start is not None:
            bars.append(f"M{start + quiet} 0h{place - start}v40h-{place - start}z")
            start = None
    width = len(modules) + 2 * quiet
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="40" viewBox="0 0 {width} 40" preserveAspectRatio="none">'
        f'<path d="{"".join(bars)}" shape-rendering="crispEdges"/></svg>'
    )
