import type { Fields } from '../../../event/index.js';
import { ip, numberOf, stringOf, text } from '../../raw.js';
import { mapped, type Row } from '../mapped.js';

const ROWS: readonly Row[] = [
  ['event.id', 'auditID', text],
  ['user.name', 'user.username', text],
  ['user.id', 'user.uid', text],
  ['user.effective.name', 'impersonatedUser.username', text],
  ['source.ip', 'sourceIPs', ip],
  ['client.ip', 'sourceIPs', ip],
  ['user_agent.original', 'userAgent', text],
  ['url.original', 'requestURI', text],
  ['http.response.status_code', 'responseStatus.code'],
  ['container.image.name', 'requestObject.spec.containers.image'],
  ['orchestrator.namespace', 'objectRef.namespace', text],
  ['orchestrator.resource.type', 'objectRef.resource', text],
  ['orchestrator.resource.name', 'objectRef.name', text],
];

/** What the authorizer decided, under the name it has once dots are no separators any more. */
const DECISION = 'annotations.authorization.k8s.io/decision';
const ANNOTATIONS = 'annotations.';
/** Names, labels and owners of the objects themselves: long, and told by `objectRef` where they matter. */
const LEFT_OUT = /^(?:request|response)Object\.metadata(?:\.|$)/;

/**
 * The audit log of a Kubernetes API server: `{"kind": "Event", "apiVersion": "audit.k8s.io/v1", "stage": "ResponseComplete",
 * "verb": "create", "objectRef": {…}, "user": {…}, "sourceIPs": […], "annotations": {…}}`, one request and stage each. The
 * record's own names are kept under `kubernetes.audit`, dots in an annotation's name as `_`. Of several source addresses
 * the first is the client's. Source: Kubernetes, "kube-apiserver Audit Configuration (v1)"; Elastic's kubernetes fields.
 */
export const kubernetesAudit = mapped({
  name: 'kubernetes.audit',
  aliases: ['kubernetes.audit_logs', 'kube-audit', 'kubernetes-audit', 'kube-apiserver-audit'],
  dataset: 'kubernetes.audit_logs',
  sniff: (json) =>
    typeof json['auditID'] === 'string' &&
    typeof json['verb'] === 'string' &&
    (json['kind'] === 'Event' || 'requestURI' in json || 'objectRef' in json),
  time: ['requestReceivedTimestamp', 'stageTimestamp'],
  rows: ROWS,
  own: (key) => (LEFT_OUT.test(key) ? undefined : `kubernetes.audit.${ownName(key)}`),
  meaning: (raw) => ({ action: stringOf(raw, 'verb'), outcome: outcomeOf(raw) }),
  finish: (fields) => {
    fields['orchestrator.type'] = 'kubernetes';
  },
});

function ownName(key: string): string {
  return key.startsWith(ANNOTATIONS) ? `annotations.${key.slice(ANNOTATIONS.length).replaceAll('.', '_')}` : key;
}

/** By the authorizer's decision; where the policy's level left it out, by the status answered. */
function outcomeOf(raw: Fields): string | undefined {
  const decision = stringOf(raw, DECISION);
  if (decision === 'allow') return 'success';
  if (decision === 'forbid') return 'failure';
  const status = numberOf(raw, 'responseStatus.code');
  if (status === undefined) return undefined;
  return status < 400 ? 'success' : 'failure';
}
