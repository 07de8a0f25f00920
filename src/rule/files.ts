import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { FILE_LIMIT } from './yaml/guard.js';
import type { RuleFile } from './load.js';
import type { RuleProblem } from './types.js';

/** Rule files as read, and what could not be read. */
export interface ReadFiles {
  readonly files: readonly RuleFile[];
  readonly problems: readonly RuleProblem[];
}

const EXTENSIONS = new Set(['.yml', '.yaml']);
const DEPTH_LIMIT = 32;

/**
 * Reads rule files: files as given, folders recursively (`.yml` and `.yaml`, in order of name, hidden ones left out).
 *
 * A file reached twice is read once; one larger than 1 MiB, unreadable or missing becomes a problem. `ruleset` is the
 * name of the folder given (of the file's folder, for a file). Never throws. Synchronous: rules load before anything
 * else runs.
 */
export function readRuleFiles(paths: readonly string[]): ReadFiles {
  const reader = new FilesReader();
  for (const path of paths) reader.readPath(path);
  return reader;
}

class FilesReader implements ReadFiles {
  readonly files: RuleFile[] = [];
  readonly problems: RuleProblem[] = [];
  readonly #seen = new Set<string>();

  readPath(path: string): void {
    const before = this.files.length + this.problems.length;
    this.#attempt(path, () => {
      const folder = statSync(path).isDirectory();
      const ruleset = basename(folder ? realpathSync(path) : join(realpathSync(path), '..'));
      if (folder) this.#readFolder(path, ruleset, 0);
      else this.#readFile(path, ruleset);
      if (folder && this.files.length + this.problems.length === before && this.#seen.size === 0) {
        this.#problem(path, 'warning', 'the folder holds no rule files', 'rule files end in .yml or .yaml');
      }
    });
  }

  #readFolder(folder: string, ruleset: string, depth: number): void {
    if (depth > DEPTH_LIMIT) return;
    const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
    for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, name);
      this.#attempt(path, () => {
        const stat = statSync(path);
        if (stat.isDirectory()) {
          if (this.#first(path)) this.#readFolder(path, ruleset, depth + 1);
        } else if (stat.isFile() && EXTENSIONS.has(extname(name).toLowerCase())) this.#readFile(path, ruleset);
      });
    }
  }

  #readFile(path: string, ruleset: string): void {
    if (!this.#first(path)) return;
    const { size } = statSync(path);
    if (size > FILE_LIMIT) {
      this.#problem(path, 'error', 'the file is larger than 1 MiB', 'split it into several rule files');
      return;
    }
    this.files.push({ file: path, text: readFileSync(path, 'utf8'), ruleset });
  }

  /** Whether a file or folder is met for the first time, links resolved. */
  #first(path: string): boolean {
    const real = realpathSync(path);
    if (this.#seen.has(real)) return false;
    this.#seen.add(real);
    return true;
  }

  #attempt(path: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      const reason = code === 'ENOENT' ? 'there is no such file or folder' : `it can't be read (${code})`;
      this.#problem(path, 'error', reason, code === 'EACCES' ? 'give the process read access' : 'check the path');
    }
  }

  #problem(file: string, severity: RuleProblem['severity'], reason: string, fix: string): void {
    this.problems.push({ file, line: 1, column: 1, severity, code: 'rule.file', path: '', reason, fix });
  }
}
