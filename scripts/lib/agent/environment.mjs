// The environment of a task: what the agent provides about itself, the inputs, the variables, the service connection.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { environmentName } from './variables.mjs';

// All that a task gets to see of the environment of this process.
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'USER', 'TMPDIR'];

/** A GUID that is always the same for the same text. */
export function stableGuid(text) {
  const hex = crypto.createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** Sets the predefined variables; `run` says which run this is: {buildId, attempt, stage, job, sources, commit, branch}. */
export function provideVariables(variables, run, state) {
  const project = 'mlops';
  const provided = {
    'Agent.Name': 'local', 'Agent.Id': 1, 'Agent.OS': 'Linux', 'Agent.OSArchitecture': 'X64', 'Agent.Version': '4.0.0',
    'Agent.JobName': run.job, 'Agent.JobStatus': 'Succeeded',
    'Agent.TempDirectory': state.temp, 'Agent.WorkFolder': state.folder, 'Agent.BuildDirectory': state.folder,
    'Agent.HomeDirectory': state.folder, 'Agent.ToolsDirectory': path.join(state.folder, 'tools'),
    'Build.BuildId': run.buildId, 'Build.BuildNumber': run.buildNumber ?? run.buildId,
    'Build.DefinitionName': 'quickstart', 'Build.Reason': 'Manual', 'Build.RequestedFor': 'local',
    'Build.Repository.Name': path.basename(run.sources), 'Build.Repository.Uri': `file://${run.sources}`,
    'Build.Repository.LocalPath': run.sources,
    'Build.SourcesDirectory': run.sources, 'Build.ArtifactStagingDirectory': path.join(state.folder, 'artifacts'),
    'Build.SourceVersion': run.commit, 'Build.SourceBranch': `refs/heads/${run.branch}`,
    'Build.SourceBranchName': path.basename(run.branch),
    'System.CollectionUri': 'https://dev.azure.com/local/', 'System.TeamFoundationCollectionUri': 'https://dev.azure.com/local/',
    'System.TeamProject': project, 'System.TeamProjectId': stableGuid(project), 'System.DefinitionId': 1,
    'System.HostType': 'build', 'System.Culture': 'en-US', 'System.DefaultWorkingDirectory': run.sources,
    'System.PlanId': stableGuid(`plan ${run.buildId}`), 'System.TimelineId': stableGuid(`timeline ${run.buildId}`),
    'System.JobId': stableGuid(`job ${run.buildId} ${run.stage} ${run.job}`), 'System.JobName': run.job,
    'System.JobDisplayName': run.job, 'System.JobAttempt': run.attempt, 'System.StageName': run.stage,
    'System.StageDisplayName': run.stage, 'System.StageAttempt': run.attempt, 'System.PhaseName': run.job,
    'System.PhaseAttempt': run.attempt, 'System.PullRequest.IsFork': 'False', 'TF_BUILD': 'True',
  };
  for (const [name, value] of Object.entries(provided)) {
    variables.provide(name, value);
  }
}

/** task.json of a task folder, or an empty description where there is none yet. */
export function readManifest(taskFolder) {
  const file = path.join(taskFolder, 'task.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
}

/**
 * The inputs by their names in task.json: defaults below what is given, aliases resolved, `$(name)` expanded.
 * `unexpected` lists given names that task.json does not have.
 */
export function resolveInputs(manifest, given, variables) {
  const declared = manifest.inputs ?? [];
  const names = new Map(declared.flatMap(({ name, aliases = [] }) =>
    [name, ...aliases].map((alias) => [alias.toLowerCase(), name])));
  const inputs = Object.fromEntries(declared.map(({ name, defaultValue = '' }) => [name, String(defaultValue)]));
  const unexpected = [];
  for (const [name, value] of Object.entries(given)) {
    if (declared.length > 0 && !names.has(name.toLowerCase())) {
      unexpected.push(name);
    }
    inputs[names.get(name.toLowerCase()) ?? name] = value;
  }
  const expanded = Object.entries(inputs).map(([name, value]) => [name, variables.expand(value).trim()]);
  return { inputs: Object.fromEntries(expanded), unexpected };
}

/** The environment itself; `own` is the environment of this process. */
export function taskEnvironment({ own, inputs, variables, connection, binaries }) {
  const environment = {};
  for (const name of INHERITED.filter((inherited) => own[inherited] !== undefined)) {
    environment[name] = own[name];
  }
  const isSecret = (entry) => entry.secret;
  const visible = variables.all().filter((entry) => !isSecret(entry));
  const hidden = variables.all().filter(isSecret);
  for (const { name, value } of visible) {
    environment[environmentName(name)] = value;
  }
  for (const { name, value } of hidden) {
    environment[`SECRET_${environmentName(name)}`] = value;
  }
  for (const [name, value] of Object.entries(inputs)) {
    environment[`INPUT_${environmentName(name)}`] = value;
  }
  environment.VSTS_PUBLIC_VARIABLES = JSON.stringify(visible.map(({ name }) => name));
  environment.VSTS_SECRET_VARIABLES = JSON.stringify(hidden.map(({ name }) => name));
  environment.MLOPS_TASK_BIN_DIR = binaries;
  return { ...environment, ...connection };
}
