"""A study: an experiment in several variants, each with many seeds, for figures instead of a single try."""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Annotated, ClassVar, Literal, Self

from msgspec import Meta, Struct, structs

from nnviz.errors import InputError
from nnviz.experiment.change import Tables, changed, with_paths, with_seed_after
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.experiment.validation import complaints
from nnviz.kinds.race.schema import Title

Measure = Literal["success", "accuracy", "test_accuracy", "loss", "rmse"]
VariantName = Annotated[str, Meta(max_length=120)]


class Variant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the networks: what it is called, where on the axis it stands, what of the base it changes."""

    title: Title
    at: float = 0.0
    change: Tables = {}


class Study(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Variants of a base, each trained for so many ``epochs`` from so many ``seeds``.

    ``measure`` is what counts of each: ``accuracy``, ``loss`` and ``rmse`` of the training samples,
    ``test_accuracy`` of those held out, or ``success``: whether the accuracy is at least that. ``across`` says
    what the variants differ in; it stands below the axis.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"title", "across", "success"})

    title: VariantName = ""
    across: VariantName = ""
    base: Experiment = Experiment()
    variants: Annotated[tuple[Variant, ...], Meta(min_length=1, max_length=8)]
    seeds: Annotated[int, Meta(ge=1, le=200)] = 50
    epochs: Annotated[int, Meta(ge=1, le=100_000)] = 100
    measure: Measure = "success"
    success: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """What is trained of every variant, with the first of its seeds.

        Raises
        ------
        InputError
            One line that names the variant, the key and what is allowed.
        """
        return tuple(self._experiment(number) for number in range(len(self.variants)))

    def one(self, variant: int, seed: int) -> Experiment:
        """The experiment of one variant and one of its seeds, both counted from 0."""
        experiment = self._experiment(variant)
        training = structs.replace(experiment.training, seed=experiment.training.seed + seed)
        return structs.replace(experiment, training=training)

    def reseeded(self) -> Self:
        """The same with seeds of which none has been tried."""
        training = structs.replace(self.base.training, seed=self.base.training.seed + self.seeds)
        base = structs.replace(self.base, training=training)
        changes = (with_seed_after(variant.change, self.seeds) for variant in self.variants)
        pairs = zip(self.variants, changes, strict=True)
        return structs.replace(self, base=base, variants=tuple(structs.replace(v, change=c) for v, c in pairs))

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        """The same with the names of its files converted, those in variants as well."""
        variants = tuple(structs.replace(v, change=with_paths(v.change, convert)) for v in self.variants)
        return structs.replace(self, base=self.base.with_paths(convert), variants=variants)

    def complaints(self) -> Iterator[str]:
        """What makes no sense in the base or in a variant."""
        yield from (f"base.{complaint}" for complaint in complaints(self.base))
        if not isfinite(self.success):
            yield f"success: {self.success} is not allowed; allowed: numbers from 0 to 1"
        for number, variant in enumerate(self.variants):
            if not isfinite(variant.at):
                yield f"variants, item {number + 1}.at: {variant.at} is not allowed; allowed: finite numbers"
            try:
                self._experiment(number)
            except InputError as error:
                yield str(error)

    def _experiment(self, number: int) -> Experiment:
        return changed(self.base, self.variants[number].change, f"variants, item {number + 1}.change")
