// Printing: secrets masked, each line after the step's name, colours on a terminal.

const COLORS = { red: 31, yellow: 33, cyan: 36, dim: 2, bold: 1 };
const SECTIONS = { error: 'red', warning: 'yellow', command: 'cyan', section: 'bold', group: 'bold', debug: 'dim' };

/** Replaces every secret, and every line of a secret of several lines, with ***; longer ones first. */
export function maskSecrets(text, secrets) {
  const values = [...secrets].flatMap((secret) => [secret, ...secret.split(/\r?\n/)]).filter((value) => value.trim());
  const longestFirst = [...new Set(values)].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((masked, secret) => masked.split(secret).join('***'), text);
}

export class Output {
  #secrets;
  #label;
  #stream;
  #colors;

  /** `secrets` is a live set: what is added to it is masked from then on. */
  constructor({ label, secrets, stream = process.stdout, colors = stream.isTTY && !process.env.NO_COLOR }) {
    this.#label = label;
    this.#secrets = secrets;
    this.#stream = stream;
    this.#colors = colors;
  }

  paint(color, text) {
    return this.#colors && color ? `\x1b[${COLORS[color]}m${text}\x1b[0m` : text;
  }

  line(text, color) {
    for (const part of maskSecrets(text, this.#secrets).split(/\r?\n/)) {
      this.#stream.write(`${this.paint('dim', `[${this.#label}]`)} ${this.paint(color, part)}\n`);
    }
  }

  /** A line of the task, coloured by its `##[kind]` as the agent's web page does. */
  taskLine(text) {
    const section = /^##\[(\w+)\]/.exec(text);
    if (section?.[1] === 'endgroup') {
      return;
    }
    this.line(text, section ? SECTIONS[section[1]] : undefined);
  }

  issue(type, message) {
    this.line(`##[${type}]${message}`, SECTIONS[type]);
  }
}
