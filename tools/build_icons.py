"""Write the icon sprite from the Lucide set: only the icons named here.

npm install --ignore-scripts --prefix /some/folder lucide-static
python tools/build_icons.py /some/folder/node_modules/lucide-static/icons
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "revivatech/platform/ui/static/ui/icons.svg"

# The name a template uses = the Lucide icon it shows; one word alone is both.
ICONS = """
alert=triangle-alert  archive=archive  arrow-left=arrow-left  arrow-right=arrow-right  backup=hard-drive-download
bank=landmark  battery=battery-charging  bell=bell  board=square-kanban  booking=calendar-check  building=store
calendar=calendar  calendar-add=calendar-plus  camera=camera  card=credit-card  catalogue=book-open  charging-port=plug
check=check  check-circle=circle-check  chevron-down=chevron-down  chevron-left=chevron-left  chevron-right=chevron-right
chevron-up=chevron-up  clipboard=clipboard-list  clock=clock  close=x  console=gamepad-2  copy=copy  customer=user-round  customers=users-round
desktop=monitor  device=monitor-smartphone  diagnosis=stethoscope  download=download  drag=grip-vertical  edit=pencil
external=external-link  eye=eye  eye-off=eye-off  file=file-text  filter=list-filter  flag=flag  handover=hand-helping
help=circle-question-mark  history=history  home=house  image=image  inbox=inbox  info=info  key=key-round  language=languages  laptop=laptop
link=link  liquid=droplets  location=map-pin  lock=lock  log-in=log-in  log-out=log-out  mail=mail  menu=menu
merge=merge  message=message-square  minus=minus  more=ellipsis  note=sticky-note  parts=package  passkey=fingerprint
pause=circle-pause  phone=phone  play=play  plus=plus  post=truck  price=tag  print=printer  qr=qr-code  queue=list-todo
receipt=receipt  refresh=refresh-cw  repair=wrench  scan=scan-line  search=search  send=send  settings=settings
shield=shield-check  smartphone=smartphone  sort=arrow-up-down  speaker=volume-2  staff=id-card  star=star  stop=ban
tablet=tablet  test=list-checks  trash=trash-2  undo=undo-2  upload=upload  walk-in=user-round-plus  wearable=watch
wrench  zap
"""

# Our own sign: the page gives it its two colours (`color` and `stroke`), for a shop may have its own.
MARK = (
    '<symbol id="mark" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="currentColor" stroke="none"/>'
    '<path d="M10 24V8h7.2a5 5 0 0 1 0 10H10m7 0 5.5 6" fill="none" stroke-width="3.2"'
    ' stroke-linecap="round" stroke-linejoin="round"/></symbol>'
)


def wanted() -> dict[str, str]:
    return {name: lucide or name for name, _, lucide in (pair.partition("=") for pair in ICONS.split())}


def symbol(name: str, svg: str) -> str:
    inner = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", inner, flags=re.DOTALL)
    inner = re.sub(r"\s+", " ", inner).replace("> <", "><").replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def main() -> None:
    source = Path(sys.argv[1])
    symbols = [symbol(name, (source / f"{lucide}.svg").read_text()) for name, lucide in sorted(wanted().items())]
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join([*symbols, MARK]) + "\n</svg>\n")
    print(f"{len(symbols)} icons, {SPRITE.stat().st_size} bytes: {SPRITE.name}")


if __name__ == "__main__":
    main()
