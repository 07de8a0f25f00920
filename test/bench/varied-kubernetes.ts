import type { Chance, Doc } from './varied.js';

const POD = { 'authentication.kubernetes.io/pod-name': ['p-«n»'], 'authentication.kubernetes.io/pod-uid': ['u-«n»'] };
const NODE: Doc = { username: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
const SERVICE: Doc = {
  username: 'system:serviceaccount:kube-system:c',
  uid: 'u-«n»',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
  extra: POD,
};
const PERSON: Doc = { username: '«user»', groups: ['system:masters', 'system:authenticated'] };
const CONTROLLER: Doc = { username: 'system:kube-controller-manager', groups: ['system:authenticated'] };
const LEASE: Doc = {
  resource: 'leases',
  namespace: 'kube-system',
  name: 'o-«n»',
  apiGroup: 'coordination.k8s.io',
  apiVersion: 'v1',
};
const PODS: Doc = { resource: 'pods', namespace: 'default', apiVersion: 'v1' };
const ONE_POD: Doc = { resource: 'pods', namespace: 'default', name: 'o-«n»', apiVersion: 'v1' };

/** Requests: how often, verb, who, of what (none: a path that is no resource). */
const REQUESTS: readonly (readonly [weight: number, [verb: string, user: Doc, of: Doc | undefined]])[] = [
  [22, ['get', CONTROLLER, LEASE]],
  [22, ['update', CONTROLLER, { ...LEASE, uid: 'l-«n»', resourceVersion: '1«n»' }]],
  [10, ['get', NODE, ONE_POD]],
  [8, ['patch', NODE, { ...ONE_POD, subresource: 'status' }]],
  [10, ['list', SERVICE, PODS]],
  [8, ['watch', SERVICE, { resource: 'configmaps', apiVersion: 'v1' }]],
  [6, ['get', SERVICE, undefined]],
  [4, ['get', PERSON, ONE_POD]],
  [4, ['list', PERSON, { resource: 'secrets', namespace: 'default', apiVersion: 'v1' }]],
  [2, ['create', SERVICE, PODS]],
  [2, ['create', PERSON, { ...ONE_POD, subresource: 'exec' }]],
  [1, ['delete', PERSON, ONE_POD]],
  [
    1,
    [
      'create',
      PERSON,
      {
        resource: 'rolebindings',
        namespace: 'default',
        name: 'o-«n»',
        apiGroup: 'rbac.authorization.k8s.io',
        apiVersion: 'v1',
      },
    ],
  ],
];

/**
 * A request as the API server's audit log has it when it is done: thirteen requests of four kinds of users, one of thirty
 * refused. Shapes: Kubernetes documentation, "Auditing" and the reference of audit.k8s.io/v1. How often each comes is ours.
 */
export function kubernetes(chance: Chance): Doc {
  const [verb, user, objectRef] = chance.among(REQUESTS);
  const isRefused = chance.chance(0.03);
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'a-«n»',
    stage: 'ResponseComplete',
    requestURI:
      objectRef === undefined ? '/healthz' : `/api/v1/namespaces/default/${String(objectRef['resource'])}/«n»`,
    verb,
    user,
    sourceIPs: ['«ip»'],
    userAgent: user === PERSON ? 'kubectl/v1.29.0' : 'kube-controller-manager/v1.29.0',
    objectRef,
    responseStatus: isRefused
      ? { metadata: {}, status: 'Failure', message: 'forbidden', reason: 'Forbidden', code: 403 }
      : { metadata: {}, code: 200 },
    requestReceivedTimestamp: '«stamp».123456Z',
    stageTimestamp: '«stamp».133456Z',
    annotations: {
      'authorization.k8s.io/decision': isRefused ? 'forbid' : 'allow',
      'authorization.k8s.io/reason': user === PERSON ? 'RBAC: allowed by ClusterRoleBinding "admins"' : '',
    },
  };
}
