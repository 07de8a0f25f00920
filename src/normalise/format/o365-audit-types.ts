import type { JsonMeaning } from './mapped.js';

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

/** Operations by name. Source: Microsoft Purview, "Audit log activities"; the renamed actions are those of Elastic's fields. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['UserLoggedOff', adds('authentication', 'end')],
  ['MailboxLogin', adds('authentication', 'start')],
  ['Add user.', adds('iam', 'user+creation', 'added-user-account')],
  ['Update user.', adds('iam', 'user+change', 'modified-user-account')],
  ['Delete user.', adds('iam', 'user+deletion', 'deleted-user-account')],
  ['Disable account.', adds('iam', 'user+change')],
  ['Enable account.', adds('iam', 'user+change')],
  ['Change user password.', adds('iam', 'user+change')],
  ['Reset user password.', adds('iam', 'user+change')],
  ['Set force change user password.', adds('iam', 'user+change')],
  ['Add group.', adds('iam', 'group+creation')],
  ['Update group.', adds('iam', 'group+change')],
  ['Delete group.', adds('iam', 'group+deletion')],
  ['Add member to group.', adds('iam', 'group+change')],
  ['Remove member from group.', adds('iam', 'group+change')],
  ['Add member to role.', adds('iam', 'group+change')],
  ['Remove member from role.', adds('iam', 'group+change')],
  ['TeamCreated', adds('iam', 'group+creation', 'added-group-account-to')],
  ['MemberAdded', adds('iam', 'group+change', 'added-users-to-group')],
  ['ComplianceSettingChanged', adds('configuration', 'change')],
  ['FileAccessed', adds('file', 'access')],
  ['FileDownloaded', adds('file', 'access')],
  ['FileDeleted', adds('file', 'deletion')],
  ['FolderDeleted', adds('file', 'deletion')],
  ['FileUploaded', adds('file', 'creation')],
  ['FolderCopied', adds('file', 'creation')],
  ['FolderCreated', adds('file', 'creation')],
  ...'FileModified FileMoved FileRenamed FileRestored FolderModified FolderMoved FolderRenamed FolderRestored'
    .split(' ')
    .map((name) => [name, adds('file', 'change')] as const),
]);

/** What a record's type adds, whatever the operation. */
export const BY_RECORD: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['AzureActiveDirectoryStsLogon', adds('authentication', 'start+access')],
  ['ComplianceDLPSharePoint', { ...adds('file', 'access'), kind: 'alert' }],
  ['ComplianceDLPExchange', { ...adds('file', 'access'), kind: 'alert' }],
  ['SecurityComplianceAlerts', { kind: 'alert' }],
]);

/** What an alert of the compliance centre is about, by its category; by default accounts. */
export const ALERTS: Readonly<Record<string, string>> = {
  DataGovernance: 'file',
  DataLossPrevention: 'file',
  ThreatManagement: 'malware',
};

/** `event.severity` by word. */
export const SEVERITIES: Readonly<Record<string, number>> = { informational: 1, low: 2, medium: 3, high: 4 };
