"""The letters of the lectures: deltas, or the Jacobians of layers; in TeX."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Notation:
    """How things are called; layers counted from 1, the inputs are layer 0; units from 0.

    A unit of None means the vector, or the matrix, of all units.

    Parameters
    ----------
    layers : int
        L: layers that compute.
    outputs : int
        Units of the last.
    jacobian : bool
        a, h, ŷ and ∂ℓ/∂a in place of p, o and δ.
    """

    layers: int
    outputs: int
    jacobian: bool = False

    @property
    def loss(self) -> str:
        """The loss of the sample."""
        return r"\ell" if self.jacobian else "E"

    def sum(self, layer: int, unit: int | None = None) -> str:
        """The pre-activation."""
        return _indexed("a" if self.jacobian else "p", layer, unit)

    def activation(self, layer: int, unit: int | None = None) -> str:
        """The activation; of layer 0 the input."""
        if not self.jacobian:
            return _indexed("o", layer, unit)
        if 0 < layer < self.layers:
            return _indexed("h", layer, unit)
        if layer == 0:
            return "x" + _low(unit)
        return r"\hat{y}" + (_low(unit) if self.outputs > 1 else "")

    def target(self, unit: int | None = None) -> str:
        """What the output should be."""
        return "y" + (_low(unit) if self.outputs > 1 else "")

    def weight(self, layer: int, unit: int, source: int | None) -> str:
        """A weight, or with ``source`` None the bias."""
        return _indexed("b", layer, unit) if source is None else _indexed("w", layer, unit, source)

    def matrix(self, layer: int) -> str:
        """All weights of a layer."""
        return _indexed("W", layer, None)

    def bias(self, layer: int) -> str:
        """All biases of a layer."""
        return _indexed("b", layer, None)

    def slope(self, layer: int, unit: int | None = None) -> str:
        """The activation function's derivative there."""
        return rf"\sigma'({self.sum(layer, unit)})"

    def delta(self, layer: int, unit: int | None = None) -> str:
        """The loss by the pre-activation."""
        return self.by(self.sum(layer, unit)) if self.jacobian else _indexed(r"\delta", layer, unit)

    def by(self, what: str) -> str:
        """The loss's derivative by something."""
        return rf"\partial {self.loss}/\partial {what}"


def _indexed(letter: str, layer: int, *units: int | None) -> str:
    return f"{letter}^{{{layer}}}{_low(*units)}"


def _low(*units: int | None) -> str:
    """Indices counted from 1; a comma between them where one of them has two digits."""
    numbers = [str(unit + 1) for unit in units if unit is not None]
    if not numbers:
        return ""
    between = "," if max(map(len, numbers)) > 1 else ""
    return f"_{{{between.join(numbers)}}}"
