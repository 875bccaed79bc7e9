"""How templates become Python: Jinja's own code with less between a template and what it calls and shows.

A page of forms calls some three hundred macros and functions and shows some two hundred values. Jinja asks of every callable
whether it wants the context, and copies every safe text once more. Here nothing called in a template wants the context
(`Templates` refuses a global that does), macros take their arguments without such questions, and a text that needs no
escaping is shown as it is. What a template gives is the same, byte for byte.
"""

import re
from collections.abc import MutableMapping
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

SPECIAL = re.compile("[&<>'\"]")
# these are methods in a template: `{{ more.items() }}`
METHODS = frozenset(dir(dict))


def shown(value: Any) -> str:
    """A value as it stands in HTML: safe text as it is, everything else as text, escaped."""
    kind = type(value)
    if kind is Markup or (kind is str and SPECIAL.search(value) is None):
        return value  # type: ignore[no-any-return]
    return escape(value)


class DirectMacro(Macro):
    """A macro; its text is always HTML."""

    def __call__(self, *args: Any, **kwargs: Any) -> Markup:
        """The macro's text. TypeError for arguments that it does not take."""
        open_places = self._argument_count - len(args)
        if open_places < 0 or self.catch_varargs or self.explicit_caller:
            return str.__new__(Markup, super().__call__(*args, **kwargs))
        arguments = list(args)
        if open_places:
            arguments += [kwargs.pop(name, missing) for name in self.arguments[-open_places:]] if kwargs else [missing] * open_places
        if self.caller:
            caller = kwargs.pop("caller", None)
            arguments.append(self._environment.undefined("No caller defined", name="caller") if caller is None else caller)
        if self.catch_kwargs:
            arguments.append(kwargs)
        elif kwargs:
            raise TypeError(f"macro {self.name!r} takes no keyword argument {next(iter(kwargs))!r}")
        return str.__new__(Markup, self._func(*arguments))


class DirectCode(CodeGenerator):
    """Writes a call as a call."""

    _opens_call = False

    def write(self, x: str) -> None:
        """As ever, but the first argument of a call has no comma before it."""
        if self._opens_call:
            self._opens_call = False
            x = x.removeprefix(", ")
        super().write(x)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """`f(a, b=c)`, instead of having the context call it."""
        self.visit(node.node, frame)
        self.write("(")
        self._opens_call = True
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self._opens_call = False
        self.write(")")

    def write_commons(self) -> None:
        """What every block begins with: our own names instead of Jinja's."""
        super().write_commons()
        self.writeline("escape = environment.shown")
        self.writeline("Macro = environment.macro")


class DirectTemplate(Template):
    """A template whose macros know the environment's globals and no others, so that one module serves every page."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return self._module or super()._get_default_module(None)


class DirectEnvironment(Environment):
    """Jinja's environment with all of this."""

    code_generator_class = DirectCode
    template_class = DirectTemplate
    macro = DirectMacro
    shown = staticmethod(shown)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's globals and those of one template, in one dictionary instead of a chain of them."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`. A dictionary is asked for its item at once, unless it is one of its methods that is meant."""
        if type(obj) is dict and attribute not in METHODS:
            found = obj.get(attribute, missing)
            return self.undefined(obj=obj, name=attribute) if found is missing else found
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)
