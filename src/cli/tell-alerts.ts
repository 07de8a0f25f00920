import type { AlertDocument } from '../event/index.js';
import type { Form } from './options.js';
import { story } from './story.js';
import type { StoryOptions } from './story.js';
import { columnsOf, Out } from './terminal.js';

/** Writes alerts to standard output in the form asked for. */
export async function tellAlerts(
  alerts: readonly AlertDocument[],
  form: Form,
  options: Omit<StoryOptions, 'columns'>,
): Promise<void> {
  const out = new Out();
  if (form === 'json') {
    await out.write(
      `${JSON.stringify(
        alerts.map((alert) => alert.document),
        undefined,
        2,
      )}\n`,
    );
  } else if (form === 'ndjson') {
    for (const alert of alerts) await out.json(alert.document);
  } else {
    const columns = columnsOf(process.stdout);
    for (const alert of alerts) await out.write(`${story(alert, { ...options, columns }).join('\n')}\n\n`);
    if (alerts.length === 0) await out.write('No alerts.\n');
  }
  await out.flush();
}
