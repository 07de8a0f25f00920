import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadedIds } from './loaded.js';
import type { Pipeline } from './pipeline.js';
import { loadRuleSource, ruleProblemText, type RuleProblem, type RuleSet, type RuleSource } from './rules.js';

/** What watches over rule folders while the engine runs. */
export interface ReloadOptions {
  readonly paths: readonly string[];
  /** What the rules in force at the start were made of. */
  readonly source: RuleSource;
  /** Reads what the paths hold now. */
  readonly read: () => Promise<RuleSource>;
  /** What has the rules and takes changed ones in, or the source that they are made of. */
  readonly pipeline: Pick<Pipeline, 'ruleSet'> & {
    replaceRules(ruleSet: RuleSet, source: RuleSource): void | Promise<void>;
  };
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly log: { readonly info: (message: string) => void; readonly warn: (message: string) => void };
}

type Texts = ReadonlyMap<string, string>;

/**
 * Puts changed rules into force while the engine runs.
 *
 * Looks at names, sizes and times of the rule files now and then. Where they changed, the rules are loaded and take
 * effect at once (see `Pipeline.replaceRules`). A file that was sound and is now broken keeps its old text, and one that
 * is new is taken as at the start, without the rules that are refused; both are told. Where a sound file breaks because
 * another changed (a rule it refers to is gone), nothing is put into force until the files change again. Never throws.
 */
export class Reloader {
  readonly #options: ReloadOptions;
  /** The files in force, and those of them that hold refused rules. */
  #inForce: Texts;
  #unsound: ReadonlySet<string>;
  #seen: string;
  #lookedAt = 0;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#inForce = textsOf(options.source);
    this.#unsound = filesOf(errorsOf(options.pipeline.ruleSet));
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
    const { read, log } = this.#options;
    try {
      return await this.#put(await read());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn(`the changed rules can't be put into force, the old ones stay: ${reason}`);
      return false;
    }
  }

  async #put(source: RuleSource): Promise<boolean> {
    const { pipeline, log } = this.#options;
    const first = loadRuleSource(source);
    const kept = new Map<string, string>();
    let now = source;
    let next = first;
    for (let more = this.#brokenIn(next, now); more.size > 0; more = this.#brokenIn(next, now)) {
      for (const [file, text] of more) kept.set(file, text);
      now = withTexts(source, kept);
      next = loadRuleSource(now);
    }
    const refused = errorsOf(next).filter(({ file }) => this.#inForce.has(file) && !this.#unsound.has(file));
    if (refused.length > 0 || next.rules.length === 0) {
      log.warn(`the changed rules are not put into force, the old ones stay: ${reasonOf(refused)}`);
      return false;
    }
    this.#tell(errorsOf(first), kept);
    const texts = textsOf(now);
    if (areSame(texts, this.#inForce) && kept.size > 0) return false;
    this.#inForce = texts;
    this.#unsound = filesOf(errorsOf(next));
    await pipeline.replaceRules(next, now);
    log.info(`changed rules are in force: ${loadedIds(next).length} rules`);
    return true;
  }

  /**
   * The changed files that no longer load whole, with the texts that are in force: those broken themselves, else those
   * that refer to what is gone. Fewer each time they are put back, so asking again comes to an end.
   */
  #brokenIn(next: RuleSet, source: RuleSource): Texts {
    const texts = textsOf(source);
    const changed = errorsOf(next).filter(
      ({ file }) => this.#inForce.has(file) && this.#inForce.get(file) !== texts.get(file),
    );
    const own = changed.filter(({ code }) => code !== 'rule.correlation.reference');
    return new Map((own.length > 0 ? own : changed).map(({ file }) => [file, this.#inForce.get(file) as string]));
  }

  #tell(errors: readonly RuleProblem[], kept: Texts): void {
    for (const file of filesOf(errors)) {
      if (this.#inForce.has(file) && !kept.has(file)) continue;
      const what = kept.has(file) ? 'is broken, its old rules stay' : 'has rules that are refused';
      const reason = reasonOf(errors.filter((problem) => problem.file === file));
      this.#options.log.warn(`${file} ${what}: ${reason}`);
    }
  }
}

function textsOf({ files }: RuleSource): Texts {
  return new Map(files.map(({ file, text }) => [file, text]));
}

function withTexts(source: RuleSource, texts: Texts): RuleSource {
  return { ...source, files: source.files.map((file) => ({ ...file, text: texts.get(file.file) ?? file.text })) };
}

function areSame(a: Texts, b: Texts): boolean {
  return a.size === b.size && [...a].every(([file, text]) => b.get(file) === text);
}

function errorsOf({ problems }: RuleSet): readonly RuleProblem[] {
  return problems.filter(({ severity }) => severity === 'error');
}

function filesOf(problems: readonly RuleProblem[]): ReadonlySet<string> {
  return new Set(problems.map(({ file }) => file));
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
