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
  'audit:read',
  'database:copy',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Who a request comes from, as far as rights go. `visitor` showed no key. */
export type Standing = OperatorRole | 'visitor';

const VISITOR: readonly Permission[] = ['public', 'ocpi'];
const VIEWER: readonly Permission[] = [
  ...VISITOR,
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
    'audit:read',
    'database:copy',
  ]),
};
