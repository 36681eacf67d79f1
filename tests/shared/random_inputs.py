"""Random files and arguments, each made from a seed: half right, or cut from what is right."""

import io
import string
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import format_experiment
from nnviz.experiment.kind import SCHEMAS
from nnviz.paths import resource

_NASTY = [
    *(
        "",
        "0",
        "-1",
        "1e999",
        "nan",
        "-inf",
        "9" * 400,
        "true",
        "[]",
        "{}",
        '""',
        "''",
        "[[[[",
        "}}",
        "a.b.c",
        '"""',
    ),
    *(
        "\x00",
        "\ud800".encode(errors="surrogatepass").decode(errors="replace"),
        "\u2028",
        "\r",
        "\x1b[2J",
        "ﷺ",
        "−1",
    ),
    *("../../etc/passwd", "/dev/zero", "C:\\x", "<b>", "$x$", "$", "#", "=", ",,,,", ";", "\t", "'", "x" * 5000),
]
_FORMULA = [
    *(r"\frac", r"\sqrt", r"\left(", r"\right)", r"\sum", r"\int", r"\hat", r"\text", r"\mathbf", r"\overline"),
    *(r"\xrightarrow", r"\binom", r"\overbrace", r"\rule{9em}{9em}", r"\hspace{999em}", r"\kern{3em}", r"\above"),
    *(r"\begin{matrix}", r"\end{matrix}", r"\begin{cases}", r"\end{cases}", r"\\", "&", "^", "_", "{", "}", " "),
    *(
        "x",
        "1",
        "σ",
        "+",
        "=",
        "|",
        "'",
        r"\alpha",
        r"\prime",
        r"\middle|",
        r"\operatorname",
        r"\sideset",
        r"\limits",
    ),
]
_ARGUMENTS = [
    *(
        "--epochs",
        "--parameters",
        "--metrics",
        "--initial-parameters",
        "--check",
        "--guide",
        "--help",
        "--version",
    ),
    *(
        "--size",
        "--theme",
        "--page",
        "--lesson",
        "--drawer",
        "--json",
        "--rounds",
        "--",
        "-",
        "-x",
        "--=",
        "a.toml",
    ),
    *(
        "3",
        "-3",
        "1280x800",
        "0x0",
        "σ",
        "\udcff",
        "",
        " ",
        "\n",
        "e.toml",
        "t.csv",
        "nowhere/o.npz",
        "o.png",
        ".",
    ),
]
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
_PARTS = [
    *(
        '<g id="a">',
        "</g>",
        '<use href="#a"/>',
        "<path d='M0 0h9v9z'/>",
        '<rect width="9" height="9"/>',
        "<text>x</text>",
    ),
    *(
        "<style>rect { fill: red }</style>",
        '<image href="a.png"/>',
        "<script>1</script>",
        "&amp;",
        "&x;",
        "<!-- x -->",
    ),
    *(
        '<linearGradient id="b"><stop/></linearGradient>',
        '<rect fill="url(#b)"/>',
        "<![CDATA[x]]>",
        "<?x y?>",
        "<q:x/>",
    ),
]


def mutated(text: str, random: Random) -> str:
    """The text with a few places changed: something nasty put in, a part left out, doubled, or put elsewhere."""
    for _ in range(random.randint(0, 4)):
        start = random.randint(0, len(text))
        end = min(len(text), start + random.choice((0, 1, 3, 20, 200)))
        part = random.choice((random.choice(_NASTY), text[start:end] * 2, "", random.choice(string.printable)))
        text = text[:start] + part + text[end:]
    return text


def experiment(random: Random) -> str:
    """TOML of an experiment of some kind."""
    kind = random.choice([*SCHEMAS, "network"])
    whole = format_experiment(Experiment())
    return mutated(random.choice((whole, f'kind = "{kind}"\n', f"{whole}\n[data]\nname = 3\n")), random)


def lesson(random: Random) -> str:
    """TOML of a lesson, cut from one that is shipped."""
    path = random.choice(sorted(resource("lessons").glob("*.toml")))
    return mutated(path.read_text(encoding="utf-8"), random)


def table(random: Random) -> bytes:
    """A table: rows of numbers and words, with some separator, in some encoding."""
    separator, end = random.choice((",", ";", "\t", " ", "|")), random.choice(("\n", "\r\n", "\r"))
    width = random.randint(1, 6)
    words = ("1", "2.5", "-3e4", "1,5", "a", "b", "NA", "", '"x y"', '"', "−1", "1e300", *random.sample(_NASTY, 2))
    usual = words[: random.choice((3, 6, len(words)))]
    rows = [separator.join(random.choice(usual) for _ in range(width)) for _ in range(random.randint(0, 60))]
    encoding = random.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"))
    return mutated(end.join(rows), random).encode(encoding, errors="replace")


def parameters(random: Random) -> bytes:
    """An npz of arrays that a network of 2, 4, 2 and 1 units may have, or nearly, some bytes of it changed."""
    shapes = {"W1": (4, 2), "b1": (4,), "W2": (2, 4), "b2": (2,), "W3": (1, 2), "b3": (1,)}
    kinds = random.choice((("f8",), ("f8", "f4", "i8"), ("f8", "c16", "U3", "?")))
    chosen = {
        name: np.zeros(shape, random.choice(kinds)) for name, shape in shapes.items() if random.random() < 0.97
    }
    if random.random() < 0.3:
        chosen[random.choice(("W1", "W4", "memory"))] = np.zeros([random.randint(0, 3)] * random.randint(0, 3))
    file = io.BytesIO()
    save: Callable[..., None] = random.choice((np.savez, np.savez_compressed))
    save(file, **chosen)
    content = bytearray(file.getvalue())
    for _ in range(random.choice((0, 0, 1, 5))):
        content[random.randrange(len(content))] = random.randrange(256)
    return bytes(content[: random.choice((len(content), len(content), random.randrange(len(content))))])


def formula(random: Random) -> str:
    """TeX, some of it said again and again."""
    source = "".join(random.choice(_FORMULA) for _ in range(random.randint(1, 25)))
    source *= random.choice((1, 1, 1, 4, 40))
    return (source + "}" * max(0, source.count("{") - source.count("}")))[: random.choice((60, 399, 900))]


def drawing(random: Random) -> str:
    """An SVG of parts in any order."""
    parts = "".join(random.choice(_PARTS) for _ in range(random.randint(0, 12)))
    return mutated(_SVG.format(parts * random.choice((1, 1, 1, 200))), random)


def arguments(random: Random) -> list[str]:
    """Words behind ``nnviz``; none opens a window or measures for minutes."""
    command = random.choice(("", "train", "screenshot", "bench", "lessons", "data", "nonsense"))
    words = [random.choice((*_ARGUMENTS, random.choice(_NASTY))) for _ in range(random.randint(0, 6))]
    unknown = ["--nonsense"] if command in {"", "screenshot", "bench"} else []
    return [*([command] if command else []), *words, *unknown]


def files_for_arguments(folder: Path) -> None:
    """What some of the arguments name."""
    (folder / "e.toml").write_text("network.hidden = [2]\ntraining.seed = 1\n", encoding="utf-8")
    (folder / "t.csv").write_text("a,b,c\n1,2,x\n2,1,y\n3,3,x\n", encoding="utf-8")
