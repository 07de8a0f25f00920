import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Pipeline } from './pipeline.js';
import { ruleProblemText, type RuleProblem, type RuleSet } from './rules.js';

/** What watches over rule folders while the engine runs. */
export interface ReloadOptions {
  readonly paths: readonly string[];
  /** Loads what the paths hold now. */
  readonly load: () => Promise<RuleSet>;
  readonly pipeline: Pipeline;
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly log: { readonly info: (message: string) => void; readonly warn: (message: string) => void };
}

/**
 * Puts changed rules into force while the engine runs.
 *
 * Looks at names, sizes and times of the rule files now and then. Where they changed, the rules are loaded; if none is
 * refused they take effect at once (see `Pipeline.replaceRules`), else the rules in force stay as they are, with the
 * reason in the log, until the files change again. Never throws.
 */
export class Reloader {
  readonly #options: ReloadOptions;
  #seen: string;
  #lookedAt = 0;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#seen = fingerprintOf(options.paths);
  }

  /** Call it right after a commit, between two batches. True where other rules are in force now. */
  async poll(now: number): Promise<boolean> {
    if (now - this.#lookedAt < this.#options.every) return false;
    this.#lookedAt = now;
    const seen = this.#look();
    if (seen === this.#seen) return false;
    this.#seen = seen;
    return this.#reload();
  }

  /** What the files look like; as before where a folder vanishes while it is looked at. */
  #look(): string {
    try {
      return fingerprintOf(this.#options.paths);
    } catch {
      return this.#seen;
    }
  }

  async #reload(): Promise<boolean> {
    const { load, pipeline, log } = this.#options;
    try {
      const ruleSet = await load();
      const refused = ruleSet.problems.filter(({ severity }) => severity === 'error');
      if (refused.length > 0 || ruleSet.rules.length === 0) {
        log.warn(`the changed rules are not put into force, the old ones stay: ${reasonOf(refused)}`);
        return false;
      }
      pipeline.replaceRules(ruleSet);
      log.info(`changed rules are in force: ${ruleSet.rules.length} rules`);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn(`the changed rules can't be put into force, the old ones stay: ${reason}`);
      return false;
    }
  }
}

function reasonOf(refused: readonly RuleProblem[]): string {
  const [first, ...more] = refused;
  if (first === undefined) return 'no rule is left';
  return `${ruleProblemText(first)}${more.length > 0 ? `; and ${more.length} more` : ''}`;
}

/** Changes when a rule file is written, added, renamed or removed. One look at each file, none of it read. */
function fingerprintOf(paths: readonly string[]): string {
  return paths.map((path) => (isFolder(path) ? folderText(path) : fileText(path))).join('\n');
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function folderText(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/iu.test(name));
  return names
    .sort()
    .map((name) => fileText(join(folder, name)))
    .join('\n');
}

function fileText(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return `${file}\u0000${stats?.size ?? -1}\u0000${stats?.mtimeMs ?? -1}\u0000${stats?.ino ?? -1}`;
}
