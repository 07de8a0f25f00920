import type { LogKind } from './log-kinds.js';
import { cloudtrail } from './varied-aws.js';
import { kubernetes } from './varied-kubernetes.js';
import { okta } from './varied-okta.js';
import { varied } from './varied.js';

/** Cloud audit logs with the variety of a real account's. */
export const VARIED_CLOUD: readonly LogKind[] = [
  varied('cloudtrail', 'aws.cloudtrail', cloudtrail),
  varied('okta', 'okta', okta),
  varied('kubernetes audit', 'kubernetes.audit', kubernetes),
];
