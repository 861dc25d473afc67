"""
The template engine: Jinja2 in its immutable sandbox, strict about names, with compiled templates kept.

Delimiters are ``[[ ]]``, ``[% %]`` and ``[# #]``, as nomad-pack's users know them, so that HCL's
``${ }`` and consul-template's ``{{ }}`` stay as they are.
"""

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from deployer import storage
from deployer.errors import FilesInvalid
from deployer.finding import Finding, did_you_mean
from deployer.hcl.emit import SECRET_REFUSED
from deployer.pack.filters import FILTERS
from deployer.secret import Secret, SecretReference


class _Environment(ImmutableSandboxedEnvironment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """Prefer an item, so that ``app.update`` is the app's block and never a dict's method."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Keep a secret's value out of reach; what it refers to may be read."""
        return not isinstance(obj, Secret) and super().is_safe_attribute(obj, attr, value)


def _writable(value: Any) -> Any:
    if isinstance(value, Secret | SecretReference):
        raise TypeError(SECRET_REFUSED)
    if value is None:
        raise jinja2.UndefinedError("None is written into the job; guard it with [% if … %] or give it a default")
    return value


@cache
def engine(directory: Path) -> _Environment:
    """Return the engine for the templates of one folder."""
    # Compiled templates are marshalled code: only valid for this Jinja and Python, only from a private folder.
    bytecode = storage.cache_directory() / f"templates-{jinja2.__version__}-{sys.version_info[0]}{sys.version_info[1]}"
    bytecode.mkdir(mode=0o700, exist_ok=True)
    environment = _Environment(
        loader=FileSystemLoader(directory),
        bytecode_cache=FileSystemBytecodeCache(str(bytecode)),
        undefined=StrictUndefined,
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        finalize=_writable,
    )
    environment.filters.update(FILTERS)
    return environment


def render_file(template: Path, context: Mapping[str, Any], shown: str) -> str:
    """
    Render one template.

    Args:
        shown: the template's name for findings.

    Raises:
        FilesInvalid: with the template's line, or the line of the part it includes.
    """
    try:
        return engine(template.parent).get_template(template.name).render(context)
    except jinja2.TemplateSyntaxError as error:
        name = _beside(shown, error.name)
        raise FilesInvalid([Finding(path=name, line=error.lineno, key="", message=str(error.message))]) from None
    except jinja2.TemplateNotFound as error:
        message = f"includes {error.name!r}, which is not in {template.parent.name}/"
        raise FilesInvalid([Finding(path=shown, line=_line(error, template)[1], key="", message=message)]) from None
    except Exception as error:  # noqa: BLE001 - whatever a template does wrong is its author's to mend
        name, line = _line(error, template)
        message = _words(error, context)
        raise FilesInvalid([Finding(path=_beside(shown, name), line=line, key="", message=message)]) from None


def _beside(shown: str, name: str | None) -> str:
    return str(Path(shown).with_name(name)) if name else shown


def _line(error: BaseException, template: Path) -> tuple[str, int]:
    """Find the innermost frame that belongs to a template of this folder."""
    found = (template.name, 0)
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.parent == template.parent and path.suffix == template.suffix:
            found = (path.name, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _words(error: Exception, context: Mapping[str, Any]) -> str:
    words = str(error)
    if not isinstance(error, jinja2.UndefinedError):
        return f"{words}" if words else type(error).__name__
    missing = words.split("'")
    known = {name for value in context.values() if isinstance(value, Mapping) for name in value} | set(context)
    hint = did_you_mean(missing[-2], known) if len(missing) > 2 else ""  # noqa: PLR2004 - text 'name' text
    return f"{words}{hint}"
