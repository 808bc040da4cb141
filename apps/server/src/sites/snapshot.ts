import type { ContextState } from './context.ts';
import type { SeriesKind, StoredSlot } from './series.ts';
import type { ServicePolicy } from './service-policy.ts';
import type { ConnectorCapability, SessionState } from './session.ts';

/** A live session with everything a plan needs to know about it. */
export interface SnapshotSession {
  readonly session: SessionState;
  readonly connector: ConnectorCapability;
  /** IANA time zone of the location, where a location is known. */
  readonly timeZone?: string;
  /** Fallback of the token (SMC_006). */
  readonly tokenProfileType?: 'CHEAP' | 'FAST' | 'GREEN' | 'REGULAR';
}

/** A limit above the context and the share of it that this context may use. */
export interface ParentShare {
  readonly contextId: string;
  readonly maxImportW: number;
  /** 0..1: connectors of this context over connectors of all contexts below the parent and its own. */
  readonly share: number;
  readonly series: Readonly<Partial<Record<SeriesKind, readonly StoredSlot[]>>>;
}

/** All inputs of one context at one moment. */
export interface ContextSnapshot {
  readonly atMs: number;
  readonly context: ContextState;
  readonly parents: readonly ParentShare[];
  /** From a day before `atMs` (persistence) to the end of what is known, ascending by start. */
  readonly series: Readonly<Record<SeriesKind, readonly StoredSlot[]>>;
  readonly policies: readonly ServicePolicy[];
  readonly sessions: readonly SnapshotSession[];
}
