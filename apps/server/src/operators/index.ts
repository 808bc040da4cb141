export type { OperatorRole } from '../store/tables/operators.ts';
export { type ApiKey, type ApiKeys, createApiKeys, type IssuedKey } from './api-keys.ts';
export {
  type Audit,
  type AuditEntry,
  type AuditHead,
  type AuditRow,
  type AuditVerdict,
  createAudit,
} from './audit.ts';
export { GRANTS, PERMISSIONS, type Permission, type Standing } from './permissions.ts';
