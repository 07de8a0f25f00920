/**
 * Which atoms were seen in the current event: a stamp per atom and a list of those touched, no allocation per event.
 */
export class Hits {
  /** `stamps[atom] === now`: seen in this event. */
  readonly stamps: Int32Array;
  /** The atoms seen, each once, in the first `count` places. */
  readonly list: Int32Array;
  count = 0;
  now = 0;

  constructor(atoms: number) {
    this.stamps = new Int32Array(atoms);
    this.list = new Int32Array(atoms);
  }

  /** Forgets everything: a new event. Stamps are cleared once in two thousand million events. */
  begin(): void {
    this.count = 0;
    if (this.now === 0x7fff_ffff) {
      this.stamps.fill(0);
      this.now = 0;
    }
    this.now++;
  }

  touch(atom: number): void {
    if (this.stamps[atom] === this.now) return;
    this.stamps[atom] = this.now;
    this.list[this.count++] = atom;
  }
}
