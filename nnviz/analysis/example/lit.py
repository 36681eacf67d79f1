"""What of the diagram is lit while the cursor moves."""

from nnviz.analysis.example.look import Look, Phase
from nnviz.runs.place import Lit


def lit(look: Look) -> Lit:
    """The chosen parameter's strongest path; without one, the unit being computed and from what."""
    if look.chosen:
        return _path(look)
    stop, sizes = look.stop, look.traced.network.layer_sizes
    l, j = stop.layer, stop.unit
    above = range(sizes[l + 2]) if l + 2 < len(sizes) else ()
    match stop.phase:
        case Phase.INPUT | Phase.LOSS:
            layer = 0 if stop.phase is Phase.INPUT else len(sizes) - 1
            return Lit(tuple((layer, unit) for unit in range(sizes[layer])))
        case Phase.UPDATE:
            return Lit((), tuple((l, unit, i) for unit in range(sizes[l + 1]) for i in range(sizes[l])))
        case Phase.ACTIVATION:
            return Lit(((l + 1, j),))
        case Phase.DELTA:
            return Lit(((l + 1, j),), tuple((l + 1, k, j) for k in above))
    return Lit(((l + 1, j),), tuple((l, j, i) for i in range(sizes[l])))


def _path(look: Look) -> Lit:
    chain = look.chain
    neurons = [(chain.layer + 1 + at, unit) for at, unit in enumerate(chain.units)]
    between = zip(chain.units[1:], chain.units, strict=False)
    parameters = [(chain.layer + 1 + at, above, below) for at, (above, below) in enumerate(between)]
    if chain.source is not None:
        neurons.insert(0, (chain.layer, chain.source))
    return Lit(tuple(neurons), ((chain.layer, chain.units[0], chain.source), *parameters))
