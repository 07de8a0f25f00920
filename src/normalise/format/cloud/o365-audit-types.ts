import type { JsonMeaning } from '../mapped.js';
import { table } from '../../lookup.js';

/** `event.code` by `AuditLogRecordType`. Source: Office 365 Management Activity API schema, "AuditLogRecordType". */
export const RECORD_TYPES: ReadonlyMap<string, string> = new Map(
  `1 ExchangeAdmin 2 ExchangeItem 3 ExchangeItemGroup 4 SharePoint 6 SharePointFileOperation 7 OneDrive 8 AzureActiveDirectory
9 AzureActiveDirectoryAccountLogon 10 DataCenterSecurityCmdlet 11 ComplianceDLPSharePoint 12 Sway 13 ComplianceDLPExchange
14 SharePointSharingOperation 15 AzureActiveDirectoryStsLogon 16 SkypeForBusinessPSTNUsage 17 SkypeForBusinessUsersBlocked
18 SecurityComplianceCenterEOPCmdlet 19 ExchangeAggregatedOperation 20 PowerBIAudit 21 CRM 22 Yammer 23 SkypeForBusinessCmdlets
24 Discovery 25 MicrosoftTeams 28 ThreatIntelligence 29 MailSubmission 30 MicrosoftFlow 31 AeD 32 MicrosoftStream
33 ComplianceDLPSharePointClassification 34 ThreatFinder 35 Project 36 SharePointListOperation 37 SharePointCommentOperation
38 DataGovernance 39 Kaizala 40 SecurityComplianceAlerts 41 ThreatIntelligenceUrl 42 SecurityComplianceInsights 43 MIPLabel
44 WorkplaceAnalytics 45 PowerAppsApp 46 PowerAppsPlan 47 ThreatIntelligenceAtpContent 48 LabelContentExplorer
49 TeamsHealthcare 50 ExchangeItemAggregated 51 HygieneEvent 52 DataInsightsRestApiAudit 53 InformationBarrierPolicyApplication
54 SharePointListItemOperation 55 SharePointContentTypeOperation 56 SharePointFieldOperation 57 MicrosoftTeamsAdmin 58 HRSignal
59 MicrosoftTeamsDevice 60 MicrosoftTeamsAnalytics 61 InformationWorkerProtection 62 Campaign 63 DLPEndpoint
64 AirInvestigation 65 Quarantine 66 MicrosoftForms 67 ApplicationAudit 68 ComplianceSupervisionExchange
69 CustomerKeyServiceEncryption 70 OfficeNative 71 MipAutoLabelSharePointItem 72 MipAutoLabelSharePointPolicyLocation
73 MicrosoftTeamsShifts 75 MipAutoLabelExchangeItem 76 CortanaBriefing 78 WDATPAlerts 82 SensitivityLabelPolicyMatch
83 SensitivityLabelAction 84 SensitivityLabeledFileAction 85 AttackSim 86 AirManualInvestigation 87 SecurityComplianceRBAC
88 UserTraining 89 AirAdminActionInvestigation 90 MSTIC 91 PhysicalBadgingSignal 93 AipDiscover 94 AipSensitivityLabelAction
95 AipProtectionAction 96 AipFileDeleted 97 AipHeartBeat 98 MCASAlerts 99 OnPremisesFileShareScannerDlp
100 OnPremisesSharePointScannerDlp 101 ExchangeSearch 102 SharePointSearch 103 PrivacyInsights 105 MyAnalyticsSettings
106 SecurityComplianceUserChange 107 ComplianceDLPExchangeClassification 109 MipExactDataMatch 113 MS365DCustomDetection
147 CoreReportingSettings 148 ComplianceConnector 174 DataShareOperation 181 EduDataLakeDownloadOperation`
    .split(/\s+/)
    .map((word, at, words) => [word, words[at + 1] ?? ''] as const)
    .filter((_, at) => at % 2 === 0),
);

/** What an operation adds to an event of the web that tells something. */
export interface Operation extends JsonMeaning {
  /** Elastic's name of the action, where it has another. */
  readonly action?: string;
}

const adds = (category: string, types: string, action?: string): Operation => ({
  category: category.split('+'),
  type: types.split('+'),
  ...(action === undefined ? {} : { action }),
});

const each = (names: string, operation: Operation): readonly (readonly [string, Operation])[] =>
  names.split(' ').map((name) => [name, operation] as const);

/**
 * Operations by name, some only of one type of record (`Type Operation`). Source: Microsoft Purview, "Audit log
 * activities"; the meanings and renamed actions are those of Elastic's fields.
 */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['AzureActiveDirectory Add user.', adds('iam', 'user+creation', 'added-user-account')],
  ['AzureActiveDirectory Update user.', adds('iam', 'user+change', 'modified-user-account')],
  ['AzureActiveDirectory Delete user.', adds('iam', 'user+deletion', 'deleted-user-account')],
  ['MicrosoftTeams Delete user.', adds('iam', 'user+deletion', 'deleted-user-account')],
  ['MicrosoftTeams TeamCreated', adds('iam', 'group+creation', 'added-group-account-to')],
  ['MicrosoftTeams MemberAdded', adds('iam', 'group+change', 'added-users-to-group')],
  ['Yammer NetworkSecurityConfigurationUpdated', adds('configuration+iam', 'change+admin')],
  ['Yammer GroupCreation', adds('iam', 'creation+group')],
  ['Yammer GroupDeletion', adds('iam', 'deletion+group')],
  ['Yammer NetworkUserSuspended', { category: ['iam'] }],
  ['Yammer UserSuspension', { category: ['iam'] }],
  ...each(
    'NetworkConfigurationUpdated SoftDeleteSettingsUpdated ProcessProfileFields SupervisorAdminToggled',
    adds('configuration', 'change'),
  ).map(ofYammer),
  ...each('FileCreated FileUpdateName', adds('file', 'creation')).map(ofYammer),
  ...each('FileShared FileUpdateDescription FileVisited', adds('file', 'access')).map(ofYammer),
  ['ComplianceSettingChanged', adds('configuration', 'change')],
  ...each('FileAccessed FileDownloaded', adds('file', 'access')),
  ...each('FileDeleted FolderDeleted', adds('file', 'deletion')),
  ...each('FileUploaded FolderCopied FolderCreated', adds('file', 'creation')),
  ...each(
    'FileModified FileMoved FileRenamed FileRestored FolderModified FolderMoved FolderRenamed FolderRestored',
    adds('file', 'change'),
  ),
]);

function ofYammer([name, operation]: readonly [string, Operation]): readonly [string, Operation] {
  return [`Yammer ${name}`, operation];
}

/** What a record's type adds, whatever the operation. */
export const BY_RECORD: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['AzureActiveDirectoryStsLogon', adds('authentication', 'start+access')],
  ['ComplianceDLPSharePoint', { ...adds('file', 'access'), kind: 'alert' }],
  ['ComplianceDLPExchange', { ...adds('file', 'access'), kind: 'alert' }],
  ['SecurityComplianceAlerts', { kind: 'alert' }],
]);

/** What an alert of the compliance centre is about, by its category; those of any other are about accounts. */
export const ALERTS = table<string>({
  DataGovernance: 'file',
  DataLossPrevention: 'file',
  ThreatManagement: 'malware',
});

/** `event.severity` by word. */
export const SEVERITIES = table<number>({ informational: 1, low: 2, medium: 3, high: 4 });
