/**
 * A module of OCPI as a table: the router of this library knows HTTP, tokens, headers, ownership, paging and envelopes;
 * a module only says which routes exist, which objects travel on them and which function of the port answers.
 */
import type { Codec } from '../exchange/codec.ts';
import type { Caller, Outcome } from '../exchange/outcome.ts';
import type { InterfaceRole, PartyId } from '../exchange/party.ts';
import type { OcpiPorts, Page, PageRequest } from '../exchange/ports.ts';

export type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/** How one query parameter is read. A missing required one or a value of the wrong kind is answered with 2001. */
export interface QueryRule {
  /** `url` has also passed the address guard: safe to post to. */
  readonly kind: 'string' | 'integer' | 'url';
  readonly required?: true;
}

/** What the router hands to `call`; every part was validated. */
export interface RouteArgs<Body> {
  /** Decoded path variables by name without the colon, e.g. `location_id`; CiStrings of at most 36 characters. */
  readonly path: Readonly<Record<string, string>>;
  /** `:country_code/:party_id` of the path in upper case; the own party of the caller where the path has none. */
  readonly owner: PartyId;
  readonly query: Readonly<Record<string, string | number | undefined>>;
  readonly body: Body;
  /** Filled on `list` routes; `{offset: 0, limit: 1}` elsewhere. */
  readonly page: PageRequest;
}

interface RouteShape {
  readonly method: Method;
  /** Below the module's endpoint: '' or '/:country_code/:party_id/:location_id'. Both slash forms are routed. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryRule>>;
  /**
   * Path or query variables that must equal a field of the body, e.g. `{ location_id: 'id' }` (2001 otherwise).
   * `country_code` and `party_id` of the path are always compared with the body where the body has them.
   */
  readonly identity?: Readonly<Record<string, string>>;
  /**
   * `caller` (default): the party in the path must be the caller's own (X43).
   * `anyone`: the path names a third party, as in HubClientInfo. `body`: the path names none, the object in the body must be the caller's.
   */
  readonly ownership?: 'caller' | 'anyone' | 'body';
  /** An empty body is none instead of bad JSON. */
  readonly bodyOptional?: true;
}

export interface ObjectRoute<Port, Body, Answer> extends RouteShape {
  readonly list?: never;
  /** PATCH routes take `codec.partial`. Absent: a body is ignored. */
  readonly body?: Codec<Body>;
  /** Absent: `data` is left out of the envelope. */
  readonly answer?: Codec<Answer>;
  call(port: Port, caller: Caller, args: RouteArgs<Body>): Promise<Outcome<Answer> | undefined>;
}

export interface ListRoute<Port, Item> extends RouteShape {
  readonly method: 'GET';
  /** Paginated: date_from, date_to, offset, limit are read, Link, X-Total-Count and X-Limit written. */
  readonly list: { readonly dateFromRequired?: true };
  readonly body?: never;
  readonly answer: Codec<Item>;
  call(port: Port, caller: Caller, args: RouteArgs<undefined>): Promise<Outcome<Page<Item>> | undefined>;
}

/** A route after its types were checked by `route` or `listRoute`; what the router works with. */
export interface Route<Port> extends RouteShape {
  readonly list?: { readonly dateFromRequired?: true };
  readonly body?: Codec<unknown>;
  readonly answer?: Codec<unknown>;
  /** `undefined`: the port does not offer this optional function; answered with 405. */
  call(port: Port, caller: Caller, args: RouteArgs<unknown>): Promise<Outcome<unknown> | undefined>;
}

/** The port behind one interface of a module, e.g. `PortOf<'locations', 'RECEIVER'>` is `LocationsReceiver`. */
export type PortOf<K extends keyof OcpiPorts, R extends InterfaceRole> = NonNullable<
  NonNullable<OcpiPorts[K]>[Lowercase<R> & keyof NonNullable<OcpiPorts[K]>]
>;

export interface ModuleDefinition {
  /** ModuleID of the version details. */
  readonly id: string;
  readonly port: keyof OcpiPorts;
  readonly interfaceRole: InterfaceRole;
  /** Last path segment(s) of the endpoint: the first is advertised, the others are aliases (X1). */
  readonly paths: readonly [string, ...string[]];
  /** Configuration modules are never routed: no OCPI-to/from headers (OCPI transport_and_format, Message Routing). */
  readonly configuration?: true;
  /** Custom module: advertised to and served for peers that have its port (`smartchargingoptimisation`) in their agreements. */
  readonly byAgreement?: true;
  readonly routes: readonly Route<unknown>[];
}

/** One route of a port; lets the compiler check body, answer and port against each other. */
export function route<Port, Body = undefined, Answer = undefined>(
  definition: ObjectRoute<Port, Body, Answer>,
): Route<Port> {
  return definition as Route<Port>;
}

/** One paginated GET of a port. */
export function listRoute<Port, Item>(definition: ListRoute<Port, Item>): Route<Port> {
  return definition as unknown as Route<Port>;
}

/** A module whose routes fit its port. */
export function defineModule<K extends keyof OcpiPorts, R extends InterfaceRole>(
  definition: Omit<ModuleDefinition, 'port' | 'interfaceRole' | 'routes'> & {
    readonly port: K;
    readonly interfaceRole: R;
    readonly routes: readonly Route<PortOf<K, R>>[];
  },
): ModuleDefinition {
  return definition;
}
