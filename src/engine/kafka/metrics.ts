import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Commit } from '../../ledger/types.js';
import type { CorrelatorRole } from './correlator.js';
import type { DetectorRole } from './detector.js';
import type { DetectorThread } from './detector-thread.js';
import { addLeftOutMetric, addRestoreMetrics, gaugesOf } from '../metrics.js';

/** Counters of the roles of one process, in Prometheus' text form. */
export interface RoleMetrics {
  readonly registry: Registry;
  /** To be called after each commit of a correlator. */
  commit(commit: Commit, milliseconds: number): void;
  /** To be called with the number of alert revisions that Elasticsearch has. */
  indexed(count: number): void;
  detector: DetectorRole | DetectorThread | undefined;
  correlator: CorrelatorRole | undefined;
}

/**
 * Registers the metrics of the roles: records, events, detections; per detections partition watermark delay, lag,
 * restored entries; live keys, open episodes, commit time, alerts. Values are read when asked.
 */
export function createRoleMetrics(): RoleMetrics {
  const registry = new Registry();
  const registers = [registry];
  const seconds = new Histogram({ name: 'sekisho_commit_seconds', help: 'Time of a commit', registers });
  const alerts = new Counter({ name: 'sekisho_alert_revisions_total', help: 'Alert revisions written', registers });
  const indexed = new Counter({ name: 'sekisho_alerts_indexed_total', help: 'Alert revisions indexed', registers });
  const metrics: RoleMetrics = {
    registry,
    detector: undefined,
    correlator: undefined,
    commit: (commit, milliseconds) => {
      seconds.observe(milliseconds / 1000);
      alerts.inc(commit.alerts.length);
    },
    indexed: (count) => indexed.inc(count),
  };
  totals(registry, metrics);
  behind(registry, metrics);
  partitions(registry, metrics);
  addLeftOutMetric({ registry }, () => [
    ...(metrics.detector?.leftOut() ?? []),
    ...(metrics.correlator?.leftOut() ?? []),
  ]);
  return metrics;
}

function totals(registry: Registry, metrics: RoleMetrics): void {
  const read = gaugesOf(registry);
  read('sekisho_records_total', 'Records read', () => metrics.detector?.counts.records ?? 0);
  read('sekisho_events_total', 'Events made of records', () => metrics.detector?.counts.events ?? 0);
  read('sekisho_detections_total', 'Detections written', () => metrics.detector?.counts.detections ?? 0);
  read('sekisho_live_keys', 'Group keys with state', () => metrics.correlator?.live().keys ?? 0);
  read('sekisho_open_episodes', 'Episodes not yet ended', () => metrics.correlator?.live().episodes ?? 0);
  read('sekisho_state_bytes', 'Accounted bytes of state', () => metrics.correlator?.live().bytes ?? 0);
}

/** Of the partition that is furthest behind; and how much of their state all have read back. */
function behind(registry: Registry, metrics: RoleMetrics): void {
  const statuses = (): ReturnType<CorrelatorRole['status']> => metrics.correlator?.status() ?? [];
  new Gauge({
    name: 'sekisho_watermark_delay_seconds',
    help: 'Wall clock less the watermark',
    registers: [registry],
    collect() {
      const watermark = Math.min(...statuses().map((status) => status.watermark));
      if (Number.isFinite(watermark)) this.set((Date.now() - watermark) / 1000);
    },
  });
  addRestoreMetrics({ registry }, () => {
    const sum = (of: 'done' | 'goal'): number => statuses().reduce((total, { restored }) => total + restored[of], 0);
    return { done: sum('done'), goal: sum('goal') };
  });
}

function partitions(registry: Registry, metrics: RoleMetrics): void {
  type Status = ReturnType<CorrelatorRole['status']>[number];
  const read = (name: string, help: string, value: (status: Status) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['partition'],
      registers: [registry],
      collect() {
        this.reset();
        for (const status of metrics.correlator?.status() ?? []) {
          const number = value(status);
          if (Number.isFinite(number)) this.set({ partition: status.partition }, number);
        }
      },
    });
  };
  read(
    'sekisho_lag_detections',
    'Records of the detections topic waiting; each holds up to some hundreds of detections',
    ({ lag }) => lag,
  );
  read('sekisho_working', 'Whether its state is restored', ({ phase }) => Number(phase === 'working'));
}
