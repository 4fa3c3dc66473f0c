"""Gradio controls for an engine's own settings, drawn from the schema of its ``Options``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component
from pydantic import BaseModel

from studio.ui.texts import Texts

_STEPS = 100
_LONG = 200
"""Characters from which a text gets a box that grows."""
_LINES = 5


@dataclass(frozen=True)
class OptionControl:
    """One setting on the page. ``default`` values are not sent: the engine knows them."""

    name: str
    default: Any
    control: Component


def controls(engine: str, options: type[BaseModel], t: Texts) -> list[OptionControl]:
    """Make a control for every field, in the current Gradio context.

    Args:
        engine: name, for translated labels (``ui.option.<engine>.<field>``, of a choice
            ``ui.option.<engine>.<field>.<choice>``).
        options: the engine's model; every field has a default.
        t: texts of the page.
    """
    if not options.model_fields:
        return []
    schema = options.model_json_schema()
    shared = schema.get("$defs", {})
    made = []
    for name, raw in schema.get("properties", {}).items():
        field = _resolved(raw, shared)
        key = f"option.{engine.partition('-')[0]}.{name}"  # a family's members share their texts
        label = t(key) if t.has(key) else str(field.get("title", name))
        info_key = f"{key}_info"
        info = t(info_key) if t.has(info_key) else None
        names = {c: t(f"{key}.{c}") for c in field.get("enum", ()) if t.has(f"{key}.{c}")}
        control = _control(field, label, info, names)
        made.append(OptionControl(name, field.get("default"), control))
    return made


def _resolved(field: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """The field with its reference looked up and an optional's other half left out."""
    merged = dict(field)
    variants = [one for one in field.get("anyOf", []) if one.get("type") != "null"]
    for part in (*field.get("allOf", []), *variants[:1], field):
        if "$ref" in part:
            merged |= shared[part["$ref"].rsplit("/", 1)[-1]]
        else:
            merged |= {key: value for key, value in part.items() if key not in {"anyOf", "allOf"}}
    return merged | {key: field[key] for key in ("title", "default") if key in field}


def _control(
    field: dict[str, Any], label: str, info: str | None, names: Mapping[Any, str]
) -> Component:
    default = field.get("default")
    if "enum" in field:
        choices = [(names.get(choice, str(choice)), choice) for choice in field["enum"]]
        return gr.Dropdown(choices=choices, value=default, label=label, info=info)
    kind = field.get("type")
    if kind == "boolean":
        return gr.Checkbox(value=bool(default), label=label, info=info)
    if kind in {"number", "integer"}:
        low = field.get("minimum", field.get("exclusiveMinimum"))
        high = field.get("maximum", field.get("exclusiveMaximum"))
        if low is None or high is None:
            return gr.Number(value=default, label=label, info=info, precision=_precision(kind))
        step = field.get("multipleOf") or (
            1 if kind == "integer" else _step(float(high) - float(low))
        )
        return gr.Slider(low, high, value=default, step=step, label=label, info=info)
    return gr.Textbox(
        value=default or "",
        label=label,
        info=info,
        max_lines=_LINES if field.get("maxLength", 0) > _LONG else 1,
        max_length=field.get("maxLength"),
    )


def _precision(kind: str) -> int | None:
    return 0 if kind == "integer" else None


def _step(span: float) -> float:
    """About a hundred steps, of a size people can read (0.01, 0.05, 0.1 …)."""
    raw = span / _STEPS
    sizes = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
    return next((size for size in sizes if size >= raw), 10.0)
