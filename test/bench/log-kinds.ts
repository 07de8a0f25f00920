/** Lines of one kind of log, and the least that a reader of them could do. */
export interface LogKind {
  readonly name: string;
  /** The `type` told; undefined: detected. */
  readonly type?: string;
  /** The format's bare regular expression; JSON.parse, or splitting at tabs. */
  readonly bare: RegExp | 'json' | 'tabs';
  /** Lines that stand first and are not counted: a header. */
  readonly header?: readonly string[];
  /** Templates, taken in turn: `«ip»`, `«n»`, `«user»`, `«clf»` … are filled in (see `lineMaker`). */
  readonly lines: readonly string[];
}

const COMBINED = /^(\S+) (\S+) (\S+) \[([^\]]+)\] "(\S+) (\S+) ([^"]*)" (\d{3}) (\d+|-) "([^"]*)" "([^"]*)"/;
const SYSLOG = /^(\w{3} +\d+ [\d:]+) (\S+) ([^:[]+)(?:\[(\d+)\])?: (.*)$/;
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36';

const ACCESS = [
  `«ip» - - [«clf»] "GET /tours/kyoto/«n» HTTP/1.1" 200 «n» "https://www.example.com/" "${BROWSER}"`,
  `«ip» - - [«clf»] "GET /search?q=O%27Brien+nara&page=«n» HTTP/1.1" 200 51«n» "-" "${BROWSER}"`,
  `«ip» - «user» [«clf»] "POST /login HTTP/2.0" 401 «n» "https://www.example.com/login" "curl/8.5.0"`,
  `«ip» - - [«clf»] "GET /img/hero-«n».jpg HTTP/1.1" 404 153 "https://www.example.com/" "${BROWSER}"`,
];

/** Logs whose lines are text. */
export const TEXT_LOGS: readonly LogKind[] = [
  { name: 'nginx access', type: 'nginx', bare: COMBINED, lines: ACCESS },
  { name: 'apache access', type: 'apache', bare: COMBINED, lines: ACCESS },
  {
    name: 'nginx error',
    type: 'nginx',
    bare: /^(\S+ \S+) \[(\w+)\] (\d+)#(\d+): (?:\*(\d+) )?(.*?)(?:, client: (\S+), server: (\S+), request: "([^"]*)", host: "([^"]*)")?$/,
    lines: [
      '«day» «time» [error] 540#0: *«n» open() "/srv/www/x«n».ico" failed (2: No such file or directory), client: «ip», server: www.example.com, request: "GET /x«n».ico HTTP/1.1", host: "www.example.com"',
    ],
  },
  {
    name: 'iis w3c',
    type: 'iis',
    bare: /^(\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (\d+) (\S+) (\S+) (\S+) (\S+) (\d+) (\d+) (\d+) (\d+)$/,
    header: [
      '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
    ],
    lines: [
      '«date» «time» 192.0.2.10 GET /app/page«n».aspx id=«n» 443 - «ip» Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64) https://www.example.com/ 200 0 0 «n»',
      '«date» «time» 192.0.2.10 POST /login.aspx - 443 «user» «ip» curl/8.5.0 - 401 1 1326 15',
    ],
  },
  {
    name: 'haproxy',
    type: 'haproxy',
    bare: /^(\w{3} +\d+ [\d:]+) (\S+) haproxy\[(\d+)\]: (\S+):(\d+) \[([^\]]+)\] (\S+) ([^/]+)\/(\S+) (-?\d+)\/(-?\d+)\/(-?\d+)\/(-?\d+)\/(-?\d+) (-?\d+) (\d+) (\S+) (\S+) (\S+) (\d+)\/(\d+)\/(\d+)\/(\d+)\/(\d+) (\d+)\/(\d+) "(\S+) (\S+) ([^"]*)"$/,
    lines: [
      '«syslog» lb1 haproxy[14389]: «ip»:33317 [«hatime»] http-in static/srv1 10/0/30/69/109 200 «n» - - ---- 1/1/1/1/0 0/0 "GET /index«n».html?q=1 HTTP/1.1"',
    ],
  },
  {
    name: 'sshd (RFC 3164)',
    type: 'auth',
    bare: /^(\w{3} +\d+ [\d:]+) (\S+) sshd\[(\d+)\]: (?:Failed|Accepted) (\S+) for (?:invalid user )?(\S+) from (\S+) port (\d+) ssh2|^(\w{3} +\d+ [\d:]+) (\S+) sshd\[(\d+)\]: (.*)$/,
    lines: [
      '«syslog» bastion sshd[«pid»]: Failed password for invalid user «user» from «ip» port 4«n» ssh2',
      '«syslog» bastion sshd[«pid»]: Accepted publickey for «user» from «ip» port 4«n» ssh2: ED25519 SHA256:q1uVnN2p0KfTd7mYb3sXw5cJh8rLz6eGaUoIy4PkRvM',
      '«syslog» bastion sshd[«pid»]: pam_unix(sshd:session): session opened for user «user»(uid=1000) by (uid=0)',
      '«syslog» bastion sshd[«pid»]: Disconnected from user «user» «ip» port 4«n»',
    ],
  },
  {
    name: 'sudo',
    type: 'auth',
    bare: /^(\w{3} +\d+ [\d:]+) (\S+) sudo: +(\S+) : TTY=(\S+) ; PWD=(\S+) ; USER=(\S+) ; COMMAND=(.*)$/,
    lines: [
      '«syslog» web1 sudo:    «user» : TTY=pts/0 ; PWD=/home/«user» ; USER=root ; COMMAND=/usr/bin/apt update «n»',
    ],
  },
  {
    name: 'RFC 3164',
    type: 'syslog',
    bare: SYSLOG,
    lines: [
      '«syslog» web1 systemd[1]: Started Session «n» of User «user».',
      '«syslog» web1 app[«pid»]: request «n» of «user» took 12 ms',
    ],
  },
  {
    name: 'RFC 5424',
    type: 'syslog',
    bare: /^<(\d+)>1 (\S+) (\S+) (\S+) (\S+) (\S+) (-|\[.*?\]) (.*)$/,
    lines: [
      '<34>1 «iso» web1.example app «pid» ID47 - request «n» of «user» took 12 ms',
      '<165>1 «iso» web1.example billing «pid» - [origin@32473 ip="192.0.2.1" n="«n»"] invoice «n» sent',
    ],
  },
  {
    name: 'auditd',
    type: 'auditd',
    bare: /(\w+)=('[^']*'|"[^"]*"|\S+)/g,
    lines: [
      `type=USER_LOGIN msg=audit(«epoch».123:«n»): pid=«pid» uid=0 auid=1000 ses=3 msg='op=login acct="«user»" exe="/usr/sbin/sshd" hostname=«ip» addr=«ip» terminal=ssh res=success'`,
      `type=USER_AUTH msg=audit(«epoch».124:«n»): pid=«pid» uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication grantors=? acct="«user»" exe="/usr/sbin/sshd" hostname=«ip» addr=«ip» terminal=ssh res=failed'`,
    ],
  },
  {
    name: 'iptables',
    type: 'iptables',
    bare: /^(\w{3} +\d+ [\d:]+) (\S+) kernel: \[[^\]]*\] (.*?)IN=(\S*) OUT=(\S*) MAC=(\S*) SRC=(\S+) DST=(\S+) LEN=(\d+) TOS=(\S+) PREC=(\S+) TTL=(\d+) ID=(\d+) (?:DF )?PROTO=(\S+) SPT=(\d+) DPT=(\d+) WINDOW=(\d+) RES=(\S+) (.*?) URGP=(\d+)/,
    lines: [
      '«syslog» fw1 kernel: [12345.678901] [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56:00:16:3e:5e:6c:00:08:00 SRC=«ip» DST=192.0.2.10 LEN=44 TOS=0x00 PREC=0x00 TTL=245 ID=«n» PROTO=TCP SPT=4«n» DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0',
    ],
  },
  {
    name: 'postgresql',
    type: 'postgresql',
    bare: /^(\S+ \S+ \S+) \[(\d+)\] (\S+)@(\S+) (\w+): {2}(.*)$/,
    lines: [
      '«date» «time».123 UTC [«pid»] «user»@shop FATAL:  password authentication failed for user "«user»"',
      '«date» «time».124 UTC [«pid»] «user»@shop LOG:  duration: 37.«n» ms  statement: SELECT * FROM tours WHERE id = «n»',
    ],
  },
  {
    name: 'postfix',
    type: 'syslog',
    bare: SYSLOG,
    // What a mail and a refused log-in leave in the log.
    lines: [
      '«syslog» mail1 postfix/smtpd[«pid»]: connect from unknown[«ip»]',
      '«syslog» mail1 postfix/smtpd[«pid»]: B3A1C«pid»: client=unknown[«ip»], sasl_method=PLAIN, sasl_username=«user»',
      '«syslog» mail1 postfix/cleanup[«pid»]: B3A1C«pid»: message-id=<«pid».«n»@mail.example>',
      '«syslog» mail1 postfix/qmgr[«pid»]: B3A1C«pid»: from=<«user»@mail.example>, size=4«n», nrcpt=1 (queue active)',
      '«syslog» mail1 postfix/smtp[«pid»]: B3A1C«pid»: to=<«user»@shop.example>, relay=mx.shop.example[198.51.100.7]:25, delay=0.42, delays=0.08/0/0.13/0.21, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4Xk«pid»)',
      '«syslog» mail1 postfix/qmgr[«pid»]: B3A1C«pid»: removed',
      '«syslog» mail1 postfix/smtpd[«pid»]: disconnect from unknown[«ip»] ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6',
      '«syslog» mail1 postfix/smtpd[«pid»]: warning: unknown[«ip»]: SASL LOGIN authentication failed: UGFzc3dvcmQ6',
    ],
  },
  {
    name: 'zeek conn TSV',
    type: 'zeek',
    bare: 'tabs',
    header: [
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\tconn',
      '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes',
      '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tstring\tcount\tcount\tcount\tcount',
    ],
    lines: [
      '«epoch».123456\tCAcJw21BbVedgF«n»\t«ip»\t5«n»\t198.51.100.7\t443\ttcp\tssl\t1.5\t«n»\t200\tSF\t0\tShADadFf\t5\t360\t6\t500',
    ],
  },
  {
    name: 'aws elb',
    type: 'aws.elb',
    bare: /^(\S+) (\S+) (\S+) (\S+):(\d+) (\S+):(\d+) (\S+) (\S+) (\S+) (\S+) (\S+) (\d+) (\d+) "(\S+) (\S+) ([^"]*)" "([^"]*)" (\S+) (\S+) (\S+) "([^"]*)" "([^"]*)" "([^"]*)" (\S+) (\S+) "([^"]*)" "([^"]*)" "([^"]*)" "([^"]*)" "([^"]*)" "([^"]*)" "([^"]*)"/,
    lines: [
      'http «iso» app/my-lb/50dc6c495c0c9188 «ip»:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 «n» "GET http://shop.example:80/a«n»?b=c HTTP/1.1" "curl/8.5.0" - - arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 «iso» "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"',
    ],
  },
];
