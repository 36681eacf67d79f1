"""What is wrong with an experiment, in words: values not allowed, and parts that make no sense together."""

import math
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from nnviz.data.catalogue import CATALOGUE
from nnviz.data.features import FEATURES
from nnviz.data.messages import shown
from nnviz.data.source import MAX_SAMPLES
from nnviz.engine.outputs import LOSSES
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.kind import FORMAT, LEARNERS, NETWORK, SCHEMAS, Kind

_LONGEST = 60
K = TypeVar("K", bound=Kind)


def converted(tables: Mapping[str, Any], schema: type[K], key: str = "") -> K:
    """The experiment that tables describe, and in it the one that it is about, of whatever kind that is.

    Raises
    ------
    InputError
        One line on the first key that is refused: what it is, and what is allowed.
    """
    values = dict(tables)
    if "base" in values and "base" in schema.__struct_fields__:
        values["base"] = _base(values["base"], _joined(key, "base"))
    try:
        return msgspec.convert(values, schema)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(explain(values, schema, key)) from error


def _base(given: Any, key: str) -> Kind:
    if not isinstance(given, dict):
        raise InputError(f"{key}: {brief(given)} is not allowed; allowed: a table")
    kind = given.get("kind", NETWORK)
    if kind not in LEARNERS:
        raise InputError(f"{key}.kind: {brief(kind)} is not allowed; allowed: {', '.join(LEARNERS)}")
    return converted({name: value for name, value in given.items() if name != "kind"}, SCHEMAS[kind], key)


def explain(value: Any, schema: Any, key: str = "") -> str:
    """One line on the first thing in ``value`` that ``schema`` refuses: its key, what it is, what is allowed."""
    arm = _arm(value, schema)
    if isinstance(value, dict) and _is_table(arm):
        for name in value:
            if name not in arm.__struct_fields__:
                return f"{_joined(key, shown(name))}: unknown key; allowed: {', '.join(arm.__struct_fields__)}"
        for field in msgspec.structs.fields(arm):
            if field.required and field.name not in value:
                return f"{_joined(key, field.name)}: missing; allowed: {allowed_in(arm, field.name)}"
    for part, hint, where in _parts(value, arm, key):
        if _refused(part, hint):
            return explain(part, hint, where)
    return f"{key or 'file'}: {brief(value)} is not allowed; allowed: {allowed(schema)}"


def allowed(hint: Any) -> str:
    """What a type of the schema allows."""
    words = _words(inspect.type_info(hint))
    return words.replace("lists", "a list", 1) if words.startswith("lists") else words


def allowed_in(table: type, key: str) -> str:
    """What a key of one of the schema's tables allows."""
    return allowed(get_type_hints(table, include_extras=True)[key])


def _words(kind: inspect.Type) -> str:
    match kind:
        case inspect.VarTupleType(item_type=item, min_length=low, max_length=high):
            return f"lists of {_count(low, high)}{_words(item).replace('a table', 'tables', 1)}"
        case inspect.TupleType(item_types=items):
            return f"lists of {len(items)} {_words(items[-1])}"
        case inspect.UnionType(types=kinds):
            first, *others = [kind for kind in kinds if not _is_nothing(kind)]
            second = (
                _words(others[0]) if others and isinstance(others[0], inspect.StructType) else "a list of these"
            )
            return f"{_words(first)}; or {second}" if others else _words(first)
        case inspect.StructType(fields=fields):
            return f"a table with {', '.join(field.name for field in fields)}"
        case inspect.DictType():
            return "a table"
        case _:
            return _plain_words(kind)


def _plain_words(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType(ge=low, le=high):
            return f"whole numbers{_range(None, low, None, high)}"
        case inspect.FloatType(gt=above, ge=low, lt=below, le=high):
            finite = "finite " if low is None and above is None else ""
            return f"{finite}numbers{_range(above, low, below, high)}"
        case inspect.BoolType():
            return "true or false"
        case inspect.LiteralType(values=values):
            return ", ".join(str(value) for value in values if value != "")
        case _:
            return _words_on_text(kind)


def _words_on_text(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata(extra_json_schema={"description": words}):
            return str(words)
        case inspect.StrType(min_length=low, max_length=high) if high:
            return f"text in quotation marks, {_count(low, high)}characters"
        case _:
            return "text in quotation marks"


def _is_nothing(kind: inspect.Type) -> bool:
    """Whether a type only stands for what is left out."""
    return isinstance(kind, inspect.NoneType) or (isinstance(kind, inspect.LiteralType) and kind.values == ("",))


def _range(above: float | None, low: float | None, below: float | None, high: float | None) -> str:
    bounds = {" above": above, " from": low, " to below": below, " to": high}
    return "".join(f"{word} {_number(bound)}" for word, bound in bounds.items() if bound is not None)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"


def _count(low: int | None, high: int | None) -> str:
    if high is None:
        return ""
    return f"{low} to {high:,} " if low else f"up to {high:,} "


def _arm(value: Any, hint: Any) -> Any:
    """The alternative that a value is meant as: a list for a list, a table for a table."""
    if get_origin(hint) is Annotated:
        return _arm(value, get_args(hint)[0])
    if get_origin(hint) not in {Union, UnionType}:
        return hint
    if isinstance(value, list):
        return next((arm for arm in get_args(hint) if get_origin(arm) is tuple), hint)
    return next((arm for arm in get_args(hint) if _is_table(arm)), hint) if isinstance(value, dict) else hint


def _is_table(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def _parts(value: Any, hint: Any, key: str) -> Iterator[tuple[Any, Any, str]]:
    """What a table or a list consists of: values, their types, where they stand."""
    if isinstance(value, dict) and _is_table(hint):
        hints = get_type_hints(hint, include_extras=True)
        yield from ((part, hints[name], _joined(key, name)) for name, part in value.items())
    elif isinstance(value, list) and get_origin(hint) is tuple:
        items = get_args(hint)
        if items[-1] is Ellipsis or len(items) == len(value):
            hints_in_order = items[:1] * len(value) if items[-1] is Ellipsis else items
            for number, (part, item) in enumerate(zip(value, hints_in_order, strict=True), start=1):
                yield part, item, f"{key}, item {number}"


def _refused(value: Any, hint: Any) -> bool:
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return True
    return False


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def brief(value: Any) -> str:
    """A value as Python writes it, on one line and shortened."""
    try:
        return shown(repr(value), _LONGEST)
    except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists in lists
        return f"this {type(value).__name__}"


def check(experiment: Kind) -> None:
    """Accept an experiment, or raise an `InputError` naming the first key at fault and what is allowed."""
    for complaint in complaints(experiment):
        raise InputError(complaint)


def complaints(experiment: Kind) -> Iterator[str]:
    """Everything that makes no sense, a line each."""
    if experiment.format > FORMAT:
        yield f"format: {experiment.format} is newer than this nnviz reads; allowed: up to {FORMAT}"
    yield from _of_a_network(experiment) if isinstance(experiment, Experiment) else experiment.complaints()


def _of_a_network(experiment: Experiment) -> Iterator[str]:
    yield from _numbers("data", experiment.data)
    yield from _numbers("training", experiment.training)
    yield from _data(experiment.data)
    yield from _network(experiment.network)
    yield from _training(experiment.network, experiment.training)


def _numbers(table: str, values: Data | Training) -> Iterator[str]:
    for key in values.__struct_fields__:
        for number in _floats(getattr(values, key)):
            if not math.isfinite(number):
                yield f"{table}.{key}: {number} is not allowed; allowed: {allowed_in(type(values), key)}"


def _floats(value: Any) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _floats(item)


def _data(data: Data) -> Iterator[str]:
    if not data.file and data.name not in CATALOGUE:
        yield f"data.name: {shown(repr(data.name))} is not known; allowed: {', '.join(CATALOGUE)}"
    elif not data.file and not data.points and "points" in CATALOGUE[data.name].options:
        yield f"data.points: missing; data drawn by hand (data.name = {data.name!r}) needs its points"
    for number, name in enumerate(data.features, start=1):
        if name not in FEATURES:
            yield (
                f"data.features, item {number}: {shown(repr(name))} is not known; allowed: {', '.join(FEATURES)}"
            )
    if data.random_labels and data.is_onto_itself:
        yield "data.random_labels: inputs that are given back have no labels; allowed: false"
    if data.samples + data.test_samples > MAX_SAMPLES:
        most = MAX_SAMPLES - data.samples
        yield f"data.test_samples: {data.test_samples:,} is not allowed; allowed with these samples: to {most:,}"
    if len(data.axes) == 1 or len(set(data.axes)) != len(data.axes):
        yield (
            f"data.axes: {shown(repr(list(data.axes)))} is not allowed; "
            "allowed: two different inputs, or none for the principal components"
        )


def _network(network: NetworkDesign) -> Iterator[str]:
    given, layers = len(network.activations), len(network.hidden)
    yield from _convolutions(network)
    if given != layers:
        yield (
            f"network.activation: {given} for {layers} hidden layers; "
            "allowed: one name for all, or a list with one for each"
        )
    yield from _frozen(network)
    if (len(network.weights), len(network.biases)) not in {(0, 0), (layers + 1, layers + 1)}:
        yield (
            f"network.weights: {len(network.weights)} layers, network.biases: {len(network.biases)}; "
            f"allowed: {layers + 1} each, or none"
        )
    if network.built and network.weights:
        yield f"network.built: {network.built!r} beside network.weights; allowed: one of them"
    for key in ("alpha", "initial_scale", "initial_noise"):
        if not math.isfinite(value := getattr(network, key)):
            yield f"network.{key}: {value} is not allowed; allowed: {allowed_in(NetworkDesign, key)}"
    for key in ("weights", "biases"):
        if any(not math.isfinite(number) for number in _floats(getattr(network, key))):
            yield f"network.{key}: holds a number that is not finite; allowed: finite numbers"


def _convolutions(network: NetworkDesign) -> Iterator[str]:
    first = len(network.convolutions)
    for number, layer in enumerate(network.hidden, start=1):
        if number > first and not isinstance(layer, int):
            yield (
                f"network.hidden, item {number}: a convolution above a layer without maps; "
                "allowed: convolutions first, then numbers of units"
            )
    for key in ("built", "wired"):
        if first and getattr(network, key):
            yield f"network.{key}: {getattr(network, key)!r} has no convolutions; allowed: without any"
    for number, (layer, *_) in enumerate(network.cut, start=1):
        if layer <= first:
            yield (
                f"network.cut, item {number}: layer {layer} is a convolution, whose connections are shared; "
                f"allowed: layers from {first + 1} on"
            )


def _frozen(network: NetworkDesign) -> Iterator[str]:
    layers = len(network.hidden) + 1
    for number, layer in enumerate(network.frozen, start=1):
        if not 1 <= layer <= layers:
            yield f"network.frozen, item {number}: there is no layer {layer}; allowed: 1 to {layers}, the output's"


def _training(network: NetworkDesign, training: Training) -> Iterator[str]:
    allowed = LOSSES[training.loss].outputs
    if network.output not in allowed:
        yield (
            f"training.loss: {training.loss} makes no sense with network.output = {network.output!r}; "
            f"allowed with it: output {', '.join(allowed)}"
        )
