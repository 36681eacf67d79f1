"""A release: what is refused before anything is changed, and what is changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import release
from prerequisites import ROOT, Failure
from project import epoch, fill, version

_CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-01-01\n\n- First.\n"

_BUILD = """
import hashlib, pathlib
dist = pathlib.Path(__file__).parents[1] / "dist"
dist.mkdir()
(dist / "it").write_text("it")
(dist / "SHA256SUMS").write_text(hashlib.sha256(b"it").hexdigest() + "  it\\n")
"""


@pytest.mark.parametrize("words", ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.02.3", "1.2.x"])
def test_only_three_numbers_are_a_version(words: str) -> None:
    with pytest.raises(Failure, match="not a version"):
        release.numbers(words)


def test_the_version_only_grows() -> None:
    text = '[project]\nname = "nnviz"\nversion = "0.9.0"\n'
    assert 'version = "0.10.0"' in release.with_version(text, "0.10.0")
    assert release.with_version(text, "0.9.0") == text
    with pytest.raises(Failure, match=r"is before 0\.9\.0"):
        release.with_version(text, "0.8.9")


def test_the_projects_own_version_is_found() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{version()}"' in release.with_version(text, version())


def test_the_citation_names_the_projects_own_version() -> None:
    assert f"\nversion: {version()}\n" in release.CITATION.read_text(encoding="utf-8")


def test_what_is_unreleased_becomes_the_versions() -> None:
    text = release.with_section(_CHANGELOG, "0.2.0", "2026-02-02")
    assert "## [Unreleased]\n\n## [0.2.0] - 2026-02-02\n\n### Added\n\n- A thing.\n\n## [0.1.0]" in text


@pytest.mark.parametrize(
    ("text", "version", "words"),
    [(_CHANGELOG, "0.1.0", "already"), (_CHANGELOG.replace("- A thing.", ""), "0.2.0", "nothing is listed")],
)
def test_a_changelog_that_says_nothing_of_it_is_refused(text: str, version: str, words: str) -> None:
    with pytest.raises(Failure, match=words):
        release.with_section(text, version, "2026-02-02")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own, with a stand-in for the build, which takes minutes."""
    (tmp_path / "packaging").mkdir()
    for name in ("release.py", "prerequisites.py"):
        shutil.copy(ROOT / "packaging" / name, tmp_path / "packaging")
    (tmp_path / "packaging" / "package.py").write_text(_BUILD)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(_CHANGELOG)
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 0.1.0\n")
    (tmp_path / ".gitignore").write_text("dist/\n__pycache__/\n")
    for name, value in {"NAME": "n", "EMAIL": "n@example.org"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "All"]):
        subprocess.run([str(shutil.which("git")), *words], cwd=tmp_path, check=True)
    return tmp_path


def call(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    python = shutil.which("python3") or "python3"
    command = [python, str(checkout / "packaging" / "release.py"), *words]
    return subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)


def test_a_release_is_committed_tagged_and_built(checkout: Path) -> None:
    done = call(checkout, "0.2.0")
    assert (done.returncode, done.stderr) == (0, "")
    told = subprocess.run(
        [str(shutil.which("git")), "log", "-1", "--format=%s %D"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.startswith("Release 0.2.0 ")
    assert "tag: v0.2.0" in told.stdout
    assert 'version = "0.2.0"' in (checkout / "pyproject.toml").read_text()
    assert (checkout / "CITATION.cff").read_text() == "cff-version: 1.2.0\nversion: 0.2.0\n"
    assert "already" in call(checkout, "0.2.0").stderr


def test_what_is_not_committed_is_not_released(checkout: Path) -> None:
    (checkout / "new.txt").touch()
    done = call(checkout, "0.2.0")
    assert (done.returncode, done.stderr) == (1, "nnviz: not committed: new.txt\n")


def test_a_release_that_nobody_answers_for_is_refused_before_anything_is_changed(checkout: Path) -> None:
    project = checkout / "pyproject.toml"
    nobody = (
        'authors = [{ name = "n", email = "me@it.example" }]\n[project.urls]\nHomepage = "https://it.example"\n'
    )
    project.write_text(project.read_text() + nobody)
    subprocess.run([str(shutil.which("git")), "commit", "-qam", "Nobody"], cwd=checkout, check=True)
    done = call(checkout, "0.2.0")
    words = "me@it.example and https://it.example cannot be reached; put the real ones there first"
    assert (done.returncode, done.stderr) == (1, f"nnviz: pyproject.toml: {words}\n")
    assert 'version = "0.1.0"' in project.read_text()


def test_what_the_changelog_says_of_a_release_is_told(checkout: Path) -> None:
    assert call(checkout, "--notes", "0.1.0").stdout == "- First.\n"
    done = call(checkout, "--notes", "0.9.0")
    assert (done.returncode, done.stderr) == (1, "nnviz: CHANGELOG.md: says nothing of 0.9.0\n")


def test_templates_are_filled(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("@VERSION@ of @DATE@ for @WHOM@")
    text = fill(tmp_path / "in", tmp_path / "out", whom="you").read_text()
    assert text.startswith(f"{version()} of 2")
    assert text.endswith(" for you")
    assert epoch() > 0
