import { isIP } from 'node:net';
import { isSender, mailServerOf } from './mail-server.ts';
import { isPaymentTemplate } from './payment-template.ts';
import {
  choice,
  flag,
  integer,
  optional,
  optionalInteger,
  pattern,
  type Setting,
  seconds,
} from './setting.ts';

/** Every setting of the platform: the one source of validation, of `smac serve --help` and of the table in the README. One table, so one long file. */
export const SETTINGS = {
  port: integer(
    {
      env: 'SMAC_PORT',
      title: 'Port',
      description: 'TCP port of the web page, the API and OCPI; 0 takes any free one.',
    },
    8080,
    0,
    65535,
  ),
  host: pattern(
    {
      env: 'SMAC_HOST',
      title: 'Address to listen on',
      description:
        'Only this machine by default; `0.0.0.0` or `::` lets others in (then use TLS or a proxy).',
    },
    '127.0.0.1',
    /^[0-9A-Za-z.:-]{1,253}$/,
    'be an IP address or a host name',
  ),
  dataDir: pattern(
    {
      env: 'SMAC_DATA_DIR',
      title: 'Data folder',
      description: 'Embedded database, lock and the socket of the command line. Created with mode 0700.',
    },
    './data',
    /^[^\0]+$/,
    'be the path of a folder',
  ),
  reportDir: optional(
    {
      env: 'SMAC_REPORT_DIR',
      title: 'Monthly reports',
      description:
        'Folder in which the usage of every month that ended is written as CSV, for whoever watches the contract.',
    },
    'be the path of a folder',
    (text) => /^[^\0]+$/.test(text),
  ),
  mapTiles: optional(
    {
      env: 'SMAC_MAP_TILES',
      title: 'Streets on maps',
      description:
        'PMTiles archive of the region in the Protomaps schema, from `pmtiles extract https://build.protomaps.com/<day>.pmtiles region.pmtiles --bbox=...`. ' +
        'Unset: maps show land, sea and borders.',
    },
    'be the path of a .pmtiles file',
    (text) => /^[^\0]+$/.test(text),
  ),
  publicUrl: optional(
    {
      env: 'SMAC_PUBLIC_URL',
      title: 'Public address',
      description:
        'How peers reach this server, for OCPI endpoint and response addresses. Unset: the address it listens on.',
    },
    'be an http or https address without query, like https://smac.example.org',
    (text) => {
      const url = URL.parse(text);
      return (
        url !== null &&
        /^https?:$/.test(url.protocol) &&
        url.search === '' &&
        url.username === '' &&
        url.hash === ''
      );
    },
  ),
  databaseUrl: optional(
    {
      env: 'DATABASE_URL',
      title: 'PostgreSQL',
      description:
        'A PostgreSQL 15 or newer to use instead of the embedded database, like postgres://smac:secret@db/smac.',
    },
    'be a postgres:// address',
    (text) => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''),
    true,
  ),
  role: choice(
    {
      env: 'SMAC_ROLES',
      title: 'Role',
      description:
        'OCPI role this process plays: `scsp` (smart charging service provider, beside the operator of its own stations), or `hub`: parties register here, and what they send each other goes through it.',
    },
    'scsp',
    ['scsp', 'hub'],
  ),
  countryCode: pattern(
    {
      env: 'SMAC_COUNTRY_CODE',
      title: 'Country of this party',
      description: 'OCPI country_code of this platform, ISO 3166-1 alpha-2.',
    },
    'NL',
    /^[A-Z]{2}$/,
    'be two capital letters, like NL',
  ),
  partyId: pattern(
    {
      env: 'SMAC_PARTY_ID',
      title: 'Id of this party',
      description: 'OCPI party_id of this platform (ISO 15118 operator id).',
    },
    'SMC',
    /^[A-Z0-9]{3}$/,
    'be three capital letters or digits, like SMC',
  ),
  logLevel: choice(
    {
      env: 'SMAC_LOG_LEVEL',
      title: 'Log level',
      description: 'The least important kind of line that is printed.',
    },
    'info',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
  ),
  logFormat: choice(
    {
      env: 'SMAC_LOG_FORMAT',
      title: 'Log format',
      description: '`text` for people, `json` (one object a line) for machines.',
    },
    'text',
    ['text', 'json'],
  ),
  tlsCert: optional(
    {
      env: 'SMAC_TLS_CERT',
      title: 'TLS certificate',
      description: 'PEM file with the certificate chain; TLS 1.3 only. Needs SMAC_TLS_KEY.',
    },
    'be the path of a PEM file',
    (text) => text.length > 0,
  ),
  tlsKey: optional(
    { env: 'SMAC_TLS_KEY', title: 'TLS key', description: 'PEM file with the private key.' },
    'be the path of a PEM file',
    (text) => text.length > 0,
  ),
  trustedProxies: optional(
    {
      env: 'SMAC_TRUSTED_PROXIES',
      title: 'Trusted proxies',
      description:
        'Comma-separated addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed. Unset: nobody.',
    },
    'be a comma-separated list of addresses or networks, like 10.0.0.0/8',
    (text) =>
      text
        .split(',')
        .every(
          (part) => /^[^/]+(\/\d{1,3})?$/.test(part.trim()) && isIP(part.trim().split('/')[0] ?? '') > 0,
        ),
  ),
  ocpiAllowPrivate: flag(
    {
      env: 'SMAC_OCPI_ALLOW_PRIVATE',
      title: 'Private peers',
      description:
        'Allow OCPI peers on private or loopback addresses and plain http. The demo sets it for its own counterpart.',
    },
    false,
  ),
  pushAllowPrivate: flag(
    {
      env: 'SMAC_PUSH_ALLOW_PRIVATE',
      title: 'Private push services',
      description:
        'Allow messages to drivers’ browsers through push services on private or loopback addresses and plain http.',
    },
    false,
  ),
  pushContact: optional(
    {
      env: 'SMAC_PUSH_CONTACT',
      title: 'Contact for push services',
      description:
        'Where push services may write to when messages to drivers’ browsers make trouble, like `mailto:desk@example.org`. Unset: the public address.',
    },
    'be a mailto: or https: address',
    (text) => /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(text),
  ),
  mailUrl: optional(
    {
      env: 'SMAC_MAIL_URL',
      title: 'Mail server',
      description:
        'Who carries e-mail onwards: `smtps://user:secret@mail.example.org` (TLS from the start) or `smtp://…` (STARTTLS is demanded; without TLS only on this machine). Needs SMAC_MAIL_FROM and SMAC_PUBLIC_URL with https, where links in e-mail lead. Unset: no e-mail is sent, and none is offered.',
    },
    'be an smtps or smtp address without path, like smtps://user:secret@mail.example.org:465',
    (text) => mailServerOf(text) !== undefined,
    true,
  ),
  mailFrom: optional(
    {
      env: 'SMAC_MAIL_FROM',
      title: 'Sender of e-mail',
      description: 'Like `SMAC Barcelona <no-reply@example.org>`.',
    },
    'be an e-mail address, or a name and <an e-mail address>',
    isSender,
  ),
  mailCa: optional(
    {
      env: 'SMAC_MAIL_CA',
      title: 'Authority of the mail server',
      description:
        'PEM file with the authority that is believed for the mail server, where it is one’s own. Unset: the public ones.',
    },
    'be the path of a PEM file',
    (text) => text.length > 0,
  ),
  payUrl: optional(
    {
      env: 'SMAC_PAY_URL',
      title: 'Where guests pay',
      description:
        'Page of a payment service for charges without a contract, https only, with `{amount}`, `{reference}` and if wanted `{currency}` and `{return}` in it. Unset: guests are told to ask on the spot. SMAC takes no money: who was paid notes it.',
    },
    'be an https address with {amount} and {reference} in it, and no other placeholders than {currency} and {return}',
    isPaymentTemplate,
  ),
  ocppPort: optionalInteger(
    {
      env: 'SMAC_OCPP_PORT',
      title: 'Port for stations',
      description:
        'TCP port on which charging stations connect by OCPP, path `/ocpp/{identity}`; 0 takes any free one. Unset: no back office for stations.',
    },
    0,
    65535,
  ),
  ocppHost: pattern(
    {
      env: 'SMAC_OCPP_HOST',
      title: 'Address for stations',
      description: 'Where the OCPP port listens. Only this machine by default.',
    },
    '127.0.0.1',
    /^[0-9A-Za-z.:-]{1,253}$/,
    'be an IP address or a host name',
  ),
  ocppPublicUrl: optional(
    {
      env: 'SMAC_OCPP_PUBLIC_URL',
      title: 'Public address for stations',
      description: 'What to type into a station, like wss://csms.example.org/ocpp. Unset: where it listens.',
    },
    'be a ws or wss address, like wss://csms.example.org/ocpp',
    (text) => /^wss?:$/.test(URL.parse(text)?.protocol ?? ''),
  ),
  ocppTlsCert: optional(
    {
      env: 'SMAC_OCPP_TLS_CERT',
      title: 'TLS certificate for stations',
      description:
        'PEM file with the certificate chain of the OCPP port; TLS 1.3 only. A changed file is taken into use within a minute, open connections stay. Needs SMAC_OCPP_TLS_KEY; `smac cert server` makes both.',
    },
    'be the path of a PEM file',
    (text) => text.length > 0,
  ),
  ocppTlsKey: optional(
    {
      env: 'SMAC_OCPP_TLS_KEY',
      title: 'TLS key for stations',
      description: 'PEM file with the private key.',
    },
    'be the path of a PEM file',
    (text) => text.length > 0,
  ),
  ocppTlsClientCa: optional(
    {
      env: 'SMAC_OCPP_TLS_CLIENT_CA',
      title: 'Authority of station certificates',
      description:
        'PEM file with authorities whose station certificates are believed (security profile 3), beside the own one.',
    },
    'be the path of a PEM file',
    (text) => text.length > 0,
  ),
  ocppTls12Port: optionalInteger(
    {
      env: 'SMAC_OCPP_TLS12_PORT',
      title: 'Port for stations without TLS 1.3',
      description:
        'Takes TLS 1.2 from stations that have a waiver for it, and from nobody else. Unset: closed.',
    },
    0,
    65535,
  ),
  ocppWithoutTls: flag(
    {
      env: 'SMAC_OCPP_WITHOUT_TLS',
      title: 'Stations without TLS',
      description:
        'Security profile 1 on SMAC_OCPP_HOST: only for an address inside a private network (VPN, APN) or on this machine. Without it the OCPP port needs a certificate.',
    },
    false,
  ),
  ocppHandshakesPerAddress: integer(
    {
      env: 'SMAC_OCPP_HANDSHAKES_PER_ADDRESS',
      title: 'Handshakes per address',
      description:
        'Connection attempts of one address, twice as many at once. Raise it where many stations share an address.',
      unit: 'per min',
    },
    10,
    1,
    1_000_000,
  ),
  ocppHandshakesPerSecond: integer(
    {
      env: 'SMAC_OCPP_HANDSHAKES_PER_SECOND',
      title: 'Handshakes of all',
      description: 'Connection attempts of all addresses together.',
      unit: 'per s',
    },
    200,
    1,
    100_000,
  ),
  ocppHeartbeatS: integer(
    {
      env: 'SMAC_OCPP_HEARTBEAT_S',
      title: 'Heartbeat',
      description: 'How often a station is told to send a heartbeat.',
      unit: 's',
    },
    300,
    10,
    86_400,
  ),
  sessionIdleMinutes: integer(
    {
      env: 'SMAC_SESSION_IDLE_MINUTES',
      title: 'Idle sign-in',
      description: 'Staff who did nothing for this long sign in again.',
      unit: 'min',
    },
    30,
    1,
    1440,
  ),
  sessionHours: integer(
    {
      env: 'SMAC_SESSION_HOURS',
      title: 'Longest sign-in',
      description: 'Staff sign in again after this time, whatever they did.',
      unit: 'h',
    },
    12,
    1,
    168,
  ),
  passwordMemoryMiB: integer(
    {
      env: 'SMAC_PASSWORD_MEMORY_MIB',
      title: 'Cost of a password',
      description:
        'Memory of one argon2id hash. More makes guessing dearer, and signing in; passwords that are stored stay valid.',
      unit: 'MiB',
    },
    19,
    19,
    1024,
  ),
  oscpAllowPrivate: flag(
    {
      env: 'SMAC_OSCP_ALLOW_PRIVATE',
      title: 'Private grid operators',
      description: 'Allow OSCP partners on private or loopback addresses and plain http.',
    },
    false,
  ),
  oscpHeartbeatS: integer(
    {
      env: 'SMAC_OSCP_HEARTBEAT_S',
      title: 'Heartbeat of grid operators',
      description:
        'How often a grid operator is asked to be heard of (OSCP); after three of them without one its fallback capacity holds.',
      unit: 's',
    },
    60,
    5,
    3600,
  ),
  oscpFallbackMinutes: integer(
    {
      env: 'SMAC_OSCP_FALLBACK_MINUTES',
      title: 'Fallback of grid operators',
      description:
        'A fallback capacity holds at least so long once it began, also when the grid operator is back before.',
      unit: 'min',
    },
    120,
    0,
    1440,
  ),
  slotMinutes: integer(
    {
      env: 'SMAC_SLOT_MINUTES',
      title: 'Slot',
      description: 'Length of a planning slot where a context does not say.',
      unit: 'min',
    },
    15,
    1,
    60,
  ),
  horizonHours: integer(
    { env: 'SMAC_HORIZON_HOURS', title: 'Horizon', description: 'How far ahead a plan looks.', unit: 'h' },
    24,
    1,
    168,
  ),
  solverThreads: integer(
    {
      env: 'SMAC_SOLVER_THREADS',
      title: 'Solver threads',
      description: 'Worker threads that solve plans.',
      unit: '',
    },
    1,
    1,
    64,
  ),
  departures: choice(
    {
      env: 'SMAC_DEPARTURES',
      title: 'Announced departures',
      description:
        '`learned`: plan by how well drivers at the site keep to what they say. `trusted`: they leave as said, as fleets do; cheaper, and a car that leaves earlier misses energy.',
    },
    'learned',
    ['learned', 'trusted'],
  ),
  solverTimeLimitS: seconds(
    {
      env: 'SMAC_SOLVER_TIME_LIMIT_S',
      title: 'Solver time limit',
      description: 'Longest time one plan may take; then the best plan so far or the heuristic answers.',
    },
    3,
    0.1,
    300,
  ),
  rampKwPerS: integer(
    {
      env: 'SMAC_RAMP_KW_PER_S',
      title: 'Ramp',
      description:
        'Largest rise of all cars of a supply point together per second; what falls is never delayed. `0`: none, except where they can draw more than 1 MW: 1 MW in a minute.',
      unit: 'kW/s',
    },
    0,
    0,
    1_000_000,
  ),
  restoreSpreadS: integer(
    {
      env: 'SMAC_RESTORE_SPREAD_S',
      title: 'Spread of restarts',
      description:
        'Longest random delay before cars charge again after an outage or a lifted limit, where a ramp holds.',
      unit: 's',
    },
    600,
    0,
    3600,
  ),
  stepSpreadS: integer(
    {
      env: 'SMAC_STEP_SPREAD_S',
      title: 'Spread of price steps',
      description:
        'Longest random delay where a plan lets several cars rise at one instant and a ramp holds. `0`: the ramp alone.',
      unit: 's',
    },
    0,
    0,
    600,
  ),
  retainPlansDays: retention('SMAC_RETAIN_PLANS_DAYS', 'plans with their inputs', 730),
  retainSessionsDays: retention(
    'SMAC_RETAIN_SESSIONS_DAYS',
    'ended sessions with their meter values and preferences',
    730,
  ),
  retainInputsDays: retention(
    'SMAC_RETAIN_INPUTS_DAYS',
    'forecasts, prices and other inputs, after they ended',
    90,
  ),
  retainDispatchDays: retention(
    'SMAC_RETAIN_DISPATCH_DAYS',
    'the record of profiles sent, their answers, and what stations reported instead',
    365,
  ),
  retainMessagesDays: retention('SMAC_RETAIN_MESSAGES_DAYS', 'OCPP frames of stations', 14),
  retainStationEventsDays: retention(
    'SMAC_RETAIN_STATION_EVENTS_DAYS',
    'security events of stations and the progress of their updates and logs',
    365,
  ),
  retainMetersDays: retention(
    'SMAC_RETAIN_METERS_DAYS',
    'meter values of own stations, by whole months; CDRs are kept whatever is set here',
    730,
  ),
  retainTransactionsDays: retention(
    'SMAC_RETAIN_TRANSACTIONS_DAYS',
    'ended transactions of own stations with what stations said about them',
    730,
  ),
  retainTokenDecisionsDays: retention(
    'SMAC_RETAIN_TOKEN_DECISIONS_DAYS',
    'what was answered when a card was presented, and reservations that are over',
    365,
  ),
  retainAuditDays: retention('SMAC_RETAIN_AUDIT_DAYS', 'the audit trail', 365),
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

function retention(env: string, what: string, days: number): Setting<number> {
  return integer(
    { env, title: 'Retention', description: `Keep ${what} this long; 0 keeps them for ever.`, unit: 'days' },
    days,
    0,
    36_500,
  );
}
