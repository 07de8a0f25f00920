import { describe, expect, it } from 'vitest';
import { AlertEnricher } from './alert-enrichment.js';
import type { AlertDocument } from '../event/index.js';

const enrichedAlert = (alert: AlertDocument): AlertDocument => new AlertEnricher(undefined).enriched(alert);
const alertOf = (document: AlertDocument['document']): AlertDocument => ({
  id: 'a',
  revision: 1,
  severity: 47,
  document,
});

describe('an alert', () => {
  it('gets the country of its address and the names of its user agent', () => {
    const alert = alertOf({ source: { ip: '133.242.0.3' }, user_agent: { original: 'curl/8.5.0' } });
    expect(enrichedAlert(alert).document).toMatchObject({
      source: { ip: '133.242.0.3', geo: { country_iso_code: 'JP', country_name: 'Japan' } },
      user_agent: { original: 'curl/8.5.0', name: 'curl', version: '8.5.0', device: { name: 'Other' } },
    });
    expect(alert.document).toEqual({ source: { ip: '133.242.0.3' }, user_agent: { original: 'curl/8.5.0' } });
  });

  it('of several addresses, of a private one or of none stays as it is', () => {
    for (const document of [{ source: { ip: ['133.242.0.3', '8.8.8.8'] } }, { source: { ip: '10.0.0.1' } }, {}]) {
      const alert = alertOf(document);
      expect(enrichedAlert(alert)).toBe(alert);
    }
  });

  it('keeps what it says already', () => {
    const alert = alertOf({ user_agent: { original: 'curl/8.5.0', name: 'mine', os: 'odd' } });
    expect(enrichedAlert(alert).document).toMatchObject({ user_agent: { name: 'mine', os: 'odd', version: '8.5.0' } });
  });
});
