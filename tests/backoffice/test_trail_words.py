"""Every action that the program writes into the audit trail has words, found by reading the program itself."""

import ast
from collections.abc import Iterator

from backoffice.trail_words import ACTIONS, NOUNS, action_label
from catalog.states import AGREEMENT
from kernel.i18n import using
from orders.states import ORDER
from tests.architecture.source import Module, modules

# words that are put together: what stands before the first brace → everything that may follow
COMPOSED = {
    "agreement.": {"offer", *(move.verb for move in AGREEMENT.moves)},
    "order.": {move.verb for move in ORDER.moves},
    "stock.": {"set", "reported"},
}


def calls(module: Module, *names: str) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    for function in ast.walk(module.tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
                    yield function, node


def words(module: Module, function: ast.FunctionDef, given: ast.expr) -> Iterator[str]:
    """The actions an expression may stand for: a text, a composed text, or a parameter, followed to the module's calls."""
    if isinstance(given, ast.Constant):
        yield str(given.value)
    elif isinstance(given, ast.JoinedStr):
        head = given.values[0]
        assert isinstance(head, ast.Constant)
        yield from (str(head.value) + verb for verb in COMPOSED[str(head.value)])
    elif isinstance(given, ast.IfExp):
        yield from (*words(module, function, given.body), *words(module, function, given.orelse))
    else:
        assert isinstance(given, ast.Name), f"{module.name}.{function.name}: {ast.unparse(given)}"
        place = [argument.arg for argument in function.args.args].index(given.id)
        found = [(caller, call) for caller, call in calls(module, function.name)]
        assert found, f"{module.name}.{function.name} is called from elsewhere"
        for caller, call in found:
            named = next((k.value for k in call.keywords if k.arg == given.id), None)
            yield from words(module, caller, named or call.args[place])


def recorded() -> set[str]:
    found: set[str] = set()
    for module in modules():
        for function, call in calls(module, "record", "audit.record"):
            if module.name != "kernel.audit":
                found |= set(words(module, function, call.args[2]))
    return found


def test_every_action_that_is_recorded_has_words_and_none_is_left_over() -> None:
    known = recorded()
    assert len(known) > 80
    assert set(ACTIONS) == known


def test_every_action_belongs_to_a_noun_that_has_words() -> None:
    assert {action.split(".")[0] for action in ACTIONS} == set(NOUNS)


def test_labels_are_sentences_of_their_own() -> None:
    with using("en"):
        labels = {action: action_label(action) for action in ACTIONS}
        assert len(set(labels.values())) == len(labels)
        assert not [label for label in labels.values() if "." in label or "_" in label or not label[0].isupper()]


def test_an_action_of_an_older_version_stands_as_it_was_written() -> None:
    assert action_label("shop.painted") == "shop.painted"
