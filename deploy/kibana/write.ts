/** `node dist/deploy/kibana/write.js`: writes the Kibana kit. */
import { writeFileSync } from 'node:fs';
import { kitText } from './objects.js';

writeFileSync('deploy/kibana/sekisho.ndjson', kitText());
