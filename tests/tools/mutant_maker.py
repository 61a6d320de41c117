"""All mutants of one source text: each differs from it in one place, and none is equal to another.

The operators are those of mutmut. They are applied here to the whole text: rules that stand in tables of a module, and
functions under a decorator, guard money as much as plain functions do, and mutmut itself leaves both as they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

#: Mutmut leaves the arguments of these alone, too: the mutants only raise.
_LEFT_ALONE = {"len", "isinstance"}
_SIMPLE = (cst.Name, cst.BaseNumber, cst.BaseString)


@dataclass(frozen=True)
class Mutant:
    """One change of a module: its text, its line, the lines of the statement that it is in, the change in words."""

    text: str
    line: int
    statement: range
    change: str


def mutants_of(text: str) -> list[Mutant]:
    """The mutants in the order of the text, without those that are the same program once more."""
    wrapper = MetadataWrapper(cst.parse_module(text))
    places, statements = wrapper.resolve(PositionProvider), _statements(text)
    finder = _Finder()
    wrapper.module.visit(finder)
    known, made = {_program(text)}, []
    for old, new in finder.found:
        mutated = wrapper.module.visit(_Replaced(old, new)).code
        program = _program(mutated)
        if program and program not in known:
            known.add(program)
            line = places[old].start.line
            made.append(Mutant(mutated, line, statements[line], _change(text, mutated)))
    return made


def _statements(text: str) -> dict[int, range]:
    """For each line the lines of the innermost statement there; of one with a body only what stands before it."""
    found: dict[int, range] = {}
    for node in ast.walk(ast.parse(text)):  # outer statements come first
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno
            found |= dict.fromkeys(
                range(node.lineno, node.end_lineno + 1), range(node.lineno, max(node.lineno, last) + 1)
            )
    return found


def _program(text: str) -> str:
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:  # an operator of mutmut may make what is none
        return ""


class _Finder(cst.CSTVisitor):
    """Collects what each operator makes of each place that says what the program does."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _says_nothing(node):
            return False
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                self.found += [(node, new) for new in operator(node)]
        return True


def _says_nothing(node: cst.CSTNode) -> bool:
    """Whether a place only names types or exports, is told to a reader, or would fail before any test."""
    if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom):
        return True
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString):
        return True
    if isinstance(node, cst.Param):
        return node.default is not None and not isinstance(node.default, _SIMPLE)
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value in _LEFT_ALONE
    return isinstance(node, cst.Assign) and _names_types(node)


def _names_types(node: cst.Assign) -> bool:
    target = node.targets[0].target
    subscript = isinstance(node.value, cst.Subscript) and isinstance(node.value.value, cst.Name)
    exported = isinstance(target, cst.Name) and target.value == "__all__"
    return exported or (subscript and node.value.value.value in {"Literal", "Callable", "Mapping", "tuple"})


class _Replaced(cst.CSTTransformer):
    def __init__(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        super().__init__()
        self._old, self._new = old, new

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node is not self._old

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:
        return self._new if original_node is self._old else updated_node


def _change(old: str, new: str) -> str:
    """The lines that differ, before and after, so that the same change has the same words on another line."""
    before, after = old.splitlines(), new.splitlines()
    start = _agreed(before, after)
    end = min(
        _agreed(reversed(before), reversed(after)), len(before) - start - 1, max(len(after) - start - 1, 0)
    )
    cut = [" ".join(" ".join(lines[start : len(lines) - end]).split()) for lines in (before, after)]
    return " => ".join(cut)


def _agreed(one: Iterable[str], other: Iterable[str]) -> int:
    def same() -> Iterator[int]:
        for a, b in zip(one, other, strict=False):
            if a != b:
                return
            yield 1

    return sum(same())
