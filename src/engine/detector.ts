import { createDetector } from '../detect/compile.js';
import type { Detector } from '../detect/types.js';
import type { EcsEvent } from '../event/index.js';
import { logsourceKey, logsourcesOf, overrideLogsources } from '../rule/taxonomy/logsource.js';
import type { Gate, RuleSet } from '../rule/types.js';

/** Compiles a rule set. `gates`: as of `gatesOf`, where the correlator has the same. */
export function compileRules(ruleSet: RuleSet, gates: readonly Gate[] = []): Detector {
  return createDetector(ruleSet, gates);
}

/** The log sources of an event for people: `product: linux`, `category: authentication`, `service: sshd`. */
export function logsourceTexts(event: EcsEvent): readonly string[] {
  const derived = logsourcesOf(logsourceKey(event.fields));
  const { products, categories, services } = overrideLogsources(derived, event.source.settings.logsource ?? {});
  const texts = (dimension: string, names: ReadonlySet<string>): string[] =>
    [...names].map((name) => `${dimension}: ${name}`);
  return [...texts('product', products), ...texts('category', categories), ...texts('service', services)];
}
