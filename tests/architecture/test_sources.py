"""What the machine refuses in any source file: size, inline imports, managers in entry points."""

import ast

from bench.__main__ import names
from tests.architecture.sources import (
    APPS,
    ROOT,
    imports,
    modules,
    name_of,
    nodes_of,
    tree_of,
)

MAX_LINES = 400
MAX_FUNCTION = 50
MAX_TEMPLATE = 150
DOORS = {
    "models",
    "queries",
    "actions",
    "enums",
    "exceptions",
    "access",
    "endpoints",
    "scoring",
    "definition",
}
ENTRY_POINTS = {"views", "api", "tasks"}


def test_a_source_file_is_short():
    long = {
        name_of(path): lines
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }

    assert long == {}


def test_a_function_is_short():
    long = {
        f"{name_of(path)}:{node.name}": length
        for path in modules()
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := node.end_lineno - node.lineno + 1) > MAX_FUNCTION
    }

    assert long == {}


def test_a_module_says_in_a_sentence_what_it_is():
    silent = [
        name_of(path)
        for path in modules()
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree_of(path))
    ]

    assert silent == []


def test_a_template_is_short():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "templates").rglob("*.html")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_TEMPLATE
    }

    assert long == {}


def test_no_import_stands_inside_a_function():
    inline = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for function in nodes_of(path)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inline == []


def test_apps_meet_only_at_their_doors():
    graph = imports()

    forbidden = [
        f"{importer} -> {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if _crosses(importer, imported) and imported.split(".")[1] not in DOORS
    ]

    assert forbidden == []


def test_no_two_apps_import_each_other():
    graph = imports()
    arrows = {
        (importer.split(".")[0], imported.split(".")[0])
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if _crosses(importer, imported)
    }

    assert {pair for pair in arrows if pair[::-1] in arrows} == set()


def test_entry_points_use_no_manager():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(packages=APPS)
        if set(path.relative_to(ROOT).with_suffix("").parts[1:2]) & ENTRY_POINTS
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]

    assert found == []


def test_actions_and_queries_are_typed_without_any():
    found = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in modules(packages=APPS)
        if path.relative_to(ROOT).with_suffix("").parts[1] in {"actions", "queries"}
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if _uses_any(node)
    ]

    assert found == []


def test_a_lock_lets_other_rows_refer_to_the_locked_one():
    """A plain FOR UPDATE would stop every insert that has a foreign key to the row."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in nodes_of(path)
        if _locks_keys(node)
    ]

    assert found == []


def test_a_row_is_locked_within_its_organisation():
    """AB-01: row-level security is the second line of defence, not the only one."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(packages=APPS)
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr == "select_for_update"
        if isinstance(node.value, ast.Attribute) and node.value.attr == "objects"
    ]

    assert found == []


def _locks_keys(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        names = {keyword.arg for keyword in node.keywords}
        return node.func.attr == "select_for_update" and "no_key" not in names
    return isinstance(node, ast.Constant) and "FOR UPDATE" in str(node.value)


def _uses_any(function: ast.FunctionDef) -> bool:
    annotations = [argument.annotation for argument in function.args.args]
    annotations += [argument.annotation for argument in function.args.kwonlyargs]
    annotations.append(function.returns)
    return any(
        isinstance(annotation, ast.Name) and annotation.id == "Any" for annotation in annotations
    )


def _crosses(importer: str, imported: str) -> bool:
    one, other = importer.split(".", maxsplit=1)[0], imported.split(".", maxsplit=1)[0]
    return one != other and one in APPS and other in APPS


def test_each_benchmark_that_is_listed_can_be_run():
    without = [
        name
        for name in names()
        if "run" not in {one.name for one in defined_in(ROOT / "bench" / f"{name}.py")}
    ]

    assert len(names()) >= 4
    assert without == []


def defined_in(path):
    return [node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)]
