import { detach, type Fields } from '../../../../event/index.js';

/** What is kept of an audit event's earlier records: who acted, and as which process. */
const ACTOR = [
  'user.id',
  'user.name',
  'user.audit.id',
  'user.group.id',
  'user.effective.id',
  'user.effective.name',
  'user.effective.group.id',
  'process.pid',
  'process.parent.pid',
  'auditd.log.ses',
  'auditd.log.tty',
];
/** Audit events open at once in one source; the kernel writes the records of one event nearly together. */
const MAX_OPEN = 64;

/** Types of the kernel's records that come several to an event: those to be joined. Records of programs (`USER_…`, `CRED_…`, `SERVICE_…`) come alone. */
export const PARTS: ReadonlySet<string> = new Set(
  'SYSCALL EXECVE CWD PATH PROCTITLE SOCKADDR AVC IPC MMAP OBJ_PID FD_PAIR BPRM_FCAPS CAPSET KERN_MODULE SECCOMP NETFILTER_CFG BPF INTEGRITY_RULE'.split(
    ' ',
  ),
);

/**
 * The audit events of one source whose records are still coming, by host and id: what a later record is told of the earlier.
 * Bounded: the oldest is forgotten beyond 64, which leaves its later records as they stand.
 */
export class AuditJoins {
  readonly #open = new Map<string, Fields>();

  /**
   * Joins a record, of a type in `PARTS`, to the earlier ones of its event: it is told who acted and as which process, where it doesn't say so itself.
   *
   * Every record stays an event of its own, so that a rule about one kind of record counts an audit event once, and nothing has
   * to be held back. What says *which* program or rule it was (name, key, system call) is not passed on for the same reason;
   * only EXECVE, whose first argument need not be a path, gets the executable of its system call.
   */
  join(fields: Fields, type: string, id: string): void {
    const known = this.#open.get(id);
    if (known === undefined) return this.#begin(fields, type, id);
    for (const name of ACTOR) fields[name] ??= known[name];
    const executable = known['process.executable'];
    const own = fields['process.executable'];
    if (type === 'EXECVE' && executable !== undefined && (typeof own !== 'string' || !own.startsWith('/')))
      fields['process.executable'] = executable;
    keep(known, fields, type);
  }

  /** The events that are open, the oldest first: at most 64, of a dozen short values each. */
  open(): readonly (readonly [id: string, known: Fields])[] {
    return [...this.#open];
  }

  /** Goes on with the events that `open` told. */
  reopen(open: readonly (readonly [id: string, known: Fields])[]): void {
    this.#open.clear();
    for (const [id, known] of open.slice(-MAX_OPEN)) this.#open.set(id, { ...known });
  }

  #begin(fields: Fields, type: string, id: string): void {
    if (this.#open.size >= MAX_OPEN) for (const oldest of this.#open.keys()) if (this.#open.delete(oldest)) break;
    const known: Fields = {};
    keep(known, fields, type);
    this.#open.set(detach(id), known);
  }
}

function keep(known: Fields, fields: Fields, type: string): void {
  for (const name of ACTOR) known[name] ??= detached(fields[name]);
  if (type === 'SYSCALL') known['process.executable'] ??= detached(fields['process.executable']);
}

/** A value that does not hold the batch it was read from in memory. */
function detached(value: Fields[string]): Fields[string] {
  return typeof value === 'string' ? detach(value) : value;
}
