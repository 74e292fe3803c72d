"""Settings of a project: where they are found, what their patterns fit, and how what is wrong with them is told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import EXAMPLES, Command

from cati_rules.cli.project_settings import read_config
from cati_rules.documents.names import document_name
from cati_rules.documents.patterns import Pattern
from cati_rules.errors import Problem, UsageError

ON = ("--as-of", "2026-11-22", "--lang", "en", "--quiet")
SLAB = EXAMPLES / "product.yaml"
DEMAND = 'require = ["fmc-steel"]\n'  # which the slab misses


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project, which is the working folder, with a slab in a folder of its own."""
    root = tmp_path / "project"
    (root / "products" / "2025").mkdir(parents=True)
    shutil.copyfile(SLAB, root / "products" / "slab.yaml")
    shutil.copyfile(SLAB, root / "products" / "2025" / "slab.yaml")
    monkeypatch.chdir(root)
    return root


def by_path(pattern: str, demand: str = DEMAND) -> str:
    return f'[[paths]]\npattern = "{pattern}"\n{demand}'


class TestWhereTheyAreFound:
    @pytest.mark.parametrize("folder", [".", "products", "products/2025", "linked"])
    @pytest.mark.parametrize("file", ["cati.toml", "pyproject.toml"])
    def test_they_are_looked_for_upwards(
        self, command: Command, project: Path, monkeypatch: pytest.MonkeyPatch, folder: str, file: str
    ) -> None:
        (project / "linked").symlink_to("products")
        table = "" if file == "cati.toml" else "[tool.cati]\n"
        (project / file).write_text(table + DEMAND, encoding="utf-8")
        monkeypatch.chdir(folder)
        assert command("check", project / "products" / "slab.yaml", *ON).code == 1

    def test_a_pyproject_of_another_tool_is_passed_by(
        self, command: Command, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / "pyproject.toml").write_text(f"[tool.cati]\n{DEMAND}", encoding="utf-8")
        (project / "products" / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n", "utf-8")
        monkeypatch.chdir("products")
        assert command("check", "slab.yaml", *ON).code == 1

    def test_one_does_not_look_beyond_the_repository(
        self, command: Command, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project.parent / "cati.toml").write_text(DEMAND, encoding="utf-8")
        assert command("check", "products/slab.yaml", *ON).code == 1
        (project / ".git").mkdir()
        assert command("check", "products/slab.yaml", *ON).code == 0

    def test_from_elsewhere_they_are_those_around_the_documents(
        self, command: Command, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / "cati.toml").write_text(by_path("products/*"), encoding="utf-8")
        monkeypatch.chdir(project.parent)
        assert command("check", "project/products/slab.yaml", *ON).code == 1
        assert command("check", "project/products/*.yaml", "project/products/2025/*.yaml", *ON).code == 1

    def test_settings_nearer_to_a_document_than_those_in_use_are_told(
        self, command: Command, project: Path
    ) -> None:
        (project / "cati.toml").write_text("fail_on = []\n", encoding="utf-8")
        (project / "products" / "cati.toml").write_text(DEMAND, encoding="utf-8")
        ran = command("check", "products/slab.yaml", *ON)
        assert ran.code == 0
        assert (
            "! products/cati.toml: these settings are nearer to documents of this run, and are not used."
            in ran.err
        )
        assert command("check", "products/slab.yaml", *ON, "--strict").code == 2
        assert "products/cati.toml: 该设置文件" in command("check", "products/slab.yaml", "--lang", "zh").err
        (project / "products" / "cati.toml").write_text("broken", encoding="utf-8")
        broken = command("check", "products/slab.yaml", *ON)
        assert (broken.code, broken.err.startswith("! products/cati.toml:1")) == (0, True)
        (project / "products" / "cati.toml").write_text(DEMAND, encoding="utf-8")
        chosen = command("check", "products/slab.yaml", *ON, "--config", "products/cati.toml")
        assert (chosen.code, "nearer" in chosen.err) == (1, False)


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "fits"),
        [
            ("products/*.yaml", True),
            ("products/*", True),
            ("products/", True),
            ("products", True),
            ("./products/slab.yaml", True),
            ("/products/slab.yaml", True),
            ("slab.yaml", True),
            ("*slab*", True),
            ("**/slab.yaml", True),
            ("products/**/slab.yaml", True),
            ("**/products/**/*.yaml", True),
            ("**", True),
            ("../project/products/slab.yaml", True),
            ("products\\\\\\\\slab.yaml", True),
            ("/slab.yaml", False),
            ("*/2025/slab.yaml", False),
            ("product", False),
            ("products/*/slab.yaml", False),
        ],
    )
    @pytest.mark.parametrize("folder", [".", "products", ".."])
    def test_they_are_relative_to_the_file_that_holds_them(
        self,
        command: Command,
        project: Path,
        monkeypatch: pytest.MonkeyPatch,
        pattern: str,
        fits: bool,
        folder: str,
    ) -> None:
        (project / "cati.toml").write_text(by_path(pattern), encoding="utf-8")
        monkeypatch.chdir(folder)
        ran = command("check", os.path.relpath(project / "products" / "slab.yaml"), *ON)
        assert ran.code == (1 if fits else 0)

    def test_settings_that_lie_elsewhere_have_patterns_from_there(
        self, command: Command, project: Path
    ) -> None:
        (project / "gate").mkdir()
        settings = project / "gate" / "cati.toml"
        settings.write_text(by_path("../products/*"), encoding="utf-8")
        assert command("check", "products/slab.yaml", *ON, "--config", settings).code == 1
        settings.write_text(by_path("products/*"), encoding="utf-8")
        assert (
            "no file fits products/*" in command("check", "products/slab.yaml", *ON, "--config", settings).err
        )

    def test_one_that_fits_nothing_is_told_with_what_it_may_mean(
        self, command: Command, project: Path
    ) -> None:
        (project / "cati.toml").write_text(by_path("prodcts/*"), encoding="utf-8")
        ran = command("check", "products/slab.yaml", *ON)
        assert ran.code == 0
        assert ran.err == (
            "! cati.toml:2: paths[0].pattern: no file fits prodcts/*: these demands apply to nothing. "
            "Did you mean products/*?\n"
        )
        zh = command("check", "products/slab.yaml", "--lang", "zh", "--quiet").err
        assert "没有文件符合 prodcts/*" in zh
        assert "是否应为 products/*？" in zh
        strict = command("check", "products/slab.yaml", *ON, "--strict")
        assert (strict.code, strict.out) == (2, "")
        # What a run on some of the documents leaves out is no mistake.
        (project / "cati.toml").write_text(by_path("products/2025/*"), encoding="utf-8")
        assert command("check", "products/slab.yaml", *ON, "--strict").err == ""

    @given(
        st.text("ab*?[]/.!#\\ 1", max_size=12),
        st.lists(st.sampled_from(["a", "b", "ab", "[a]", "a b"]), min_size=1, max_size=4),
    )
    def test_any_pattern_is_read_and_a_name_fits_itself(self, text: str, steps: list[str]) -> None:
        base = Path("/base")
        assert Pattern(text, base).fits("/base/" + "/".join(steps)) in {True, False}
        plain = "/".join(each for each in steps if "[" not in each)
        if plain:
            assert Pattern("/" + plain, base).fits(f"/base/{plain}")
            assert Pattern(plain, base, exact=True).fits(f"/base/{plain}")
            assert Pattern(f"**/{plain}", base, exact=True).fits(f"/base/x/y/{plain}")
            assert not Pattern(plain, base, exact=True).fits(f"/base/x/{plain}")

    def test_many_stars_do_not_take_long(self) -> None:
        assert not Pattern("**/" * 40 + "a*" * 60 + "b", Path("/")).fits("/" + "a/" * 60 + "a" * 200)


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("fail_under = 120\n", "cati.toml:1: fail_under: 120 is not a score from 0 to 100."),
            ("# x\n\nfail_under = -1\n", "cati.toml:3: fail_under: -1 is not a score"),
            ("fail_under = true\n", "cati.toml:1: fail_under: is not a number."),
            ("fail_under = nan\n", "cati.toml:1: fail_under: It is not a score"),
            ("fail_under = 1e9999\n", "cati.toml:1: fail_under: It is not a score"),
            ('fail_on = ["everything"]\n', "cati.toml:1: fail_on: everything is not one of indeterminate"),
            (
                'require = ["fmc-steal"]\n',
                "cati.toml:1: require: There is no rule fmc-steal. Did you mean fmc-steel",
            ),
            ("require = 1\n", "cati.toml:1: require: is not a text or a list of texts."),
            ("waivers = 1\n", "cati.toml:1: waivers: is not the name of a file."),
            (
                "fail-under = 1\n",
                "cati.toml:1: fail-under: there is no such setting. Did you mean fail_under?",
            ),
            ("requires = 1\n", "there is no such setting. Did you mean require?"),
            ("a = 1\n", "There are: fail_under, require, fail_on, ruleset, waivers, baseline, paths."),
            ("[[paths]]\n", "cati.toml:1: paths[0]: has no pattern."),
            ('[[paths]]\npattern = ""\n', "cati.toml:1: paths[0]: has no pattern."),
            ("paths = 1\n", "cati.toml:1: paths: is not a list of tables."),
            (
                'fail_under = 1\n[[paths]]\npattern = "*"\n[[paths]]\npattern = "a"\nfail_under = 101\n',
                "cati.toml:6: paths[1].fail_under: 101 is not a score",
            ),
            (
                '[[paths]]\npattern = "*"\nrequire = [\n  "2.1.1",\n  "nothing",\n]\n',
                "cati.toml:3: paths[0].require: There is no rule nothing.",
            ),
            ('x = """\nfail_under = 1\n"""\nfail_under = 120\n', "cati.toml:1: x: there is no such setting."),
            ("not toml\n", "cati.toml:1:5: is not TOML"),
            ("a = [\n1,\n", "cati.toml:2: is not TOML"),
            ("a = " + "[" * 3000, "cati.toml: is nested too deeply."),
            ("fail_under = " + "9" * 5000, "cati.toml: has a number that is too long."),
        ],
    )
    @pytest.mark.parametrize("shared", [False, True])
    def test_it_is_told_with_file_line_and_key(
        self, command: Command, project: Path, text: str, told: str, shared: bool
    ) -> None:
        if shared:
            if "[" * 3 in text or "toml" in text or text.startswith(("a = [", "[[")):
                return
            text = "[tool.other]\nfail_under = 5\n\n[tool.cati]\n" + text.replace(
                "[[paths]]", "[[tool.cati.paths]]"
            )
            if told.startswith("cati.toml:"):
                place, colon, rest = told.removeprefix("cati.toml:").partition(":")
                told = f"pyproject.toml:{int(place) + 4}{colon}{rest}" if place.isdigit() else told
            told = told.replace("cati.toml:", "pyproject.toml:")
        (project / ("pyproject.toml" if shared else "cati.toml")).write_text(text, encoding="utf-8")
        ran = command("check", "products/slab.yaml", *ON)
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err
        assert "--fail" not in ran.err
        assert "--require" not in ran.err
        zh = command("check", "products/slab.yaml", "--lang", "zh")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh.err)
        assert "digits" not in zh.err
        assert "Expected" not in zh.err

    @pytest.mark.parametrize(
        "content", [b"\xff\xfe", b"\xef\xbb\xbfrequire = []\n", b"#" * (1024 * 1024 + 1), b"\x00"]
    )
    def test_files_that_are_no_text_are_told(self, command: Command, project: Path, content: bytes) -> None:
        (project / "cati.toml").write_bytes(content)
        ran = command("check", "products/slab.yaml", *ON)
        assert ran.code == (0 if content.startswith(b"\xef\xbb\xbf") else 2)
        assert "cati.toml" in ran.text or not ran.code

    @given(text=st.text(max_size=60) | st.text("[]=\"\n.a1{},'#", max_size=60))
    def test_any_text_is_settings_or_told(self, text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
        path = tmp_path_factory.mktemp("any") / "cati.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        told: tuple[Problem, ...] = ()
        try:
            read_config(path)
        except UsageError as error:
            told = error.problems
        assert all(each.place.file == str(path) for each in told)


class TestNamesOfDocuments:
    def test_a_document_has_one_name_however_it_is_reached(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / "latest").symlink_to("products/2025")
        (project.parent / "elsewhere").symlink_to(project)
        outside = project.parent / "outside"
        outside.mkdir()
        (project / "more").symlink_to(outside)
        for folder, name, told in (
            (".", "products/slab.yaml", "products/slab.yaml"),
            ("products", "slab.yaml", "products/slab.yaml"),
            ("products/2025", "../slab.yaml", "products/slab.yaml"),
            (".", "latest/slab.yaml", "products/2025/slab.yaml"),
            ("..", "elsewhere/products/slab.yaml", "products/slab.yaml"),
            (".", "latest/../slab.yaml", "products/slab.yaml"),  # as the system reads it
            (".", "more/slab.yaml", "more/slab.yaml"),  # a folder that lies elsewhere
            (".", "../slab.yaml", str(project.parent / "slab.yaml")),
            (".", "<stdin>", "<stdin>"),
            (".", "a\0b", str(project / "a\0b")),
        ):
            monkeypatch.chdir(project / folder)
            assert document_name(name, project) in {told, "a\0b"}
            assert document_name(name, project.parent / "elsewhere") in {told, "a\0b"}
