// The variables of a job. Names are compared without regard to case, as the agent does.

/** The name a variable or an input has in a task's environment: `.` and space become `_`, nothing else is replaced. */
export function environmentName(name) {
  return name.replace(/[. ]/g, '_').toUpperCase();
}

export class Variables {
  #entries = new Map();

  /** `saved` is what toJSON() returned. */
  constructor(saved = {}) {
    for (const [name, entry] of Object.entries(saved)) {
      this.#entries.set(name.toLowerCase(), { name, ...entry });
    }
  }

  get(name) {
    return this.#entries.get(name.toLowerCase())?.value;
  }

  /** A secret stays one when it is set again. Returns false, and changes nothing, for a read-only variable. */
  set(name, value, { secret = false, readOnly = false } = {}) {
    const before = this.#entries.get(name.toLowerCase());
    if (before?.readOnly) {
      return false;
    }
    this.#entries.set(name.toLowerCase(), {
      name: before?.name ?? name, value, secret: secret || (before?.secret ?? false), readOnly,
    });
    return true;
  }

  /** Sets what the agent itself provides; such a variable is read-only for tasks. */
  provide(name, value) {
    this.#entries.set(name.toLowerCase(), { name, value: String(value), secret: false, readOnly: true });
  }

  all() {
    return [...this.#entries.values()];
  }

  secretValues() {
    return this.all().filter((entry) => entry.secret).map((entry) => entry.value);
  }

  /** Puts values in place of `$(name)`; a name that is no variable is left as it stands. */
  expand(text) {
    return text.replace(/\$\(([^()]+)\)/g, (token, name) => this.get(name) ?? token);
  }

  toJSON() {
    return Object.fromEntries(this.all().map(({ name, ...entry }) => [name, entry]));
  }
}
