import type { LogKind } from './log-kinds.js';

/** Logs whose lines are JSON, and envelopes. */
export const JSON_LOGS: readonly LogKind[] = [
  json('journald', 'journald', [
    '{"__CURSOR":"s=1;i=«n»","__REALTIME_TIMESTAMP":"«epoch»123456","_HOSTNAME":"bastion","SYSLOG_IDENTIFIER":"sshd","_COMM":"sshd","_EXE":"/usr/sbin/sshd","_PID":"«pid»","_UID":"0","PRIORITY":"6","SYSLOG_FACILITY":"4","_TRANSPORT":"syslog","_SYSTEMD_UNIT":"ssh.service","MESSAGE":"Failed password for invalid user «user» from «ip» port 4«n» ssh2"}',
    '{"__CURSOR":"s=1;i=«n»","__REALTIME_TIMESTAMP":"«epoch»123457","_HOSTNAME":"web1","SYSLOG_IDENTIFIER":"systemd","_COMM":"systemd","_PID":"1","_UID":"0","_CMDLINE":"/sbin/init","PRIORITY":"6","MESSAGE":"Started Session «n» of User «user»."}',
  ]),
  json('suricata eve', 'suricata', [
    '{"timestamp":"«stamp».123456+0000","flow_id":2988240«n»,"in_iface":"eth0","event_type":"alert","src_ip":"«ip»","src_port":5«n»,"dest_ip":"192.0.2.10","dest_port":80,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":2100498,"rev":7,"signature":"Id check returned root","category":"Potentially Bad Traffic","severity":2},"http":{"hostname":"www.example.com","url":"/a?id=«n»","http_user_agent":"curl/8.5","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":39},"app_proto":"http"}',
    '{"timestamp":"«stamp».123456+0000","flow_id":2988241«n»,"event_type":"dns","src_ip":"«ip»","src_port":5«n»,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"type":"query","id":«n»,"rrname":"www«n».example.com","rrtype":"A","tx_id":0}}',
  ]),
  json('zeek JSON', 'zeek', [
    '{"ts":«epoch».123456,"uid":"CAcJw21BbVedgF«n»","id.orig_h":"«ip»","id.orig_p":5«n»,"id.resp_h":"198.51.100.7","id.resp_p":443,"proto":"tcp","service":"ssl","duration":1.5,"orig_bytes":100,"resp_bytes":«n»,"conn_state":"SF","local_orig":true,"local_resp":false,"missed_bytes":0,"history":"ShADadFf","orig_pkts":5,"orig_ip_bytes":360,"resp_pkts":6,"resp_ip_bytes":500}',
  ]),
  json('winlogbeat 4625', undefined, [
    '{"@timestamp":"«stamp».000Z","@metadata":{"beat":"winlogbeat","type":"_doc"},"agent":{"type":"winlogbeat","name":"DC1"},"host":{"name":"DC1.corp.example"},"log":{"level":"information"},"event":{"code":"4625","kind":"event","provider":"Microsoft-Windows-Security-Auditing","action":"logon-failed","outcome":"failure"},"message":"An account failed to log on.","winlog":{"channel":"Security","event_id":"4625","computer_name":"DC1.corp.example","provider_name":"Microsoft-Windows-Security-Auditing","record_id":«n»,"keywords":["Audit Failure"],"event_data":{"SubjectUserSid":"S-1-0-0","SubjectUserName":"-","SubjectDomainName":"-","SubjectLogonId":"0x0","TargetUserSid":"S-1-0-0","TargetUserName":"«user»","TargetDomainName":"CORP","Status":"0xc000006d","FailureReason":"%%2313","SubStatus":"0xc000006a","LogonType":"3","LogonProcessName":"NtLmSsp","AuthenticationPackageName":"NTLM","WorkstationName":"WS«n»","IpAddress":"«ip»","IpPort":"5«n»"}}}',
  ]),
  json('winlogbeat sysmon 1', undefined, [
    '{"@timestamp":"«stamp».000Z","@metadata":{"beat":"winlogbeat"},"agent":{"type":"winlogbeat"},"host":{"name":"WS1"},"event":{"code":"1","kind":"event","provider":"Microsoft-Windows-Sysmon"},"winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","event_id":"1","computer_name":"WS1","provider_name":"Microsoft-Windows-Sysmon","record_id":«n»,"event_data":{"UtcTime":"«date» «time».123","ProcessGuid":"{b3c285a4-0000-0000-0000-«n»}","ProcessId":"«pid»","Image":"C:\\\\Windows\\\\System32\\\\cmd.exe","FileVersion":"10.0.19041.1","Description":"Windows Command Processor","Company":"Microsoft Corporation","OriginalFileName":"Cmd.Exe","CommandLine":"cmd.exe /c dir C:\\\\Users\\\\«user»\\\\«n»","CurrentDirectory":"C:\\\\Users\\\\«user»\\\\","User":"CORP\\\\«user»","LogonId":"0x3e7","IntegrityLevel":"Medium","Hashes":"MD5=8a2122e8162dbef04694b9c3e0b6cdee","ParentProcessId":"700","ParentImage":"C:\\\\Windows\\\\explorer.exe","ParentCommandLine":"C:\\\\Windows\\\\explorer.exe"}}}',
  ]),
  json('cloudtrail', 'aws.cloudtrail', [
    '{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::123456789012:user/«user»","accountId":"123456789012","userName":"«user»"},"eventTime":"«stamp»Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"«ip»","userAgent":"Mozilla/5.0","errorMessage":"Failed authentication","requestParameters":null,"responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"LoginTo":"https://console.aws.amazon.com/","MobileVersion":"No","MFAUsed":"No"},"eventID":"e-«n»","readOnly":false,"eventType":"AwsConsoleSignIn","managementEvent":true,"recipientAccountId":"123456789012"}',
  ]),
  json('ECS JSON', 'ecs', [
    '{"@timestamp":"«stamp».000Z","ecs":{"version":"8.11.0"},"event":{"category":["authentication"],"type":["start"],"outcome":"failure","dataset":"shop.login"},"user":{"name":"«user»"},"source":{"ip":"«ip»","port":5«n»},"user_agent":{"original":"curl/8.5.0"},"host":{"name":"web1"},"message":"log-in «n» failed"}',
  ]),
  json('filebeat (sshd)', 'filebeat', [
    '{"@timestamp":"«stamp».000Z","@metadata":{"beat":"filebeat","type":"_doc","version":"8.15.0"},"message":"«syslog» bastion sshd[«pid»]: Failed password for «user» from «ip» port 4«n» ssh2","log":{"offset":«n»,"file":{"path":"/var/log/auth.log"}},"host":{"name":"bastion.example"},"agent":{"type":"filebeat","name":"bastion"},"tags":["prod"]}',
  ]),
  json('filebeat (nginx)', 'filebeat', [
    '{"@timestamp":"«stamp».000Z","@metadata":{"beat":"filebeat","type":"_doc","version":"8.15.0"},"message":"«ip» - - [«clf»] \\"GET /tours/«n» HTTP/1.1\\" 200 «n» \\"-\\" \\"curl/8.5.0\\"","log":{"offset":«n»,"file":{"path":"/var/log/nginx/access.log"}},"event":{"dataset":"nginx.access"},"host":{"name":"web1.example"},"agent":{"type":"filebeat","name":"web1"}}',
  ]),
  json('modsecurity JSON', 'modsecurity', [
    '{"transaction":{"client_ip":"«ip»","time_stamp":"Mon Nov 23 «time» 2026","server_id":"s","client_port":5«n»,"host_ip":"192.0.2.10","host_port":443,"unique_id":"«n»","request":{"method":"GET","http_version":1.1,"uri":"/?id=«n»%27%20OR%201=1","headers":{"Host":"www.example.com","User-Agent":"sqlmap/1.8"}},"response":{"body":"","http_code":403,"headers":{"Server":"nginx"}},"producer":{"modsecurity":"ModSecurity v3.0.12","connector":"nginx","secrules_engine":"Enabled"},"messages":[{"message":"SQL Injection Attack","details":{"match":"found","reference":"v6","ruleId":"942100","file":"/rules/942.conf","lineNumber":"45","data":"x","severity":"2","ver":"4.0.0","rev":"","tags":["attack-sqli"],"maturity":"0","accuracy":"0"}}]}}',
  ]),
];

function json(name: string, type: string | undefined, lines: readonly string[]): LogKind {
  return type === undefined ? { name, bare: 'json', lines } : { name, type, bare: 'json', lines };
}
