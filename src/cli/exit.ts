/** Exit codes of every command. */
export const EXIT = {
  /** Done. */
  done: 0,
  /** Something failed, or the answer is incomplete: a path missing, a configuration wrong, a rule test failed. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Rules were refused. */
  refused: 3,
  /** `scan --fail-on LEVEL` found an alert of that level or above. */
  alerts: 4,
} as const;

/** One of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure people are told in a sentence or two, without a stack. */
export class CliError extends Error {
  readonly code: ExitCode;

  constructor(message: string, code: ExitCode = EXIT.failed) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

/** A wrong command line: exit code 2. */
export function usageError(message: string): CliError {
  return new CliError(message, EXIT.usage);
}
