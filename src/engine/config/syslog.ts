import { z } from 'zod';
import { bytes } from './bytes.js';
import { pem } from './edges.js';
import { span } from './span.js';

const MEBIBYTE = 1_048_576;

const common = {
  host: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535),
  buffer: bytes
    .refine((size) => size >= MEBIBYTE, { error: 'too small for a buffer; give it 1 MiB at least' })
    .default(16 * MEBIBYTE),
};

const streams = {
  ...common,
  connections: z.number().int().min(1).max(100_000).default(1000),
  'idle-timeout': span.default(3_600_000),
};

const udp = z.strictObject({ protocol: z.literal('udp'), ...common });
const tcp = z.strictObject({ protocol: z.literal('tcp'), ...streams });
const tls = z.strictObject({ protocol: z.literal('tls'), ...streams, cert: pem, key: pem, ca: pem.optional() });

/** `syslog:` of an input: a port to listen on, on this machine alone unless `host` says otherwise. */
export const syslogSchema = z.discriminatedUnion('protocol', [udp, tcp, tls], {
  error: 'no such protocol; write udp, tcp or tls',
});

/** A listener, checked. */
export type SyslogConfig = z.output<typeof syslogSchema>;
