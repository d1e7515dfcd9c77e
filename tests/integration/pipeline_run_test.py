#!/usr/bin/env python3
"""pipeline-run as a person starts it: whole pipelines, approvals, re-runs, cancelling, the run folder."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from support import scenario
from support.agent import Running
from support.places import REPOSITORY, binary
from support.terminal import Terminal

BUILD_AND_DEPLOY = """
    stages:
    - stage: Build
      jobs:
      - job: make
        steps:
        - bash: |
            mkdir out && echo "model" > out/model.txt
            echo "##vso[task.setvariable variable=version;isoutput=true]1.2"
            printf '# Verdict\\n\\n| rule | passed |\\n|---|---|\\n| auc | <yes> |\\n' > verdict.md
            echo "##vso[task.uploadsummary]$PWD/verdict.md"
          name: build
        - publish: out
          artifact: drop
    - stage: Deploy
      jobs:
      - deployment: deploy
        environment: prd
        strategy:
          runOnce:
            deploy:
              steps:
              - script: cat $(Pipeline.Workspace)/drop/model.txt; echo attempt $(System.StageAttempt) of $(Build.BuildId)
    - stage: Report
      condition: failed()
      jobs:
      - job: report
        steps: [{checkout: none}, {script: echo refused}]
"""
ENVIRONMENTS = "environments: {prd: {approval: {instructions: Read the verdict}}}"


class PipelineRun(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.program = str(binary("pipeline-run"))
        self.sources = self.folder / "sources"
        self.output = self.folder / "run"

    def start(self, pipeline, *arguments, output=None):
        if pipeline:
            scenario.write(self.sources, "azure-pipelines.yml", pipeline)
        command = [self.program, str(self.sources / "azure-pipelines.yml"), "--output", str(output or self.output), *arguments]
        return Running(command, self.sources, dict(os.environ))

    def run_pipeline(self, pipeline, *arguments, exit_code=0, output=None):
        outcome = self.start(pipeline, *arguments, output=output).finish()
        self.assertEqual(outcome.exit_code, exit_code, outcome)
        return outcome

    def record(self, output=None):
        return json.loads(((output or self.output) / "run.json").read_text())

    def results(self, output=None):
        return {stage["name"]: stage["result"] for stage in self.record(output)["stages"]}

    def environments(self):
        return "--environments", str(scenario.write(self.folder, "environments.yml", ENVIRONMENTS))

    def test_a_run_leaves_logs_artifacts_and_a_page(self):
        self.run_pipeline(BUILD_AND_DEPLOY, *self.environments(), "--approve", "prd", "--build-id", "12")
        self.assertEqual(self.results(), {"Build": "Succeeded", "Deploy": "Succeeded", "Report": "Skipped"})
        self.assertEqual((self.output / "artifacts/drop/model.txt").read_text(), "model\n")
        self.assertIn("attempt 1 of 12", (self.output / "logs/Deploy/deploy.deploy/02-CmdLine.log").read_text())
        page = (self.output / "summary.html").read_text()
        self.assertIn("<td>auc</td><td>&lt;yes&gt;</td>", page)
        self.assertIn('href="logs/Build/make/02-build.log"', page)
        self.assertEqual(self.record()["stages"][0]["outputs"]["make"], {"build.version": {"value": "1.2"}})

    def test_a_refused_stage_is_run_again_with_what_the_first_run_left(self):
        outcome = self.run_pipeline(BUILD_AND_DEPLOY, *self.environments(), "--reject", "prd", exit_code=1)
        self.assertIn("Environment prd: rejected (--reject)", outcome.output)
        self.assertEqual(self.results(), {"Build": "Succeeded", "Deploy": "Failed", "Report": "Succeeded"})
        again = self.folder / "again"
        first = self.record()
        outcome = self.run_pipeline(None, *self.environments(), "--approve", "all", "--from", str(self.output), output=again)
        self.assertIn(f"attempt 2 of {first['buildId']}", outcome.output)
        self.assertNotIn("[Build.make]", outcome.output)
        self.assertEqual(self.results(again)["Deploy"], "Succeeded")
        self.assertEqual(self.record(again)["buildNumber"], first["buildNumber"])

    def on_a_terminal(self, pipeline, *arguments, **environment):
        scenario.write(self.sources, "azure-pipelines.yml", pipeline)
        command = [self.program, "--output", str(self.output), *arguments]
        terminal = Terminal(command, self.sources, {**os.environ, "LANG": "C.UTF-8", "TERM": "xterm", **environment})
        self.addCleanup(terminal.close)
        return terminal

    def test_a_terminal_shows_the_tree_and_is_asked_below_it(self):
        terminal = self.on_a_terminal(BUILD_AND_DEPLOY, *self.environments(), NO_COLOR="1")
        terminal.read_until("Approve prd? [y/N]")
        self.assertIn("? Deploy  waits for approval", terminal.shown)
        self.assertIn("Read the verdict", terminal.shown)
        terminal.type("nn\x7f\x7fy\r")
        self.assertEqual(terminal.finish(), 0, terminal.shown)
        self.assertEqual(self.record()["stages"][1]["approvals"], ["prd: approved (on the terminal)"])
        self.assertRegex(terminal.shown, r"✓ Build  [\d.]+ s")
        self.assertRegex(terminal.shown, r"- Report  skipped, its condition does not hold")
        self.assertNotIn("[Build.make]", terminal.shown)
        self.assertNotIn("\x1b[3", terminal.shown, "NO_COLOR was set")
        self.assertTrue(terminal.shown.rstrip().endswith(f"see {self.output}"), terminal.shown[-300:])

    def test_a_terminal_that_cannot_redraw_gets_lines_and_the_same_question(self):
        for name, arguments, variables in (("dumb", (), {"TERM": "dumb"}), ("plain", ("--view", "plain"), {})):
            self.output = self.folder / name
            terminal = self.on_a_terminal(BUILD_AND_DEPLOY, *self.environments(), *arguments, **variables)
            terminal.read_until("Approve prd? [y/N]")
            terminal.type("no\r")
            self.assertEqual(terminal.finish(), 1, terminal.shown)
            self.assertIn("Stage Report: Succeeded", terminal.shown)
            self.assertNotIn("\x1b[?2026h", terminal.shown)

    def test_ctrl_c_on_a_terminal_leaves_it_as_it_was(self):
        terminal = self.on_a_terminal("""
            steps:
            - checkout: none
            - bash: |
                printf 'colored \\033[31mred\\033[2J here\\n'
                sleep 1000
              displayName: Wait long
        """)
        terminal.read_until("colored red here")
        self.assertNotEqual(terminal.settings(), terminal.settings_before)
        terminal.type("\x03")
        self.assertEqual(terminal.finish(), 130, terminal.shown)
        self.assertEqual(terminal.settings(), terminal.settings_before)
        self.assertNotIn("\x1b[2J", terminal.shown)
        self.assertRegex(terminal.shown, r"✗ Wait long  [\d.]+ s, canceled")

    def test_what_failed_stands_at_the_end_with_its_log(self):
        terminal = self.on_a_terminal("steps: [{checkout: none}, {bash: echo the reason; exit 3, name: bad, displayName: Break}]")
        self.assertEqual(terminal.finish(), 1, terminal.shown)
        end = terminal.shown[terminal.shown.index("Job / Break:"):]
        self.assertIn("  the reason\r\n", end)
        self.assertIn(f"  The whole log: {self.output}/logs/__default/Job/02-bad.log\r\n", end)

    def test_watching_runs_again_after_a_change_and_outlives_a_mistake(self):
        file = scenario.write(self.sources, "azure-pipelines.yml", "steps: [{bash: echo round $(cat n.txt)}]")
        scenario.write(self.sources, "n.txt", "one\n")
        running = Running([self.program, "--watch"], self.sources, dict(os.environ))
        running.wait_for("] round one")
        scenario.write(self.sources, "n.txt", "twice\n")
        running.wait_for("] round twice")
        good = file.read_text()
        file.write_text("steps: [{bash: x}")
        running.wait_for_error("azure-pipelines.yml:1:")
        scenario.write(self.sources, "n.txt", "thrice\n")
        file.write_text(good)
        running.wait_for("] round thrice")
        running.send(signal.SIGINT)
        outcome = running.finish()
        self.assertEqual(outcome.exit_code, 130, outcome)

    def test_ctrl_c_ends_the_step_and_still_cleans_up(self):
        running = self.start("""
            steps:
            - checkout: none
            - bash: echo "pid $$"; sleep 1000
            - bash: echo never
            - bash: echo cleaned after $(Agent.JobStatus)
              condition: always()
        """)
        running.wait_for("pid ")
        running.send(signal.SIGINT)
        outcome = running.finish()
        self.assertEqual(outcome.exit_code, 130, outcome)
        self.assertIn("cleaned after Canceled", outcome.output)
        self.assertNotIn("] never", outcome.output)
        self.assertEqual(self.record()["result"], "Canceled")

    def test_a_secret_is_in_no_log_and_in_no_file_of_the_run(self):
        group = scenario.write(self.folder, "group.yml", "key: {value: tip-top-secret, isSecret: true}\nplain: p\n")
        outcome = self.run_pipeline("""
            variables: [{group: keys}]
            steps:
            - checkout: none
            - bash: 'echo "$(key) $MAPPED [$KEY] $PLAIN"; echo "##vso[task.setvariable variable=o;isoutput=true]x$(key)"'
              env: {MAPPED: $(key)}
        """, "--variables-file", f"keys={group}")
        self.assertIn("*** *** [] p", outcome.output)
        self.assertNotIn("tip-top-secret", outcome.output)
        kept = [file for file in self.output.rglob("*") if file.is_file() and b"tip-top-secret" in file.read_bytes()]
        self.assertEqual(kept, [])

    def test_the_sources_are_the_working_tree_and_stay_as_they_are(self):
        scenario.write(self.sources, "code/a.txt", "first\n")
        scenario.write(self.sources, ".gitignore", "ignored\n")
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
            subprocess.run([*git, *command], cwd=self.sources, check=True)
        scenario.write(self.sources, "code/a.txt", "second\n")
        scenario.write(self.sources, "new.txt", "new\n")
        scenario.write(self.sources, "ignored", "x")
        outcome = self.run_pipeline("""
            steps:
            - bash: cat code/a.txt new.txt; ls; git log --format=%s; git status --short; echo gone > code/a.txt
        """)
        for line in ("second", "new", "one", " M code/a.txt"):
            self.assertIn(f"[Job] {line}\n", outcome.output)
        self.assertNotIn("[Job] ignored\n", outcome.output)
        self.assertEqual((self.sources / "code/a.txt").read_text(), "second\n")

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_a_shipped_task_runs_with_its_launcher(self):
        binary("config-resolve")
        scenario.write(self.sources, "configuration/main.yml", "variables: {greeting: hello}\n")
        outcome = self.run_pipeline("""
            steps:
            - task: MlopsConfigResolve@1
              name: config
              inputs: {files: configuration/no-such-file.yml}
        """, "--tasks", str(REPOSITORY / "tasks"), exit_code=1)
        self.assertIn("no-such-file.yml", outcome.output)
        self.assertIn("##[error]", outcome.output)

    def test_outputs_cross_steps_jobs_and_stages_in_expressions(self):
        outcome = self.run_pipeline("""
            variables:
              count: $[ counter('x', 5) ]
              reason: $[ format('{0}!', variables['Build.Reason']) ]
            stages:
            - stage: A
              jobs:
              - job: plan
                steps:
                - checkout: none
                - bash: |
                    echo '##vso[task.setvariable variable=rows;isoutput=true]{"cpu": {"kind": "c"}, "gpu": {"kind": "g"}}'
                    echo "##vso[task.setvariable variable=deploy;isoutput=true]yes"
                  name: out
              - job: fan
                dependsOn: plan
                condition: eq(dependencies.plan.outputs['out.deploy'], 'YES')
                strategy: {matrix: "$[ dependencies.plan.outputs['out.rows'] ]"}
                steps: [{checkout: none}, {bash: echo "kind $(kind) $(count) $(reason)"}]
            - stage: B
              condition: and(succeeded(), eq(dependencies.A.outputs['plan.out.deploy'], 'yes'))
              variables: {copied: "$[ stageDependencies.A.plan.outputs['out.deploy'] ]"}
              jobs:
              - job: use
                steps:
                - checkout: none
                - bash: echo "copied $(copied)"
                  condition: ne(variables['copied'], 'no')
            - stage: C
              dependsOn: A
              condition: in(dependencies.A.result, 'Failed', 'Skipped')
              jobs: [{job: never, steps: [{script: echo never}]}]
        """)
        for line in ("[A.fan.cpu] kind c 5 Manual!", "[A.fan.gpu] kind g 5 Manual!", "[B.use] copied yes"):
            self.assertIn(line + "\n", outcome.output)
        self.assertEqual(self.results(), {"A": "Succeeded", "B": "Succeeded", "C": "Skipped"})

    def test_a_condition_that_no_run_could_evaluate_is_told_before_it(self):
        outcome = self.run_pipeline("jobs: [{job: a, condition: eq(1), steps: [{script: echo}]}]", exit_code=2)
        self.assertIn("azure-pipelines.yml:1:28: the function eq takes 2 values, not 1.", outcome.errors_output)
        self.assertFalse(self.output.exists())

    def test_a_condition_that_its_values_make_wrong_fails_its_job_with_the_place(self):
        outcome = self.run_pipeline("jobs: [{job: a, condition: \"gt(1, 'x')\", steps: [{script: echo}]}]", exit_code=1)
        self.assertIn("azure-pipelines.yml:1:28: a text can't be compared with a number.", outcome.output)

    def test_a_file_may_follow_an_option_that_can_be_repeated(self):
        scenario.write(self.sources, "other.yml", "steps: [{script: echo v is $(v)}]\n")
        command = [self.program, "--output", str(self.output), "--variable", "v=1", str(self.sources / "other.yml")]
        outcome = Running(command, self.sources, dict(os.environ)).finish()
        self.assertIn("v is 1\n", outcome.output)

    def test_the_file_of_environments_is_checked_before_a_run(self):
        pipeline = "jobs: [{deployment: d, environment: PRD, strategy: {runOnce: {deploy: {steps: [{script: echo}]}}}}]"
        for text, error in (("environments: {PRD: {approval: }}\n", "environments.yml:1:22: the approval is empty."),
                            ("environments: {PRDD: {approval: true}}\n", 'did you mean "prd"?')):
            file = scenario.write(self.folder, "environments.yml", text)
            outcome = self.run_pipeline(pipeline, "--dry-run", "--environments", str(self.folder / "environments.yml"), exit_code=2)
            self.assertIn(error, outcome.errors_output, file)
        scenario.write(self.folder, "environments.yml", "environments: {PRD: {approval: true}, STAGE: {approval: true}}\n")
        outcome = self.run_pipeline(pipeline, "--dry-run", "--environments", str(self.folder / "environments.yml"))
        self.assertIn("to PRD by runOnce, waits for approval\n", outcome.output)

    def test_what_would_run_is_shown_without_running(self):
        outcome = self.run_pipeline(BUILD_AND_DEPLOY, "--dry-run")
        self.assertIn("Stage Deploy (after Build)\n  Deployment deploy\n    to prd by runOnce\n", outcome.output)
        self.assertFalse(self.output.exists())

    def test_wrong_arguments_and_files_are_told_in_one_line(self):
        cases = {
            ("--stge", "PRD"): 'unknown argument "--stge"; did you mean "--stage"? See pipeline-run --help.',
            ("--variable", "x"): '--variable "x" is not of the form NAME=VALUE. See pipeline-run --help.',
            ("--from", "/nowhere"): 'the file "/nowhere/run.json" does not exist.',
            ("--job", "Jop"): '--job Jop: the pipeline has no such job; did you mean "Job"? There is: Job.',
            ("--stage", "Build"): "--stage Build: the pipeline has no such stage. There is: __default.",
            ("--approve", "prd"): "--approve prd: the pipeline has no such environment or validation. There is: all.",
            ("--view", "tree"): "--view tree needs a terminal that can redraw. Use --view plain.",
            ("--watch",): "--watch makes a new run folder for each run. Leave out --output.",
            ("--tasks", "/etc"): '"/etc" holds no task. Give a folder with a task.json, or a folder of such folders.',
        }
        for number, (arguments, message) in enumerate(cases.items()):
            outcome = self.run_pipeline("steps: [{script: echo}]", *arguments, exit_code=2, output=self.folder / f"out{number}")
            self.assertIn(f"pipeline-run: {message}", outcome.errors_output)

    def test_an_unknown_task_is_told_before_anything_runs(self):
        outcome = self.run_pipeline("""
            steps:
            - bash: echo first
            - task: PublishTestResult@2
        """, exit_code=2)
        self.assertIn('azure-pipelines.yml:3:3: the task PublishTestResult@2 is not known on this machine; did you mean '
                      '"PublishTestResults"?', outcome.errors_output)
        self.assertIn("--skip-task PublishTestResult", outcome.errors_output)
        self.assertFalse(self.output.exists())
        self.run_pipeline(None, "--skip-task", "PublishTestResult")

    def test_independent_jobs_run_side_by_side(self):
        # Each waits for a file of the other: one after the other they would wait forever.
        meet = "touch {own}; for i in $(seq 1000); do test -e {other} && exit 0; sleep 0.02; done; exit 1"
        folder = pathlib.Path(self.folder)
        self.run_pipeline(f"""
            jobs:
            - job: a
              steps: [{{checkout: none}}, {{bash: "{meet.format(own=folder / 'a', other=folder / 'b')}"}}]
            - job: b
              steps: [{{checkout: none}}, {{bash: "{meet.format(own=folder / 'b', other=folder / 'a')}"}}]
        """, "--jobs", "2")

    def test_what_a_step_leaves_running_ends_with_its_job(self):
        outcome = self.run_pipeline("""
            steps:
            - checkout: none
            - bash: sleep 1000 >/dev/null 2>&1 & echo "left $!"
        """)
        self.assertIn("Ended what a step left running in the background.", outcome.output)
        pid = int(outcome.output.split("left ")[1].split()[0])
        for _ in range(500):
            if not pathlib.Path(f"/proc/{pid}").exists() or " Z " in pathlib.Path(f"/proc/{pid}/stat").read_text():
                return
            time.sleep(0.02)
        self.fail(f"process {pid} still runs")


if __name__ == "__main__":
    scenario.main()
