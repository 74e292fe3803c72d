"""Outputs, interruptions and names of files: nothing is overwritten or left half written, and no run ends in a traceback."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from running import EXAMPLES, ROOT, RULESETS, Command, run

import cati_rules.cli.check
from cati_rules.cli import commands

SLAB = EXAMPLES / "product.yaml"
LONG = "长" * 90 + "a" * 300 + ".yaml"
BASH = shutil.which("bash") or "/bin/bash"


@pytest.fixture
def slab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(SLAB, "slab.yaml")
    return tmp_path / "slab.yaml"


def shell(script: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which $CATI is the command."""
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "CATI": f"{sys.executable} -m cati_rules",
        "LANG": "C.UTF-8",
        **variables,
    }
    return subprocess.run(
        [BASH, "-o", "pipefail", "-c", script],
        cwd=cwd, env=given, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


class TestOutputs:
    def names(self, slab: Path) -> dict[str, Path]:
        (slab.parent / "folder").mkdir()
        (slab.parent / "link.yaml").symlink_to("slab.yaml")
        os.link(slab, slab.parent / "hard.yaml")
        (slab.parent / "linked").symlink_to(".")
        return {
            "itself": slab,
            "from here": Path("./slab.yaml"),
            "by ..": Path("folder/../slab.yaml"),
            "a link": Path("link.yaml"),
            "a hard link": Path("hard.yaml"),
            "through a folder": Path("linked/slab.yaml"),
        }

    def test_an_output_never_takes_the_place_of_the_document(self, command: Command, slab: Path) -> None:
        before = slab.read_bytes()
        for name, path in self.names(slab).items():
            for options in (
                ("check", "slab.yaml"),
                ("check", "*.yaml", "--format", "json"),
                ("explain", "fmc-steel", "slab.yaml"),
                ("what-if", "slab.yaml", "footprint.value=0.2"),
                ("diff", "slab.yaml", SLAB),
                ("diff", SLAB, "slab.yaml"),
                ("rules", "diff", "less", "gscc", "slab.yaml"),
                ("waive", "slab.yaml", "fmc-steel/intensity", "--reason", "x", "--approver", "y", "--expires", "2099-01-01"),
            ):  # fmt: skip
                ran = command(*options, "--output", path, "--lang", "en")
                assert (ran.code, ran.out) == (2, ""), (name, options)
                assert re.search(
                    "is read in this run and would be overwritten|has the name of a document", ran.err
                )
                assert slab.read_bytes() == before

    def test_nor_of_settings_waivers_baseline_ruleset_or_result(self, command: Command, slab: Path) -> None:
        Path("cati.toml").write_text('waivers = "w.yaml"\n', encoding="utf-8")
        Path("w.yaml").write_text("kind: waivers\nwaivers: []\n", encoding="utf-8")
        shutil.copytree(RULESETS / "gscc", "own")
        assert command("check", "slab.yaml", "--format", "json", "-o", "before.json").code == 0
        cases: list[tuple[tuple[str, ...], str]] = [
            (("check", "slab.yaml"), "cati.toml"),
            (("check", "slab.yaml"), "w.yaml"),
            (("check", "slab.yaml", "--baseline", "before.json"), "./before.json"),
            (("check", "slab.yaml", "--ruleset", "./own"), "own/ruleset.yaml"),
            (("check", "slab.yaml", "--ruleset", "own/ruleset.yaml"), "own/ruleset.yaml"),
            (("rules", "show", "own/ruleset.yaml"), "own/ruleset.yaml"),
            (("rules", "lint", "own"), "own/ruleset.yaml"),
            (("verify", "before.json", "slab.yaml"), "before.json"),
        ]
        for options, output in cases:
            before = Path(output).read_bytes()
            ran = command(*options, "-o", output, "--lang", "zh")
            assert (ran.code, ran.out) == (2, ""), (options, output)
            assert re.search("是本次运行的输入文件，不能被覆盖|用于 cati 文件", ran.err)
            assert Path(output).read_bytes() == before

    @pytest.mark.parametrize("other", ["a.json", "./a.json", "folder/../a.json", "linked/a.json"])
    def test_two_outputs_are_two_files(self, command: Command, slab: Path, other: str) -> None:
        self.names(slab)
        ran = command(
            "check",
            slab,
            "--format",
            "json",
            "-o",
            "a.json",
            "--format",
            "sarif",
            "-o",
            other,
            "--lang",
            "en",
        )
        assert ran.code == 2
        assert "is named twice" in ran.err or "are one file" in ran.err
        assert not Path("a.json").exists()

    def test_a_dash_is_standard_output(self, command: Command, slab: Path) -> None:
        plain = command("check", slab, "--format", "json")
        dashed = command("check", slab, "--format", "json", "--output", "-")
        assert dashed.out == plain.out
        both = command("check", slab, "--format", "json", "-o", "-", "--format", "sarif", "-o", "s.sarif")
        assert both.out == plain.out
        assert Path("s.sarif").exists()
        for arguments in (("new", "product"), ("explain", "fmc-steel"), ("rules", "list"), ("benchmark",)):
            assert command(*arguments, "-o", "-").out == command(*arguments).out != ""
        assert not Path("-").exists()
        twice = command("check", slab, "--format", "json", "-o", "-", "--format", "lines", "-o", "-")
        assert twice.code == 2

    def test_a_file_named_twice_is_checked_once(self, command: Command, slab: Path) -> None:
        self.names(slab)
        ran = command("check", "slab.yaml", "./slab.yaml", slab, "linked/slab.yaml", "--format", "json")
        assert [each["path"] for each in ran.json["documents"]] == ["slab.yaml"]


class TestNames:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("check", LONG),
            ("check", "slab.yaml", "-o", LONG),
            ("check", "slab.yaml", "--config", LONG),
            ("check", "slab.yaml", "--waivers", LONG),
            ("check", "slab.yaml", "--baseline", LONG),
            ("check", "slab.yaml", "--ruleset", f"./{LONG}"),
            ("check", "loop"),
            ("check", "loop/a.yaml"),
            ("check", "slab.yaml", "-o", "loop"),
            ("check", "slab.yaml", "-o", "loop/a"),
            ("check", "slab.yaml", "--config", "loop"),
            ("check", "slab.yaml", "--ruleset", "./loop"),
            ("rules", "lint", LONG),
            ("rules", "lint", "./loop"),
            ("rules", "store", LONG),
            ("rules", "test", "./loop"),
            ("rules", "show", f"./{LONG}"),
            ("verify", LONG, "slab.yaml"),
            ("verify", "slab.yaml", LONG),
            ("waive", LONG, "less", "--reason", "x", "--approver", "y", "--expires", "2099-01-01"),
            ("diff", LONG, "loop"),
            ("explain", "less", LONG),
            ("improve", LONG),
            ("what-if", LONG, "a=1"),
        ],
    )
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_long_names_and_looping_links_are_told_of(
        self, command: Command, slab: Path, arguments: tuple[str, ...], language: str
    ) -> None:
        Path("loop").symlink_to("loop")
        ran = (
            command(*arguments, "--lang", language)
            if arguments[:2] != ("rules", "store")
            else command(*arguments)
        )
        assert ran.code in {2, 3}
        assert ran.text
        assert sorted(each.name for each in slab.parent.iterdir()) == ["loop", "slab.yaml"]
        assert Path("loop").is_symlink()

    @pytest.mark.parametrize(
        "arguments",
        [
            "check {slab} -q",
            "check ../slab.yaml --format json",
            "waive {slab} fmc-steel/intensity --reason x --approver y --expires 2099-01-01",
            "explain fmc-steel {slab}",
            "check '*.yaml'",
        ],
    )
    def test_a_working_folder_that_is_gone_is_told_of(self, slab: Path, arguments: str) -> None:
        given = arguments.format(slab=slab)
        ran = shell(f"mkdir gone && cd gone && rmdir ../gone && $CATI {given} --lang en", slab.parent)
        assert ran.returncode in {0, 2, 3}
        assert "Traceback" not in ran.stderr
        assert ran.returncode == 0 or ran.stderr or ran.stdout

    @pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may look everywhere")
    def test_closed_folders_are_told_of(self, slab: Path) -> None:
        closed = slab.parent / "closed"
        closed.mkdir()
        shutil.copyfile(slab, closed / "a.yaml")
        closed.chmod(0)
        other = "setpriv --reuid 65534 --clear-groups" if os.geteuid() == 0 else ""
        try:
            for given in ("check closed/a.yaml", "check closed", "check slab.yaml -o closed/a.json",
                          "check slab.yaml --config closed/cati.toml", "rules lint closed/own",
                          "check slab.yaml --ruleset ./closed/own"):  # fmt: skip
                ran = shell(f"{other} $CATI {given} --lang en", slab.parent)
                assert ran.returncode in {2, 3, 126, 127}, (
                    ran.stderr
                )  # a Python that others may not read does not start
                assert "Traceback" not in ran.stderr or ran.returncode > 100
        finally:
            closed.chmod(0o755)


class TestEndings:
    def test_a_full_device_is_told_of_and_is_no_demand(self, slab: Path) -> None:
        for given in ("check slab.yaml", "--help", "check --help", "--version", "rules list", "new product"):
            ran = shell(f"$CATI {given} > /dev/full", slab.parent)
            assert ran.returncode == 2, given
            assert "No space left" in ran.stderr
            assert "Traceback" not in ran.stderr
            assert "Exception ignored" not in ran.stderr
        ran = shell("$CATI check slab.yaml -q -o /dev/full", slab.parent)
        assert ran.returncode == 2
        # What cannot be said on standard error is said by the exit code.
        ran = shell("$CATI check slab.yaml -q --require fmc-steel 2> /dev/full", slab.parent)
        assert ran.returncode == 1
        assert shell("$CATI check nothing.yaml --baseline x 2> /dev/full", slab.parent).returncode == 2

    @pytest.mark.parametrize(
        "given", ["check slab.yaml", "--help", "check --help", "rules list", "new disclosure"]
    )
    def test_a_reader_that_has_gone_is_no_demand(self, slab: Path, given: str) -> None:
        ran = shell(f"$CATI {given} | true", slab.parent)
        assert ran.returncode == 0
        assert ran.stderr == ""

    def test_an_internal_error_is_told_in_a_line_with_how_to_report_it(
        self, command: Command, slab: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise TypeError("a\x1b[31m fault\n::error::of ours")

        monkeypatch.setattr(cati_rules.cli.check, "run", fail)
        for language, said in (
            ("en", "Internal error of cati: TypeError"),
            ("zh", "cati 内部错误：TypeError"),
        ):
            ran = command("check", slab, "--lang", language)
            assert (ran.code, ran.out) == (70, "")
            assert said in ran.err
            assert ran.err.count("\n") == 1
            assert "\x1b" not in ran.err
            assert "test_paths.py" in ran.err
            assert "CATI_TRACEBACK=1" in ran.err
            assert "Traceback" not in ran.err
        monkeypatch.setenv("CATI_TRACEBACK", "1")
        assert "Traceback" in command("check", slab).err

    def test_ctrl_c_gives_130_and_leaves_nothing_behind(
        self, command: Command, slab: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", interrupt)
            ran = command("check", slab, "--format", "json", "-o", "result.json")
        assert (ran.code, ran.out, ran.err.strip()) == (130, "", "")
        assert [each.name for each in slab.parent.iterdir()] == ["slab.yaml"]
        monkeypatch.setattr(commands, "run", interrupt)
        assert command("check", slab).code == 130

    @pytest.mark.parametrize("module", ["cati_rules.cli.commands", "click", "cati_rules.pipeline", "yaml"])
    def test_an_early_ctrl_c_ends_as_a_late_one(self, slab: Path, module: str) -> None:
        script = textwrap.dedent(
            f"""
            import sys
            class Interrupts:
                def find_spec(self, name, path=None, target=None):
                    if name == {module!r}:
                        raise KeyboardInterrupt
            sys.meta_path.insert(0, Interrupts())
            from cati_rules.cli.main import main
            main(["check", "slab.yaml", "-q"])
            """
        )
        ran = subprocess.run(
            [sys.executable, "-c", script], cwd=slab.parent, capture_output=True, text=True, check=False,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}, timeout=60,
        )  # fmt: skip
        assert (ran.returncode, ran.stdout, ran.stderr.strip()) == (130, "", "")

    @pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
    def test_what_ends_a_run_from_outside_leaves_nothing_half_written(self, slab: Path, name: str) -> None:
        number = getattr(signal, name)
        script = textwrap.dedent(
            f"""
            import os, pathlib
            replace = pathlib.Path.replace
            def ended(self, target):
                os.kill(os.getpid(), {int(number)})
                for _ in range(1000): pass
                return replace(self, target)
            pathlib.Path.replace = ended
            from cati_rules.cli.main import main
            main(["check", "slab.yaml", "-o", "page.txt"])
            """
        )
        ran = subprocess.run(
            [sys.executable, "-c", script], cwd=slab.parent, capture_output=True, text=True, check=False,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}, timeout=60,
        )  # fmt: skip
        assert ran.returncode == 128 + number
        assert ran.stderr.strip() == ""
        assert [each.name for each in slab.parent.iterdir()] == ["slab.yaml"]


class TestShadow:
    def test_code_in_the_working_folder_is_not_run(self, slab: Path) -> None:
        shadow = 'import sys\nprint("SHADOWED", file=sys.stderr)\nraise SystemExit(0)\n'
        for name in ("click", "yaml", "rich", "json", "decimal", "jsonschema_rs"):
            (slab.parent / f"{name}.py").write_text(shadow, encoding="utf-8")
        ran = run("check", "slab.yaml", "--format", "json", cwd=slab.parent)
        assert ran.returncode == 0
        assert b"SHADOWED" not in ran.stderr
        assert json.loads(ran.stdout)["documents"][0]["kind"] == "product"
