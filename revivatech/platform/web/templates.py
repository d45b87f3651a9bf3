"""Jinja2 through Django's own backend. Templates live in `<feature>/templates/<feature>/`, shared components in `platform/ui`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.template.backends.jinja2 import Jinja2 as DjangoJinja2
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property, lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from . import words
from .addresses import address_of


class Jinja2(DjangoJinja2):
    """Reads `templates/` folders of our own packages only: a third party's page must never show in place of ours."""

    app_dirname = "templates"

    @cached_property
    def template_dirs(self) -> tuple[str, ...]:
        ours = (Path(config.path) for config in apps.get_app_configs() if config.name.startswith("revivatech."))
        ui = Path(__file__).resolve().parent.parent / "ui"
        return tuple(str(path / "templates") for path in (ui, *ours) if (path / "templates").is_dir())


class _Page(jinja2.Template):
    """`{% from … import … %}` takes macros from one module for the whole process. Jinja2 compares the global names of the two
    templates at each import, some twenty times a page; ours all have the same."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class _Compiled(jinja2.FileSystemBytecodeCache):
    """What templates were compiled to, kept in the data folder: the first page after a start need not wait for it.

    An entry counts only for the same source, the same Jinja2 and the same settings of it, which are this file.
    """

    _written_by = f"{jinja2.__version__}\n{Path(__file__).read_text()}"

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self._written_by + source)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):  # a full disk must not cost the page
            super().dump_bytecode(bucket)


def _compiled() -> _Compiled | None:
    folder = Path(settings.DATA_DIR) / "templates"
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return _Compiled(str(folder))


def environment(**options: Any) -> jinja2.Environment:
    """The one environment. A name the view did not pass is an error, not an empty string."""
    from . import helpers  # it reads settings, which are not ready when this module is imported
    from .staticfiles import static_address

    options["undefined"] = jinja2.StrictUndefined
    options["bytecode_cache"] = _compiled()
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    # Everything is escaped but the plain-text twins of e-mails.
    options["autoescape"] = jinja2.select_autoescape(disabled_extensions=("txt",), default=True)
    env = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols", "jinja2.ext.do"], **options)  # noqa: S701 - set above
    env.template_class = _Page
    env.globals.update(static=static_address, url=_url, **helpers.GLOBALS)
    env.filters.update(helpers.FILTERS)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(gettext=words.gettext, _=words.gettext)
    return env


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    known = "" if kwargs else address_of(name, *map(str, args))
    return known or reverse(name, args=args or None, kwargs=kwargs or None)


def form_tokens(request: HttpRequest) -> dict[str, Any]:
    """`csrf_input` and `csrf_token`: masked anew for each page that asks for one, and once for all forms of the page.

    Django masks for each form; a queue has five, and a mask is thirty-two looks at the machine's own randomness.
    """
    token: Callable[[], str] = cache(partial(get_token, request))
    return {"csrf_input": _csrf_input(token), "csrf_token": _csrf_token(token)}


def _bare(token: Callable[[], str]) -> str:
    return token()


def _hidden(token: Callable[[], str]) -> SafeString:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token())


_csrf_token = lazy(_bare, str)
_csrf_input = lazy(_hidden, SafeString, str)


def render_block(
    request: HttpRequest, template: str, block: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """One block of a page as an answer to htmx or a live page; the page and the fragment are the same source."""
    backend = engines["jinja2"]
    page: jinja2.Template = backend.env.get_template(template)  # type: ignore[attr-defined]
    full = page.new_context({**context, **request_context(request)})
    # The head of the page (its imports and sets) runs before the first piece of output; no more of it is needed.
    whole = page.root_render_func(full)
    next(iter(whole), None)
    return HttpResponse("".join(page.blocks[block](full)).strip(), status=status)


def request_context(request: HttpRequest) -> dict[str, Any]:
    """What Django's backend adds for a request, for code that renders a block by itself."""
    backend = engines["jinja2"]
    context: dict[str, Any] = {"request": request}
    for processor in backend.template_context_processors:  # type: ignore[attr-defined]
        context.update(processor(request))
    return context
