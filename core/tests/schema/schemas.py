"""The schemas of docs/schema: as published, by the letter, and what fields they name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "docs" / "schema").glob("*.schema.json"))
}


def by_the_letter(node: Any) -> Any:
    """The same schema without its tolerance: no field that it does not name, no value beyond a list that may grow."""
    if isinstance(node, list):
        return [by_the_letter(item) for item in node]
    if not isinstance(node, dict):
        return node
    strict = {key: by_the_letter(value) for key, value in node.items()}
    if "properties" in strict:
        strict["additionalProperties"] = False
    first = strict.get("anyOf", [{}])[0]
    if "enum" in first:
        strict["anyOf"] = [first]
    return strict


STRICT = {name: by_the_letter(schema) for name, schema in PUBLISHED.items()}


def _registry(schemas: dict[str, dict[str, Any]]) -> Registry:
    return Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas.values())


def complaints(schemas: dict[str, dict[str, Any]], output: dict[str, Any]) -> list[str]:
    """What the schema that an output names has against it."""
    name, _, version = output["schema"].removeprefix("condau.").partition("/")
    schema = schemas[name]
    assert schema["properties"]["schema"]["const"] == f"condau.{name}/{version}"
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(schema, registry=_registry(schemas), format_checker=checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(output)]


def named_fields(name: str) -> set[str]:
    """Every field of a schema, as `files[].report.indication`."""
    return set(_named(name, PUBLISHED[name], ""))


def _named(name: str, node: dict[str, Any], path: str) -> Iterator[str]:
    if "$ref" in node:
        file, _, pointer = node["$ref"].partition("#")
        name = file.removesuffix(".schema.json") or name
        target = PUBLISHED[name]
        for step in filter(None, pointer.split("/")):
            target = target[step]
        yield from _named(name, target, path)
    for key, value in node.get("properties", {}).items():
        inner = f"{path}.{key}" if path else key
        yield inner
        yield from _named(name, value, inner)
    if "items" in node:
        yield from _named(name, node["items"], f"{path}[]")
    for choice in node.get("anyOf", []):
        yield from _named(name, choice, path)


def seen_fields(value: Any, path: str = "") -> Iterator[str]:
    """The fields of an output that are not null."""
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            if inner is not None:
                yield here
            yield from seen_fields(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from seen_fields(inner, f"{path}[]")


def objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object inside an output, itself included, with its path."""
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from objects(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner, f"{path}[]")
