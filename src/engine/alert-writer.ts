import { type AlertSubject, evictionAlert, renderAlert } from '../alert/index.js';
import type { Correlator } from '../correlate/types.js';
import type { AlertDocument, StateChange } from '../event/index.js';
import type { Enrichment } from '../normalise/enrich/enrichment.js';
import type { RuleSet } from '../rule/types.js';
import { AlertEnricher } from './alert-enrichment.js';
import { alertSubjects } from './subjects.js';

/** Turns what a correlator collected into alert documents: of the correlations that make alerts, and of evictions. */
export class AlertWriter {
  readonly #ruleSet: RuleSet;
  readonly #subjects: readonly AlertSubject[];
  readonly #enricher: AlertEnricher;
  #evictionsTold = 0;

  constructor(ruleSet: RuleSet, enrichment: Enrichment | undefined) {
    this.#ruleSet = ruleSet;
    this.#enricher = new AlertEnricher(enrichment);
    this.#subjects = alertSubjects(ruleSet);
  }

  /** State changes and revised alerts since the last call. `watermark` and `now` (wall clock): epoch ms. */
  collect(
    correlator: Correlator,
    watermark: number,
    now: number,
  ): { readonly state: readonly StateChange[]; readonly alerts: readonly AlertDocument[] } {
    const { state, episodes } = correlator.collect(now);
    const alerts: AlertDocument[] = [];
    for (const episode of episodes) {
      const subject = this.#subjects[episode.correlation];
      if (subject !== undefined && this.#ruleSet.correlations[episode.correlation]?.alerts === true) {
        alerts.push(this.#enricher.enriched(renderAlert(episode, subject)));
      }
    }
    const evictions = correlator.evictions();
    if (evictions > this.#evictionsTold) alerts.push(evictionAlert({ evictions, watermark, now }));
    this.#evictionsTold = evictions;
    return { state, alerts };
  }
}
