import type { Fields } from '../../../../event/index.js';

const SUBSCRIPTION = /^\/subscriptions\/([0-9a-f-]{36})(?:\/resourcegroups\/([^/]{1,128}))?/i;
const PROVIDER = /\/providers\/(.{1,512})$/i;

/** `azure.*` of a resource id, `/subscriptions/ID/resourceGroups/GROUP/providers/PROVIDER/TYPE/NAME`. Source: Azure Resource Manager. */
export function setResource(fields: Fields, id: string | undefined): void {
  fields['cloud.provider'] = 'azure';
  if (id === undefined) return;
  fields['azure.resource.id'] = id;
  const subscription = SUBSCRIPTION.exec(id);
  const provider = PROVIDER.exec(id)?.[1];
  fields['azure.subscription_id'] = subscription?.[1];
  fields['azure.resource.group'] = subscription?.[2];
  if (provider === undefined) return;
  const parts = subscription?.[2] === undefined ? null : /^([^/]+\/[^/]+)\/(.+)$/.exec(provider);
  fields['azure.resource.provider'] = parts?.[1] ?? provider;
  fields['azure.resource.name'] = parts?.[2];
}
