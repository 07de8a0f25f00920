import { isObject } from '../json/json.js';
import type { Envelope, JsonObject } from '../line.js';
import { simpleEnvelope } from './simple.js';

const inner = simpleEnvelope({
  name: 'gcp_logging',
  aliases: ['gcp-logging', 'google_cloud_logging', 'stackdriver'],
  keys: ['textPayload', 'jsonPayload'],
  sniff: isEntry,
  text: 'textPayload',
  time: ['timestamp', 'receiveTimestamp'],
  host: ['labels.compute.googleapis.com/resource_name', 'resource.labels.node_name', 'resource.labels.instance_name'],
  hints: ['resource.labels.container_name', '@log'],
  names: {
    timestamp: '',
    receiveTimestamp: '',
    '@log': '',
    insertId: 'event.id',
    severity: 'log.level',
    logName: 'log.logger',
    trace: 'trace.id',
    spanId: 'span.id',
    '@provider': 'cloud.provider',
    'resource.labels.project_id': 'cloud.project.id',
    'resource.labels.zone': 'cloud.availability_zone',
    'resource.labels.instance_id': 'cloud.instance.id',
    'resource.labels.cluster_name': 'orchestrator.cluster.name',
    'resource.labels.namespace_name': 'kubernetes.namespace',
    'resource.labels.pod_name': 'kubernetes.pod.name',
    'resource.labels.container_name': 'kubernetes.container.name',
    'resource.labels.node_name': 'kubernetes.node.name',
  },
  rest: 'gcp.',
});

/**
 * A LogEntry of Google Cloud Logging around a log: its `textPayload`, a raw line, or its `jsonPayload`, what a program wrote as
 * JSON. Audit logs (`protoPayload`) and requests (`httpRequest`) are formats of their own. Source: Google Cloud, "LogEntry".
 */
export const gcpEntry: Envelope = {
  ...inner,
  unwrap: (json, line) => {
    const { jsonPayload, textPayload, logName, ...rest } = json;
    const text = typeof textPayload === 'string' ? textPayload : JSON.stringify(jsonPayload ?? {});
    const log = typeof logName === 'string' ? logName.slice(logName.lastIndexOf('/') + 1) : null;
    return inner.unwrap(
      { ...rest, textPayload: text, logName: logName ?? null, '@log': log, '@provider': 'gcp' },
      line,
    );
  },
};

function isEntry(json: JsonObject): boolean {
  const { textPayload, jsonPayload, insertId, logName, resource, httpRequest } = json;
  const isText = typeof textPayload === 'string' && jsonPayload === undefined;
  const isLog = isText || (textPayload === undefined && isObject(jsonPayload) && !isObject(httpRequest));
  return isLog && (typeof logName === 'string' || (typeof insertId === 'string' && isObject(resource)));
}
