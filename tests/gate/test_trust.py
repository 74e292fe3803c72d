"""What a gate is held against: baselines, results that are verified, stored rules, and what says that it is one thing."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import EXAMPLES, ROOT, RULESETS, Command

from cati_rules.catalog import store as stored_forms
from cati_rules.cli import rules as rules_command
from cati_rules.documents import parse_document
from cati_rules.errors import CatiError
from cati_rules.numbers import plain
from cati_rules.schema.recognition import is_ours

ON = ("--as-of", "2026-11-22", "--lang", "en")
QUIET = (*ON, "--quiet")
SLAB = EXAMPLES / "product.yaml"
DEMAND = ("--require", "fmc-steel")  # which the slab misses


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "products").mkdir(parents=True)
    shutil.copyfile(SLAB, root / "products" / "slab.yaml")
    monkeypatch.chdir(root)
    return root


class TestBaseline:
    """A document that missed a demand before does not fail by it, from wherever the run starts."""

    @pytest.mark.parametrize("mark", [None, ".git", "cati.toml"])
    @pytest.mark.parametrize(
        ("made_in", "name", "held_in", "other"),
        [
            (".", "products/slab.yaml", ".", "./products/slab.yaml"),
            (".", "products/slab.yaml", "products", "slab.yaml"),
            (".", "products/slab.yaml", "products", "../products/slab.yaml"),
            (".", "products/slab.yaml", ".", "linked/slab.yaml"),
            (".", "products/slab.yaml", "linked", "slab.yaml"),
            (".", "products/slab.yaml", "../elsewhere", "products/slab.yaml"),
            (".", "products/slab.yaml", "..", "project/products/slab.yaml"),
            (".", "linked/slab.yaml", ".", "products/slab.yaml"),
        ],
    )
    def test_names_are_the_same_from_everywhere(
        self, command: Command, project: Path, monkeypatch: pytest.MonkeyPatch, made_in: str, name: str,
        held_in: str, other: str, mark: str | None,
    ) -> None:  # fmt: skip
        (project / "linked").symlink_to("products")
        (project.parent / "elsewhere").symlink_to(project)
        if mark is not None:
            (project / mark).touch()
        before = project / "before.json"
        monkeypatch.chdir(project / made_in)
        assert command("check", name, "--format", "json", "--output", before, *ON).code == 0
        monkeypatch.chdir(project / held_in)
        ran = command("check", other, "--baseline", os.path.relpath(before), *DEMAND, *QUIET)
        assert ran.code == 0, ran.err
        assert "does not know" not in ran.err

    @pytest.mark.parametrize("mark", [".git", "cati.toml"])
    def test_one_made_in_a_folder_holds_in_the_root(
        self, command: Command, project: Path, monkeypatch: pytest.MonkeyPatch, mark: str
    ) -> None:
        (project / mark).touch()
        monkeypatch.chdir("products")
        made = command("check", "slab.yaml", "--format", "json", "--output", "../out.json", *ON)
        assert made.code == 0
        monkeypatch.chdir(project)
        assert json.loads(Path("out.json").read_text())["documents"][0]["name"] == "products/slab.yaml"
        assert command("check", "products/slab.yaml", "--baseline", "out.json", *DEMAND, *QUIET).code == 0

    def test_one_that_shares_no_document_is_refused(self, command: Command, project: Path) -> None:
        command("check", "products/slab.yaml", "--format", "json", "--output", "before.json", *ON)
        Path("products/slab.yaml").rename("products/renamed.yaml")
        ran = command("check", "products/renamed.yaml", "--baseline", "before.json", *QUIET)
        assert (ran.code, ran.out) == (2, "")
        assert "shares no document with this run; it covers products/slab.yaml." in ran.err
        zh = command("check", "products/renamed.yaml", "--baseline", "before.json", "--lang", "zh")
        assert "与本次检查没有共同的文件" in zh.err

    def test_a_renamed_document_is_told_as_new_and_what_fails_in_it_counts(
        self, command: Command, project: Path
    ) -> None:
        shutil.copyfile(EXAMPLES / "coil.yaml", "products/coil.yaml")
        command("check", "products/*.yaml", "--format", "json", "--output", "before.json", *ON)
        Path("products/slab.yaml").rename("products/renamed.yaml")
        ran = command("check", "products/*.yaml", "--baseline", "before.json", *DEMAND, *QUIET)
        assert ran.code == 1
        assert "--require fmc-steel: products/renamed.yaml" in ran.err
        assert "--require fmc-steel: products/coil.yaml" not in ran.err
        assert "! products/renamed.yaml: the baseline does not know this document" in ran.err
        assert "It has the content that products/slab.yaml had there" in ran.err
        data = command("check", "products/*.yaml", "--baseline", "before.json", "--format", "json", *ON).json
        assert data["baseline"] == {"new_documents": ["products/renamed.yaml"]}

    def test_a_step_that_writes_one_may_exit_with_zero(self, command: Command, project: Path) -> None:
        Path("broken.yaml").write_text("kind: product\n", encoding="utf-8")
        written = ("--format", "json", "--output", "before.json")
        for files, code in ((("products/slab.yaml",), 1), (("products/slab.yaml", "broken.yaml"), 3)):
            assert command("check", *files, *DEMAND, *written, *ON).code == code
            assert command("check", *files, *DEMAND, *written, *ON, "--exit-zero").code == 0
        assert len(json.loads(Path("before.json").read_text())["documents"]) == 2
        assert command("check", "products/slab.yaml", "--require", "nothing", *ON, "--exit-zero").code == 2


class TestFingerprints:
    def prints(self, command: Command, *files: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        options = ("--format", "sarif", *DEMAND, *ON)
        for each in json.loads(command("check", *files, *options).out)["runs"][0]["results"]:
            name = each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            found.setdefault(name, []).extend(each["partialFingerprints"].values())
        return found

    def test_two_files_of_one_stem_share_none(self, command: Command, project: Path) -> None:
        before = self.prints(command, "products/slab.yaml")["products/slab.yaml"]
        text = Path("products/slab.yaml").read_text(encoding="utf-8")
        for other in ("products/slab.yml", "products/slab", "products/slab.yaml.json"):
            Path(other).write_text(text if not other.endswith("json") else _json(text), encoding="utf-8")
        names = ("products/slab.yaml", "products/slab.yml", "products/slab", "products/slab.yaml.json")
        together = self.prints(command, *names)
        assert len(together) == 4
        every = [each for listed in together.values() for each in listed]
        assert len(every) == len(set(every)) == 4 * len(before)
        # Nor do they in runs of their own: what a service knows of one is not taken for the other.
        apart = [each for name in names for each in self.prints(command, name)[name]]
        assert sorted(apart) == sorted(every)

    def test_one_file_named_twice_is_one(self, command: Command, project: Path) -> None:
        assert self.prints(command, "products/slab.yaml", "./products/slab.yaml") == self.prints(
            command, "products/slab.yaml"
        )

    def test_they_are_the_same_from_every_folder_of_a_repository(
        self, command: Command, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / ".git").mkdir()
        before = self.prints(command, "products/slab.yaml")
        monkeypatch.chdir("products")
        assert self.prints(command, "slab.yaml") == before
        # What people read is as they reach it.
        assert command("check", "slab.yaml", "--format", "lines", *ON).out.startswith("slab.yaml:")


class TestDemandsAtTheirCause:
    @pytest.mark.parametrize(
        ("change", "demand", "key"),
        [
            (("", ""), "fmc-steel", "value: 0.295"),
            (("site_mass_balance", "book_and_claim"), "fmc-steel", "chain_of_custody"),
            (("value: 0.295", "value: 2.2"), "responsiblesteel-2.1:2", "value: 2.2"),
            # A product of this maker whose label is missing: only the document as a whole can be pointed to.
            (("producer: Example Coil Steel", "producer: Baosteel"), "beyondeco", "kind: product"),
        ],
    )
    def test_they_are_told_at_the_value(
        self, command: Command, project: Path, change: tuple[str, str], demand: str, key: str
    ) -> None:
        slab = Path("products/slab.yaml")
        text = (
            slab.read_text(encoding="utf-8").replace(*change)
            if change[0]
            else slab.read_text(encoding="utf-8")
        )
        slab.write_text(text, encoding="utf-8")
        line = next(i for i, each in enumerate(text.splitlines(), 1) if key in each)
        # The chain of custody fails besides the intensity: both are told of, the first in the order of the rules.
        line = line if "book_and_claim" not in change else _line(text, "value: 0.295")
        out = command("check", slab, "--require", demand, "--format", "github", *ON).out
        (told,) = [each for each in out.splitlines() if "demand/require" in each]
        assert f"file=products/slab.yaml,line={line}," in told
        assert "To accept it for a time: cati waive products/slab.yaml" in told

    def test_what_is_found_is_told_where_it_stands(self, command: Command, project: Path) -> None:
        slab = Path("products/slab.yaml")
        text = slab.read_text(encoding="utf-8").replace(
            "post_consumer_share: 0.10", "post_consumer_share: 0.90"
        )
        slab.write_text(text, encoding="utf-8")
        out = command("check", slab, "--fail-on", "consistency", "--format", "lines", *ON).out
        (told,) = [each for each in out.splitlines() if "demand/fail-on" in each]
        assert told.startswith(f"products/slab.yaml:{_line(text, 'post_consumer_share')}:")

    def test_an_indicator_is_told_at_what_fails_of_it(self, command: Command, project: Path) -> None:
        draft = EXAMPLES / "draft.yaml"
        out = command("check", draft, "--require", "2.2.2", "--format", "json", *ON).json
        (demand,) = out["demands"]
        assert demand["path"]
        assert demand["accept"] == ["cati-auto-2024/2.2.2"]


def _line(text: str, part: str) -> int:
    return next(i for i, each in enumerate(text.splitlines(), 1) if part in each)


def _json(text: str) -> str:
    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: told(each) for name, each in value.items()}
        return [told(each) for each in value] if isinstance(value, list) else value

    value = told(parse_document(text.encode(), name="a.yaml").value)
    return json.dumps(value, default=lambda number: float(str(plain(number))))


class TestOthers:
    """What is not ours is passed over where that is asked for; what may be ours is not."""

    OTHERS: ClassVar = {
        "k8s.yaml": "apiVersion: v1\nkind: Project\nmetadata: {name: x}\n---\nkind: Deployment\n",
        "package.json": '{"name": "x", "version": "1.0.0"}',
        "workflow.yml": "name: x\non: [push]\njobs: {}\n",
        "helm.yaml": "a: {{ .Values.a }}\n",
        "list.json": "[1, 2]",
        "empty.yaml": "",
    }
    OURS: ClassVar = {
        "typo.yaml": ("kind: product", "kind: produkt"),
        "capital.yaml": ("kind: product", "kind: Product"),
        "no-kind.yaml": ("kind: product\n", ""),
        "broken.yaml": ("kind: product", "kind: product\n  bad: ["),
        "broken-no-kind.yaml": ("kind: product", "bad: ["),
        "colon.yaml": ("kind: product", "kind：product"),
    }

    def test_a_hook_passes_over_what_is_not_ours_and_names_it(self, command: Command, project: Path) -> None:
        for name, text in self.OTHERS.items():
            Path(name).write_text(text, encoding="utf-8")
        ran = command("check", *self.OTHERS, "products/slab.yaml", "--skip-others", *QUIET)
        assert ran.code == 0
        assert re.findall(r"^! (\S+): passed over, as it is no document of cati\.$", ran.err, re.M) == list(
            self.OTHERS
        )
        assert ran.out.count("\n") == 1
        assert command("check", *self.OTHERS, "products/slab.yaml", *QUIET).code == 3
        zh = command("check", "k8s.yaml", "--skip-others", "--lang", "zh")
        assert (zh.code, zh.out.strip()) == (0, "")
        assert "不是 cati 的文件，已跳过" in zh.err
        assert "未作任何检查" in zh.err
        assert command("check", "k8s.yaml", "--skip-others", "--strict", *QUIET).code == 2

    @pytest.mark.parametrize(
        "form", ["rich", "json", "sarif", "junit", "github", "gitlab", "markdown", "lines"]
    )
    def test_a_run_of_nothing_is_told_in_every_format(
        self, command: Command, project: Path, form: str
    ) -> None:
        Path("k8s.yaml").write_text(self.OTHERS["k8s.yaml"], encoding="utf-8")
        demands = ("--fail-under", "5", *DEMAND, "--fail-on", "consistency")
        ran = command("check", "k8s.yaml", "--skip-others", "--format", form, *demands, *ON)
        assert ran.code == 0
        assert "nothing was checked" in ran.err

    @pytest.mark.parametrize("name", OURS)
    def test_what_may_be_ours_is_checked(self, command: Command, project: Path, name: str) -> None:
        text = SLAB.read_text(encoding="utf-8")
        assert self.OURS[name][0] in text
        Path(name).write_text(text.replace(*self.OURS[name]), encoding="utf-8")
        ran = command("check", name, "--skip-others", *QUIET)
        assert ran.code == 3
        assert "passed over" not in ran.err

    def test_our_examples_are_ours(self, command: Command) -> None:
        for each in EXAMPLES.rglob("*.yaml"):
            assert is_ours(each)
            assert is_ours(each.with_name("there-is-none.yaml"))
        for each in (
            ROOT / "action.yml",
            ROOT / ".pre-commit-hooks.yaml",
            RULESETS / "documents.yaml",
        ):
            assert not is_ours(each)


class TestStoredForms:
    @pytest.fixture
    def shipped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """Return a copy of the folder of rulesets, which is used as the shipped one."""
        for name in ("rulesets", "schemas"):
            (tmp_path / name).mkdir()
        for name in ("less", "consistency"):
            shutil.copytree(RULESETS / name, tmp_path / "rulesets" / name)
        for each in (RULESETS).glob("*.yaml"):
            shutil.copyfile(each, tmp_path / "rulesets" / each.name)
        for each in (ROOT / "schemas").iterdir():
            shutil.copyfile(each, tmp_path / "schemas" / each.name)
        monkeypatch.setattr(stored_forms, "shipped", lambda name: tmp_path / name)
        stored_forms.ruleset_ids.cache_clear()
        stored_forms._shared_digest.cache_clear()
        yield tmp_path / "rulesets"
        stored_forms.ruleset_ids.cache_clear()
        stored_forms._shared_digest.cache_clear()

    def changed(self, text: str, how: str) -> str:
        changed = json.loads(text)
        limit = next(
            each for each in changed["ruleset"]["bodies"][0]["values"] if each["name"].startswith("limit")
        )
        limit["name"] = "another_limit"
        if how == "written anew":
            return json.dumps(changed)
        if how == "indented":
            return json.dumps(changed, indent=2)
        if how == "without its digest":
            del changed["content"]
            return json.dumps(changed)
        if how == "twice":
            return text.rstrip()[:-1] + f',"ruleset":{json.dumps(changed["ruleset"])}}}\n'
        raise KeyError(how)

    @pytest.mark.parametrize("how", ["written anew", "indented", "without its digest", "twice"])
    def test_one_that_was_changed_is_refused(self, shipped: Path, how: str) -> None:
        path = shipped / "less" / "stored.json"
        assert stored_forms.load_ruleset("less").id == "less"
        path.write_text(self.changed(path.read_text(encoding="utf-8"), how), encoding="utf-8")
        with pytest.raises(CatiError) as caught:
            stored_forms.load_ruleset("less")
        assert caught.value.exit_code == 3
        (problem,) = caught.value.problems
        assert problem.code == "rules/changed"
        assert str(path) in problem.line("zh")
        # To store it anew mends it.
        stored_forms.store(shipped / "less")
        assert stored_forms.load_ruleset("less").id == "less"

    def test_lint_tells_of_it(self, shipped: Path) -> None:
        path = shipped / "less" / "stored.json"
        path.write_text(self.changed(path.read_text(encoding="utf-8"), "written anew"), encoding="utf-8")
        assert [each.code for each in rules_command._stale(shipped / "less")] == ["rules/changed"]

    def test_the_one_among_the_cases_is_not_believed(self, command: Command, shipped: Path) -> None:
        # It names other sources, so that the rules themselves are read.
        path = shipped / "less" / "stored.json"
        old = json.loads(path.read_text(encoding="utf-8"))
        text = json.dumps({"digest": "9272caea" + "0" * 56, "ruleset": old["ruleset"]}).replace(
            "2075", "9075"
        )
        path.write_text(text, encoding="utf-8")
        read = stored_forms.load_ruleset("less")
        stored_forms.store(shipped / "less")
        assert read == stored_forms.load_ruleset("less")

    @pytest.mark.parametrize("to", ["file", "nothing", "loop"])
    def test_store_follows_no_link(self, command: Command, tmp_path: Path, to: str) -> None:
        shutil.copytree(RULESETS / "less", tmp_path / "own")
        victim = tmp_path / "victim"
        victim.write_text("precious", encoding="utf-8")
        link = tmp_path / "own" / "stored.json"
        link.unlink()
        link.symlink_to({"file": victim, "nothing": tmp_path / "nothing", "loop": link}[to])
        ran = command("rules", "store", tmp_path / "own")
        assert ran.code == 2
        assert "stored.json" in ran.err
        assert victim.read_text(encoding="utf-8") == "precious"
        assert link.is_symlink()
        assert not (tmp_path / "nothing").exists()

    def test_a_file_that_was_linked_hard_keeps_its_content(self, command: Command, tmp_path: Path) -> None:
        shutil.copytree(RULESETS / "less", tmp_path / "own")
        victim = tmp_path / "victim"
        victim.write_text("precious", encoding="utf-8")
        stored = tmp_path / "own" / "stored.json"
        stored.unlink()
        os.link(victim, stored)
        assert command("rules", "store", tmp_path / "own").code == 0
        assert victim.read_text(encoding="utf-8") == "precious"

    @pytest.mark.parametrize("made", ["dangling", "folder"])
    def test_parts_that_cannot_be_read_are_told(self, command: Command, tmp_path: Path, made: str) -> None:
        shutil.copytree(RULESETS / "less", tmp_path / "own")
        odd = tmp_path / "own" / "odd.yaml"
        if made == "folder":
            odd.mkdir()
        else:
            odd.symlink_to(tmp_path / "nothing")
        for verb in ("store", "lint", "test"):
            ran = command("rules", verb, tmp_path / "own")
            assert ran.code in {0, 2, 3}
            assert ran.text


class TestVerify:
    @pytest.fixture
    def result(self, command: Command, project: Path) -> Path:
        path = project / "result.json"
        assert command("check", "products/slab.yaml", "--format", "json", "--output", path, *ON).code == 0
        return path

    def verified(self, command: Command, path: Path, data: Any, *options: str) -> Any:
        path.write_text(json.dumps(data), encoding="utf-8")
        return command("verify", path, "products/slab.yaml", "--lang", "en", *options)

    @pytest.mark.parametrize(
        "name", ["/etc/passwd", "./own/ruleset.yaml", "../x.yaml", "own\\ruleset.yaml", "\x1b[31mless"]
    )
    @pytest.mark.parametrize("where", ["results", "attestation"])
    def test_nothing_that_a_result_names_is_opened(
        self, command: Command, result: Path, name: str, where: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shutil.copytree(RULESETS / "gscc", "own")
        data = json.loads(result.read_text(encoding="utf-8"))
        if where == "results":
            data["documents"][0]["results"][1]["ruleset"] = name
        else:
            data["attestation"]["rulesets"][name] = "0" * 64
        ran = self.verified(command, result, data)
        assert (ran.code, ran.out) == (2, "")
        assert "which does not come with cati" in ran.err
        assert "\x1b" not in ran.err
        assert "root:" not in ran.err

    @pytest.mark.parametrize(
        ("where", "value", "said"),
        [
            (("documents", 0, "sha256"), 5, "documents[0].sha256: is not a text."),
            (("documents", 0, "path"), ["a"], "documents[0].path: is not a text."),
            (("documents", 0, "name"), 1, "documents[0].name: is not a text."),
            (("documents", 0, "results"), {}, "documents[0].results: is not a list."),
            (("documents", 0, "results", 0), 1, "documents[0].results[0]: is not an object."),
            (
                ("documents", 0, "results", 0, "ruleset"),
                None,
                "documents[0].results[0].ruleset: is not a text.",
            ),
            (("documents", 0, "results", 0, "parameters"), {"a": "x"}, "parameters.a: is not a number."),
            (("documents", 0), "x", "documents[0]: is not an object."),
            (("attestation",), [], "attestation: is not an object."),
            (("attestation", "rulesets"), [1], "attestation.rulesets: is not an object."),
            (("attestation", "rulesets", "less"), 5, "attestation.rulesets.less: is not a text."),
            (("as_of",), "someday", "as_of: is not a date such as 2026-11-22."),
            (("as_of",), 2026, "as_of: is not a text."),
            (("language",), "fr", "language: is not en or zh."),
            (("documents",), {}, "is not a result"),
        ],
    )
    def test_every_type_is_checked(
        self, command: Command, result: Path, where: tuple[str | int, ...], value: object, said: str
    ) -> None:
        data = json.loads(result.read_text(encoding="utf-8"))
        here = data
        for step in where[:-1]:
            here = here[step]
        here[where[-1]] = value
        ran = self.verified(command, result, data)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
        zh = command("verify", result, "products/slab.yaml", "--lang", "zh").err
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)

    def test_what_was_added_or_taken_away_is_told(self, command: Command, result: Path) -> None:
        data = json.loads(result.read_text(encoding="utf-8"))
        data["documents"][0]["approved"] = True
        ran = self.verified(command, result, data)
        assert ran.code == 1
        assert "documents.approved" in ran.out
        del data["documents"][0]["approved"]
        data["seal"] = "genuine"
        assert self.verified(command, result, data).code == 1
        del data["seal"]
        data["documents"][0]["results"][2]["seal"] = "genuine"
        assert self.verified(command, result, data).code == 1
        del data["documents"][0]["results"][2]["seal"]
        # Without an attestation of it, a result that is left out is told still, though nothing says that it was there.
        gone = data["documents"][0]["results"].pop(2)["ruleset"]
        digest = data["attestation"]["rulesets"].pop(gone)
        ran = self.verified(command, result, data)
        assert "not part of the result" in ran.out
        assert gone in ran.out
        data["attestation"]["rulesets"] = {gone: digest}
        ran = self.verified(command, result, data, "--format", "json")
        told = {each["path"]: each for each in ran.json["differences"]}
        assert ran.code == 1
        assert told[gone]["before"] is None
        assert any(each["part"] == "rules" and each["before"] is None for each in ran.json["differences"])

    def test_rules_of_ones_own_are_named_by_who_verifies(self, command: Command, project: Path) -> None:
        shutil.copytree(RULESETS / "gscc", "own")
        main = Path("own/ruleset.yaml")
        main.write_text(
            main.read_text(encoding="utf-8").replace("id: gscc", "id: house-rules", 1), encoding="utf-8"
        )
        result = project / "own.json"
        made = command(
            "check", "products/slab.yaml", "--ruleset", "./own", "--format", "json", "-o", result, *ON
        )
        assert made.code == 0, made.err
        assert command("verify", result, "products/slab.yaml").code == 2
        assert command("verify", result, "products/slab.yaml", "--ruleset", "./own").code == 0

    VALUES: st.SearchStrategy[object] = st.sampled_from(
        [None, True, 0, -1, 1.5, "", "x", "less", "/etc/passwd", "../x", "met", "2026-11-22", [], {}, [[]], {"a": {}}]
    )  # fmt: skip

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
    @given(data=st.data())
    def test_a_result_that_anybody_changed_is_refused_or_does_not_hold_or_holds(
        self, command: Command, result: Path, data: st.DataObject
    ) -> None:
        known = result.with_name("known.json")
        if not known.exists():
            shutil.copyfile(result, known)
        told = json.loads(known.read_text(encoding="utf-8"))
        here, key = told, data.draw(st.sampled_from(sorted(told)), "key")
        while data.draw(st.booleans(), "deeper") and here[key] and isinstance(here[key], dict | list):
            here = here[key]
            key = data.draw(
                st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))), "key"
            )
        if data.draw(st.booleans(), "take away"):
            del here[key]
        else:
            here[key] = data.draw(self.VALUES, "value")
        result.write_text(json.dumps(told), encoding="utf-8")
        for arguments in (
            ("verify", result, "products/slab.yaml"),
            ("check", "products/slab.yaml", "--baseline", result, "--quiet"),
        ):
            ran = command(*arguments)
            assert ran.code in {0, 1, 2}, ran.err
            assert ran.text


class TestWaiversOfAnyKind:
    KEYS = ("ruleset", "rule", "document", "pointer", "fingerprint", "reason", "approver", "expires")
    VALUES: st.SearchStrategy[object] = st.sampled_from(
        [None, 0, True, [], {}, "", "x", "less", "fmc-steel", "intensity", "/", "/footprint/value", "/a/0/~2", "**", "../*",
         "[", "a/\x1b[31m", "products/slab.yaml", "/etc/passwd", "0" * 64, "2026-11-22", "9999-12-31", "2026-13-01"]
    )  # fmt: skip

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(entries=st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES), max_size=3))
    def test_they_are_refused_or_told_of_or_hold(
        self, command: Command, project: Path, entries: list[dict[str, Any]]
    ) -> None:
        full = {
            "ruleset": "fmc-steel",
            "rule": "intensity",
            "document": "products/slab.yaml",
            "pointer": "/footprint/value",
            "fingerprint": "0" * 64,
            "reason": "x",
            "approver": "y",
            "expires": "2099-12-31",
        }
        listed = [{**full, **each} for each in entries]
        Path("w.yaml").write_text(json.dumps({"kind": "waivers", "waivers": listed}), encoding="utf-8")
        ran = command("check", "products/slab.yaml", "--waivers", "w.yaml", *DEMAND, *QUIET)
        assert ran.code in {1, 2}, ran.err  # none of them has the fingerprint of the value
        assert "\x1b" not in ran.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_result_that_is_cut_off_is_told_where(command: Command, tmp_path: Path, language: str) -> None:
    result = tmp_path / "result.json"
    command("check", ROOT / "examples" / "product.yaml", "--format", "json", "--output", result)
    whole = result.read_text(encoding="utf-8")
    result.write_text(whole[:-3], encoding="utf-8")
    ran = command("verify", result, ROOT / "examples" / "product.yaml", "--lang", language)
    assert ran.code == 2
    assert f"{result}:{whole[:-3].count(chr(10)) + 1}:" in ran.err
    assert "a result of cati" not in ran.err
    assert "cati 的评价结果" not in ran.err
