import type { openClient, SiteNames } from '../../kafka/index.js';
import type { Enrichment } from '../../normalise/enrich/enrichment.js';
import type { RuleSet } from '../../rule/types.js';
import type { Config } from '../config/config.js';

/** What the roles that read records or detections work with. */
export interface RoleOptions {
  readonly config: Config;
  readonly ruleSet: RuleSet;
  readonly kafka: ReturnType<typeof openClient>;
  readonly names: SiteNames;
  /** Of the detections topic. */
  readonly partitions: number;
  /** The operator's lists, assets and databases. */
  readonly enrichment?: Enrichment;
  readonly signal: AbortSignal;
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
}
