"""Makes a release: `python3 packaging/release.py VERSION` checks, sets the version, builds, commits and tags.

Nothing is pushed. The artefacts of other systems come from the tag, by .github/workflows/release.yml, which asks
`python3 packaging/release.py --notes VERSION` what the changelog says of it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # PYTHONSAFEPATH leaves it out
from prerequisites import ROOT, Failure, environment, require_python, say, step

PROJECT = ROOT / "pyproject.toml"
CHANGELOG = ROOT / "CHANGELOG.md"
CITATION = ROOT / "CITATION.cff"

_VERSION = re.compile(r'^version = "(.+)"$', re.MULTILINE)
_NOBODYS = re.compile(r"[\w@:/.-]+\.example\b")
_UNRELEASED = re.compile(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers; one that is not MAJOR.MINOR.PATCH is refused."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise Failure(f"{version or 'no version'}: not a version; allowed: three numbers, as in VERSION=1.2.3")
    return tuple(map(int, version.split(".")))


def with_version(text: str, version: str) -> str:
    """Return pyproject.toml with another version, which may be the one that it has but none before it."""
    found = _VERSION.search(text)
    if found is None:
        raise Failure("pyproject.toml: has no line that says which version it is")
    if numbers(version) < numbers(found[1]):
        raise Failure(f"{version}: is before {found[1]}, which pyproject.toml has")
    return _VERSION.sub(f'version = "{version}"', text, count=1)


def with_section(text: str, version: str, day: str) -> str:
    """Return the changelog with what is unreleased as that version's; there must be something, and only once."""
    if f"## [{version}]" in text:
        raise Failure(f"CHANGELOG.md: has a section for {version} already")
    found = _UNRELEASED.search(text)
    if found is None or not re.search(r"^- ", found[1], re.MULTILINE):
        raise Failure("CHANGELOG.md: nothing is listed under [Unreleased]")
    begin, end = found.span(1)
    return f"{text[:begin]}\n## [{version}] - {day}\n{text[begin:end]}{text[end:]}"


def require_addresses(project: str) -> None:
    """Refuse addresses that end in `.example`: nobody can own them, so nobody could be asked for help."""
    if found := _NOBODYS.findall(project):
        raise Failure(f"pyproject.toml: {' and '.join(found)} cannot be reached; put the real ones there first")


def notes(text: str, version: str) -> str:
    """Return what the changelog says of a version."""
    section = rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## |\Z)"
    found = re.search(section, text, re.MULTILINE | re.DOTALL)
    if found is None or not found[1].strip():
        raise Failure(f"CHANGELOG.md: says nothing of {version}")
    return found[1].strip()


def git(*words: str) -> str:
    """Return what git says."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"git {words[0]}: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.strip()


def require_clean(version: str) -> None:
    """Refuse to release what is not committed, or twice."""
    if changed := git("status", "--porcelain"):
        raise Failure(f"not committed: {', '.join(line[3:] for line in changed.splitlines())}")
    if git("tag", "--list", f"v{version}"):
        raise Failure(f"v{version}: is tagged already")


def release(version: str) -> None:
    """Release a version; whatever can be refused is refused before anything is changed."""
    numbers(version)
    require_clean(version)
    project = with_version(PROJECT.read_text(encoding="utf-8"), version)
    require_addresses(project)
    changelog = with_section(CHANGELOG.read_text(encoding="utf-8"), version, f"{datetime.now(UTC):%Y-%m-%d}")
    citation = re.sub(r"(?m)^version: .*$", f"version: {version}", CITATION.read_text(encoding="utf-8"))
    for file, text in ((PROJECT, project), (CHANGELOG, changelog), (CITATION, citation)):
        file.write_text(text, encoding="utf-8")
    git("commit", "--quiet", "-m", f"Release {version}", "--", PROJECT.name, CHANGELOG.name, CITATION.name)
    say(f"building {version}")
    build = [sys.executable, str(ROOT / "packaging" / "package.py")]
    if subprocess.call(build, env=environment()):
        raise Failure(f"could not build {version}; the commit stands, untagged: git reset --hard HEAD~ undoes it")
    step("check the sums", ["sh", "-c", "cd dist && sha256sum --check --quiet SHA256SUMS"])
    git("tag", "--annotate", f"v{version}", "-m", f"nnviz {version}")
    say(f"v{version} is tagged, dist/ has it with SHA256SUMS; git push --follow-tags publishes it")


def main(words: list[str]) -> int:
    """Release, or tell of a release; every failure is one line."""
    try:
        require_python(sys.version_info[:3])
        if words[:1] == ["--notes"]:
            require_addresses(PROJECT.read_text(encoding="utf-8"))
            print(notes(CHANGELOG.read_text(encoding="utf-8"), words[-1]))
        else:
            release(words[0] if len(words) == 1 else "")
    except (Failure, OSError) as failure:
        print(f"nnviz: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
