import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { SyslogCounts, SyslogInput } from '../input/index.js';
import type { Health } from './health.js';
import type { Pipeline } from './pipeline.js';
import type { CommitStats } from './run.js';

/** Counters of one running pipeline, in Prometheus' text form. */
export interface Metrics {
  readonly registry: Registry;
  /** To be called after each commit. */
  commit(stats: CommitStats): void;
}

/** Registers gauges whose values are read when they are asked for. */
export function gaugesOf(registry: Registry): (name: string, help: string, value: () => number) => void {
  return (name, help, value) => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
}

/**
 * Registers the engine's metrics: records, events, failures by reason, detections, left out by rule and field, live
 * keys, open episodes, evictions, late detections, watermark delay, commit time, alerts. Values are read when asked.
 */
export function createMetrics(pipeline: Pipeline, correlationId: (index: number) => string): Metrics {
  const registry = new Registry();
  const read = gaugesOf(registry);
  const { counts } = pipeline;
  read('sekisho_records_total', 'Records read', () => counts.records);
  read('sekisho_events_total', 'Events made of records', () => counts.events);
  read('sekisho_events_unparsed_total', 'Events of lines that no format understood', () => counts.unparsed);
  read('sekisho_events_matched_total', 'Events that matched at least one rule', () => counts.matched);
  read('sekisho_detections_total', 'Detections handed to correlations', () => counts.detections);
  read('sekisho_live_keys', 'Group keys with state', () => pipeline.correlator.stats().liveKeys);
  read('sekisho_open_episodes', 'Episodes not yet ended', () => pipeline.correlator.stats().openEpisodes);
  read('sekisho_state_bytes', 'Accounted bytes of correlator state', () => pipeline.correlator.stats().bytes);
  read('sekisho_evictions_total', 'Group keys evicted for lack of memory', () => pipeline.correlator.stats().evictions);
  read('sekisho_late_detections_total', 'Detections older than the watermark', () => pipeline.correlator.stats().late);
  labelled(registry, pipeline, correlationId);
  return { registry, commit: commitMetrics(registry) };
}

/**
 * Adds what `status` shows of a member that restores state: records read back (`sekisho_restore_done`) of those there
 * were when it took its partitions over (`sekisho_restore_goal`).
 */
export function addRestoreMetrics(
  { registry }: Pick<Metrics, 'registry'>,
  progress: () => { readonly done: number; readonly goal: number },
): void {
  for (const [part, help] of [
    ['done', 'State records read back'],
    ['goal', 'State records to be read back'],
  ] as const) {
    new Gauge({
      name: `sekisho_restore_${part}`,
      help,
      registers: [registry],
      collect() {
        this.set(progress()[part]);
      },
    });
  }
}

/**
 * Adds what the syslog listeners count, each value under its listener's id: messages received, datagrams lost because our
 * buffer was full or dropped by the system (absent where it doesn't tell), connections open and refused.
 */
export function addListenerMetrics(
  { registry }: Pick<Metrics, 'registry'>,
  listeners: () => readonly Pick<SyslogInput, 'id' | 'counts'>[],
): void {
  for (const [name, key, help] of LISTENER_METRICS) {
    new Gauge({
      name: `sekisho_syslog_${name}`,
      help,
      labelNames: ['listener'],
      registers: [registry],
      collect() {
        for (const listener of listeners()) {
          const value = listener.counts()[key];
          if (value !== undefined) this.set({ listener: listener.id }, value);
        }
      },
    });
  }
}

const LISTENER_METRICS: readonly (readonly [name: string, key: keyof SyslogCounts, help: string])[] = [
  ['received_total', 'received', 'Messages that arrived'],
  ['lost_total', 'lost', 'Datagrams lost because the buffer was full'],
  ['dropped_total', 'dropped', 'Datagrams that the system dropped'],
  ['refused_total', 'refused', 'Connections turned away, or closed for what they did'],
  ['connections', 'connections', 'Connections open'],
];

function labelled(registry: Registry, pipeline: Pipeline, correlationId: (index: number) => string): void {
  new Gauge({
    name: 'sekisho_failures_total',
    help: 'Records that became dead letters, by reason',
    labelNames: ['code'],
    registers: [registry],
    collect() {
      for (const [code, count] of pipeline.counts.failures) this.set({ code }, count);
    },
  });
  addLeftOutMetric({ registry }, () =>
    pipeline.leftOut().map(({ correlation, ...left }) => ({ ...left, rule: correlationId(correlation) })),
  );
}

/** Adds the detections left out for a missing field, by rule and field; roles and partitions of one rule are summed. */
export function addLeftOutMetric(
  { registry }: Pick<Metrics, 'registry'>,
  leftOut: () => readonly { readonly rule: string; readonly field: string; readonly count: number }[],
): void {
  new Gauge({
    name: 'sekisho_left_out_total',
    help: 'Detections left out for a missing group-by or value field',
    labelNames: ['rule', 'field'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { rule, field, count } of leftOut()) this.inc({ rule, field }, count);
    },
  });
}

function commitMetrics(registry: Registry): (stats: CommitStats) => void {
  const registers = [registry];
  const seconds = new Histogram({ name: 'sekisho_commit_seconds', help: 'Time of a commit', registers });
  const alerts = new Counter({ name: 'sekisho_alert_revisions_total', help: 'Alert revisions written', registers });
  const opened = new Counter({ name: 'sekisho_alerts_total', help: 'Alerts opened', registers });
  let watermark = NaN;
  new Gauge({
    name: 'sekisho_watermark_delay_seconds',
    help: 'Wall clock less the watermark',
    registers,
    collect() {
      if (Number.isFinite(watermark)) this.set((Date.now() - watermark) / 1000);
    },
  });
  return (stats) => {
    seconds.observe(stats.milliseconds / 1000);
    alerts.inc(stats.alerts);
    opened.inc(stats.opened);
    watermark = stats.watermark;
  };
}

/**
 * Serves `/metrics` (Prometheus) and `/health` (200 green, 503 red, with the reasons as JSON). Loopback unless the
 * configuration says otherwise. Resolves once it listens; rejects where the port is taken.
 */
export async function serveMetrics(
  { registry }: Pick<Metrics, 'registry'>,
  health: Health,
  address: { readonly host: string; readonly port: number },
): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/health') {
      const troubles = [...health.troubles()].map(([name, trouble]) => ({ name, ...trouble }));
      response.writeHead(troubles.length === 0 ? 200 : 503, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ status: troubles.length === 0 ? 'green' : 'red', troubles })}\n`);
    } else if (path === '/metrics') {
      void registry.metrics().then((text) => {
        response.writeHead(200, { 'content-type': registry.contentType });
        response.end(text);
      });
    } else {
      response.writeHead(404).end('ask for /health or /metrics\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(address, error)));
    server.listen(address.port, address.host, resolve);
  });
  return server;
}

function cannotListen({ host, port }: { host: string; port: number }, error: NodeJS.ErrnoException): Error {
  const reason =
    error.code === 'EADDRINUSE' ? 'it is already in use, perhaps by a Sekisho that runs already' : error.message;
  const fix = 'name another http.port (0: any free one), or switch it off with `http: null`';
  return Object.assign(new Error(`http: can't listen on ${host}:${port}: ${reason}; ${fix}`), { code: error.code });
}
