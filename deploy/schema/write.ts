/** `node dist/deploy/schema/write.js`: writes the JSON Schema of rule files from the rule room's tables. */
import { writeFileSync } from 'node:fs';
import { ruleSchema } from '../../src/rule/schema.js';

writeFileSync('deploy/schema/rule.json', `${JSON.stringify(ruleSchema(), null, 2)}\n`);
