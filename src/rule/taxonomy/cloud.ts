import type { FieldTable } from './tables.js';

/** AWS CloudTrail. What a rule looks for in a whole part of the record (`requestParameters`) is looked for in the record. */
export const CLOUDTRAIL: FieldTable = {
  eventName: 'event.action',
  eventSource: 'event.provider',
  sourceIPAddress: ['source.ip', 'source.address'],
  userAgent: 'user_agent.original',
  awsRegion: 'cloud.region',
  recipientAccountId: 'cloud.account.id',
  'userIdentity.userName': 'user.name',
  'userIdentity.principalId': 'user.id',
  'userIdentity.accountId': 'cloud.account.id',
  eventID: 'event.id',
  requestParameters: ['aws.cloudtrail.requestParameters', 'aws.cloudtrail.request_parameters', 'event.original'],
  responseElements: ['aws.cloudtrail.responseElements', 'aws.cloudtrail.response_elements', 'event.original'],
};

/** Azure activity and Entra: names of Microsoft's tables beside those of its diagnostic logs. */
export const AZURE: FieldTable = {
  operationName: ['azure.activitylogs.operation_name', 'azure.auditlogs.operation_name', 'event.action'],
  OperationName: ['azure.activitylogs.operation_name', 'azure.auditlogs.operation_name', 'event.action'],
  OperationNameValue: ['azure.activitylogs.operation_name', 'event.action'],
  Category: ['azure.auditlogs.properties.category', 'azure.auditlogs.category'],
  CategoryValue: ['azure.activitylogs.category', 'azure.activitylogs.event_category'],
  ResourceProviderValue: 'azure.resource.provider',
  ResourceId: 'azure.resource.id',
  ResultType: 'azure.signinlogs.result_type',
  ResultDescription: 'azure.signinlogs.result_description',
  Resultdescription: 'azure.signinlogs.result_description',
  Status: [
    'azure.auditlogs.properties.result',
    'azure.auditlogs.result_type',
    'azure.activitylogs.result_type',
    'event.outcome',
  ],
  'properties.message': [
    'azure.auditlogs.properties.message',
    'azure.signinlogs.properties.message',
    'azure.activitylogs.properties.message',
    'azure.auditlogs.properties.activity_display_name',
    'event.action',
  ],
  Initiatedby: ['azure.auditlogs.properties.initiated_by.user.user_principal_name', 'user.name'],
  Target: ['azure.auditlogs.properties.target_resources.display_name', 'user.target.name'],
  ClientApp: 'azure.signinlogs.properties.client_app_used',
  'DeviceDetail.trusttype': 'azure.signinlogs.properties.device_detail.trust_type',
  userPrincipalName: ['azure.signinlogs.properties.user_principal_name', 'user.name'],
  UserPrincipalName: ['azure.signinlogs.properties.user_principal_name', 'user.name'],
  Username: ['azure.signinlogs.properties.user_principal_name', 'user.name'],
  userAgent: ['azure.signinlogs.properties.user_agent', 'user_agent.original'],
  IPAddress: 'source.ip',
  ipAddress: 'source.ip',
};

/** Okta's system log. */
export const OKTA: FieldTable = {
  eventType: ['okta.event_type', 'event.action'],
  'client.ipAddress': ['source.ip', 'okta.client.ip'],
  'client.userAgent.rawUserAgent': 'user_agent.original',
  'actor.alternateId': ['okta.actor.alternate_id', 'user.name'],
};

/** Microsoft 365's audit log. */
export const M365: FieldTable = {
  Operation: ['o365.audit.Operation', 'event.action'],
  eventName: ['o365.audit.Name', 'event.action'],
  eventSource: ['o365.audit.Workload', 'event.provider'],
  status: ['o365.audit.Status', 'o365.audit.ResultStatus', 'event.outcome'],
  ClientIP: 'source.ip',
  UserId: 'user.id',
};

/** Google Cloud's audit logs, those of Workspace among them. */
export const GCP: FieldTable = {
  eventName: 'event.action',
  eventService: ['gcp.audit.service_name', 'event.provider', 'event.dataset'],
  'protoPayload.methodName': ['gcp.audit.method_name', 'event.action'],
  'protoPayload.serviceName': ['gcp.audit.service_name', 'service.name'],
  'protoPayload.Servicename': ['gcp.audit.service_name', 'service.name'],
  'protoPayload.authenticationInfo.principalEmail': ['gcp.audit.authentication_info.principal_email', 'user.email'],
};

/** Kubernetes' audit log; what a rule looks for anywhere in a pod's description is looked for where it can stand. */
export const KUBERNETES: FieldTable = {
  apiGroup: ['kubernetes.audit.objectRef.apiGroup', 'kubernetes.audit.apiGroup'],
  hostPath: [
    'kubernetes.audit.requestObject.spec.volumes.hostPath.path',
    'kubernetes.audit.requestObject.spec.template.spec.volumes.hostPath.path',
    'kubernetes.audit.hostPath',
  ],
  capabilities: [
    'kubernetes.audit.requestObject.spec.containers.securityContext.capabilities.add',
    'kubernetes.audit.requestObject.spec.template.spec.containers.securityContext.capabilities.add',
    'kubernetes.audit.capabilities',
  ],
};
