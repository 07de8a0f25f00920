import type { EcsEvent, Source } from '../event/index.js';
import { Skews } from './skews.js';

/** Lines of a source after which it is told that none of them fits. */
const ENOUGH = 100;

/**
 * Notices sources whose lines are of another type than their input names: nothing would ever match them. Each is told
 * once, when none of the first hundred lines that are read of it since the start fits; where one does, nothing more is asked. Keeps a number a source.
 * Hosts whose zone is another than their input names are noticed by an event of each batch (`Skews`).
 */
export class Misfits {
  readonly #tell: (message: string) => void;
  readonly #skews: Skews;
  #faultTold = false;
  /** Lines seen of a source none of whose lines fitted yet; Infinity: nothing more to see. */
  readonly #seen = new Map<string, number>();

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
    this.#skews = new Skews(tell);
  }

  /** Takes the events of a batch of one source, and how many more lines of it were understood without an event. */
  saw({ label, settings: { type } }: Source, events: readonly EcsEvent[], understood: number): void {
    const last = events.at(-1);
    if (last !== undefined) this.#skews.saw(last);
    if (type === undefined) return;
    const before = this.#seen.get(label) ?? 0;
    if (before === Infinity || (events.length === 0 && understood === 0)) return;
    const fits = understood > 0 || !events.every(isMisfit);
    const seen = fits ? Infinity : before + events.length;
    this.#seen.set(label, seen < ENOUGH ? seen : Infinity);
    if (fits || seen < ENOUGH) return;
    this.#tell(
      `${label}: none of the ${seen} lines read of it since the start is of the type ${type} that its input names; name another \`type\`, ` +
        'or leave it out, and each line is looked at',
    );
  }

  /** Takes an event whose line was not understood; tells once where that was a fault of this program. */
  unread({ fields: { tags, 'error.message': error }, source: { label } }: EcsEvent): void {
    if (this.#faultTold || !Array.isArray(tags) || !tags.includes('sekisho.fault')) return;
    this.#faultTold = true;
    this.#tell(
      `${label}: Sekisho failed to read a line, by a fault of its own (${typeof error === 'string' ? error : 'of no message'}); please report it with the line: ` +
        'such lines are events tagged sekisho.fault, which only keyword rules see',
    );
  }
}

/** Whether an event's line is not of the type its input names: the normaliser tags those. */
export function isMisfit({ fields: { tags } }: EcsEvent): boolean {
  return Array.isArray(tags) && tags.includes('sekisho.unparsed');
}
