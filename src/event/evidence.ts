import type { Evidence, Subject } from './entities.js';
import type { EcsEvent } from './event.js';
import { EventForm, type EvidenceForm, KeptEvidence, PackedEvidence, PlainForm } from './evidence-forms.js';

/**
 * Evidence that is made only when somebody asks: one per event that matched, shared by all its detections.
 *
 * Until `keep` it holds the event (and with it the batch's text) or the bytes it came in; whoever holds a reference
 * beyond the batch must call `keep`, which copies what an alert may show into one text and lets the rest go.
 */
export class EvidenceRef {
  #form: EvidenceForm;
  readonly #row: number;

  private constructor(form: EvidenceForm, row: number) {
    this.#form = form;
    this.#row = row;
  }

  /** Evidence of an event still in memory. */
  static ofEvent(event: EcsEvent): EvidenceRef {
    return new EvidenceRef(new EventForm(event), 0);
  }

  /** Evidence read back from a message or from state. */
  static of(evidence: Evidence): EvidenceRef {
    return new EvidenceRef(new PlainForm(evidence), 0);
  }

  /** Evidence that is one row of a form for many. */
  static ofRow(form: EvidenceForm, row: number): EvidenceRef {
    return new EvidenceRef(form, row);
  }

  /** Lets the event go. The first call costs a copy of the line; later calls nothing. */
  keep(): void {
    this.#form = this.#form.kept(this.#row);
  }

  /** The evidence itself, as plain data; made anew at each call unless it was given. */
  resolve(): Evidence {
    return this.#form.evidence(this.#row);
  }

  /** As `keep`, and tells all by its fields. */
  kept(): KeptEvidence {
    this.keep();
    return this.#form instanceof KeptEvidence ? this.#form : KeptEvidence.of(this.resolve());
  }

  /** As `keep`, and tells all as one text. Throws where it was read back as plain data: such evidence is not packed again. */
  pack(): PackedEvidence {
    this.keep();
    if (this.#form instanceof KeptEvidence) return this.#form.packed();
    if (this.#form instanceof PackedEvidence) return this.#form;
    throw new Error('evidence that was read back is not packed again');
  }

  /** Who and where. Its strings may hold on to the batch's text. */
  subject(): Subject {
    return this.#form.subject(this.#row);
  }

  /**
   * Who and where as one text that holds on to nothing; `readSubject` reads it. `like`, the subject's text of another,
   * where it says the same: then nothing is copied.
   */
  subjectText(like?: string): string {
    const text = this.#form.subjectText(this.#row);
    return text === like ? like : text;
  }
}
