import type { DriverRole } from '../store/tables/accounts.ts';
import type { OperatorRole } from '../store/tables/operators.ts';

/** Everything a request may be allowed to do. A route names exactly one; what is not granted below is denied. */
export const PERMISSIONS = [
  /** Health, static files, the description of the API. */
  'public',
  /** OCPI: peers are authenticated by their OCPI token, not by an API key. */
  'ocpi',
  'status:read',
  'metrics:read',
  'contexts:read',
  'contexts:write',
  'sessions:read',
  'sessions:write',
  'plans:read',
  'plans:preview',
  'plans:trigger',
  'parties:read',
  'parties:manage',
  /** Stations and what they said, without their OCPP identities. */
  'stations:read',
  /** Calls to stations, their message log, disconnecting them. */
  'stations:operate',
  /** Adding, retiring, passwords, certificates, waivers. */
  'stations:manage',
  /** Tokens with masked UIDs: who charges is nobody's business but the operator's. */
  'tokens:read',
  'tokens:write',
  'tariffs:read',
  /** Drafts; what counts is approved. */
  'tariffs:write',
  'tariffs:approve',
  /** CDRs: persons and money. */
  'cdrs:read',
  /** Credit CDRs. */
  'cdrs:write',
  'keys:manage',
  /** Staff: inviting, roles, resets. */
  'accounts:manage',
  'audit:read',
  'database:copy',
  /** One's own account of staff: who am I, password, sign-ins. */
  'account:own',
  /** Figures about many, from which nobody can be picked out. */
  'insight:read',
  /** A driver's own charging, and a guest's at the one EVSE. */
  'charge:own',
  /** A driver's own vehicles, preferences, consents, cards and data. */
  'drive:own',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Who a request comes from, as far as rights go. `visitor` showed no key. */
export type Standing = OperatorRole | 'visitor' | 'city' | DriverRole;

const VISITOR: readonly Permission[] = ['public', 'ocpi'];
/** A city sees figures, never a session, a station's messages or a person. */
const CITY: readonly Permission[] = [...VISITOR, 'account:own', 'insight:read'];
const GUEST: readonly Permission[] = [...VISITOR, 'charge:own'];
const VIEWER: readonly Permission[] = [
  ...CITY,
  'status:read',
  'metrics:read',
  'contexts:read',
  'sessions:read',
  'plans:read',
  'parties:read',
  'stations:read',
  'tariffs:read',
];
const OPERATOR: readonly Permission[] = [
  ...VIEWER,
  'contexts:write',
  'sessions:write',
  'plans:preview',
  'plans:trigger',
  'stations:operate',
  'tokens:read',
  'tokens:write',
  'tariffs:write',
  'cdrs:read',
];

/** The one table of rights (ASVS V8): deny by default. */
export const GRANTS: Readonly<Record<Standing, ReadonlySet<Permission>>> = {
  visitor: new Set(VISITOR),
  viewer: new Set(VIEWER),
  operator: new Set(OPERATOR),
  admin: new Set([
    ...OPERATOR,
    'parties:manage',
    'stations:manage',
    'tariffs:approve',
    'cdrs:write',
    'keys:manage',
    'accounts:manage',
    'audit:read',
    'database:copy',
  ]),
  city: new Set(CITY),
  guest: new Set(GUEST),
  driver: new Set([...GUEST, 'drive:own']),
};
