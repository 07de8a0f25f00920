import type { LogKind } from './log-kinds.js';
import { filebeat } from './varied-filebeat.js';
import { suricata } from './varied-suricata.js';
import { varied } from './varied.js';
import { winlogbeat } from './varied-windows.js';

/** Logs of sensors, Windows and Filebeat with the variety of a real site's. */
export const VARIED_HOSTS: readonly LogKind[] = [
  varied('suricata eve', 'suricata', suricata),
  varied('winlogbeat', undefined, winlogbeat),
  varied('ECS filebeat', 'ecs', filebeat),
];
