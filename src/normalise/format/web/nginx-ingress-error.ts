import type { Fields } from '../../../event/index.js';
import { eventFields } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { digits } from '../../text/scan.js';

const DATASET = 'nginx_ingress_controller.error';

/** `E1123 06:39:04.123456       7 controller.go:1125] text`, the level, month and day together. */
const HEAD = /^[DIWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} {1,8}(\d{1,10}) ([\w./-]{1,128}):(\d{1,7})\] /;

/** Its own sources: every program of Kubernetes begins its lines like this. */
const OWN =
  /^(?:controller|nginx|store|backend_ssl|main|flags|template|launch|event|status|metric|admission|server|annotations|secret|endpoints|leaderelection|client_config|listener|socket|util)\.go$/;

/**
 * What ingress-nginx says of itself, in klog's form: of a file of its own where nothing told the type. The year is the
 * receive time's. Source: klog, header format; Elastic's nginx_ingress_controller.error fields.
 */
export const nginxIngressError: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['ingress-nginx.error'],
  dataset: DATASET,
  sniff: (line) => OWN.test(HEAD.exec(line.slice(0, 192))?.[2] ?? ''),
  parse,
};

function parse(line: string, at: Line): Fields | undefined {
  const head = HEAD.exec(line.slice(0, 192));
  if (head === null) return undefined;
  const date = { year: undefined, month: digits(line, 1, 3) ?? 0, day: digits(line, 3, 5) ?? 0 };
  const time = at.clock.parts(line, 6, date, at.receiveTime);
  if (Number.isNaN(time)) return undefined;
  at.time = time;
  const [level] = line;
  const type = level === 'E' || level === 'F' ? ['error'] : ['info'];
  const fields = eventFields(at, DATASET, line.slice(head[0].length), { category: ['web'], type });
  fields['log.level'] = level;
  fields[`${DATASET}.thread_id`] = Number(head[1]);
  fields[`${DATASET}.source.file`] = head[2];
  fields[`${DATASET}.source.line_number`] = Number(head[3]);
  return fields;
}
