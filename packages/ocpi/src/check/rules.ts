/** One thing the check looks at: what it is called, where OCPI says so, and what to do when it is broken. */
export interface Rule {
  readonly title: string;
  /** File and heading of the specification (2.2.1-d2 and 2.3.0 use the same names). */
  readonly anchor: string;
  readonly fix: string;
}

/** Every rule of the check, in the order of the report. */
export const RULES = {
  reachable: {
    title: 'The server answers',
    anchor: 'version_information_endpoint, Version information endpoint',
    fix: 'Check the URL and the network; the versions URL must be reachable without a redirect.',
  },
  envelope: {
    title: 'Every answer is an OCPI envelope',
    anchor: 'transport_and_format, Response format',
    fix: 'Answer with {data, status_code, status_message, timestamp} as JSON, also for errors.',
  },
  timestamp: {
    title: 'timestamp is a UTC DateTime',
    anchor: 'types, DateTime',
    fix: 'Write 2026-01-08T12:00:00Z; offsets such as +00:00 are not allowed.',
  },
  requestIds: {
    title: 'X-Request-ID and X-Correlation-ID are echoed',
    anchor: 'transport_and_format, Unique message IDs',
    fix: 'Copy both headers of the request into the response.',
  },
  routing: {
    title: 'Functional modules answer with OCPI-to/from headers, swapped',
    anchor: 'transport_and_format, Message Routing Headers',
    fix: 'Set OCPI-from-* to your party and OCPI-to-* to the party that asked; never on configuration modules.',
  },
  noToken: {
    title: 'A request without a token is refused with 401',
    anchor: 'transport_and_format, Authorization header; status_codes',
    fix: 'Answer HTTP 401 when the Authorization header is missing.',
  },
  wrongToken: {
    title: 'A request with an unknown token is refused with 401',
    anchor: 'transport_and_format, Authorization header; status_codes',
    fix: 'Answer HTTP 401 when the token is not known.',
  },
  versions: {
    title: 'The versions endpoint lists versions and URLs',
    anchor: 'version_information_endpoint, Version information endpoint',
    fix: 'Answer data: [{version, url}, ...] with at least 2.2.1 or 2.3.0.',
  },
  details: {
    title: 'Version details list the endpoints, each module and role once',
    anchor: 'version_information_endpoint, Version details endpoint',
    fix: 'Answer data: {version, endpoints: [{identifier, role, url}, ...]} with role SENDER or RECEIVER.',
  },
  credentialsEndpoint: {
    title: 'The credentials module is advertised',
    anchor: 'credentials; version_information_endpoint, Endpoint class',
    fix: 'Advertise credentials once, with role SENDER.',
  },
  https: {
    title: 'All URLs use https',
    anchor: 'transport_and_format, JSON / HTTP implementation guide',
    fix: 'Publish https URLs only; tokens travel in every request.',
  },
  credentials: {
    title: 'GET credentials gives the credentials in use',
    anchor: 'credentials, GET Method',
    fix: 'Answer the Credentials object with your roles; HTTP 405 is for PUT and DELETE before the registration.',
  },
  trailingSlash: {
    title: 'Both slash forms of a URL work without a redirect',
    anchor: 'transport_and_format (implementers: redirects lose the Authorization header)',
    fix: 'Serve the path with and without the trailing slash.',
  },
  unknownPath: {
    title: 'An unknown endpoint is 404',
    anchor: 'status_codes, HTTP status codes',
    fix: 'Answer HTTP 404 for paths you do not serve.',
  },
  unknownObject: {
    title: 'GET of an unknown object is 404',
    anchor: 'status_codes; GET methods of the receiver interfaces',
    fix: 'Answer HTTP 404 (an OCPI 2xxx code in the envelope is fine).',
  },
  method: {
    title: 'A method that is not defined is 405',
    anchor: 'transport_and_format; credentials (405)',
    fix: 'Answer HTTP 405 with an Allow header.',
  },
  list: {
    title: 'A sender module answers with a list',
    anchor: 'transport_and_format, Response format (data is an array for * and +)',
    fix: 'Answer data: [] when nothing matches and an array also for one object.',
  },
  totalCount: {
    title: 'X-Total-Count is the number of matches, whatever offset and limit are',
    anchor: 'transport_and_format, Paginated Response',
    fix: 'Count every match of the filter; the pages must add up to it.',
  },
  limit: {
    title: 'limit is obeyed and X-Limit names the largest page',
    anchor: 'transport_and_format, Paginated Request and Response',
    fix: 'Return at most min(limit, X-Limit) objects; X-Limit is your cap, not the number returned.',
  },
  link: {
    title: 'Link rel="next" leads through all pages and ends',
    anchor: 'transport_and_format, Paginated Response',
    fix: 'Send an absolute URL with all filters and the next offset; none on the last page.',
  },
  offset: {
    title: 'offset is obeyed: no object comes twice',
    anchor: 'transport_and_format, Paginated Request',
    fix: 'Skip offset objects of a stable order (oldest created first).',
  },
  dateFilter: {
    title: 'date_from and date_to filter by last_updated',
    anchor: 'transport_and_format, Paginated Request; GET methods of the sender interfaces',
    fix: 'Return objects with date_from <= last_updated < date_to only.',
  },
  badParameter: {
    title: 'A bad query parameter is HTTP 200 with code 2001',
    anchor: 'status_codes, 2001',
    fix: 'Answer status_code 2001; HTTP errors are for what did not reach OCPI.',
  },
  objects: {
    title: 'Every object has the fields and types of its module',
    anchor: 'the object description of the module; types',
    fix: 'Send the field as specified; see the named path.',
  },
  lastUpdated: {
    title: 'last_updated is a real time and not in the future',
    anchor: 'object descriptions, last_updated',
    fix: 'Set last_updated when the object changed, from a synchronised clock.',
  },
  upperCase: {
    title: 'Country codes and party ids are in upper case',
    anchor: 'types, CiString; terminology, party id',
    fix: 'Send country_code and party_id in upper case: many receivers compare them exactly.',
  },
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;

export type Outcome = 'pass' | 'warn' | 'fail' | 'skip';

/** One observation of one rule. */
export interface Finding {
  readonly rule: RuleId;
  readonly outcome: Outcome;
  /** `GET https://...`, without the token. */
  readonly request: string;
  /** What was seen, when it was not what it should be. */
  readonly detail?: string;
  /** What to do, where that is not what the rule says. */
  readonly fix?: string;
}
