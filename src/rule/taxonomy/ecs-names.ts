/** Fields of one set of ECS by their last names: `http.request` has `method`, `body.bytes` … */
const SETS: Readonly<Record<string, string>> = {
  agent: 'id name type version ephemeral_id build.original',
  as: 'number organization.name',
  client:
    'address ip port bytes packets domain registered_domain top_level_domain subdomain mac nat.ip nat.port user.name user.id user.email user.domain',
  cloud:
    'account.id account.name availability_zone instance.id instance.name machine.type project.id project.name provider region service.name',
  container: 'id name image.name image.tag runtime labels image.hash.all',
  destination:
    'address ip port bytes packets domain registered_domain top_level_domain subdomain mac nat.ip nat.port user.name user.id user.email user.domain',
  dll: 'name path hash.md5 hash.sha1 hash.sha256 pe.original_file_name pe.imphash code_signature.status code_signature.exists code_signature.subject_name code_signature.valid',
  dns: 'id op_code type header_flags response_code resolved_ip question.name question.type question.class question.registered_domain question.subdomain question.top_level_domain answers.name answers.type answers.data answers.ttl answers.class',
  ecs: 'version',
  email:
    'from.address to.address cc.address bcc.address sender.address reply_to.address subject message_id direction local_id x_mailer origination_timestamp delivery_timestamp attachments.file.name',
  error: 'code id message type stack_trace',
  event:
    'action agent_id_status category code created dataset duration end hash id ingested kind module original outcome provider reason reference risk_score risk_score_norm sequence severity start timezone type url',
  faas: 'id name version execution coldstart',
  file: 'accessed attributes created ctime device directory drive_letter extension gid group hash.md5 hash.sha1 hash.sha256 hash.sha512 inode mime_type mode mtime name owner path size target_path type uid pe.original_file_name pe.company pe.description pe.product pe.imphash code_signature.status code_signature.subject_name',
  group: 'domain id name',
  host: 'architecture domain hostname id ip mac name type uptime os.type os.name os.family os.full os.kernel os.platform os.version',
  http: 'version request.method request.id request.mime_type request.referrer request.bytes request.body.bytes request.body.content response.status_code response.mime_type response.bytes response.body.bytes response.body.content',
  log: 'level logger file.path offset source.address syslog.appname syslog.facility.code syslog.facility.name syslog.hostname syslog.msgid syslog.priority syslog.procid syslog.severity.code syslog.severity.name syslog.version origin.file.name origin.file.line origin.function',
  network:
    'application bytes community_id direction forwarded_ip iana_number name packets protocol transport type vlan.id vlan.name inner.vlan.id',
  observer:
    'hostname ip mac name product serial_number type vendor version ingress.zone ingress.interface.name ingress.interface.alias egress.zone egress.interface.name egress.interface.alias os.name os.type',
  orchestrator:
    'api_version cluster.name cluster.id cluster.url namespace organization resource.name resource.type resource.id resource.ip type',
  organization: 'id name',
  package: 'architecture checksum description install_scope installed license name path reference size type version',
  process:
    'args args_count command_line end entity_id executable exit_code hash.md5 hash.sha1 hash.sha256 interactive name pgid pid ppid start thread.id thread.name title uptime vpid working_directory env_vars tty.char_device pe.original_file_name pe.company pe.description pe.product pe.imphash user.name user.id parent.args parent.args_count parent.command_line parent.entity_id parent.executable parent.name parent.pgid parent.pid parent.vpid parent.start parent.working_directory parent.user.name parent.hash.sha256 code_signature.status code_signature.subject_name',
  registry: 'data.bytes data.strings data.type hive key path value',
  related: 'hash hosts ip user',
  rule: 'author category description id license name reference ruleset uuid version',
  server:
    'address ip port bytes packets domain registered_domain top_level_domain subdomain mac nat.ip nat.port user.name user.id user.email user.domain',
  service: 'address environment ephemeral_id id name node.name node.role node.roles state type version',
  source:
    'address ip port bytes packets domain registered_domain top_level_domain subdomain mac nat.ip nat.port user.name user.id user.email user.domain as.number as.organization.name geo.country_iso_code geo.country_name geo.city_name geo.region_name geo.region_iso_code geo.continent_name geo.continent_code geo.location geo.timezone geo.postal_code geo.name',
  threat:
    'framework tactic.id tactic.name technique.id technique.name technique.subtechnique.id indicator.type indicator.ip group.name software.name',
  tls: 'cipher curve established next_protocol resumed version version_protocol client.ja3 client.server_name client.issuer client.subject client.hash.sha1 client.hash.sha256 server.ja3s server.issuer server.subject server.hash.sha1 server.hash.sha256 server.not_after server.not_before',
  trace: 'id',
  transaction: 'id',
  url: 'domain extension fragment full original password path port query registered_domain scheme subdomain top_level_domain username',
  user: 'domain email full_name hash id name roles risk.calculated_level group.id group.name group.domain target.name target.id target.domain target.email target.full_name target.roles target.group.id target.group.name effective.name effective.id effective.domain effective.group.name changes.name changes.id changes.email changes.full_name',
  user_agent: 'device.name name original version os.name os.version os.full os.family',
  vulnerability:
    'category classification description enumeration id reference severity score.base score.version report_id',
  x509: 'serial_number issuer.common_name subject.common_name not_after not_before',
};

/**
 * Fields of the Elastic Common Schema 9 that logs of security carry, as dotted names; not every field of it.
 * Source: ECS field reference (https://www.elastic.co/docs/reference/ecs/ecs-field-reference).
 */
export const ECS_NAMES: ReadonlySet<string> = new Set(
  Object.entries(SETS).flatMap(([set, names]) => names.split(' ').map((name) => `${set}.${name}`)),
);
