// What a job keeps between its steps, in one folder:
//   state.json     variables, secrets to mask, results of the steps; readable by the owner only, it holds secrets
//   temp/          Agent.TempDirectory
//   summaries/     Markdown of task.uploadsummary
//   attachments/   files of task.addattachment, by type
//   tasks/         tasks laid out as an installed one is

import fs from 'node:fs';
import path from 'node:path';
import { Variables } from './variables.mjs';

export class State {
  constructor(folder) {
    this.folder = path.resolve(folder);
    this.temp = path.join(this.folder, 'temp');
    fs.mkdirSync(this.temp, { recursive: true });
    const saved = fs.existsSync(this.#file) ? JSON.parse(fs.readFileSync(this.#file, 'utf8')) : {};
    this.variables = new Variables(saved.variables);
    this.secrets = new Set(saved.secrets);
    this.steps = saved.steps ?? [];
    this.tags = saved.tags ?? [];
  }

  get #file() {
    return path.join(this.folder, 'state.json');
  }

  /** Copies a file into a subfolder under a name that is free there; returns where it went. */
  keep(file, subfolder, name) {
    const folder = path.join(this.folder, subfolder);
    fs.mkdirSync(folder, { recursive: true });
    const { name: stem, ext } = path.parse(name);
    let target = path.join(folder, name);
    for (let number = 2; fs.existsSync(target); ++number) {
      target = path.join(folder, `${stem}-${number}${ext}`);
    }
    fs.copyFileSync(file, target);
    return target;
  }

  save() {
    const { variables, secrets, steps, tags } = this;
    const partial = `${this.#file}.${process.pid}`;
    fs.writeFileSync(partial, JSON.stringify({ variables, secrets: [...secrets], steps, tags }, null, 2), { mode: 0o600 });
    fs.renameSync(partial, this.#file);
  }
}
