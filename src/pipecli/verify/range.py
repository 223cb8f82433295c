"""The changes of deals in a range of commits against the gates, so that nothing gets around them.

Every gate that refuses is told with its own code, at the commit, and no setting changes that. What was forced is told
as such; an approval cannot be forced. Imports are judged, too, but for the past of deals that they bring.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipecli.core.settings import Level
from pipecli.history.reason import given
from pipecli.rules.audited import LEVELS
from pipecli.verify.case import imports
from pipecli.verify.finding import Finding
from pipecli.verify.judged import refused, told
from pipecli.verify.registry import problem
from pipecli.verify.rules import forced, remedy, stage_not_there

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pipecli.core.problem import Problem
    from pipecli.core.workspace import Workspace
    from pipecli.history.revision import Ground
    from pipecli.verify.case import Case

_NEVER_FORCED = "gate-approve"


@dataclass(slots=True)
class Range:
    """What goes by while the commits of a range are judged, parents first.

    `base`: the workspace before the range, whose levels count. `passed`: the commits that come before it. `begun`:
    there was a workspace. `changed`: so many changes were judged. `brought`: deals that an import of the range brought.
    `unread`: by deal, what is wrong with its last version. `told`: what has to be told once.
    """

    base: Workspace
    passed: Collection[str]
    begun: bool = False
    changed: int = 0
    brought: set[str] = field(default_factory=set)
    unread: dict[str, Problem] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def judge(self, ground: Ground, cases: Collection[Case]) -> Iterator[Problem]:
        """Yield what is wrong with the changes of deals in one commit; before the range, nothing."""
        begun, self.begun = self.begun, self.begun or _is_workspace(ground.workspace)
        if ground.commit.hash in self.passed or not (begun or _is_workspace(ground.workspace)) or ground.begins:
            return
        yield from self._moved_by_rules(ground)
        judged = [one for one in map(_as_creation, cases) if self._counts(one)]
        self.changed += len(judged)
        if len(judged) < len(cases):
            yield from self._imported(ground)
        yield from self._by_unread_rules(ground, judged)
        for case in judged:
            yield from self._of_case(case)

    def left(self) -> Iterator[Problem]:
        """Yield, after the last commit, the deals that cannot be judged because they cannot be read."""
        yield from self.unread.values()

    def _imported(self, ground: Ground) -> Iterator[Problem]:
        for line in dict.fromkeys(line.strip() for line in ground.commit.message.splitlines() if imports(line)):
            if line not in self.told:
                self.told.add(line)
                message = f"deals come from another system ({line}), and their past passed no gate"
                finding = Finding(message, "nothing, if you know of the import", "", ground.commit)
                yield problem("imported", Level.NOTE, finding, self.base)

    def _by_unread_rules(self, ground: Ground, judged: Collection[Case]) -> Iterator[Problem]:
        """Yield what is wrong with the files by which changes of deals have to be judged."""
        deals = [case.revision.after for case in judged if case.revision.after]
        files = {"pipe.yaml", "team.yaml", *(f"pipelines/{deal.pipeline}.yaml" for deal in deals)}
        for wrong in ground.workspace.errors() if judged else ():
            if wrong.path in files:
                yield self._not_judged(ground, wrong)

    def _counts(self, case: Case) -> bool:
        """Return whether a change is judged: not that of a deal which an import brings, with its past."""
        revision, after = case.revision, case.revision.after
        if after is None or not imports(case.commit.message):
            return after is not None
        fresh = revision.before is None and after.provenance is not None
        past = bool(self.brought & set(case.names))
        if fresh or past:
            self.brought.update(case.names)
        return not (fresh or past)

    def _of_case(self, case: Case) -> Iterator[Problem]:
        revision = case.revision
        if revision.unread:
            wrong = replace(revision.unread, path=revision.path)
            self.unread[revision.deal] = self._not_judged(revision.ground, wrong)
            return
        self.unread.pop(revision.deal, None)
        yield from self._by_other_rules(case)
        for finding in stage_not_there(case):
            yield problem("stage-not-there", Level.ERROR, finding, self.base)
        why = given(case.commit.message, case.names, "Pipe-Forced")
        found = list(refused(case))
        for one in found:
            if not why or one.code == _NEVER_FORCED:
                said = Finding(told(case, one), remedy(one, one.hint), revision.path, case.commit)
                yield replace(problem(one.code, Level.ERROR, said, self.base), loc=_place(case))
        passed = [one for one in found if one.code != _NEVER_FORCED]
        level = self.base.settings.rules.get("forced-move", LEVELS["forced-move"])
        if why and passed and level is not Level.OFF:
            yield replace(problem("forced-move", level, forced(case, passed, why), self.base), loc=_place(case))

    def _by_other_rules(self, case: Case) -> Iterator[Problem]:
        """Yield, once a file, that a change is judged by other rules than those of the base."""
        after, then = case.revision.after, case.workspace
        home = self.base.pipelines.get(after.pipeline) if after else None
        differing = [
            (home.path, home != then.pipelines.get(home.id)) if home else ("", False),
            ("pipe.yaml", self.base.settings.policies != then.settings.policies),
            ("team.yaml", self.base.team != then.team),
        ]
        for path, differs in differing:
            if differs and path not in self.told and _is_workspace(self.base):
                self.told.add(path)
                message = f"deals are judged from here on by another {path} than that of the base"
                hint = "read both: what it asks for less, nobody asks of these changes"
                finding = Finding(message, hint, path, case.commit)
                yield problem(code="other-rules", level=Level.WARNING, finding=finding, workspace=self.base)

    def _moved_by_rules(self, ground: Ground) -> Iterator[Problem]:
        """Yield the stages that mean something else from a commit on, so that deals move whose files do not change."""
        for name, before in ground.before.pipelines.items():
            after = ground.workspace.pipelines.get(name)
            for word in (word for stage in before.stages for word in (stage.id, *stage.aliases)) if after else ():
                old, new = before.stage(word), after.stage(word) if after else None
                if old and new and old.kind is not new.kind:
                    message = f"{word!r} was {old.kind}, and is {new.kind} now: its deals move, and no gate is asked"
                    finding = Finding(message, "give the other stage another id, and move the deals", before.path)
                    finding = replace(finding, commit=ground.commit)
                    yield problem(code="other-rules", level=Level.ERROR, finding=finding, workspace=self.base)

    def _not_judged(self, ground: Ground, wrong: Problem) -> Problem:
        place = f"line {wrong.line}: " if wrong.line else ""
        message = f"the changes of deals cannot be judged by this file: {place}{wrong.message}"
        hint = "mend the file first, in a commit before the changes"
        return problem("not-judged", Level.ERROR, Finding(message, hint, wrong.path, ground.commit), self.base)


def _is_workspace(workspace: Workspace) -> bool:
    return bool(workspace.settings.name) or any(one.path == "pipe.yaml" for one in workspace.problems if one.line)


def _as_creation(case: Case) -> Case:
    """Return the case of a deal of which no version before could be read as that of a new deal."""
    revision = case.revision
    unknown = not revision.is_known and not revision.unread
    return replace(case, revision=replace(revision, fresh=True)) if unknown else case


def _place(case: Case) -> tuple[str, ...]:
    return ("stage",) if case.revision.moves else ()
